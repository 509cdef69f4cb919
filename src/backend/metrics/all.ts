import type { MetricId } from '../../catalog/types';
import type { MetricQuery } from './metric';
import { clientsQueries } from './clients';
import { coverageQueries } from './coverage';
import { drillQueries } from './drill';
import { integrityQueries } from './integrity';
import { pipelineQueries } from './pipeline';
import { reportedQueries } from './reported';
import { rulesQueries } from './rules';
import { slaQueries } from './sla';
import { sourcesQueries } from './sources';

const QUERIES: ReadonlyMap<string, MetricQuery> = new Map([...coverageQueries, ...rulesQueries, ...slaQueries, ...pipelineQueries, ...integrityQueries, ...reportedQueries, ...sourcesQueries, ...clientsQueries, ...drillQueries].map(q => [q.entry.id, q]));

/** The query of a catalog entry. Every entry has exactly one (a test holds it). */
export function metricQuery(id: MetricId): MetricQuery {
  const query = QUERIES.get(id);
  if (!query) throw new Error(`the metric ${id} has a catalog entry but no query; this is a fault of this build`);
  return query;
}
export const allQueries = (): readonly MetricQuery[] => [...QUERIES.values()];
