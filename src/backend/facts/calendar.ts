import { Temporal } from 'temporal-polyfill';
import type { z } from 'zod';
import { DAY, dayNumber, isoDay, isoWeekday, type Ms } from '../../model';
import type { calendarSchema } from '../../settings/policy';

/**
 * Working time of one calendar (metrics.md §3, Clocks): arithmetic on edges that are built once and searched per row.
 * All values in ms. `add` gives the earliest instant at which that much working time has passed since `start`.
 */
export interface WorkingTime {
  add(start: Ms, amount: Ms): Ms;
  /** Working time in [from, to); 0 when to ≤ from. */
  between(from: Ms, to: Ms): Ms;
  /** True when a local date (days since 1970-01-01) is a holiday of this calendar. */
  isHoliday(day: number): boolean;
}
export type CalendarSettings = z.infer<typeof calendarSchema>;

/** Around the clock: calendar time is real time. */
export const ALWAYS: WorkingTime = {
  add: (start, amount) => start + amount,
  between: (from, to) => Math.max(0, to - from),
  isHoliday: () => false,
};

const WEEKDAYS = ['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun'] as const;
/** Edges are built in slices of this many days around what is asked. */
const MARGIN_DAYS = 400;
/** A calendar that opens this rarely is a mistake in the settings, not a calendar. */
const LONGEST_CLOSURE_DAYS = 4_000;

function localInstant(day: number, time: string, zone: string): Ms {
  const date = Temporal.PlainDate.from(isoDay(day));
  if (time === '24:00') return date.add({ days: 1 }).toZonedDateTime(zone).epochMilliseconds;
  // "compatible": a time inside the spring gap moves forward, a repeated time in autumn is the first one.
  return date.toZonedDateTime({ timeZone: zone, plainTime: Temporal.PlainTime.from(time) }).epochMilliseconds;
}

/**
 * Business hours with zone and holidays. Throws when no hours are configured, naming the calendar.
 * Holidays are local dates of the calendar's zone; overlapping intervals count once; 23- and 25-hour days come out of the zone's own edges.
 */
export function businessHours(name: string, settings: CalendarSettings): WorkingTime {
  const holidays = new Set(settings.holidays.map(dayNumber));
  if (Object.values(settings.hours).every(h => !h || h.every(i => i.from >= i.to))) {
    throw new Error(`calendar "${name}" has no open hours; give at least one weekday an interval, or use 24x7`);
  }
  let opens: number[] = [];
  let closes: number[] = [];
  let worked: number[] = [];
  let firstDay = 0;
  let endDay = 0;

  const intervalsOf = (day: number): { from: Ms; to: Ms }[] => {
    if (holidays.has(day)) return [];
    const hours = settings.hours[WEEKDAYS[isoWeekday(day) - 1]!] ?? [];
    return hours.map(h => ({ from: localInstant(day, h.from, settings.zone), to: localInstant(day, h.to, settings.zone) })).filter(i => i.to > i.from);
  };

  function build(from: number, to: number): void {
    const all: { from: Ms; to: Ms }[] = [];
    for (let day = from; day < to; day++) all.push(...intervalsOf(day));
    all.sort((a, b) => a.from - b.from);
    opens = []; closes = []; worked = [];
    let sum = 0;
    for (const i of all) {
      const last = closes.length - 1;
      if (last >= 0 && i.from <= closes[last]!) {
        if (i.to > closes[last]!) { sum += i.to - closes[last]!; closes[last] = i.to; }
        continue;
      }
      opens.push(i.from); closes.push(i.to); worked.push(sum);
      sum += i.to - i.from;
    }
    firstDay = from; endDay = to;
  }

  /** Edges must reach a day beyond both instants: a local day may lie up to a day off its UTC number. */
  function cover(from: Ms, to: Ms): void {
    const low = Math.floor(from / DAY) - 2;
    const high = Math.floor(to / DAY) + 3;
    if (firstDay <= low && high <= endDay && endDay > firstDay) return;
    const grown = endDay > firstDay;
    build(Math.min(low - MARGIN_DAYS, grown ? firstDay : Infinity), Math.max(high + MARGIN_DAYS, grown ? endDay : -Infinity));
  }

  /** Index of the last interval that opens at or before the instant; −1 before all. */
  function indexAt(at: Ms): number {
    let low = 0;
    let high = opens.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (opens[middle]! <= at) low = middle + 1; else high = middle;
    }
    return low - 1;
  }
  function workedBefore(at: Ms): Ms {
    const i = indexAt(at);
    return i < 0 ? 0 : worked[i]! + Math.min(at, closes[i]!) - opens[i]!;
  }

  return {
    between(from, to) {
      if (to <= from) return 0;
      cover(from, to);
      return workedBefore(to) - workedBefore(from);
    },
    add(start, amount) {
      if (amount <= 0) return start;
      for (let reach = 2 * amount + 14 * DAY; ; reach *= 2) {
        cover(start, start + reach);
        const goal = workedBefore(start) + amount;
        const end = closes.length - 1;
        if (end >= 0 && worked[end]! + closes[end]! - opens[end]! >= goal) {
          let low = 0;
          let high = end;
          while (low < high) {
            const middle = (low + high) >>> 1;
            if (worked[middle]! + closes[middle]! - opens[middle]! >= goal) high = middle; else low = middle + 1;
          }
          return opens[low]! + (goal - worked[low]!);
        }
        if (reach > LONGEST_CLOSURE_DAYS * DAY + 20 * amount) throw new Error(`calendar "${name}" stays closed for years after ${new Date(start).toISOString()}; check its hours and holidays`);
      }
    },
    isHoliday: day => holidays.has(day),
  };
}
