import { MINUTE } from '../../../model';
import { and, integer, sql, type Sql } from '../../store/sql';
import { alertFilters, ofClients } from '../shared/conditions';
import type { ZoneCut } from '../shared/zones';
import { ticketsIn } from './orphan-counts';
import { clientKey, clientOf, count, overCuts, share, type Counting, type Family } from './reading';

/** Counters over tickets created in range, in one scan (metrics.md §5). */
export const ticketFamily: Family = counting => overCuts(counting, async cut => {
  const { reader, request, signal } = counting;
  const { key, grouped } = clientKey(counting.byClient);
  const rows = await reader.query<Record<string, number | null>>(sql`
    select ${key} as client_key, count(*) as n, count(*) filter (where t.gone is not null) as gone, count(*) filter (where t.unknown_actors > 0) as unknown_actors,
      count(*) filter (where t.matched > 0) as held, count(*) filter (where t.matched > 0 and t.downgraded) as downgraded,
      count(*) filter (where t.closed_at is not null or t.reopens > 0) as closed, count(*) filter (where t.reopens > 0) as reopened,
      count(*) filter (where t.closed_at is not null) as done, count(*) filter (where t.closing_only) as closing_only,
      count(*) filter (where t.disposition is not null or t.redispositions > 0) as judged, count(*) filter (where t.redispositions > 0) as rejudged
    from ${reader.relation('ticket')} t where ${ticketsIn(reader, request, cut)} ${grouped}`, signal);
  return rows.flatMap(row => {
    const client = clientOf(counting, row.client_key);
    const of = (name: string) => Number(row[name]);
    return [
      share('downgrades', client, of('downgraded'), of('held')), share('reopens', client, of('reopened'), of('closed')), share('redispositions', client, of('rejudged'), of('judged')),
      share('closing_only', client, of('closing_only'), of('done')), count('gone', client, of('gone'), of('n')), share('unknown_actors', client, of('unknown_actors'), of('n')),
    ];
  });
});

/** Longest stretch that still is "any 10 minutes": two acts exactly 10 minutes apart lie in no common window. */
const WINDOW = integer(10 * MINUTE - 1);

/**
 * Most acknowledgements, or closes, within any 10 minutes (metrics.md §5): the two are counted apart, so that a ticket taken and
 * closed at once is one act of each. k: acts that lie in a window of at least the policy's number. Acts count by their own time.
 */
export const burstFamily: Family = counting => overCuts(counting, async cut => {
  const { reader, signal } = counting;
  const { key } = clientKey(counting.byClient);
  const acts = (name: 'acknowledge' | 'close', at: Sql) => sql`select ${name} as act, ${key} as client_key, ${at} as t from ${reader.relation('ticket')} t where ${actIn(counting, cut, at)}`;
  const rows = await reader.query<{ client_key: number | null; peak: number | null; k: number; n: number }>(sql`
    select client_key, max(c) as peak, count(*) filter (where best >= ${reader.policy.thresholds.burstCount}) as k, count(*) as n from (
      select *, max(c) over (partition by act, client_key order by t range between current row and ${WINDOW} following) as best from (
        select *, count(*) over (partition by act, client_key order by t range between ${WINDOW} preceding and current row) as c
        from (${acts('acknowledge', sql`t.acknowledged_at`)} union all ${acts('close', sql`t.closed_at`)}) x) y) z group by client_key`, signal);
  const readings = rows.map(r => ({ counter: 'bulk_acknowledgements' as const, client: clientOf(counting, r.client_key), k: Number(r.k), n: Number(r.n), value: Number(r.peak), reason: null }));
  return readings.length > 0 || counting.byClient ? readings : [count('bulk_acknowledgements', null, 0, 0)];
});
const actIn = ({ reader, request }: Counting, cut: ZoneCut, at: Sql): Sql =>
  and([sql`${at} >= ${cut.range.from} and ${at} < ${cut.range.to} and ${at} <= ${request.asOf}`, ofClients(reader, cut.clients), alertFilters(reader, request.filters)]);

/** Items started in range: whose decide clock an allowed pause stopped (metrics.md §3, Pause), and which were acknowledged and left (§5). */
export const itemFamily: Family = counting => overCuts(counting, async cut => {
  const { reader, request, signal } = counting;
  const { key, grouped } = clientKey(counting.byClient);
  const rows = await reader.query<Record<'client_key' | 'n' | 'k' | 'acknowledged' | 'untouched', number | null>>(sql`
    select ${key} as client_key, count(*) as n, count(*) filter (where i.paused_ms > 0 or i.paused_since is not null) as k,
      count(*) filter (where i.half_due <= ${request.asOf}) as acknowledged, count(*) filter (where i.half_due <= ${request.asOf} and i.untouched) as untouched from ${reader.relation('item')} i
    where ${and([sql`i.clock = 'decide' and i.start >= ${cut.range.from} and i.start < ${cut.range.to} and i.start <= ${request.asOf}`, ofClients(reader, cut.clients), alertFilters(reader, request.filters)])} ${grouped}`, signal);
  return rows.flatMap(r => {
    const client = clientOf(counting, r.client_key);
    return [share('paused_share', client, Number(r.k), Number(r.n)), share('acknowledged_untouched', client, Number(r.untouched), Number(r.acknowledged))];
  });
});
