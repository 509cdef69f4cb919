/** What go-plugin asks of every plugin process: health, shutdown, and a stdio stream that stays open. */
import { Code, ConnectError, type ConnectRouter } from '@connectrpc/connect';
import { GRPCController, GRPCStdio } from './gen/goplugin/plugin_pb';
import { Health, HealthCheckResponse_ServingStatus as ServingStatus } from './gen/grpchealth/health_pb';

/** Adds the services. GRPCBroker is left out: it serves callbacks into Grafana, which a data source has no use for. */
export function processServices(router: ConnectRouter, shutdown: () => void, stopping: AbortSignal): void {
  router.service(Health, {
    check: ({ service }) => ({ status: servingStatus(service) }),
    async *watch({ service }, { signal }) {
      yield { status: servingStatus(service) };
      await untilAborted(AbortSignal.any([signal, stopping]));
    },
  });
  router.service(GRPCController, {
    shutdown: () => {
      // After the answer is on its way: Grafana waits for it.
      setImmediate(shutdown);
      return {};
    },
  });
  router.service(GRPCStdio, {
    // Nothing is ever sent (logs go to stderr), but a stream that ends is taken for a broken plugin.
    async *streamStdio(_request, { signal }) {
      await untilAborted(AbortSignal.any([signal, stopping]));
    },
  });
}

function servingStatus(service: string): ServingStatus {
  if (service !== 'plugin' && service !== '') {
    throw new ConnectError(`unknown service "${service}"`, Code.NotFound);
  }
  return ServingStatus.SERVING;
}

function untilAborted(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) {
      resolve();
    } else {
      signal.addEventListener('abort', () => resolve(), { once: true });
    }
  });
}
