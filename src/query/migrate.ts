import { GRAFANA_FIELDS, QUERY_VERSION } from './version';

type Json = Record<string, unknown>;
/** Step n turns version n into n + 1. Numbered, pure, idempotent; alert rules never pass the browser, so the backend runs them too. */
const STEPS: readonly ((query: Json) => Json)[] = [
  // 0 → 1: drafts had no version and called the metric `metricId`.
  ({ metricId, ...rest }) => ({ ...(metricId !== undefined && { metric: metricId }), ...rest }),
];

/** A stored query in today's form, without Grafana's own fields. A version from the future is left for the schema to refuse. */
export function migrateQuery(stored: unknown): unknown {
  if (typeof stored !== 'object' || stored === null || Array.isArray(stored)) return stored;
  let query: Json = Object.fromEntries(Object.entries(stored).filter(([k]) => !(GRAFANA_FIELDS as readonly string[]).includes(k)));
  const from = query.version === undefined ? 0 : query.version;
  if (typeof from !== 'number' || !Number.isInteger(from) || from < 0 || from > QUERY_VERSION) return query;
  for (let version = from; version < QUERY_VERSION; version++) query = { ...STEPS[version]!(query), version: version + 1 };
  return query;
}
