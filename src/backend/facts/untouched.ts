import type { Ms, TicketEvent } from '../../model';
import type { WorkingTime } from './calendar';
import { isHuman, stops } from './timeline';

/** Acknowledged and left (metrics.md §5): `halfDue` is null where nobody acknowledged, acknowledging decided, or no target governs. */
export interface Untouched { readonly halfDue: Ms | null; readonly untouched: boolean | null }

/**
 * Half the decide target's calendar time after the first human acknowledgement, and whether no human did anything in between. An event
 * at the instant of the acknowledgement belongs to it: a click with a comment is still a click. The query compares `halfDue` with its instant.
 */
export function untouchedFact(events: readonly TicketEvent[], decideTarget: Ms | null, calendar: WorkingTime): Untouched {
  const acknowledged = events.find(e => stops('acknowledge', e))?.at;
  if (acknowledged === undefined || decideTarget === null || events.some(e => e.at <= acknowledged && stops('decide', e))) return { halfDue: null, untouched: null };
  const halfDue = calendar.add(acknowledged, Math.round(decideTarget / 2));
  return { halfDue, untouched: !events.some(e => isHuman(e) && e.at > acknowledged && e.at <= halfDue) };
}
export const NOT_ASKED: Untouched = { halfDue: null, untouched: null };
