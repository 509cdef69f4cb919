import type { VerdictTicket } from '../../facts/alert';
import type { Transaction } from '../../store/port';
import { LinkedRows, TICKET_COLUMNS, type AlertStoreRow, type LinkStoreRow, type TicketStoreRow } from './linked-rows';

export type { AlertStoreRow, LinkStoreRow, TicketStoreRow } from './linked-rows';

/** Merges are followed at most this far: a longer chain is a loop or an error at the source, and the last ticket reached stands. */
const MERGE_DEPTH = 10;

/** The part of alert ↔ ticket that a touched set reaches, with the merges of its tickets followed. */
export class Neighbourhood {
  private readonly ticketsById = new Map<string, TicketStoreRow>();
  private readonly absorbedBy = new Map<string, TicketStoreRow[]>();

  constructor(private readonly tx: Transaction, private readonly rows = new LinkedRows(tx)) {}
  get alerts(): ReadonlyMap<bigint, AlertStoreRow> { return this.rows.alerts; }
  get tickets(): ReadonlyMap<bigint, TicketStoreRow> { return this.rows.tickets; }

  loadAlerts(keys: Iterable<bigint>): Promise<void> { return this.rows.loadAlerts(keys); }
  keepAlerts(rows: readonly AlertStoreRow[]): void { this.rows.keepAlerts(rows); }

  /** Alerts that carry any of these join keys. */
  async alertsOfJoins(joins: Iterable<bigint>): Promise<AlertStoreRow[]> {
    const all = [...new Set(joins)];
    await this.rows.loadAlertsOfJoins(all);
    return all.flatMap(join => this.rows.alertsOfJoin(join));
  }

  /** Loads tickets linked to join keys, with every ticket their merges lead to and come from. */
  async loadTicketsOfJoins(joins: Iterable<bigint>): Promise<void> {
    const all = [...new Set(joins)];
    await this.rows.loadLinksOfJoins(all);
    await this.loadTickets(all.flatMap(join => this.rows.linksOfJoin(join).map(l => l.ticket_key!)));
  }

  async loadTickets(keys: Iterable<bigint>): Promise<void> {
    const all = [...new Set(keys)];
    await this.rows.loadTickets(all);
    let fresh = false;
    for (const key of all) { const row = this.rows.tickets.get(key); if (row && !this.ticketsById.has(row.id!)) { this.ticketsById.set(row.id!, row); fresh = true; } }
    if (fresh) await this.followMerges();
  }
  private keepTickets(rows: readonly TicketStoreRow[]): void {
    this.rows.keepTickets(rows);
    for (const row of rows) if (!this.ticketsById.has(row.id!)) this.ticketsById.set(row.id!, this.rows.tickets.get(row.ticket_key!)!);
  }

  private async followMerges(): Promise<void> {
    for (let depth = 0; depth < MERGE_DEPTH; depth++) {
      const targets = [...this.ticketsById.values()].map(t => t.merged_into).filter((id): id is string => id !== null && !this.ticketsById.has(id));
      const unasked = [...this.ticketsById.keys()].filter(id => !this.absorbedBy.has(id));
      if (targets.length === 0 && unasked.length === 0) return;
      if (targets.length > 0) this.keepTickets(await this.tx.lookup('ticket', 'id', [...new Set(targets)], TICKET_COLUMNS));
      for (const id of unasked) this.absorbedBy.set(id, []);
      const absorbed = unasked.length > 0 ? await this.tx.lookup('ticket', 'merged_into', unasked, TICKET_COLUMNS) : [];
      this.keepTickets(absorbed);
      for (const t of absorbed) this.absorbedBy.get(t.merged_into!)!.push(t);
      if (targets.length > 0 && targets.every(id => !this.ticketsById.has(id)) && absorbed.length === 0) return;
    }
  }

  /** The surviving ticket after merges; an unknown target leaves the ticket itself. */
  survivor(ticket: TicketStoreRow): TicketStoreRow {
    let at = ticket;
    const seen = new Set([ticket.id]);
    for (let depth = 0; depth < MERGE_DEPTH && at.merged_into !== null; depth++) {
      const next = this.ticketsById.get(at.merged_into);
      if (!next || seen.has(next.id)) break;
      seen.add(next.id);
      at = next;
    }
    return at;
  }

  linksOf(alert: AlertStoreRow): readonly LinkStoreRow[] { return alert.join_key === null ? [] : this.rows.linksOfJoin(alert.join_key).filter(l => !l.removed); }

  /** Distinct surviving tickets of an alert. Call after loadTicketsOfJoins. */
  verdictTickets(alert: AlertStoreRow): VerdictTicket[] {
    const out = new Map<bigint, VerdictTicket>();
    for (const link of this.linksOf(alert)) {
      const ticket = this.tickets.get(link.ticket_key!);
      if (!ticket) continue;
      const s = this.survivor(ticket);
      out.set(s.ticket_key!, {
        key: s.ticket_key!, id: s.id!, client: s.client_key!, created: s.created!, done: s.done === true,
        disposition: s.disposition as VerdictTicket['disposition'], dispositionAt: s.disposition_at, dispositionBy: s.disposition_by as VerdictTicket['dispositionBy'],
      });
    }
    return [...out.values()];
  }

  /** Join keys quoted by these tickets and by every ticket that merges into the same survivor. */
  async joinsOfTickets(keys: Iterable<bigint>): Promise<Set<bigint>> {
    await this.loadTickets(keys);
    const family = new Set<bigint>();
    for (const key of keys) {
      const ticket = this.tickets.get(key);
      if (!ticket) continue;
      const queue = [this.survivor(ticket), ticket];
      for (const member of queue) {
        if (family.has(member.ticket_key!)) continue;
        family.add(member.ticket_key!);
        queue.push(...(this.absorbedBy.get(member.id!) ?? []));
      }
    }
    await this.rows.loadLinksOfTickets(family);
    return new Set([...family].flatMap(k => this.rows.linksOfTicket(k).filter(l => !l.removed).map(l => l.join_key!)));
  }
}
