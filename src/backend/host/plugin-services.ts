/** Diagnostics, Data, Resource and Stream: from the wire to the handlers and back. */
import { create } from '@bufbuild/protobuf';
import { Code, ConnectError, type ConnectRouter, type HandlerContext } from '@connectrpc/connect';
import { frameToJson } from '../frames/dataframe-json';
import { parseJson, pluginContext, RequestError, requestOrigin, resourceHeaders } from './context';
import {
  CheckHealthResponse_HealthStatus as HealthStatus, Data, Diagnostics, PublishStreamResponse_Status as PublishStatus, Resource, Stream,
  StringListSchema, SubscribeStreamResponse_Status as SubscribeStatus,
  type CallResourceRequest, type CheckHealthRequest, type PublishStreamRequest, type RunStreamRequest, type SubscribeStreamRequest,
} from './gen/grafana/pluginv2_pb';
import type { PluginHandlers, ResourceRequest, ResourceResponse, StreamItem, StreamRequest } from './handlers';
import type { Logger } from './logger';
import { queryData } from './query-data';
import { redact } from './redaction';

const HEALTH = { ok: HealthStatus.OK, error: HealthStatus.ERROR, unknown: HealthStatus.UNKNOWN };
const SUBSCRIBE = { ok: SubscribeStatus.OK, 'not found': SubscribeStatus.NOT_FOUND, denied: SubscribeStatus.PERMISSION_DENIED };
const PUBLISH = { ok: PublishStatus.OK, 'not found': PublishStatus.NOT_FOUND, denied: PublishStatus.PERMISSION_DENIED };

/** Adds the four services. `stopping` ends the streams, which would otherwise hold up a shutdown for ever. */
export function pluginServices(router: ConnectRouter, handlers: PluginHandlers, log: Logger, stopping: AbortSignal): void {
  router.service(Diagnostics, {
    checkHealth: (request, { signal }) => checkHealth(handlers, log, request, signal),
    collectMetrics: async () => {
      const text = await orInternal(log, 'CollectMetrics', () => handlers.collectMetrics());
      return { metrics: { prometheus: Buffer.from(text, 'utf8') } };
    },
  });
  router.service(Data, { queryData: (request, { signal }) => queryData(handlers, log, request, signal) });
  router.service(Resource, { callResource: (request, { signal }) => callResource(handlers, log, request, signal) });
  router.service(Stream, {
    subscribeStream: async (request, { signal }) => {
      const { status, initial } = await orInternal(log, 'SubscribeStream', () => handlers.subscribeStream(streamRequest(request), signal));
      return { status: SUBSCRIBE[status], data: initial === undefined ? new Uint8Array() : itemBytes(initial) };
    },
    publishStream: async (request, { signal }) => {
      const { status, data } = await orInternal(log, 'PublishStream', () => handlers.publishStream(streamRequest(request), signal));
      return { status: PUBLISH[status], data: data === undefined ? new Uint8Array() : jsonBytes(data) };
    },
    runStream: (request, context) => runStream(handlers, log, request, context, stopping),
  });
}

async function checkHealth(handlers: PluginHandlers, log: Logger, request: CheckHealthRequest, signal: AbortSignal) {
  try {
    const health = await handlers.checkHealth({ context: pluginContext(request.pluginContext), origin: requestOrigin(request.headers) }, signal);
    return { status: HEALTH[health.status], message: redact(health.message), jsonDetails: jsonBytes(health.details ?? {}) };
  } catch (error) {
    log.error('health check failed', { error });
    return { status: HealthStatus.ERROR, message: redact(messageOf(error)), jsonDetails: jsonBytes({}) };
  }
}

async function* callResource(handlers: PluginHandlers, log: Logger, wire: CallResourceRequest, signal: AbortSignal) {
  let response: ResourceResponse;
  try {
    response = await handlers.callResource(resourceRequest(wire), signal);
  } catch (error) {
    log.error('resource call failed', { path: wire.path, method: wire.method, error });
    const status = error instanceof RequestError ? 400 : 500;
    response = { status, headers: { 'content-type': 'application/json' }, body: JSON.stringify({ message: redact(messageOf(error)) }) };
  }
  const { status, headers = {}, body = '' } = response;
  const first = { code: status, headers: Object.fromEntries(Object.entries(headers).map(([name, value]) => [name, create(StringListSchema, { values: [value] })])) };
  if (typeof body === 'string' || body instanceof Uint8Array) {
    yield { ...first, body: bytes(body) };
    return;
  }
  let sent = false;
  for await (const chunk of body) {
    yield sent ? { body: bytes(chunk) } : { ...first, body: bytes(chunk) };
    sent = true;
  }
  if (!sent) {
    yield first;
  }
}

function resourceRequest(wire: CallResourceRequest): ResourceRequest {
  const headers = Object.fromEntries(Object.entries(wire.headers).map(([name, list]) => [name, list.values.join(', ')]));
  const question = wire.url.indexOf('?');
  return {
    context: pluginContext(wire.pluginContext),
    origin: requestOrigin(headers),
    method: wire.method.toUpperCase(),
    path: wire.path.replace(/^\/+/, ''),
    query: new URLSearchParams(question < 0 ? '' : wire.url.slice(question + 1)),
    headers: resourceHeaders(headers),
    body: wire.body,
  };
}

async function* runStream(handlers: PluginHandlers, log: Logger, request: RunStreamRequest, context: HandlerContext, stopping: AbortSignal) {
  const signal = AbortSignal.any([context.signal, stopping]);
  try {
    for await (const item of handlers.runStream(streamRequest(request), signal)) {
      yield { data: itemBytes(item) };
    }
  } catch (error) {
    if (!signal.aborted) {
      log.error('stream failed', { path: request.path, error });
      throw new ConnectError(redact(messageOf(error)), Code.Internal);
    }
  }
}

function streamRequest(wire: SubscribeStreamRequest | PublishStreamRequest | RunStreamRequest): StreamRequest {
  let data: unknown;
  try {
    data = parseJson(wire.data, 'data');
  } catch {
    data = undefined;
  }
  return { context: pluginContext(wire.pluginContext), path: wire.path, data };
}

async function orInternal<T>(log: Logger, call: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    log.error(`${call} failed`, { error });
    throw new ConnectError(redact(messageOf(error)), Code.Internal);
  }
}

function itemBytes(item: StreamItem): Uint8Array {
  return jsonBytes('frame' in item ? frameToJson(item.frame) : item.json);
}

function jsonBytes(value: unknown): Uint8Array {
  return Buffer.from(JSON.stringify(value), 'utf8');
}

function bytes(chunk: Uint8Array | string): Uint8Array {
  return typeof chunk === 'string' ? Buffer.from(chunk, 'utf8') : chunk;
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
