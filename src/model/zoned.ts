import { Temporal } from 'temporal-polyfill';
import type { Range } from './time';

/**
 * Local days, weeks and months of a zone as UTC edges (metrics.md, Rules 7). Temporal builds the edges, once per zone and day;
 * per row there is only arithmetic. Days of 23 and 25 hours come out right because every edge is a zoned midnight.
 */
export type Bucket = 'day' | 'week' | 'month';
const EPOCH = Temporal.PlainDate.from('1970-01-01');
/** By zone and day: facts of every row ask. */
const starts = new Map<string, Map<number, number>>();
const MOST_DAYS = 50_000;

/** Local calendar day of an instant, as days since 1970-01-01. */
export function localDay(ms: number, zone: string): number {
  const guess = Math.floor(ms / 86_400_000);
  for (const day of [guess + 1, guess, guess - 1]) if (dayStart(day, zone) <= ms) return day;
  return guess - 2;
}

/** The instant (ms) at which a local day begins: its midnight, or the first instant after a gap at midnight. */
export function dayStart(day: number, zone: string): number {
  let days = starts.get(zone);
  if (days === undefined) starts.set(zone, days = new Map());
  let start = days.get(day);
  if (start === undefined) {
    start = EPOCH.add({ days: day }).toZonedDateTime(zone).epochMilliseconds;
    if (days.size > MOST_DAYS) days.clear();
    days.set(day, start);
  }
  return start;
}

export const dayNumber = (isoDate: string): number => EPOCH.until(Temporal.PlainDate.from(isoDate), { largestUnit: 'day' }).days;
export const isoDay = (day: number): string => EPOCH.add({ days: day }).toString();
/** ISO weekday of a day number: 1 = Monday … 7 = Sunday (1970-01-01 was a Thursday). */
export const isoWeekday = (day: number): number => ((((day + 3) % 7) + 7) % 7) + 1;

/** First day of the bucket that holds a local day: the day, its ISO week's Monday, its month's first. */
export function bucketDay(day: number, bucket: Bucket): number {
  if (bucket === 'day') return day;
  if (bucket === 'week') return day - (isoWeekday(day) - 1);
  const date = EPOCH.add({ days: day });
  return day - (date.day - 1);
}
function nextBucketDay(day: number, bucket: Bucket): number {
  if (bucket === 'day') return day + 1;
  if (bucket === 'week') return day + 7;
  return day + EPOCH.add({ days: day }).daysInMonth;
}

/** A range widened to whole local days: [start of the day that holds from, end of the day that holds to − 1 ms). */
export const widen = (range: Range, zone: string): Range => ({
  from: dayStart(localDay(range.from, zone), zone),
  to: dayStart(localDay(Math.max(range.to - 1, range.from), zone) + 1, zone),
});

/** Edges of the buckets that cut a widened range, first and last bucket cut at the range's own edges. n buckets → n + 1 edges. */
export function bucketEdges(range: Range, bucket: Bucket, zone: string): number[] {
  const { from, to } = widen(range, zone);
  const edges = [from];
  for (let day = nextBucketDay(bucketDay(localDay(from, zone), bucket), bucket); ; day = nextBucketDay(day, bucket)) {
    const edge = dayStart(day, zone);
    if (edge >= to) break;
    edges.push(edge);
  }
  edges.push(to);
  return edges;
}
