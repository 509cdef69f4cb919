import { sql } from '../../store/sql';
import type { MetricRequest } from '../metric';
import { widest } from '../shared/zones';
import { sourcesStatusQuery } from '../sources/status';
import type { Family } from './reading';

/** The worst lag as sources.status says it; a stream that is failing or was never read is past the threshold whatever its lag. */
export const sourceFamily: Family = async ({ reader, request, signal }) => {
  const { rows } = await sourcesStatusQuery.run(reader, { ...request, groupBy: ['source'], filters: {}, view: 'table', bucket: 'none', limit: 100_000, options: {} } as MetricRequest<Record<string, never>>, signal);
  const lags = rows.map(r => r.lag).filter((lag): lag is number => typeof lag === 'number');
  const behind = rows.filter(r => ['failing', 'stale', 'never read'].includes(String(r.state))).length;
  const value = lags.length === 0 ? null : Math.max(...lags);
  return [{ counter: 'source_lag', client: null, k: behind, n: rows.length, value, reason: value !== null ? null : rows.length === 0 ? 'no_rows' : 'never_read', ...(behind > 0 && { past: true }) }];
};

/** Refusals by reasons that were met since the range began. Nothing refused is zero once any stream was tried, else not measured. */
export const quarantineFamily: Family = async ({ reader, request, cuts, signal }) => {
  const [row] = await reader.query<{ k: number; tried: number }>(sql`
    select (select coalesce(sum(q.count), 0) from ${reader.relation('quarantine')} q where q.last >= ${widest(cuts).from} and q.first <= ${request.asOf}) as k,
      (select count(*) from ${reader.relation('stream_state')} s where s.last_attempt is not null or s.watermark is not null) as tried`, signal);
  const k = Number(row!.k);
  const known = k > 0 || Number(row!.tried) > 0;
  return [{ counter: 'quarantined_rows', client: null, k: known ? k : null, n: null, value: known ? k : null, reason: known ? null : 'never_read' }];
};
