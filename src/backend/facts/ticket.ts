import type { Ms } from '../../model';
import { doneSince, entersDone, isHuman, ordered, stops, type TimelineTicket } from './timeline';

/** Facts of a ticket as such, for drills and integrity counters (columns of table `ticket` below the line). */
export interface TicketFact {
  /** Since when it stands in a done state (entry from one that was not done); null while open. */
  readonly closedAt: Ms | null;
  /** First human acknowledgement, or act that implies it. */
  readonly acknowledgedAt: Ms | null;
  /** First human disposition, escalation, containment or resolution, whatever happened later. */
  readonly decidedAt: Ms | null;
  /** The first resolution by anyone of the state it stands in; null while open. */
  readonly resolvedAt: Ms | null;
  readonly reopens: number;
  /** Times a disposition was replaced by another. */
  readonly redispositions: number;
  readonly unknownActors: number;
  /** Events by humans (unknown actors count as such), the creation left out. */
  readonly humanEvents: number;
  /** Closed by a human, and every human event lies at the instant of a human closing: a verdict given in the closing screen belongs to it. */
  readonly closingOnly: boolean;
}

export function ticketFacts(ticket: TimelineTicket): TicketFact {
  const events = ordered(ticket.timeline);
  let reopens = 0;
  let done = false;
  let redispositions = 0;
  let disposition: string | null = null;
  for (const e of events) {
    if (entersDone(e.type)) done = true;
    else if (e.type === 'reopened' && done) { reopens++; done = false; }
    if (e.type === 'disposition_set' && e.to !== null) {
      if (disposition !== null && e.to !== disposition) redispositions++;
      disposition = e.to;
    }
  }
  const closedAt = doneSince(events, Infinity);
  const acts = events.filter(e => e.type !== 'created');
  const closings = new Set(acts.filter(e => isHuman(e) && entersDone(e.type)).map(e => e.at));
  return {
    closedAt, resolvedAt: closedAt, reopens, redispositions,
    acknowledgedAt: events.find(e => stops('acknowledge', e))?.at ?? null,
    decidedAt: events.find(e => stops('decide', e))?.at ?? null,
    unknownActors: acts.filter(e => e.actor === 'unknown').length,
    humanEvents: acts.filter(isHuman).length,
    closingOnly: closedAt !== null && closings.size > 0 && acts.every(e => !isHuman(e) || closings.has(e.at)),
  };
}
