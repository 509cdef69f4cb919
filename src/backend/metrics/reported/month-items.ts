import type { ScopedReader } from '../../scope/reader';
import { outcomeAt, periodAt } from '../../store/outcome';
import { and, join, sql, type Sql } from '../../store/sql';
import { isIn, ofClients } from '../shared/conditions';
import { lies, segmentsOf, windowsOf, type Month } from './segments';

/** Items of a month that were alike when it was judged. */
export interface MonthItems { readonly client_key: number; readonly month: number; readonly clock: string; readonly tier: string; readonly outcome: string; readonly n: number }

/**
 * Items of the clocks by client and month, judged when the months are. Every item is counted as what it settles as (docs/adr/058), by segments of time; those
 * that settled after their month was judged, a few, are then taken out and put in as what they were at that instant, and those that nothing known settles are added.
 * `clients` null = all in scope; no month is judged after `asOf`.
 */
export async function itemsByMonth(reader: ScopedReader, months: readonly Month[], clocks: readonly string[], clients: readonly string[] | null, asOf: number, signal?: AbortSignal): Promise<MonthItems[]> {
  const segments = segmentsOf(months);
  const asked = and([isIn(sql`i.clock`, clocks), ofClients(reader, clients)]);
  const item = reader.relation('item');
  const begun = { from: segments.range.from, to: Math.min(segments.range.to, asOf) };
  const windows = windowsOf(months).filter(w => w.from < begun.to).map(w => ({ ...w, to: Math.min(w.to, begun.to) }));
  const names = (of: Sql): Sql => sql`${of}.client_key, ${of}.month, cast(${of}.clock as varchar) as clock, cast(${of}.tier as varchar) as tier`;
  const settled = await reader.query<MonthItems & { latest: number }>(sql`
    with s as (select i.client_key, ${segments.of(sql`i.period_at`)} as segment, i.clock, i.tier, i.settled_as, count(*) as n, max(i.settled_at) as latest from ${item} i where ${asked} and ${lies(sql`i.period_at`, begun)} and i.settled_at is not null group by all),
      m as (select s.*, p.month from s join ${segments.months} p on p.client_key = s.client_key and s.segment >= p.first_segment and s.segment < p.past_segment)
    select ${names(sql`m`)}, cast(m.settled_as as varchar) as outcome, sum(m.n) as n, max(m.latest) as latest from m group by all`, signal);
  const judgedAt = new Map(months.map(m => [`${m.client}|${m.month}`, m.at]));
  const passed = new Set(settled.filter(r => r.latest > judgedAt.get(`${r.client_key}|${r.month}`)!).map(r => r.month));
  const those = (where: Sql): Sql => sql`select i.client_key, i.clock, i.tier, i.start, i.target_ms, i.left_at, i.due, i.gross_due, i.paused_since, i.stop, i.settled_at, i.settled_as from ${item} i where ${asked} and ${where}`;
  const late = windows.filter(w => w.months.some(m => passed.has(m))).map(w => those(sql`${lies(sql`i.period_at`, w)} and i.settled_at > ${w.judged}`));
  const moved = await reader.query<MonthItems>(sql`
    with late as materialized (select p.client_key, p.month, i.clock, i.tier, i.settled_as, ${outcomeAt(sql`p.judged_at`)} as outcome, i.start <= p.judged_at and ${periodAt} < p.judged_at as counts
        from (${join([...late, those(sql`i.settled_at is null`)], sql` union all `)}) i join ${segments.months} p on p.client_key = i.client_key and ${periodAt} >= p.begins and ${periodAt} < p.ends)
    select ${names(sql`x`)}, x.outcome, sum(x.n) as n from (
      select client_key, month, clock, tier, cast(settled_as as varchar) as outcome, -1 as n from late where settled_as is not null
      union all select client_key, month, clock, tier, outcome, 1 from late where counts) x group by all`, signal);
  return moved.length === 0 ? settled : sums([...settled, ...moved]);
}

function sums(rows: readonly MonthItems[]): MonthItems[] {
  const all = new Map<string, MonthItems>();
  for (const r of rows) {
    const key = `${r.client_key}|${r.month}|${r.clock}|${r.tier}|${r.outcome}`;
    all.set(key, { ...r, n: r.n + (all.get(key)?.n ?? 0) });
  }
  return [...all.values()].filter(r => r.n !== 0);
}
