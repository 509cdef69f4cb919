import { rulesOutcomes } from '../../../catalog/rules-outcomes';
import { VERDICT_BUCKETS } from '../../../model';
import { defineQuery, type Cell } from '../metric';
import { ruleCounts, type RuleCounts } from './counts';
import { ratios } from './ratios';

/** One row of outcomes; `rule_name` stands beside `rule`. Shared with the drills and the backlogs. */
export function outcomeRow(counts: RuleCounts, reviewThreshold: number): Record<string, Cell> {
  const r = ratios(counts, reviewThreshold);
  return {
    ...counts.group,
    ...(counts.group.rule !== undefined && { rule_name: counts.ruleName ?? counts.group.rule }),
    alerts: counts.alerts,
    ...Object.fromEntries(VERDICT_BUCKETS.map(b => [`bucket_${b}`, counts.buckets[b]])),
    decisions: r.decided, confirmed: r.kOfN, confirmation: r.confirmation, confirmation_low: r.low, confirmation_high: r.high,
    false_share: r.falseShare, review: r.review, bound_low: r.boundLow, bound_high: r.boundHigh,
    nowhere: counts.buckets.false + counts.buckets.benign, suppressed: counts.suppressed, reason: r.reason,
  };
}

/** rules.outcomes (metrics.md §2): rows by load, most alerts first; an empty range gives no rows, never zeros. */
export const rulesOutcomesQuery = defineQuery(rulesOutcomes, async (reader, request, signal) => {
  const counts = await ruleCounts(reader, request, signal);
  const threshold = reader.policy.thresholds.reviewCompleteness;
  const rows = counts.sort((a, b) => b.alerts - a.alerts || JSON.stringify(a.group).localeCompare(JSON.stringify(b.group)));
  const shown = rows.slice(0, request.limit).map(c => outcomeRow(c, threshold));
  return {
    rows: shown,
    ...(rows.length > shown.length && { notices: [{ severity: 'warning' as const, text: `${rows.length - shown.length} further rows are not shown; raise the limit or filter.` }] }),
  };
});
