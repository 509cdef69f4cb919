import type { AlertRow, TicketRow } from '../../../src/model';
import type { CaseWorld } from '../../worlds/cases';

/** integrity.orphans in plain loops over canonical rows (metrics.md, The join). Shares nothing with facts or metrics. */
export interface History { begins: number | null; readTo: number | null }
export const instant = (a: AlertRow): number => a.detected ?? a.readable ?? a.event ?? a.changed;

export function hasTicket(alert: AlertRow, tickets: readonly TicketRow[]): boolean {
  for (const t of tickets) for (const q of t.quotes) if (q.alert === alert.joinId) return true;
  return false;
}
export const required = (alert: AlertRow, world: CaseWorld, asOf: number): boolean =>
  world.settings.policy.sla.ticketRequired.includes(alert.tier as never) && asOf - instant(alert) > world.settings.policy.sla.graceMinutes * 60_000;

export function missingOf(ticket: TicketRow, alerts: readonly AlertRow[]): number {
  let missing = 0;
  for (const q of ticket.quotes) if (!alerts.some(a => a.joinId === q.alert)) missing++;
  return missing;
}

export function kindOf(ticket: TicketRow, alerts: readonly AlertRow[], history: History): string | null {
  if (ticket.quotes.length === 0) return ticket.origin === 'alert' || ticket.origin === 'unknown' ? 'quotes_none' : null;
  if (missingOf(ticket, alerts) === 0) return null;
  if (history.begins === null || ticket.created < history.begins) return 'before_history';
  if (history.readTo === null || ticket.created > history.readTo) return 'not_read_yet';
  return 'ticket_quotes_unknown';
}

/** How many could be of each kind. */
export function couldBe(tickets: readonly TicketRow[], history: History): Record<string, number> {
  const out = { ticket_quotes_unknown: 0, quotes_none: 0, before_history: 0, not_read_yet: 0 };
  for (const t of tickets) {
    if (t.origin === 'alert' || t.origin === 'unknown') out.quotes_none++;
    if (t.quotes.length === 0) continue;
    if (history.begins === null || t.created < history.begins) out.before_history++;
    else if (history.readTo === null || t.created > history.readTo) out.not_read_yet++;
    else out.ticket_quotes_unknown++;
  }
  return out;
}
