import { alertMarksOf, BUNDLE_SPAN, type ActorKind, type AlertFlag, type AlertTimes, type AlertVerdict, type Disposition, type Ms, type VerdictBucket } from '../../model';

/** What an alert's marks hang on: its own row and its other facts. */
export interface Counted {
  readonly at: Ms;
  readonly event: Ms | null;
  readonly detected: Ms | null;
  readonly readable: Ms | null;
  readonly gone: Ms | null;
  readonly disposition: Disposition | null;
  readonly dispositionBy: ActorKind | null;
  readonly bucket: VerdictBucket;
  readonly inherited: boolean | null;
  readonly conflictWithTrue: boolean;
  readonly verdictAt: Ms | null;
  readonly headAt: Ms | null;
  readonly hasTicket: boolean;
  readonly crossClient: boolean;
  readonly ticketRequired: boolean;
  readonly lateLink: boolean | null;
}

const after = (late: Ms | null, early: Ms | null): boolean => late !== null && early !== null && late > early;

function timesOf({ event, detected, readable }: Counted): AlertTimes {
  if (detected === null) return 'undetected';
  if (event === null && readable === null) return 'alone';
  return after(event, detected) || after(detected, readable) ? 'skewed' : 'in_order';
}
/** A verdict from a ticket is bundled where it stood before the alert, or the alert came long after the first of its decision. */
function verdictOf({ bucket, inherited, conflictWithTrue, at, verdictAt, headAt }: Counted): AlertVerdict {
  if (bucket === 'conflict') return conflictWithTrue ? 'conflict_with_true' : 'conflict';
  if (bucket !== 'true' && bucket !== 'benign' && bucket !== 'false') return bucket;
  if (inherited !== true) return 'own';
  return after(at, verdictAt) || after(at, headAt === null ? null : headAt + BUNDLE_SPAN) ? 'bundled' : 'inherited';
}
/** What counters ask of an alert, whatever their instant (docs/adr/062). */
export function alertMarks(a: Counted): number {
  const flags: [AlertFlag, boolean][] = [
    ['gone', a.gone !== null], ['ticket_required', a.ticketRequired], ['own_verdict', a.disposition !== null && a.dispositionBy !== 'automation'],
    ['has_ticket', a.hasTicket], ['crossing', a.hasTicket && a.crossClient], ['late_link', a.lateLink === true],
  ];
  return alertMarksOf(timesOf(a), verdictOf(a), flags.flatMap(([flag, set]) => (set ? [flag] : [])));
}
