import { MINUTE } from '../../../model';
import { alias, and, integer, join, sql, type Sql } from '../../store/sql';
import { alertFilters, within, type Span } from '../shared/conditions';
import { clientOf, count, overCuts, type Counting, type Family } from './reading';

/** Longest stretch that still is "any 10 minutes": two acts exactly 10 minutes apart lie in no common window. */
export const BURST_WINDOW = integer(10 * MINUTE - 1);
export const actIn = ({ reader, request }: Pick<Counting, 'reader' | 'request'>, spans: Span | readonly Span[], at: Sql): Sql =>
  and([within(reader, spans, at), sql`${at} <= ${request.asOf}`, alertFilters(reader, request.filters)]);

/** A bin as long as a window: acts of one bin always fit into a window, and a window never touches more than two bins. */
const BIN = integer(10 * MINUTE);
/** Each bin is counted in parts as well: as many neighbouring parts as a bin has always fit into a window, and one more hold every window that begins in the first. */
const PARTS = 4;
const PARTS_OF = Array.from({ length: PARTS }, (_, i) => i);
/** Acts of a bin from its i-th part on, and of the bin after it. */
const [from, after] = [(i: number) => alias(`from_${i}`), (i: number) => alias(`after_${i}`)];

/**
 * Most acknowledgements, or closes, within any 10 minutes (metrics.md §5): the two are counted apart, so that a ticket taken and
 * closed at once is one act of each. k: acts that lie in a window of at least the policy's number. Acts count by their own time.
 *
 * Windows over every act would sort them all. Bins bound what a window can hold, and acts are looked at one by one only where bounds leave
 * the answer open. For k: a full bin is a burst as a whole; open is one that its neighbour could fill. For the peak: what neighbouring parts
 * hold bounds every window from below (`low`) and from above (`high`); open is where a window could hold more than the best `low`. An act is in
 * a burst where one of the `most` − 1 acts before it, or itself, begins `most` acts within a window.
 */
export const burstFamily: Family = counting => overCuts(counting, async cuts => {
  const { reader, signal } = counting;
  const key = counting.byClient ? sql`client_key` : sql`0 as client_key`;
  const most = integer(reader.policy.thresholds.burstCount);
  const acts = (act: number, at: Sql) => sql`select ${integer(act)}::smallint as act, ${key}, ${at} as t from ${reader.relation('ticket')} t where ${actIn(counting, cuts, at)}`;
  const counted = join(PARTS_OF.map(i => sql`${i === 0 ? sql`count(*)` : sql`sum((t % ${BIN} >= ${integer((i * 10 * MINUTE) / PARTS)})::integer)::bigint`} as ${from(i)}`));
  const binned = (act: number, at: Sql) => sql`select ${integer(act)}::smallint as act, ${key}, t // ${BIN} as bin, ${counted} from (${acts(act, at)}) a group by ${counting.byClient ? sql`client_key, bin` : sql`bin`}`;
  const low = join(PARTS_OF.map(i => sql`${from(i)} + ${after(0)} - ${after(i)}`));
  const high = join(PARTS_OF.map(i => sql`${from(i)} + ${after(0)} - ${i + 1 === PARTS ? sql`0` : after(i + 1)}`));
  const rows = await reader.query<{ client_key: number; peak: number; k: number; n: number }>(sql`
    with acts as not materialized (${acts(0, sql`t.acknowledged_at`)} union all ${acts(1, sql`t.closed_at`)}),
      beside as materialized (select *, ${join(PARTS_OF.map(i => sql`case when lead(bin) over w = bin + 1 then lead(${from(i)}) over w else 0 end as ${after(i)}`))},
          case when lag(bin) over w = bin - 1 then lag(${from(0)}) over w else 0 end as before
        from (${binned(0, sql`t.acknowledged_at`)} union all ${binned(1, sql`t.closed_at`)}) b window w as (partition by act, client_key order by bin)),
      spans as materialized (select act, client_key, bin, ${from(0)} as n, ${from(0)} < ${most} and ${from(0)} + greatest(${after(0)}, before) >= ${most} as undecided, greatest(${low}) as low, greatest(${high}) as high from beside),
      sums as materialized (select client_key, sum(n) as n, coalesce(sum(n) filter (n >= ${most}), 0) as sure, max(low) as low from spans group by client_key),
      around as (select distinct act, client_key, bin + unnest([-1, 0, 1]) as bin from (select s.act, s.client_key, s.bin from spans s join sums u on u.client_key = s.client_key where s.undecided or s.high > u.low) s),
      near as (select a.act, a.client_key, a.t, a.t // ${BIN} as bin from acts a join around r on r.act = a.act and r.client_key = a.client_key and r.bin = a.t // ${BIN}),
      begun as materialized (select a.*, row_number() over o as i, lead(t, ${most} - 1) over o - t <= ${BURST_WINDOW} as begins, lead(t, u.low) over o - t <= ${BURST_WINDOW} as exceeds
        from near a join sums u on u.client_key = a.client_key window o as (partition by a.act, a.client_key order by t)),
      held as (select *, i - max(case when begins then i end) over (partition by act, client_key order by i rows unbounded preceding) < ${most} as inside from begun),
      bursts as (select h.client_key, count(*) filter (where h.inside) as k from held h join spans s on s.undecided and s.act = h.act and s.client_key = h.client_key and s.bin = h.bin group by h.client_key),
      fuller as (select distinct act, client_key, bin + unnest([0, 1]) as bin from begun where exceeds),
      peaks as (select client_key, max(c) as peak from (select a.client_key, count(*) over (partition by a.act, a.client_key order by t range between ${BURST_WINDOW} preceding and current row) as c
        from begun a join fuller f on f.act = a.act and f.client_key = a.client_key and f.bin = a.bin) e group by client_key)
    select u.client_key, u.n, greatest(u.low, coalesce(p.peak, 0)) as peak, u.sure + coalesce(h.k, 0) as k
    from sums u left join peaks p on p.client_key = u.client_key left join bursts h on h.client_key = u.client_key`, signal);
  const readings = rows.map(r => ({ counter: 'bulk_acknowledgements' as const, client: clientOf(counting, r.client_key), k: Number(r.k), n: Number(r.n), value: Number(r.peak), reason: null }));
  return readings.length > 0 || counting.byClient ? readings : [count('bulk_acknowledgements', null, 0, 0)];
});
