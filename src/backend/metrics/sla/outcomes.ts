import { CLOCKS, UNASSIGNED, type Clock } from '../../../model';
import type { ScopedReader } from '../../scope/reader';
import { and, sql, type Sql } from '../../store/sql';
import { outcomeAt, periodAt } from '../../store/outcome';
import { MetricRefused, type MetricRequest } from '../metric';
import { isIn, ofClients } from '../shared/conditions';

export const OUTCOMES = ['met', 'missed', 'overdue', 'on_hold', 'left', 'no_target', 'running'] as const;
export type Outcome = (typeof OUTCOMES)[number];

export { outcomeAt, periodAt } from '../../store/outcome';

/**
 * Items with their period and outcome at an instant, as a relation `x`: those whose period lies in [from, to), and with `open` also those
 * that run at the instant, whatever their period. Others may be among them: the caller's own conditions decide. Three parts, because each
 * is bounded by a column whose row groups the store can then skip; `coalesce` over the three instants would read every item ever.
 */
export function itemsAt(reader: ScopedReader, where: Sql, asOf: number, { from, to }: { readonly from: number; readonly to: number }, open: boolean): Sql {
  const part = (bounds: Sql): Sql => sql`select i.*, ${periodAt} as period_at, ${outcomeAt(asOf)} as outcome from ${reader.relation('item')} i where ${where} and i.start <= ${asOf} and ${bounds}`;
  return sql`(${part(open ? sql`i.due >= ${Math.min(from, asOf)}` : sql`i.due >= ${from} and i.due < ${to}`)}
    union all ${part(sql`i.due is null and i.target_ms is not null and i.paused_since is not null`)}
    union all ${part(sql`i.target_ms is null and i.start >= ${from} and i.start < ${to}`)})`;
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
