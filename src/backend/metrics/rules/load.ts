import { rulesLoad } from '../../../catalog/rules-load';
import { defineQuery, type Cell } from '../metric';
import { byName, headOf, namesOf, ruleCounts, type RuleCounts } from './counts';
import { MIN_DECISIONS } from './ratios';
import { touchesOf } from './touches';

const nowhere = (c: RuleCounts): number => c.buckets.false + c.buckets.benign;
const decided = ({ decisions: d }: RuleCounts): number => d.true + d.benign + d.false;

/** rules.load (metrics.md §2, Analytical load): shares of everything asked for, most alerts first. Hours need a source with work logs; none has any. */
export const rulesLoadQuery = defineQuery(rulesLoad, async (reader, request, signal) => {
  const named = await namesOf(reader, request, signal);
  const [counts, touches] = await Promise.all([ruleCounts(reader, request, signal, { named }), touchesOf(reader, request, named, signal)]);
  counts.sort((a, b) => b.alerts - a.alerts || byName(a, b));
  const total = (of: (c: RuleCounts) => number) => counts.reduce((sum, c) => sum + of(c), 0);
  const all = { alerts: total(c => c.alerts), decisions: total(decided), nowhere: total(nowhere) };
  const share = (k: number, n: number): number | null => (n === 0 ? null : k / n);
  const rows = counts.slice(0, request.limit).map((c): Record<string, Cell> => {
    const [t, d] = [touches.get(JSON.stringify(c.group)) ?? 0, decided(c)];
    return {
      ...headOf(c), ...(c.group.rule !== undefined && { enabled: c.rule?.enabled ?? null }),
      alerts: c.alerts, alerts_share: share(c.alerts, all.alerts), decisions: d, decisions_share: share(d, all.decisions), nowhere: nowhere(c), nowhere_share: share(nowhere(c), all.nowhere),
      touches: t, touches_per_decision: d < MIN_DECISIONS ? null : t / d, hours: null, reason: 'no_work_log',
    };
  });
  return { rows, ...(counts.length > rows.length && { notices: [{ severity: 'warning' as const, text: `${counts.length - rows.length} further rows are not shown; raise the limit or filter.` }] }) };
});
