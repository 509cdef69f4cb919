import { slaMisses } from '../../../catalog/sla-misses';
import { SECOND } from '../../../model';
import { sql } from '../../store/sql';
import { defineQuery, type Cell } from '../metric';
import { within } from '../shared/conditions';
import { widest, zoneCuts } from '../shared/zones';
import { clientIds, itemFilters, itemsAt } from './outcomes';
import { pagesOf } from './pages';

interface Miss { client_key: number; tier: string; clock: string; alerts: number; start: number; due: number; stop: number | null; outcome: string; ticket_key: bigint | null; alert_key: bigint | null }

/**
 * sla.misses (metrics.md §3): the rows that sla.adherence counts as missed and overdue by client, by the same cut and at the same
 * instant. Key, title and link come through the scoped ticket relation: another client's ticket gives null.
 */
export const slaMissesQuery = defineQuery(slaMisses, async (reader, request, signal) => {
  const { asOf } = request;
  const nameOf = await clientIds(reader, signal);
  const cuts = zoneCuts(reader, request.range, true, request.filters.client);
  const found = cuts.length === 0 ? [] : await reader.query<Miss>(sql`
    select x.client_key, cast(x.tier as varchar) as tier, cast(x.clock as varchar) as clock, x.alerts, x.start, x.due, case when x.stop <= ${asOf} then x.stop end as stop, x.outcome, x.ticket_key, x.alert_key
    from ${itemsAt(reader, itemFilters(reader, request, null), asOf, widest(cuts))} x
    where x.outcome in ('missed', 'overdue') and x.period_at < ${asOf} and ${within(reader, cuts, sql`x.period_at`)}
    order by x.due desc, x.client_key, x.item_clock_key limit ${request.limit + 1}`, signal);
  found.sort((a, b) => b.due - a.due || a.client_key - b.client_key);
  const shown = found.slice(0, request.limit);
  const pages = await pagesOf(reader, shown, signal);
  const rows = shown.map((m): Record<string, Cell> => {
    const page = pages.ticket(m.ticket_key);
    return {
      state: m.outcome === 'missed' ? 'late' : 'still open', client: nameOf(m.client_key), tier: m.tier, clock: m.clock, ticket: page?.ticket ?? null, title: page?.title ?? null, alerts: m.alerts,
      start: m.start, due: m.due, stop: m.stop, late_by: ((m.stop ?? asOf) - m.due) / SECOND, link: page?.url ?? pages.alertUrl(m.alert_key),
    };
  });
  return { rows, ...(found.length > request.limit && { notices: [{ severity: 'warning' as const, text: `More than ${request.limit} misses; filter by tier or shorten the range to see the rest.` }] }) };
});
