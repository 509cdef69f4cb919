import { wilson, type Interval } from '../shared/wilson';

/**
 * 95 % interval of p₂ − p₁ for k₁ of n₁ and k₂ of n₂ (R. G. Newcombe, Statistics in Medicine 17, 1998, method 10: hybrid of two Wilson
 * intervals). Null where a side has no trial.
 */
export function newcombe(k1: number, n1: number, k2: number, n2: number): Interval | null {
  const [a, b] = [wilson(k1, n1), wilson(k2, n2)];
  if (!a || !b) return null;
  const [p1, p2] = [k1 / n1, k2 / n2];
  return { low: p2 - p1 - Math.hypot(p2 - b.low, a.high - p1), high: p2 - p1 + Math.hypot(b.high - p2, p1 - a.low) };
}
