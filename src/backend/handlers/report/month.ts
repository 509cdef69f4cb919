import { bucketDay, dayNumber, dayStart, isoDay, localDay, reportedMonths, type Range } from '../../../model';
import { QueryRefused } from '../../../query/request';

/** A month of a client's zone: `2026-10` as [first midnight, next first midnight), and when it closes. */
export interface ReportMonth { readonly name: string; readonly range: Range; readonly closes: number; readonly previous: string; readonly next: string | null }

const nameOf = (day: number): string => isoDay(day).slice(0, 7);

/** The month asked for; without one the last complete month. Throws QueryRefused for what is no month, or has not begun. */
export function monthOf(asked: string | null, zone: string, now: number, closingDay: number): ReportMonth {
  const thisMonth = bucketDay(localDay(now, zone), 'month');
  if (asked !== null && !/^\d{4}-(0[1-9]|1[0-2])$/.test(asked)) throw new QueryRefused('The month is written as YYYY-MM, for example 2026-10.');
  const first = asked === null ? bucketDay(thisMonth - 1, 'month') : dayNumber(`${asked}-01`);
  if (first > thisMonth) throw new QueryRefused(`${nameOf(first)} has not begun yet in ${zone}.`);
  const begins = dayStart(first, zone);
  const { ends, closes } = reportedMonths(begins, begins + 1, zone, closingDay)[0]!;
  return { name: nameOf(first), range: { from: begins, to: ends }, closes, previous: nameOf(bucketDay(first - 1, 'month')), next: ends > now ? null : nameOf(localDay(ends, zone)) };
}
