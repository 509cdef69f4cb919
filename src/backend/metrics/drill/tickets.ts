import { tickets } from '../../../catalog/drill';
import { SECOND } from '../../../model';
import type { ScopedReader } from '../../scope/reader';
import { join, sql } from '../../store/sql';
import { defineQuery, type Cell } from '../metric';
import { isIn } from '../shared/conditions';
import { zoneCuts } from '../shared/zones';
import { clientIds, clocksOf, itemFilters, itemsAt } from '../sla/outcomes';
import { pagesOf } from '../sla/pages';
import { untrackedDays } from '../sla/untracked';
import { offsetOf, paged } from './paged';

interface Found { client_key: number; tier: string; clock: string; outcome: string; alerts: number; start: number; due: number | null; stop: number | null; paused_ms: number | null; reopened: number; downgraded: boolean; gone: number | null; ticket_key: bigint | null; alert_key: bigint | null }

/** tickets (metrics.md, Rule 8): what sla.adherence counts: days of untracked alerts, then the items, newest first, a page at a time. */
export const ticketsQuery = defineQuery(tickets, async (reader, request, signal) => {
  const { asOf } = request;
  const nameOf = await clientIds(reader, signal);
  const cuts = zoneCuts(reader, request.range, request.groupBy.includes('client'), request.filters.client);
  if (cuts.length === 0) return { rows: [] };
  const state = request.filters.state ? isIn(sql`x.outcome`, request.filters.state) : sql`true`;
  // Without a ticket there is no item; sla.adherence counts them all the same, one a rule, client and local day.
  const lost = clocksOf(request).includes('decide') && (!request.filters.state || request.filters.state.includes('untracked')) ? await untrackedDays(reader, request, cuts, signal) : [];
  lost.sort((a, b) => b.firstDue - a.firstDue || (a.alert < b.alert ? -1 : 1));
  const offset = offsetOf(request);
  const untracked = lost.slice(offset, offset + request.limit);
  const items = join(cuts.map(cut => sql`select x.* from ${itemsAt(reader, itemFilters(reader, request, cut.clients), asOf, cut.range)} x
    where ((x.period_at >= ${cut.range.from} and x.period_at < ${cut.range.to} and x.period_at < ${asOf}) or x.outcome = 'running') and ${state}`), sql` union all `);
  const [[count], found] = await Promise.all([
    reader.query<{ n: number }>(sql`select count(*) as n from (${items}) i`, signal),
    reader.query<Found>(sql`select client_key, cast(tier as varchar) as tier, cast(clock as varchar) as clock, outcome, alerts, start, due, case when stop <= ${asOf} then stop end as stop, paused_ms, reopened, downgraded, gone, ticket_key, alert_key
      from (${items}) i order by start desc, item_clock_key limit ${request.limit - untracked.length} offset ${Math.max(0, offset - lost.length)}`, signal),
  ]);
  const [pages, alerts] = await Promise.all([pagesOf(reader, [...found, ...untracked.map(u => ({ ticket_key: null, alert_key: u.alert }))], signal), rulesOf(reader, signal)]);
  const without = untracked.map((u): Record<string, Cell> => ({
    outcome: 'untracked', client: nameOf(u.client), tier: u.tier, clock: 'decide', ticket: null, title: alerts.get(u.rule) ?? 'no rule named', alerts: u.alerts, start: u.start, due: u.firstDue, stop: null,
    paused: null, reopened: null, downgraded: null, gone: null, link: pages.alertUrl(u.alert),
  }));
  return paged(request, Number(count!.n) + lost.length, [...without, ...found.map((f): Record<string, Cell> => {
    const page = pages.ticket(f.ticket_key);
    return {
      outcome: f.outcome, client: nameOf(f.client_key), tier: f.tier, clock: f.clock, ticket: page?.ticket ?? null, title: page?.title ?? null, alerts: f.alerts, start: f.start, due: f.due, stop: f.stop,
      paused: (f.paused_ms ?? 0) / SECOND, reopened: f.reopened, downgraded: f.downgraded, gone: f.gone, link: page?.url ?? pages.alertUrl(f.alert_key),
    };
  })]);
});
const rulesOf = async (reader: ScopedReader, signal?: AbortSignal): Promise<Map<number, string | null>> =>
  new Map((await reader.query<{ rule_key: number; name: string | null }>(sql`select rule_key, coalesce(name, id) as name from ${reader.relation('rule')} r`, signal)).map(r => [r.rule_key, r.name]));
