import { DAY } from './time';

/** Longest stretch of one rule's alerts in one ticket that passes for one event (docs/adr/043). */
export const BUNDLE_SPAN = 3 * DAY;

/**
 * What counters ask of an alert and no later instant changes, as one number (docs/adr/062): flags as bits, and one of ALERT_TIMES and one of
 * ALERT_VERDICTS in places of their own. It stays below 4,094: so few values an engine counts by their place in an array, where it would hash every row.
 */
export const ALERT_FLAGS = { gone: 4, ticket_required: 8, own_verdict: 16, has_ticket: 32, crossing: 64, late_link: 128 } as const;
export type AlertFlag = keyof typeof ALERT_FLAGS;
/** Its times beside the detection: nothing to compare it with, in order, or against it. */
export const ALERT_TIMES = ['undetected', 'alone', 'in_order', 'skewed'] as const;
export type AlertTimes = (typeof ALERT_TIMES)[number];
/** Its verdict as counters tell it: of the determined ones, whose it is. */
export const ALERT_VERDICTS = ['own', 'inherited', 'bundled', 'conflict', 'conflict_with_true', 'undetermined', 'auto_closed', 'unclassified', 'pending', 'unmatched', 'duplicate', 'test'] as const;
export type AlertVerdict = (typeof ALERT_VERDICTS)[number];

const [TIMES_PLACE, VERDICT_PLACE] = [4, 256];
export const alertMarksOf = (times: AlertTimes, verdict: AlertVerdict, flags: readonly AlertFlag[]): number =>
  flags.reduce((sum, flag) => sum + ALERT_FLAGS[flag], ALERT_TIMES.indexOf(times) + VERDICT_PLACE * ALERT_VERDICTS.indexOf(verdict));
export const hasFlag = (marks: number, flag: AlertFlag): boolean => (marks & ALERT_FLAGS[flag]) !== 0;
export const markedTimes = (marks: number): AlertTimes => ALERT_TIMES[marks % TIMES_PLACE]!;
export const markedVerdict = (marks: number): AlertVerdict => ALERT_VERDICTS[Math.floor(marks / VERDICT_PLACE)]!;
