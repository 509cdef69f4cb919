import type { Cell } from '../metric';
import { wilson } from '../shared/wilson';
import type { RuleCounts } from './counts';

/** Under this many decisions a rate is k of n, no percentage (metrics.md §2). */
export const MIN_DECISIONS = 10;

export interface RuleRatios {
  readonly decided: number;
  /** TP / (TP + BP + FP) over decisions; null under 10 decisions. */
  readonly confirmation: number | null;
  readonly low: number | null;
  readonly high: number | null;
  /** FP / (TP + BP + FP) over decisions; null under 10 decisions. */
  readonly falseShare: number | null;
  readonly kOfN: string;
  /** Alerts with a determined verdict / (alerts − duplicate − test); null when nothing is left to review. */
  readonly review: number | null;
  readonly reviewable: number;
  readonly reviewed: number;
  /** Bounds of the rate when every unreviewed alert were false, or true; null while review completeness is at its threshold or above, and under 10 decisions. */
  readonly boundLow: number | null;
  readonly boundHigh: number | null;
  readonly reason: string | null;
}

/** Ratios of one group (metrics.md §2, Confirmation rate … Review completeness). A conflict is no determined verdict. */
export function ratios(counts: Pick<RuleCounts, 'alerts' | 'buckets' | 'decisions'>, reviewThreshold: number): RuleRatios {
  const { true: t, benign: b, false: f } = counts.decisions;
  const decided = t + b + f;
  const enough = decided >= MIN_DECISIONS;
  const reviewable = counts.alerts - counts.buckets.duplicate - counts.buckets.test;
  const reviewed = counts.buckets.true + counts.buckets.benign + counts.buckets.false;
  const review = reviewable > 0 ? reviewed / reviewable : null;
  const interval = enough ? wilson(t, decided) : null;
  const open = reviewable - reviewed;
  const bounded = enough && review !== null && review < reviewThreshold;
  return {
    decided, reviewable, reviewed, review,
    confirmation: enough ? t / decided : null,
    low: interval?.low ?? null, high: interval?.high ?? null,
    falseShare: enough ? f / decided : null,
    kOfN: `${t} of ${decided}`,
    boundLow: bounded ? t / (decided + open) : null,
    boundHigh: bounded ? (t + open) / (decided + open) : null,
    reason: enough ? null : decided === 0 ? 'no decision in range' : `under ${MIN_DECISIONS} decisions: ${t} of ${decided} confirmed`,
  };
}

/** The columns of `rateColumns`. */
export const rateCells = (r: RuleRatios): Record<string, Cell> => ({
  decisions: r.decided, confirmed: r.kOfN, confirmation: r.confirmation, confirmation_low: r.low, confirmation_high: r.high,
  false_share: r.falseShare, review: r.review, bound_low: r.boundLow, bound_high: r.boundHigh,
});
