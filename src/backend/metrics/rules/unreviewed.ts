import { rulesUnreviewed } from '../../../catalog/rules-unreviewed';
import { defineQuery } from '../metric';
import type { RuleCounts } from './counts';
import { ranked } from './ranked';
import { ratios } from './ratios';

/** rules.unreviewed (metrics.md §2, Unreviewed noise): a rule whose alerts are all duplicates or tests has nothing to review and is not listed. */
export const rulesUnreviewedQuery = defineQuery(rulesUnreviewed, (reader, request, signal) => {
  const { minAlerts, reviewBelow } = reader.policy.tuning;
  const of = (c: RuleCounts) => ratios(c, reader.policy.thresholds.reviewCompleteness);
  const unreviewed = (c: RuleCounts): number => { const r = of(c); return r.reviewable - r.reviewed; };
  return ranked(reader, request, {
    weight: unreviewed,
    second: () => 0,
    listed: c => { const { review } = of(c); return c.alerts >= minAlerts && review !== null && review < reviewBelow; },
    row: (c, place) => ({
      alerts: c.alerts, unreviewed: unreviewed(c), review: of(c).review, unmatched: c.buckets.unmatched, pending: c.buckets.pending, unclassified: c.buckets.unclassified,
      auto_closed: c.buckets.auto_closed, undetermined: c.buckets.undetermined, conflict: c.buckets.conflict, share: place.share, cumulative: place.cumulative,
    }),
    empty: `has at least ${minAlerts} alerts in range of which less than ${reviewBelow * 100} % were reviewed.`,
    about: 'nobody reviewed',
  }, signal);
});
