/** z of a two-sided 95 % interval. */
const Z = 1.959963984540054;

export interface Interval { readonly low: number; readonly high: number }

/** 95 % Wilson score interval of k successes in n trials (E. B. Wilson, JASA 22, 1927). Null for n = 0. */
export function wilson(k: number, n: number): Interval | null {
  if (n <= 0) return null;
  const p = k / n;
  const z2 = Z * Z;
  const centre = (p + z2 / (2 * n)) / (1 + z2 / n);
  const half = (Z / (1 + z2 / n)) * Math.sqrt((p * (1 - p)) / n + z2 / (4 * n * n));
  return { low: k === 0 ? 0 : Math.max(0, centre - half), high: k === n ? 1 : Math.min(1, centre + half) };
}
