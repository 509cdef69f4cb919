import { MARKS, type Ms, type Outcome } from '../../model';
import type { ItemFact } from './item';

/** What an outcome hangs on. */
export type Judged = Pick<ItemFact, 'start' | 'targetMs' | 'due' | 'grossDue' | 'stop' | 'firstStop' | 'pausedSince' | 'leftAt' | 'startFromCreation' | 'stopUnknownActor' | 'reopened'>;
/** `at`: the instant from which on the outcome is `as`, by all that is known; both null: nothing known ends it (a pause holds it up). */
export interface Settled { readonly at: Ms | null; readonly as: Outcome | null }

/** What an item comes to (metrics.md §3, Outcome): from `at` on every instant finds it so, until a row it is computed from changes (docs/adr/058). */
export function settled({ start, targetMs, due, grossDue, stop, pausedSince, leftAt }: Judged): Settled {
  const since = (at: Ms, as: Outcome): Settled => ({ at: Math.max(start, at), as });
  if (targetMs === null) return since(start, 'no_target');
  if (leftAt !== null) return since(leftAt, 'left');
  // At the due itself an item still runs.
  if (due !== null) return stop === null ? since(due + 1, 'overdue') : stop <= due ? since(due + 1, 'met') : since(stop, 'missed');
  return grossDue === null || pausedSince === null ? { at: null, as: null } : since(Math.max(grossDue + 1, pausedSince), 'on_hold');
}
/** The instant that puts an item into a period (metrics.md §3, Period). */
export const periodAt = ({ due, grossDue, start }: Judged): Ms => due ?? grossDue ?? start;

const reached = (at: Ms | null, due: Ms | null): boolean => at !== null && due !== null && at <= due;
/** `gone`: when the item vanished at its source, else null. */
export const marksOf = (i: Judged, gone: Ms | null): number =>
  (reached(i.stop, i.grossDue) ? MARKS.gross_met : 0) + (reached(i.firstStop, i.due) ? MARKS.first_met : 0) + (i.startFromCreation ? MARKS.from_creation : 0)
  + (i.stopUnknownActor ? MARKS.unknown_stop : 0) + (i.reopened > 0 ? MARKS.reopened : 0) + (gone !== null ? MARKS.gone : 0);
