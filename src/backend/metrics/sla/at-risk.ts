import { slaAtRisk } from '../../../catalog/sla-at-risk';
import { DAY, SECOND } from '../../../model';
import { byText } from '../shared/by-text';
import { sql, type Sql } from '../../store/sql';
import { defineQuery, type Cell } from '../metric';
import { clientIds, clocksOf, itemFilters, openAt, settledAt } from './outcomes';
import { pagesOf } from './pages';
import { untrackedDays } from './untracked';

interface OpenItem {
  item_clock_key: bigint; client_key: number; tier: string; clock: string; alerts: number; start: number; due: number | null; paused_since: number | null; outcome: string;
  ticket_key: bigint | null; alert_key: bigint | null;
}

/** Of what has settled only what a pause holds up is at risk: few rows have one, and the store skips the others by it. */
const HELD = (asOf: number): Sql => sql`i.settled_as = 'on_hold' and i.paused_since <= ${asOf}`;

/**
 * sla.at_risk (metrics.md §3, At risk now): running and paused items that nobody stopped, and untracked criticals of the last days, as of
 * the end of the range or now. Key, title and link come through the scoped ticket relation: another client's ticket gives null.
 */
export const slaAtRiskQuery = defineQuery(slaAtRisk, async (reader, request, signal) => {
  const { asOf } = request;
  const nameOf = await clientIds(reader, signal);
  const unstopped = sql`${itemFilters(reader, request, null)} and (i.stop is null or i.stop > ${asOf})`;
  const items = await reader.query<OpenItem>(sql`
    select x.item_clock_key, x.client_key, cast(x.tier as varchar) as tier, cast(x.clock as varchar) as clock, x.alerts, x.start, x.due, x.paused_since, x.outcome, x.ticket_key, x.alert_key
    from (${settledAt(reader, sql`${unstopped} and ${HELD(asOf)}`, asOf)} union all ${openAt(reader, unstopped, asOf)}) x
    where x.outcome in ('running', 'on_hold') and x.gone is null`, signal);

  const behind = new Map<Record<string, Cell>, OpenItem>();
  const keys = new Map<Record<string, Cell>, bigint>();
  const rows = items.map((i): Record<string, Cell> => {
    const paused = i.paused_since !== null && i.due === null && i.paused_since <= asOf;
    const due = paused ? null : i.due;
    const row: Record<string, Cell> = {
      state: paused ? (i.outcome === 'on_hold' ? 'on_hold' : 'paused') : 'running', client: nameOf(i.client_key), tier: i.tier, clock: i.clock,
      ticket: null, title: null, link: null, rule: null, alerts: i.alerts, start: i.start, due,
      time_left: due === null ? null : (due - asOf) / SECOND, age: (asOf - i.start) / SECOND, paused_for: paused ? (asOf - i.paused_since!) / SECOND : null,
    };
    behind.set(row, i);
    keys.set(row, i.item_clock_key);
    return row;
  });
  if (clocksOf(request).includes('decide') && (!request.filters.tier || request.filters.tier.includes('critical'))) {
    const lost = await untrackedDays(reader, { ...request, filters: { ...request.filters, tier: ['critical'] } }, { clients: null, range: { from: asOf - request.options.untrackedDays * DAY, to: asOf } }, signal);
    const rules = new Map((lost.length === 0 ? [] : await reader.query<{ rule_key: number; name: string | null }>(sql`select rule_key, coalesce(name, id) as name from ${reader.relation('rule')} r`, signal)).map(r => [r.rule_key, r.name]));
    for (const u of lost) {
      const row: Record<string, Cell> = {
        state: 'untracked', client: nameOf(u.client), tier: u.tier, clock: 'decide', ticket: null, title: null, link: null, rule: rules.get(u.rule) ?? 'no rule named', alerts: u.alerts,
        start: u.start, due: u.firstDue, time_left: null, age: u.start === null ? null : (asOf - u.start) / SECOND, paused_for: null,
      };
      rows.push(row);
      keys.set(row, u.alert);
    }
  }
  // Lost criticals first, then by time left, then the longest pauses.
  const rank = (r: Record<string, Cell>) => (r.state === 'untracked' ? 0 : r.state === 'running' ? 1 : 2);
  const order = (a: Record<string, Cell>, b: Record<string, Cell>): number =>
    rank(a) - rank(b) || Number(a.time_left ?? 0) - Number(b.time_left ?? 0) || Number(b.paused_for ?? 0) - Number(a.paused_for ?? 0) || Number(b.age) - Number(a.age);
  rows.sort(order);
  // Only what may be shown is named; rows even with the last one shown are among it, because the ticket's key decides between them, and after it the row's own.
  const last = rows[request.limit - 1];
  const near = last ? rows.filter((row, i) => i < request.limit || order(row, last) === 0) : rows;
  const pages = await pagesOf(reader, near.flatMap(row => behind.get(row) ?? []), signal);
  for (const row of near) {
    const item = behind.get(row);
    if (!item) continue;
    const page = pages.ticket(item.ticket_key);
    Object.assign(row, { ticket: page?.ticket ?? null, title: page?.title ?? null, link: page?.url ?? pages.alertUrl(item.alert_key) });
  }
  near.sort((a, b) => order(a, b) || byText(String(a.ticket), String(b.ticket)) || (keys.get(a)! < keys.get(b)! ? -1 : 1));
  return {
    rows: near.slice(0, request.limit),
    ...(rows.length > request.limit && { notices: [{ severity: 'warning' as const, text: `${rows.length - request.limit} further rows are not shown; raise the limit or filter.` }] }),
  };
});
