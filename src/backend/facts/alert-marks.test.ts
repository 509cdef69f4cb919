import { ALERT_FLAGS, ALERT_TIMES, ALERT_VERDICTS, alertMarksOf, BUNDLE_SPAN, hasFlag, markedTimes, markedVerdict, type AlertFlag } from '../../model';
import { alertMarks, type Counted } from './alert-marks';

const AT = 10 * BUNDLE_SPAN;
const alert = (given: Partial<Counted>): Counted => ({
  at: AT, event: null, detected: AT, readable: null, gone: null, disposition: null, dispositionBy: null, bucket: 'unmatched', inherited: null, conflictWithTrue: false, verdictAt: null, headAt: null,
  hasTicket: false, crossClient: false, ticketRequired: false, lateLink: null, ...given,
});
const borrowed = { bucket: 'false', inherited: true, verdictAt: AT, headAt: AT } as const;

test.each<[string, Partial<Counted>, string, string, AlertFlag[]]>([
  ['nothing but a detection', {}, 'alone', 'unmatched', []],
  ['no detection', { detected: null, event: AT }, 'undetected', 'unmatched', []],
  ['its times at one instant', { event: AT, readable: AT }, 'in_order', 'unmatched', []],
  ['detected before its event', { event: AT + 1 }, 'skewed', 'unmatched', []],
  ['readable before it was detected', { readable: AT - 1 }, 'skewed', 'unmatched', []],
  ['its own verdict', { bucket: 'true', inherited: false, verdictAt: AT - 1, disposition: 'true_positive', dispositionBy: 'unknown' }, 'alone', 'own', ['own_verdict']],
  ['a robot’s verdict', { bucket: 'auto_closed', disposition: 'false_positive', dispositionBy: 'automation' }, 'alone', 'auto_closed', []],
  ['a ticket’s verdict of the same instant', borrowed, 'alone', 'inherited', []],
  ['a ticket’s verdict that stood before it', { ...borrowed, verdictAt: AT - 1 }, 'alone', 'bundled', []],
  ['just within the span of one event', { ...borrowed, headAt: AT - BUNDLE_SPAN }, 'alone', 'inherited', []],
  ['past it', { ...borrowed, headAt: AT - BUNDLE_SPAN - 1 }, 'alone', 'bundled', []],
  ['a conflict with a true positive', { bucket: 'conflict', conflictWithTrue: true }, 'alone', 'conflict_with_true', []],
  ['a conflict of others', { bucket: 'conflict' }, 'alone', 'conflict', []],
  ['in another client’s ticket, too late, gone', { hasTicket: true, crossClient: true, ticketRequired: true, lateLink: true, gone: 1 }, 'alone', 'unmatched', ['gone', 'ticket_required', 'has_ticket', 'crossing', 'late_link']],
])('%s', (_, given, times, verdict, flags) => {
  const marks = alertMarks(alert(given));
  expect([markedTimes(marks), markedVerdict(marks), (Object.keys(ALERT_FLAGS) as AlertFlag[]).filter(flag => hasFlag(marks, flag))]).toEqual([times, verdict, flags]);
});

test('every combination has a number of its own below 4,094', () => {
  const flags = Object.keys(ALERT_FLAGS) as AlertFlag[];
  const all = new Set<number>();
  for (const times of ALERT_TIMES) for (const verdict of ALERT_VERDICTS) for (let bits = 0; bits < 2 ** flags.length; bits++) all.add(alertMarksOf(times, verdict, flags.filter((_, i) => bits & (2 ** i))));
  expect([all.size, Math.max(...all) < 4_094]).toEqual([ALERT_TIMES.length * ALERT_VERDICTS.length * 2 ** flags.length, true]);
});
