import { SECOND } from '../../../model';
import type { ScopedReader } from '../../scope/reader';
import { sql, type Sql } from '../../store/sql';
import { membersOf, spanRows, spansOf } from '../coverage/shared';
import type { MetricRequest } from '../metric';
import { isIn } from '../shared/conditions';
import { widest } from '../shared/zones';
import { clientKey, clientOf, count, share, type Family, type Reading } from './reading';

/** Assets registered in range: whether the registration ended in it, and the state they ended in. */
export function registrations(reader: ScopedReader, request: MetricRequest): Sql {
  const spans = spanRows(spansOf(reader, request, request.groupBy.includes('client')));
  return sql`(select a.asset_key, a.client_key, a.retired_at, a.ended_as is null and a.retired_at >= m.since and a.retired_at < m.until as ended, s.state, s.seen_to, s.covered_to
      from ${reader.relation('asset')} a join ${spans} m on m.client_key = a.client_key left join (
        select s.asset_key, cast(arg_max(s.otherwise, s.last_day) as varchar) as state, max(s.last_day) as seen_to, max(s.last_day) filter (where s.otherwise = 'covered') as covered_to
        from ${reader.relation('asset_span')} s join ${reader.relation('asset')} r on r.asset_key = s.asset_key join ${spans} n on n.client_key = r.client_key where r.retired_at >= n.since and r.retired_at < n.until group by s.asset_key) s on s.asset_key = a.asset_key
      where not a.is_group and coalesce(a.registered_at, 0) < m.until and (a.retired_at is null or a.retired_at >= m.since))`;
}
export const RETIRED_AFTER_DARK = sql`x.ended and x.state <> 'covered' and x.covered_to >= x.seen_to - 7`;
export const RETIRED_UNCOVERED = sql`x.ended and x.state <> 'covered'`;

/**
 * Registrations that ended in range (metrics.md §1, Registry completeness): not covered at their end but within the 7 days before it, of those
 * that ended; and not covered at their end, of all that were registered in range.
 */
export const retiredFamily: Family = async counting => {
  const { reader, request, byClient, signal } = counting;
  const { key, grouped } = clientKey(byClient);
  const rows = await reader.query<{ client_key: number | null; registered: number; n: number; k: number; uncovered: number }>(sql`
    select ${key} as client_key, count(*) as registered, count(*) filter (where ended) as n, count(*) filter (where ${RETIRED_AFTER_DARK}) as k,
      count(*) filter (where ${RETIRED_UNCOVERED}) as uncovered
    from ${registrations(reader, request)} x ${grouped}`, signal);
  return rows.flatMap((r): Reading[] => {
    const client = clientOf(counting, r.client_key);
    return [count('retired_after_dark', client, Number(r.k), Number(r.n)), share('retired_uncovered', client, Number(r.uncovered), Number(r.registered))];
  });
};

/** Covered segments whose registered addresses were hardly seen (metrics.md §1, Segment: depth), on the last complete day. */
export const segmentFamily: Family = async counting => {
  const { reader, request, byClient, signal } = counting;
  const { key, grouped } = clientKey(byClient);
  const rows = await reader.query<{ client_key: number | null; n: number; k: number }>(sql`
    select ${key} as client_key, count(*) as n, count(*) filter (where a.depth_seen * 4 < a.depth_registered) as k from ${reader.relation('asset')} a
    where a.kind = 'network_segment' and a.state = 'covered' and a.retired_at is null and a.depth_registered >= 5 and ${isIn(sql`a.client_key`, membersOf(reader, request).map(m => m.key))} ${grouped}`, signal);
  return rows.map((r): Reading => share('shallow_segments', clientOf(counting, r.client_key), Number(r.k), Number(r.n)));
};

/** Time since the registry stream read longest ago was read; one never read has no age and is counted in k. */
export const registryFamily: Family = async ({ reader, request, signal }) => {
  const [row] = await reader.query<{ oldest: number | null; never: number; n: number }>(sql`
    select min(last_success) as oldest, count(*) filter (where last_success is null) as never, count(*) as n from ${reader.relation('stream_state')} s where kind = 'asset'`, signal);
  const { oldest } = row!;
  return [{ counter: 'registry_age', client: null, k: Number(row!.never), n: Number(row!.n), value: oldest === null ? null : Math.max(0, request.asOf - oldest) / SECOND, reason: oldest === null ? 'never_read' : null }];
};

/** Observations whose stamps ran ahead of the clock (metrics.md §1, Covered). None refused is zero once telemetry was read, else not measured. */
export const aheadFamily: Family = async ({ reader, request, cuts, signal }) => {
  const [row] = await reader.query<{ k: number; read: number }>(sql`
    select (select coalesce(sum(n.count), 0) from ${reader.relation('notice')} n where n.code = 'clock_ahead' and n.last >= ${widest(cuts).from} and n.first <= ${request.asOf}) as k,
      (select count(*) from ${reader.relation('source_day')} d where d.read_to is not null) as read`, signal);
  const k = Number(row!.k);
  const known = k > 0 || Number(row!.read) > 0;
  return [{ counter: 'refused_ahead', client: null, k: known ? k : null, n: null, value: known ? k : null, reason: known ? null : 'never_read' }];
};
