import { CLOCKS, MARKS, UNASSIGNED, type Clock, type Mark, type Range } from '../../../model';
import type { ScopedReader } from '../../scope/reader';
import { and, integer, join, sql, type Sql } from '../../store/sql';
import { marks, outcomeAt, periodAt } from '../../store/outcome';
import { MetricRefused, type MetricRequest } from '../metric';
import { isIn, ofClients, within, type Span } from '../shared/conditions';

/** That an item `x` bears the mark. */
export const has = (mark: Mark): Sql => sql`(x.marks & ${integer(MARKS[mark])}) <> 0`;

/** Items of `where` that had settled at the instant, as they were written. */
export const settledAt = (reader: ScopedReader, where: Sql, asOf: number): Sql => sql`select i.*, i.settled_as as outcome from ${reader.relation('item')} i where ${where} and i.settled_at <= ${asOf}`;
/**
 * Those that had started and not settled, worked out: today a few open items, for an instant long ago what settled since. In two parts, because the
 * store skips row groups by either condition and by neither of the two joined with `or`.
 */
export const openAt = (reader: ScopedReader, where: Sql, asOf: number): Sql => join([sql`i.settled_at > ${asOf}`, sql`i.settled_at is null`].map(open => sql`
  select i.* replace (${periodAt} as period_at, ${marks} as marks), (${outcomeAt(asOf)})::enum_outcome as outcome from ${reader.relation('item')} i where ${where} and i.start <= ${asOf} and ${open}`), sql` union all `);

/**
 * Items that had started at an instant with their outcome there (`outcome`), their `period_at` and `marks`, as a relation `x`: those whose period lies in
 * [from, to), and those that had not settled, whatever their period. Others may be among them: the caller's own conditions decide.
 */
export const itemsAt = (reader: ScopedReader, where: Sql, asOf: number, { from, to }: Range): Sql =>
  sql`(${settledAt(reader, where, asOf)} and i.period_at >= ${from} and i.period_at < ${to} union all ${openAt(reader, where, asOf)})`;

/** Counts of items at an instant, by `keys` (over `x`), outcome and marks: those whose period lies in the spans and has come; of those that run, all or those of the spans. */
export function itemCounts(reader: ScopedReader, where: Sql, asOf: number, spans: readonly Span[], keys: Sql, running: 'all' | 'of the spans'): Sql {
  const inside = within(reader, spans, sql`x.period_at`);
  const counts = sql`select ${keys}, x.outcome, x.marks, count(*) as n`;
  const open = running === 'all' ? sql`x.outcome = 'running' or (x.period_at < ${asOf} and ${inside})` : sql`(x.outcome = 'running' or x.period_at < ${asOf}) and ${inside}`;
  return sql`${counts} from (${settledAt(reader, where, asOf)}) x where x.period_at < ${asOf} and ${inside} group by all
    union all ${counts} from (${openAt(reader, where, asOf)}) x where ${open} group by all`;
}

/** Clocks asked for: those of the filter, all when they are a group, else the one of the options. */
export function clocksOf(request: MetricRequest<{ clock: Clock }>): readonly string[] {
  if (request.filters.clock) return request.filters.clock;
  return request.groupBy.includes('clock') ? CLOCKS : [request.options.clock];
}

/** Adherence over all tiers would let easy low tiers hide missed criticals: refused, with the way out. */
export function refuseAllTiers(request: MetricRequest<{ clock: Clock }>, metric: string): void {
  if (!request.groupBy.includes('tier') && request.filters.tier?.length !== 1) {
    throw new MetricRefused(`${metric} is always by severity tier: one figure over all tiers would let many easy low-tier items hide missed criticals. Group by tier, or filter by one tier.`);
  }
  const clocks = clocksOf(request);
  if (clocks.length > 1 && !request.groupBy.includes('clock')) {
    throw new MetricRefused(`${metric} never adds up different clocks (${clocks.join(', ')}): each is a promise of its own. Group by clock, or filter by one clock.`);
  }
}

/** Filters of an SLA request on the item relation `i`. */
export function itemFilters(reader: ScopedReader, request: MetricRequest<{ clock: Clock }>, clients: readonly string[] | null): Sql {
  const { filters } = request;
  return and([
    isIn(sql`i.clock`, clocksOf(request)), ofClients(reader, clients), ofClients(reader, filters.client ?? null),
    filters.tier ? isIn(sql`i.tier`, filters.tier) : sql`true`,
    filters.source ? sql`i.source_key in (select source_key from ${reader.relation('source')} s where ${isIn(sql`s.id`, filters.source)})` : sql`true`,
  ]);
}

/** Ids of the clients in scope by key; rows of no client are `unassigned`. */
export async function clientIds(reader: ScopedReader, signal?: AbortSignal): Promise<(key: number) => string> {
  const rows = await reader.query<{ client_key: number; id: string }>(sql`select client_key, id from ${reader.relation('client')} c`, signal);
  const ids = new Map(rows.map(r => [r.client_key, r.id]));
  return key => ids.get(key) ?? UNASSIGNED;
}
