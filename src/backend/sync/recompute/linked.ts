import type { VerdictTicket } from '../../facts/alert';
import type { StoreRow } from '../../store/schema';
import type { Transaction } from '../../store/port';
import { sql } from '../../store/sql';
import { table } from '../../store/table';

export type AlertStoreRow = StoreRow<'alert'>;
export type TicketStoreRow = StoreRow<'ticket'>;
export type LinkStoreRow = StoreRow<'link'>;

/** Merges are followed at most this far: a longer chain is a loop or an error at the source, and the last ticket reached stands. */
const MERGE_DEPTH = 10;

/**
 * The part of alert ↔ ticket that a touched set reaches, loaded in a handful of batch look-ups and kept while one recompute runs.
 * Every `load*` call adds; nothing is read twice.
 */
export class Neighbourhood {
  readonly alerts = new Map<bigint, AlertStoreRow>();
  readonly tickets = new Map<bigint, TicketStoreRow>();
  private readonly ticketsById = new Map<string, TicketStoreRow>();
  private readonly linksByJoin = new Map<bigint, LinkStoreRow[]>();
  private readonly linksByTicket = new Map<bigint, LinkStoreRow[]>();
  private readonly alertsByJoin = new Map<bigint, AlertStoreRow[]>();
  private readonly absorbedBy = new Map<string, TicketStoreRow[]>();

  constructor(private readonly tx: Transaction) {}

  async loadAlerts(keys: Iterable<bigint>): Promise<void> {
    const wanted = [...keys].filter(k => !this.alerts.has(k));
    if (wanted.length > 0) this.keepAlerts(await this.tx.lookup('alert', 'alert_key', wanted));
  }

  keepAlerts(rows: readonly AlertStoreRow[]): void {
    for (const row of rows) if (!this.alerts.has(row.alert_key!)) this.alerts.set(row.alert_key!, row);
  }

  /** Alerts that carry any of these join keys, and remembers which keys were asked. */
  async alertsOfJoins(joins: Iterable<bigint>): Promise<AlertStoreRow[]> {
    const all = [...new Set(joins)];
    const wanted = all.filter(j => !this.alertsByJoin.has(j));
    if (wanted.length > 0) {
      for (const join of wanted) this.alertsByJoin.set(join, []);
      // Keys first: most of these alerts are loaded already, and an alert is a wide row.
      const found = await this.tx.query<{ a: bigint; j: bigint }>(sql`select alert_key as a, join_key as j from ${table('alert')} where join_key in (select unnest(${wanted}::ubigint[]))`);
      await this.loadAlerts(found.map(row => row.a));
      for (const { a, j } of found) this.alertsByJoin.get(j)!.push(this.alerts.get(a)!);
    }
    return all.flatMap(j => this.alertsByJoin.get(j)!);
  }

  /** Loads tickets linked to join keys, with every ticket their merges lead to and come from. */
  async loadTicketsOfJoins(joins: Iterable<bigint>): Promise<void> {
    const wanted = [...new Set(joins)].filter(j => !this.linksByJoin.has(j));
    if (wanted.length === 0) return;
    for (const join of wanted) this.linksByJoin.set(join, []);
    const links = await this.tx.lookup('link', 'join_key', wanted);
    for (const link of links) if (!link.removed) this.linksByJoin.get(link.join_key!)!.push(link);
    await this.loadTickets(links.map(l => l.ticket_key!));
  }

  async loadTickets(keys: Iterable<bigint>): Promise<void> {
    const wanted = [...new Set(keys)].filter(k => !this.tickets.has(k));
    if (wanted.length === 0) return;
    this.keepTickets(await this.tx.lookup('ticket', 'ticket_key', wanted));
    await this.followMerges();
  }

  private keepTickets(rows: readonly TicketStoreRow[]): TicketStoreRow[] {
    const fresh = rows.filter(r => !this.tickets.has(r.ticket_key!));
    for (const row of fresh) { this.tickets.set(row.ticket_key!, row); this.ticketsById.set(row.id!, row); }
    return fresh;
  }

  private async followMerges(): Promise<void> {
    for (let depth = 0; depth < MERGE_DEPTH; depth++) {
      const targets = [...this.tickets.values()].map(t => t.merged_into).filter((id): id is string => id !== null && !this.ticketsById.has(id));
      const unasked = [...this.ticketsById.keys()].filter(id => !this.absorbedBy.has(id));
      if (targets.length === 0 && unasked.length === 0) return;
      if (targets.length > 0) this.keepTickets(await this.tx.lookup('ticket', 'id', [...new Set(targets)]));
      for (const id of unasked) this.absorbedBy.set(id, []);
      const absorbed = unasked.length > 0 ? await this.tx.lookup('ticket', 'merged_into', unasked) : [];
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

  linksOf(alert: AlertStoreRow): readonly LinkStoreRow[] { return alert.join_key === null ? [] : this.linksByJoin.get(alert.join_key) ?? []; }

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
    const wanted = [...family].filter(k => !this.linksByTicket.has(k));
    if (wanted.length > 0) {
      for (const key of wanted) this.linksByTicket.set(key, []);
      for (const link of await this.tx.lookup('link', 'ticket_key', wanted)) if (!link.removed) this.linksByTicket.get(link.ticket_key!)!.push(link);
    }
    return new Set([...family].flatMap(k => this.linksByTicket.get(k) ?? []).map(l => l.join_key!));
  }
}
