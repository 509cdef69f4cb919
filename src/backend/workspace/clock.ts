/**
 * The host's clock. The preview and tests may start it elsewhere by SOC_OUTCOMES_CLOCK (an ISO instant); it moves on from there at
 * the usual pace. Grafana hands no such variable to a plugin, so in production it is always the machine's clock.
 */
export function testClock(env: Readonly<Record<string, string | undefined>>): () => number {
  const start = env.SOC_OUTCOMES_CLOCK === undefined ? NaN : Date.parse(env.SOC_OUTCOMES_CLOCK);
  if (Number.isNaN(start)) return Date.now;
  const offset = start - Date.now();
  return () => Date.now() + offset;
}
