import { collectDefaultMetrics, Gauge, Registry } from 'prom-client';
import type { Workspaces } from '../workspace/workspaces';

let registry: Registry | undefined;

/**
 * Process metrics (memory, event-loop delay, garbage collection) and how many requests were allowed and denied, in Prometheus' text form.
 * Whoever may read them is not known here, so no organisation, client or source is named.
 */
export async function metricsText(workspaces: Workspaces): Promise<string> {
  if (!registry) {
    registry = new Registry();
    collectDefaultMetrics({ register: registry, prefix: 'soc_outcomes_' });
    new Gauge({ name: 'soc_outcomes_requests', help: 'Requests since the process started, by result of the scope gate', labelNames: ['result'], registers: [registry], async collect() {
      const { allowed, denied } = await workspaces.totals();
      this.set({ result: 'allowed' }, allowed);
      this.set({ result: 'denied' }, denied);
    } });
  }
  return registry.metrics();
}
