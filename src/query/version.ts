import type { OutcomesQuery } from './model';

/** Version of the query model; `migrate` brings older ones up. Apart from the schema: the browser needs these and not zod. */
export const QUERY_VERSION = 1;

/** What Grafana itself puts beside a query (queryCachingTTL: panels with a cache time, and every panel of a public dashboard); read by nobody here. */
export const GRAFANA_FIELDS = ['refId', 'hide', 'key', 'queryType', 'datasource', 'datasourceId', 'intervalMs', 'maxDataPoints', 'timeRange', 'scenes', 'requestId', 'queryCachingTTL', 'resultAssertions'] as const;

export const DEFAULT_QUERY: OutcomesQuery = { version: QUERY_VERSION, metric: 'rules.outcomes' };
