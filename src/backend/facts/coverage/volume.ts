import { DAY, dayStart, type Ms } from '../../../model';
import { LOOKBACK_DAYS } from './reading';

interface Counted { readonly first: Ms; readonly last: Ms; readonly count: number }
/** Events by local day. */
export type Volume = ReadonlyMap<number, number>;

const edges = new Map<string, Map<number, number>>();
/** `dayStart` without making a text per question: asked once per sighting of a first load. */
function startIn(zone: string): (day: number) => Ms {
  let known = edges.get(zone);
  if (!known) edges.set(zone, known = new Map());
  const starts = known;
  return day => { let at = starts.get(day); if (at === undefined) starts.set(day, at = dayStart(day, zone)); return at; };
}

/**
 * Events by local day. Telemetry is kept by UTC day, which is no local day but in UTC: at work from nine to five in Sydney, a UTC Sunday
 * holds one hour of Monday and would look like a fall. So each host-day is spread evenly between its first and last sighting, and every
 * local day takes its share (docs/adr/020).
 */
export function volumeByDay(sightings: Iterable<Counted>, zone: string): Volume {
  const out = new Map<number, number>();
  const start = startIn(zone);
  const add = (day: number, n: number): void => { out.set(day, (out.get(day) ?? 0) + n); };
  for (const { first, last, count } of sightings) {
    let day = Math.floor(first / DAY) + 1;
    while (start(day) > first) day--;
    let end = start(day + 1);
    if (last < end) { add(day, count); continue; }
    for (let from = first; ; from = end, day++, end = start(day + 1)) {
      const share = (Math.min(last, end) - from) / (last - first);
      if (share > 0) add(day, count * share);
      if (last <= end) break;
    }
  }
  return out;
}

/** Volume of a day below the share of the median of the 28 days before it; days without events do not count, 7 are needed (metrics.md §1, Covered). */
export function isBelowUsual(volume: Volume, day: number, below: number): boolean {
  const own = volume.get(day);
  if (own === undefined) return false;
  const past: number[] = [];
  for (let d = day - LOOKBACK_DAYS; d < day; d++) { const v = volume.get(d); if (v !== undefined) past.push(v); }
  if (past.length < 7) return false;
  past.sort((a, b) => a - b);
  const half = past.length >> 1;
  const median = past.length % 2 === 1 ? past[half]! : (past[half - 1]! + past[half]!) / 2;
  return own < below * median;
}
