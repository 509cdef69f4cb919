import type { TicketRow } from '../../../model';

/**
 * Exports: withObserved. Where a source keeps no history, what two syncs saw differ is the only record of it (metrics.md, Ticket timeline):
 * events the store observed itself carry their uncertainty and outlive every later read of the ticket.
 */
export function withObserved(before: TicketRow, after: TicketRow): TicketRow {
  const own = before.timeline.filter(event => event.uncertainty !== undefined);
  if (own.length === 0) return after;
  const has = new Set(after.timeline.map(event => JSON.stringify(event)));
  const kept = own.filter(event => !has.has(JSON.stringify(event)));
  return { ...after, timeline: [...after.timeline, ...kept].sort((a, b) => a.at - b.at) };
}
