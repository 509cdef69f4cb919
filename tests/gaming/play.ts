import { type Disposition, type TicketEvent, type TicketRow } from '../../src/model';
import type { CaseWorld } from '../worlds/cases';
import { everything, worldOf, type Case } from './world';

/** Exports: each, onTicket, withEvents, without, judged. How a strategy changes the honest month. */
/** Cases changed one by one; null takes the ticket away. */
export const each = (change: (c: Case, i: number) => Case | null): CaseWorld => {
  const list = everything().map((c, i) => ({ honest: c, gamed: change(c, i) }));
  return { ...worldOf(list.flatMap(l => (l.gamed ? [l.gamed] : []))), alerts: list.map(l => l.gamed?.alert ?? l.honest.alert) };
};
export const onTicket = (change: (t: TicketRow, c: Case, i: number) => TicketRow | null): CaseWorld => each((c, i) => { const t = change(c.ticket, c, i); return t && { ...c, ticket: t }; });
export const withEvents = (t: TicketRow, events: readonly TicketEvent[]): TicketRow => ({ ...t, timeline: [...events].sort((a, b) => a.at - b.at), changed: Math.max(...events.map(e => e.at)) });
export const without = (t: TicketRow, ...types: TicketEvent['type'][]): TicketEvent[] => t.timeline.filter(e => !types.includes(e.type));
export const judged = (t: TicketRow, to: Disposition | null, when: number | null, by: 'human' | 'automation' = 'human'): TicketRow => ({ ...t, sourceDisposition: to, disposition: to, dispositionAt: to ? when : null, dispositionBy: to ? by : null });
