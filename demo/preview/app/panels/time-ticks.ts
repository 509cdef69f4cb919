import { dateTimeFormat, dateTimeForTimeZone } from '@grafana/data';

const minute = 60_000;
const hour = 60 * minute;
const day = 24 * hour;
const steps = [minute, 5 * minute, 15 * minute, 30 * minute, hour, 3 * hour, 6 * hour, 12 * hour, day, 2 * day, 3 * day, 4 * day, 7 * day, 14 * day, 30 * day, 90 * day, 365 * day];

/** A mark on a time axis; `time` is epoch milliseconds. */
export interface Tick {
  time: number;
  text: string;
}

/** At most about `count` round instants between two, round and labelled in the viewer's time zone, also across a change of the clock. */
export function timeTicks(from: number, to: number, count: number, timeZone: string): Tick[] {
  const step = steps.find((size) => (to - from) / size <= count) ?? (to - from) / count;
  const format = step >= day ? 'MM/DD' : to - from > day ? 'MM/DD HH:mm' : 'HH:mm';
  const offsetAt = (time: number) => dateTimeForTimeZone(timeZone, time).utcOffset() * minute;
  const first = Math.ceil((from + offsetAt(from)) / step) * step;
  const ticks: Tick[] = [];
  for (let local = first; ; local += step) {
    const time = local - offsetAt(local - offsetAt(from));
    if (time > to) {
      return ticks;
    }
    if (time >= from) {
      ticks.push({ time, text: dateTimeFormat(time, { timeZone, format }) });
    }
  }
}
