import { rulesReliable } from '../../../catalog/rules-reliable';
import { defineQuery, type Cell } from '../metric';
import { wilson } from '../shared/wilson';
import { byName, headOf, NO_RULE, ruleCounts, type RuleCounts } from './counts';
import { rateCells, ratios } from './ratios';

/** Lower bound above which a rule is reliable (metrics.md §2). */
export const RELIABLE_ABOVE = 0.4;

const lower = ({ decisions: d }: RuleCounts): number => wilson(d.true, d.true + d.benign + d.false)?.low ?? 0;

/** The middle of the values, or half way between the two in the middle. Null for none. */
export function median(values: readonly number[]): number | null {
  const sorted = [...values].sort((a, b) => a - b);
  const half = sorted.length >> 1;
  return sorted.length === 0 ? null : sorted.length % 2 === 1 ? sorted[half]! : (sorted[half - 1]! + sorted[half]!) / 2;
}

/** rules.reliable (metrics.md §2, Rare but reliable): surest first. The bound is its own minimum: 3 of 3 lie above 40 %, 2 of 2 do not. */
export const rulesReliableQuery = defineQuery(rulesReliable, async (reader, request, signal) => {
  const all = (await ruleCounts(reader, { ...request, groupBy: [...new Set(['rule' as const, ...request.groupBy])] }, signal)).filter(c => c.group.rule !== NO_RULE);
  const middle = median(all.map(c => c.alerts));
  const listed = all.filter(c => c.alerts < middle! && lower(c) > RELIABLE_ABOVE).sort((a, b) => lower(b) - lower(a) || byName(a, b));
  const rows = listed.slice(0, request.limit).map((c): Record<string, Cell> => {
    const r = ratios(c, reader.policy.thresholds.reviewCompleteness);
    return { ...headOf(c), enabled: c.rule?.enabled ?? null, alerts: c.alerts, median: middle, ...rateCells(r), reason: r.confirmation === null ? 'few_decisions' : null };
  });
  return {
    rows,
    ...(rows.length === 0 && all.length > 0 && { notices: [{ severity: 'info' as const, text: `No rule with fewer than ${middle} alerts (the median) is confirmed so often that the lower bound lies above ${RELIABLE_ABOVE * 100} %.` }] }),
  };
});
