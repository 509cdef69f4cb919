import { rulesBacklog } from '../../../catalog/rules-backlog';
import { defineQuery } from '../metric';
import { wilson } from '../shared/wilson';
import type { RuleCounts } from './counts';
import { ranked } from './ranked';
import { ratios } from './ratios';

const nowhere = (c: RuleCounts): number => c.buckets.false + c.buckets.benign;
const decided = (c: RuleCounts): number => c.decisions.true + c.decisions.benign + c.decisions.false;
const upperBound = (c: RuleCounts): number | null => wilson(c.decisions.true, decided(c))?.high ?? null;

/** rules.backlog (metrics.md §2, Tuning backlog). Minimum and bound are policy; true positives at risk are decisions. */
export const rulesBacklogQuery = defineQuery(rulesBacklog, (reader, request, signal) => {
  const { minDecisions, upperBound: below } = reader.policy.tuning;
  return ranked(reader, request, {
    weight: nowhere,
    second: c => c.decisions.true,
    listed: c => { const high = upperBound(c); return decided(c) >= minDecisions && high !== null && high < below; },
    row: (c, place) => {
      const r = ratios(c, reader.policy.thresholds.reviewCompleteness);
      return {
        alerts: c.alerts, nowhere: nowhere(c), false: c.buckets.false, benign: c.buckets.benign, decisions: r.decided, confirmed: r.kOfN,
        confirmation_high: upperBound(c), review: r.review, nowhere_share: place.share, removed: place.cumulative, at_risk: place.second,
      };
    },
    empty: `has at least ${minDecisions} decisions in range and an upper bound below ${below * 100} %: nothing to tune by this measure.`,
    about: 'led nowhere',
  }, signal);
});
