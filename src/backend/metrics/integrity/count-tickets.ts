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

/** A bin as long as a window: acts of one bin always fit into a window, and a window never touches more than two bins. */
const BIN = integer(10 * MINUTE);

/**
 * Most acknowledgements, or closes, within any 10 minutes (metrics.md §5): the two are counted apart, so that a ticket taken and
 * closed at once is one act of each. k: acts that lie in a window of at least the policy's number. Acts count by their own time.
 *
 * Windows over every act would sort them all. Bins bound what a window can hold: a full bin is a burst as a whole, and acts are looked at
 * one by one only where two neighbouring bins together leave the answer open.
 */
export const burstFamily: Family = counting => overCuts(counting, async cut => {
  const { reader, signal } = counting;
  const key = counting.byClient ? sql`client_key` : sql`0`;
  const most = sql`${reader.policy.thresholds.burstCount}`;
  const acts = (name: 'acknowledge' | 'close', at: Sql) => sql`select ${name} as act, ${key} as client_key, ${at} as t from ${reader.relation('ticket')} t where ${actIn(counting, cut, at)}`;
  const rows = await reader.query<{ client_key: number; peak: number; k: number; n: number }>(sql`
    with acts as (${acts('acknowledge', sql`t.acknowledged_at`)} union all ${acts('close', sql`t.closed_at`)}),
      bins as (select act, client_key, t // ${BIN} as bin, count(*) as n from acts group by all),
      beside as (select *, max(n) over (partition by client_key) as fullest,
          greatest(case when lead(bin) over w = bin + 1 then lead(n) over w else 0 end, case when lag(bin) over w = bin - 1 then lag(n) over w else 0 end) as neighbour
        from bins window w as (partition by act, client_key order by bin)),
      open as (select act, client_key, bin, n from beside where n + neighbour > fullest or (n < ${most} and n + neighbour >= ${most})),
      around as (select distinct act, client_key, bin + d as bin from open, (select unnest([-1, 0, 1]) as d) s),
      close as (select a.act, a.client_key, a.t, a.t // ${BIN} as bin from acts a join around r on r.act = a.act and r.client_key = a.client_key and r.bin = a.t // ${BIN}),
      ending as (select *, count(*) over (partition by act, client_key order by t range between ${WINDOW} preceding and current row) as c from close),
      holding as (select *, max(c) over (partition by act, client_key order by t range between current row and ${WINDOW} following) as best from ending)
    select b.client_key, b.n, greatest(b.fullest, coalesce(h.peak, 0)) as peak, b.sure + coalesce(h.k, 0) as k
    from (select client_key, sum(n) as n, max(n) as fullest, coalesce(sum(n) filter (where n >= ${most}), 0) as sure from bins group by client_key) b
    left join (select h.client_key, max(h.c) as peak, count(*) filter (where o.n < ${most} and h.best >= ${most}) as k
      from holding h left join open o on o.act = h.act and o.client_key = h.client_key and o.bin = h.bin group by h.client_key) h on h.client_key = b.client_key`, signal);
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
