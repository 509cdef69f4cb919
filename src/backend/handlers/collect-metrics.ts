import { collectDefaultMetrics, Registry } from 'prom-client';

let registry: Registry | undefined;

/** Process metrics (memory, event-loop delay, garbage collection) in Prometheus' text form. Registered on first use. */
export async function metricsText(): Promise<string> {
  if (!registry) {
    registry = new Registry();
    collectDefaultMetrics({ register: registry, prefix: 'soc_outcomes_' });
  }
  return registry.metrics();
}
