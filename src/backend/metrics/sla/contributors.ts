import { SHIFT_CELL, SHIFT_DAYS } from '../../../catalog/sla-columns';
import { slaContributors } from '../../../catalog/sla-contributors';
import { HOUR, DAY } from '../../../model';
import { sql } from '../../store/sql';
import { defineQuery, MetricRefused } from '../metric';
import { byText } from '../shared/by-text';
import { wilson } from '../shared/wilson';
import { zoneCuts } from '../shared/zones';
import { falls, type OutcomeRow } from './figures';
import { clientIds, itemCounts, itemFilters, refuseAllTiers } from './outcomes';

interface Cell { readonly client: string; readonly tier: string; readonly clock: string; readonly shift: string; readonly n: number; readonly misses: number }

/** sla.contributors (metrics.md §3, Where misses come from). For operators: in one client's figures a shift can be a single person. */
export const slaContributorsQuery = defineQuery(slaContributors, async (reader, request, signal) => {
  refuseAllTiers(request, slaContributors.id);
  if (!reader.operator) throw new MetricRefused('Misses by shift are shown to operators of the SOC only: in one client\'s figures a shift can be a single person.');
  const { asOf } = request;
  const nameOf = await clientIds(reader, signal);
  // A range that crosses a change of clocks is an hour shorter and still as many days. Widened to whole days it may be long enough in one zone alone.
  const cuts = zoneCuts(reader, request.range, true, request.filters.client).filter(c => c.range.to - c.range.from >= SHIFT_DAYS * DAY - HOUR);
  if (cuts.length === 0) return { rows: [], notices: [{ severity: 'info', text: slaContributors.nullReasons.short_range! }] };
  const counted = await reader.query<OutcomeRow & { client_key: number; tier: string; clock: string; shift: string | null }>(
    itemCounts(reader, itemFilters(reader, request, null), asOf, cuts, sql`x.client_key, x.tier, x.clock, x.shift`, 'of the spans'), signal);
  const byCell = new Map<string, Cell>();
  for (const row of counted.filter(falls)) {
    const head = { client: nameOf(row.client_key), tier: row.tier, clock: row.clock, shift: row.shift ?? 'none' };
    const key = Object.values(head).join('|');
    const { n, misses } = byCell.get(key) ?? { n: 0, misses: 0 };
    byCell.set(key, { ...head, n: n + row.n, misses: misses + (row.outcome === 'met' ? 0 : row.n) });
  }
  const cells = [...byCell.values()];

  const tiers = new Map<string, { n: number; misses: number }>();
  for (const c of cells) {
    const t = tiers.get(c.tier) ?? { n: 0, misses: 0 };
    tiers.set(c.tier, { n: t.n + c.n, misses: t.misses + c.misses });
  }
  const tried = cells.filter(c => c.n >= SHIFT_CELL);
  const rows = tried.flatMap(c => {
    const tier = tiers.get(c.tier)!;
    const rate = tier.misses / tier.n;
    const { low } = wilson(c.misses, c.n)!;
    return low <= rate ? [] : [{ tier: c.tier, clock: c.clock, client: c.client, shift: c.shift, items: c.n, misses: c.misses, miss_rate: c.misses / c.n, lower: low, tier_rate: rate, excess: c.misses - rate * c.n, tried: tried.length }];
  }).sort((a, b) => b.excess - a.excess || byText(`${a.tier}|${a.client}|${a.shift}|${a.clock}`, `${b.tier}|${b.client}|${b.shift}|${b.clock}`));
  return {
    rows: rows.map((row, i) => ({ rank: i + 1, ...row })).slice(0, request.limit),
    notices: [{ severity: 'info', text: `${tried.length} cells of at least ${SHIFT_CELL} items were compared; about ${Math.round(tried.length / 40)} of them would stand out by chance alone.` }],
  };
});
