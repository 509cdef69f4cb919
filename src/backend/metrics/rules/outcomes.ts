import { rulesOutcomes } from '../../../catalog/rules-outcomes';
import { VERDICT_BUCKETS } from '../../../model';
import { defineQuery, type Cell } from '../metric';
import { plainOutcomes } from '../shared/plain';
import { byName, headOf, ruleCounts, type RuleCounts } from './counts';
import { rateCells, ratios } from './ratios';

/** One row of outcomes; `rule_name` stands beside `rule`. Shared with the drills and the backlogs. */
export function outcomeRow(counts: RuleCounts, reviewThreshold: number): Record<string, Cell> {
  const r = ratios(counts, reviewThreshold);
  return {
    ...headOf(counts),
    alerts: counts.alerts,
    ...Object.fromEntries(VERDICT_BUCKETS.map(b => [`bucket_${b}`, counts.buckets[b]])),
    ...rateCells(r), nowhere: counts.buckets.false + counts.buckets.benign, suppressed: counts.suppressed, reason: r.reason,
  };
}

/** rules.outcomes (metrics.md §2): rows by load, most alerts first; an empty range gives no rows, never zeros. */
export const rulesOutcomesQuery = defineQuery(rulesOutcomes, async (reader, request, signal) => {
  const counts = await ruleCounts(reader, request, signal);
  const threshold = reader.policy.thresholds.reviewCompleteness;
  const rows = counts.sort((a, b) => b.alerts - a.alerts || byName(a, b));
  const shown = rows.slice(0, request.limit).map(c => outcomeRow(c, threshold)).map(row => (request.options.plain ? { ...row, ...plainOutcomes(row) } : row));
  return {
    rows: shown,
    ...(rows.length > shown.length && { notices: [{ severity: 'warning' as const, text: `${rows.length - shown.length} further rows are not shown; raise the limit or filter.` }] }),
  };
});
