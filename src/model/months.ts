import { Temporal } from 'temporal-polyfill';
import { bucketDay, dayStart, localDay } from './zoned';
import type { Ms } from './rows';

/**
 * What a frozen month was computed by, beside the policy. Raise it whenever the same rows under the same policy give another SLA
 * outcome: later differences then say "definition" and not "policy".
 */
export const SLA_DEFINITION = 1;
/** The same of coverage: what an asset is on a day, and which days are measured. */
export const COVERAGE_DEFINITION = 1;
/** The same of verdicts and decisions. */
export const VERDICT_DEFINITION = 1;

/** A local month of a zone as reported (metrics.md, Rule 10). */
export interface ReportedMonth {
  /** Local day number of its first day. */
  readonly month: number;
  /** [begins, ends) in UTC. */
  readonly begins: Ms;
  readonly ends: Ms;
  /** Start of the closing day: provisional before, frozen from then on. */
  readonly closes: Ms;
}
const EPOCH = Temporal.PlainDate.from('1970-01-01');

/** The months of a zone that overlap [from, to), oldest first. `closingDay` is a day of the following month. */
export function reportedMonths(from: Ms, to: Ms, zone: string, closingDay: number): ReportedMonth[] {
  const out: ReportedMonth[] = [];
  for (let month = bucketDay(localDay(from, zone), 'month'); dayStart(month, zone) < to;) {
    const next = month + EPOCH.add({ days: month }).daysInMonth;
    out.push({ month, begins: dayStart(month, zone), ends: dayStart(next, zone), closes: dayStart(next + closingDay - 1, zone) });
    month = next;
  }
  return out;
}
