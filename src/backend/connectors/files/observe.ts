import type { TicketEvent, TicketEventType, TicketRow } from '../../../model';
import type { Window } from '../stream';
import type { FilePlan } from './plan';
import { isDoneState, lookUpState } from './ticket';

/** Exports: observeTicket. The columns that tell when something happened: what one of them tells is not observed. */
const TOLD_BY: Readonly<Partial<Record<TicketEventType, string>>> = {
  acknowledged: 'acknowledgedAt', escalated: 'escalatedAt', notified: 'notifiedAt', contained: 'containedAt', disposition_set: 'dispositionAt', merged: 'mergedAt', resolved: 'resolvedAt', closed: 'closedAt',
};
/** Those that entering a state is no event for: `created` marks the first state; pauses follow from `pauseStates`. */
const NO_ENTRY: readonly (TicketEventType | undefined)[] = [undefined, 'created', 'paused', 'resumed', 'disposition_set', 'severity_changed', 'reopened'];

/**
 * A file of tickets shows how they stand, not what happened. Where no column tells the time of a change, the difference between two readings
 * is its only record: an event at the later reading, its uncertainty the time since the one before (metrics.md, Ticket timeline). Who did
 * it is not known either. A severity or verdict that is only mapped anew is no change.
 */
export function observeTicket(plan: FilePlan, before: TicketRow, after: TicketRow, seen: Window): TicketRow {
  const told = (type: TicketEventType): boolean => { const field = TOLD_BY[type]; return field !== undefined && plan.stream.columns[field] !== undefined; };
  const events: TicketEvent[] = [];
  const emit = (type: TicketEventType, from: string | null, to: string | null, reason?: string): void => {
    if (!told(type)) events.push({ at: seen.to, type, from, to, actor: 'unknown', uncertainty: Math.max(0, seen.to - seen.from), ...(reason === undefined ? {} : { reason }) });
  };
  if (before.sourceSeverity !== after.sourceSeverity && before.tier !== after.tier) emit('severity_changed', before.tier, after.tier);
  const judged = before.sourceDisposition !== after.sourceDisposition && before.disposition !== after.disposition;
  if (judged) emit('disposition_set', before.disposition, after.disposition);
  if (before.sourceStatus !== after.sourceStatus) {
    const [paused, pause] = [lookUpState(plan.stream.pauseStates, before.sourceStatus), lookUpState(plan.stream.pauseStates, after.sourceStatus)];
    const means = lookUpState(plan.stream.states, after.sourceStatus);
    if (paused !== undefined) emit('resumed', before.sourceStatus, after.sourceStatus, paused);
    if (isDoneState(plan, before.sourceStatus) && !isDoneState(plan, after.sourceStatus)) emit('reopened', before.sourceStatus, after.sourceStatus);
    if (!NO_ENTRY.includes(means)) emit(means!, before.sourceStatus, means === 'merged' ? after.mergedInto : after.sourceStatus);
    if (pause !== undefined) emit('paused', before.sourceStatus, after.sourceStatus, pause);
  }
  // A column that says done, without a state that means it.
  if (before.done !== after.done && !events.some(e => ['resolved', 'closed', 'merged', 'reopened'].includes(e.type)) && !told('resolved')) emit(after.done ? 'closed' : 'reopened', before.sourceStatus, after.sourceStatus);
  // The time of an observed verdict outlives later readings, which do not tell it, for as long as the verdict stands.
  const dispositionAt = after.disposition === null || told('disposition_set') ? after.dispositionAt : judged ? seen.to : before.disposition === after.disposition ? before.dispositionAt : after.dispositionAt;
  if (events.length === 0 && dispositionAt === after.dispositionAt) return after;
  return { ...after, dispositionAt, timeline: [...after.timeline, ...events].sort((a, b) => a.at - b.at) };
}
