import { CLOCKS, MARKS, UNASSIGNED, type Clock, type Mark } from '../../../model';
import type { ScopedReader } from '../../scope/reader';
import { and, integer, sql, type Sql } from '../../store/sql';
import { marks, outcomeAt, periodAt } from '../../store/outcome';
import { MetricRefused, type MetricRequest } from '../metric';
import { isIn, ofClients } from '../shared/conditions';

export { outcomeAt, periodAt } from '../../store/outcome';
export const has = (mark: Mark): Sql => sql`(x.marks & ${integer(MARKS[mark])}) <> 0`;

/**
 * Items that had started at an instant with their outcome there (`outcome`), their `period_at` and `marks`, as a relation `x`: those whose period lies in
 * [from, to), and those that had not settled, whatever their period. Others may be among them: the caller's own conditions decide. Two parts:
 * what had settled is read as it was written, and little else is left to be worked out, except for an instant long ago.
 */
export function itemsAt(reader: ScopedReader, where: Sql, asOf: number, { from, to }: { readonly from: number; readonly to: number }): Sql {
  return sql`(select i.*, i.settled_as as outcome from ${reader.relation('item')} i where ${where} and i.settled_at <= ${asOf} and i.period_at >= ${from} and i.period_at < ${to}
    union all select i.* replace (${periodAt} as period_at, ${marks} as marks), (${outcomeAt(asOf)})::enum_outcome as outcome from ${reader.relation('item')} i
    where ${where} and i.start <= ${asOf} and (i.settled_at is null or i.settled_at > ${asOf}))`;
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
    isIn(sql`cast(i.clock as varchar)`, clocksOf(request)), ofClients(reader, clients), ofClients(reader, filters.client ?? null),
    filters.tier ? isIn(sql`cast(i.tier as varchar)`, filters.tier) : sql`true`,
    filters.source ? sql`i.source_key in (select source_key from ${reader.relation('source')} s where ${isIn(sql`s.id`, filters.source)})` : sql`true`,
  ]);
}

/** Ids of the clients in scope by key; rows of no client are `unassigned`. */
export async function clientIds(reader: ScopedReader, signal?: AbortSignal): Promise<(key: number) => string> {
  const rows = await reader.query<{ client_key: number; id: string }>(sql`select client_key, id from ${reader.relation('client')} c`, signal);
  const ids = new Map(rows.map(r => [r.client_key, r.id]));
  return key => ids.get(key) ?? UNASSIGNED;
}
