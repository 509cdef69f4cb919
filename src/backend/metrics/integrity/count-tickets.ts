import type { CounterId } from '../../../catalog/integrity-counter-list';
import { MINUTE } from '../../../model';
import { alias, and, integer, join, sql, type Sql } from '../../store/sql';
import type { ScopedReader } from '../../scope/reader';
import type { MetricRequest } from '../metric';
import { alertFilters, within, type Span } from '../shared/conditions';
import { alertHistory, couldBe, ticketKind, type AlertHistory } from './join';
import { ticketsIn } from './orphan-counts';
import { clientKey, clientOf, count, overCuts, share, type Counting, type Family } from './reading';

/** Numerator and denominator of each counter over tickets. */
export const TICKET_COUNTERS: Readonly<Partial<Record<CounterId, readonly [Sql, Sql]>>> = {
  downgrades: [sql`t.matched > 0 and t.downgraded`, sql`t.matched > 0`], reopens: [sql`t.reopens > 0`, sql`t.closed_at is not null or t.reopens > 0`],
  redispositions: [sql`t.redispositions > 0`, sql`t.disposition is not null or t.redispositions > 0`], closing_only: [sql`t.closing_only`, sql`t.closed_at is not null`],
  gone: [sql`t.gone is not null`, sql`true`], unknown_actors: [sql`t.unknown_actors > 0`, sql`true`],
};

/** Tickets that quote an unknown alert, as integrity.orphans counts them. */
export const orphanTicket = (history: AlertHistory): readonly [Sql, Sql] => [sql`${ticketKind(history)} = 'ticket_quotes_unknown'`, couldBe(history).ticket_quotes_unknown];

/** Counters over tickets created in range, in one scan (metrics.md §5). */
export const ticketFamily: Family = counting => overCuts(counting, async cuts => {
  const { reader, request, signal } = counting;
  const { key, grouped } = clientKey(counting.byClient);
  const history = counting.wanted.has('orphan_tickets') ? await alertHistory(reader, signal) : null;
  const all = (Object.entries({ ...TICKET_COUNTERS, ...(history && { orphan_tickets: orphanTicket(history) }) }) as [CounterId, readonly [Sql, Sql]][]).filter(([name]) => counting.wanted.has(name));
  const rows = await reader.query<Record<string, number | null>>(sql`
    select ${join([sql`${key} as client_key`, ...all.flatMap(([name, [k, n]]) => [sql`count(*) filter (where ${k}) as ${alias(`k_${name}`)}`, sql`count(*) filter (where ${n}) as ${alias(`n_${name}`)}`])])}
    from ${reader.relation('ticket')} t where ${ticketsIn(reader, request, cuts)} ${grouped}`, signal);
  return rows.flatMap(row => all.map(([name]) => (name === 'gone' ? count : share)(name, clientOf(counting, row.client_key), Number(row[`k_${name}`]), Number(row[`n_${name}`]))));
});

/** Longest stretch that still is "any 10 minutes": two acts exactly 10 minutes apart lie in no common window. */
export const BURST_WINDOW = integer(10 * MINUTE - 1);

/** A bin as long as a window: acts of one bin always fit into a window, and a window never touches more than two bins. */
const BIN = integer(10 * MINUTE);

/**
 * Most acknowledgements, or closes, within any 10 minutes (metrics.md §5): the two are counted apart, so that a ticket taken and
 * closed at once is one act of each. k: acts that lie in a window of at least the policy's number. Acts count by their own time.
 *
 * Windows over every act would sort them all. Bins bound what a window can hold, and acts are looked at one by one only where bounds leave
 * the answer open. For k: a full bin is a burst as a whole; open is one that its neighbour could fill. For the peak: ten neighbouring
 * minutes always fit into a window (`low`), eleven hold every window that begins in the first (`high`); open is where eleven exceed
 * the best ten; both are differences of a running sum, over the minutes of bins that with a neighbour hold more than the fullest. An act is in a burst where one of the `most` − 1 acts before it, or itself, begins `most` acts within a window.
 */
export const burstFamily: Family = counting => overCuts(counting, async cuts => {
  const { reader, signal } = counting;
  const key = counting.byClient ? sql`client_key` : sql`0`;
  const most = integer(reader.policy.thresholds.burstCount);
  const acts = (act: number, at: Sql) => sql`select ${integer(act)}::smallint as act, ${key} as client_key, ${at} as t from ${reader.relation('ticket')} t where ${actIn(counting, cuts, at)}`;
  const binned = (act: number, at: Sql) => sql`select ${integer(act)}::smallint as act, ${key} as client_key, ${at} // ${BIN} as bin, count(*) as n from ${reader.relation('ticket')} t where ${actIn(counting, cuts, at)} group by all`;
  const rows = await reader.query<{ client_key: number; peak: number; k: number; n: number }>(sql`
    with acts as not materialized (${acts(0, sql`t.acknowledged_at`)} union all ${acts(1, sql`t.closed_at`)}),
      beside as materialized (select *, max(n) over (partition by client_key) as fullest,
          greatest(case when lead(bin) over w = bin + 1 then lead(n) over w else 0 end, case when lag(bin) over w = bin - 1 then lag(n) over w else 0 end) as neighbour
        from (${binned(0, sql`t.acknowledged_at`)} union all ${binned(1, sql`t.closed_at`)}) b window w as (partition by act, client_key order by bin)),
      open as materialized (select act, client_key, bin from beside where n < ${most} and n + neighbour >= ${most}),
      around as (select distinct act, client_key, bin + d as bin from open, (select unnest([-1, 0, 1]) as d) s),
      close as (select a.act, a.client_key, a.t, a.t // ${BIN} as bin from acts a join around r on r.act = a.act and r.client_key = a.client_key and r.bin = a.t // ${BIN}),
      begun as (select *, row_number() over o as i, lead(t, ${most} - 1) over o - t <= ${BURST_WINDOW} as begins from close window o as (partition by act, client_key order by t)),
      held as (select *, i - max(case when begins then i end) over (partition by act, client_key order by i rows unbounded preceding) < ${most} as inside from begun),
      bursts as (select h.client_key, count(*) filter (where h.inside) as k from held h join open o on o.act = h.act and o.client_key = h.client_key and o.bin = h.bin group by h.client_key),
      minutes as (select a.act, a.client_key, a.t // ${integer(MINUTE)} as m, d.fullest, count(*) as n
        from acts a join beside d on d.act = a.act and d.client_key = a.client_key and d.bin = a.t // ${BIN} and d.n + d.neighbour > d.fullest group by all),
      added as (select *, sum(n) over (partition by act, client_key order by m rows unbounded preceding) as upto from minutes),
      spans as materialized (select act, client_key, m, fullest, case when lead(m, 9) over w = m + 9 then lead(upto, 9) over w - upto + n end as low,
          coalesce(lead(upto, 10) over w, max(upto) over (partition by act, client_key)) - upto + n as high from added window w as (partition by act, client_key order by m)),
      best as (select client_key, max(low)::bigint as low from spans group by client_key),
      dense as (select distinct s.act, s.client_key, s.m + d as m from spans s join best b on b.client_key = s.client_key and s.high > greatest(coalesce(b.low, 0), s.fullest), (select unnest(range(0, 11)) as d) x),
      near as (select a.act, a.client_key, a.t from acts a join dense x on x.act = a.act and x.client_key = a.client_key and x.m = a.t // ${integer(MINUTE)}),
      peaks as (select client_key, max(c) as peak from (select client_key, count(*) over (partition by act, client_key order by t range between ${BURST_WINDOW} preceding and current row) as c from near) e group by client_key)
    select b.client_key, b.n, greatest(b.fullest, coalesce(s.low, 0), coalesce(p.peak, 0)) as peak, b.sure + coalesce(h.k, 0) as k
    from (select client_key, sum(n) as n, max(n) as fullest, coalesce(sum(n) filter (where n >= ${most}), 0) as sure from beside group by client_key) b
    left join best s on s.client_key = b.client_key left join peaks p on p.client_key = b.client_key left join bursts h on h.client_key = b.client_key`, signal);
  const readings = rows.map(r => ({ counter: 'bulk_acknowledgements' as const, client: clientOf(counting, r.client_key), k: Number(r.k), n: Number(r.n), value: Number(r.peak), reason: null }));
  return readings.length > 0 || counting.byClient ? readings : [count('bulk_acknowledgements', null, 0, 0)];
});
export const actIn = ({ reader, request }: Pick<Counting, 'reader' | 'request'>, spans: Span | readonly Span[], at: Sql): Sql =>
  and([within(reader, spans, at), sql`${at} <= ${request.asOf}`, alertFilters(reader, request.filters)]);

/** Numerator and denominator of each counter over items started in range. */
export const itemConditions = (asOf: number): Readonly<Partial<Record<CounterId, readonly [Sql, Sql]>>> => ({
  paused_share: [sql`i.paused_ms > 0 or i.paused_since is not null`, sql`true`], acknowledged_untouched: [sql`i.half_due <= ${asOf} and i.untouched`, sql`i.half_due <= ${asOf}`],
});
/** Items whose decide clock started in the spans. */
export const itemsIn = (reader: ScopedReader, request: MetricRequest, spans: Span | readonly Span[]): Sql =>
  and([sql`i.clock = 'decide'`, within(reader, spans, sql`i.start`), sql`i.start <= ${request.asOf}`, alertFilters(reader, request.filters)]);

/** Items started in range: whose decide clock an allowed pause stopped (metrics.md §3, Pause), and which were acknowledged and left (§5). */
export const itemFamily: Family = counting => overCuts(counting, async cuts => {
  const { reader, request, signal } = counting;
  const { key, grouped } = clientKey(counting.byClient);
  const all = (Object.entries(itemConditions(request.asOf)) as [CounterId, readonly [Sql, Sql]][]).filter(([name]) => counting.wanted.has(name));
  const rows = await reader.query<Record<string, number | null>>(sql`
    select ${join([sql`${key} as client_key`, ...all.flatMap(([name, [k, n]]) => [sql`count(*) filter (where ${k}) as ${alias(`k_${name}`)}`, sql`count(*) filter (where ${n}) as ${alias(`n_${name}`)}`])])}
    from ${reader.relation('item')} i where ${itemsIn(reader, request, cuts)} ${grouped}`, signal);
  return rows.flatMap(row => all.map(([name]) => share(name, clientOf(counting, row.client_key), Number(row[`k_${name}`]), Number(row[`n_${name}`]))));
});
