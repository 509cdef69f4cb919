import { HOUR, MINUTE } from '../../src/model/time';
import { localDay, dayStart } from '../../src/model/zoned';
import type { Rng } from './rng';
import type { RuleNature, Severity } from './rules';
import { NIGHT } from './stories';

/** Contract targets to decide, 24×7, ms. The demo's policy states the same hours. */
export const DECIDE_TARGET: Readonly<Record<Severity, number>> = { critical: HOUR, high: 4 * HOUR, medium: 24 * HOUR, low: 72 * HOUR };
const MEDIAN: Readonly<Record<Severity, readonly [decide: number, acknowledge: number, sigma: number]>> = {
  critical: [36 * MINUTE, 8 * MINUTE, 0.4], high: [75 * MINUTE, 14 * MINUTE, 0.65], medium: [3.5 * HOUR, 45 * MINUTE, 0.9], low: [9 * HOUR, 2 * HOUR, 0.9],
};
const MISS: Readonly<Record<Severity, number>> = { critical: 0.048, high: 0.056, medium: 0.03, low: 0.015 };

/** When a human acknowledges and decides, as ms after the start of the clock, net of pauses. Always acknowledge < decide. */
export function pace(tier: Severity, client: string, start: number, rng: Rng): { acknowledge: number; decide: number } {
  const [decideMedian, acknowledgeMedian, sigma] = MEDIAN[tier];
  const target = DECIDE_TARGET[tier];
  const missed = rng.chance(tier === 'critical' && client === NIGHT.client && isNight(start) ? NIGHT.missShare : MISS[tier]);
  const decide = missed ? target * (1.04 + rng.lognormal(0.35, 0.9)) : Math.min(rng.lognormal(decideMedian, sigma), target * rng.between(0.8, 0.97));
  const fast = Math.max(decide, 6 * MINUTE);
  return { acknowledge: Math.min(rng.lognormal(acknowledgeMedian * (missed ? 2 : 1), 0.7), fast * rng.between(0.5, 0.8)), decide: fast };
}

/** Night shift of the SOC (Europe/Berlin). */
export function isNight(at: number): boolean {
  const hour = (at - dayStart(localDay(at, NIGHT.zone), NIGHT.zone)) / HOUR;
  return hour >= NIGHT.fromHour && hour < NIGHT.toHour;
}

export type Verdict = 'true' | 'benign' | 'false' | 'undetermined' | 'test' | null;
/** What a human concludes. Null: closed without saying. */
export function conclude(nature: RuleNature, x: number, y: number): Verdict {
  if (x < 0.028) return 'undetermined';
  if (x < 0.043) return null;
  if (x < 0.048) return 'test';
  return y < nature.tp ? 'true' : y < nature.tp + nature.bp ? 'benign' : 'false';
}
/** Tickets and SIEM say it in their own words. */
export const RESOLUTION: Readonly<Record<NonNullable<Verdict>, string>> = { true: 'True Positive', benign: 'Benign Positive', false: 'False Positive', undetermined: 'Undetermined', test: 'Test' };
export const REASON: Readonly<Record<NonNullable<Verdict>, string>> = { true: 'true_positive', benign: 'benign_positive', false: 'false_positive', undetermined: 'other', test: 'test' };
/** Reason that automation writes when it closes an alert. */
export const AUTOMATED = 'automated closure';
