import type { CounterDefinition } from '../../../catalog/integrity-counter-list';

const UNITS = [[86_400, 'd'], [3_600, 'h'], [60, 'min'], [1, 's']] as const;
/** Seconds in their two largest units: "1 h 30 min". */
function time(seconds: number): string {
  const first = UNITS.findIndex(([size]) => seconds >= size);
  if (first < 0) return '0 s';
  const [size, unit] = UNITS[first]!;
  const next = UNITS[first + 1];
  const rest = next ? Math.floor((seconds % size) / next[0]) : 0;
  return `${Math.floor(seconds / size)} ${unit}${rest > 0 ? ` ${rest} ${next![1]}` : ''}`;
}

/** A counter's value in its own unit, as people read it; null stays null. One table holds shares, counts and times side by side. */
export function shown({ unit }: Pick<CounterDefinition, 'unit'>, value: number | null): string | null {
  if (value === null) return null;
  if (unit === 'ratio') return `${(100 * value).toFixed(1)} %`;
  return unit === 'seconds' ? time(value) : value.toLocaleString('en-US');
}

const SIDE = { below: 'at least', above: 'at most', at: 'fewer than' } as const;
/** What was agreed, as people read it: "at least 95.0 %". */
export const agreed = (counter: CounterDefinition, threshold: number | null): string | null =>
  threshold === null || counter.past === null ? null : `${SIDE[counter.past]} ${shown(counter, threshold)}`;
