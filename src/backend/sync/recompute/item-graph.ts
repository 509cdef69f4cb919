import type { TicketEvent } from '../../../model';
import type { HeldAlert, ItemTicket } from '../../facts/item';
import { doneSince, firstHumanAction } from '../../facts/timeline';
import type { Transaction } from '../../store/port';
import type { StoreRow, TableName } from '../../store/schema';
import type { Dimensions } from '../facts';
import { breather } from '../breathe';
import type { AlertStoreRow, LinkedRows, LinkStoreRow, TicketStoreRow } from './linked-rows';

/** A ticket with its timeline parsed once and what replays ask of it often. */
export interface GraphTicket extends ItemTicket {
  readonly key: bigint;
  readonly row: TicketStoreRow;
  readonly acted: number | null;
}

/**
 * Tickets, links and alerts around a touched set, loaded in batches. A ticket *continues* an earlier one for a client when it holds
 * one of that client's alerts that the earlier ticket held, and that had closed at most the reopen days before (metrics.md §3, Reopen).
 */
export class ItemGraph {
  readonly tickets = new Map<bigint, GraphTicket>();
  private readonly clientIds = new Map<number, string>();
  private readonly whole = new Set<bigint>();

  constructor(private readonly dimensions: Dimensions, private readonly reopenWithin: number, private readonly rows: LinkedRows) {}

  clientOf(key: number): string {
    let id = this.clientIds.get(key);
    if (id === undefined) this.clientIds.set(key, id = this.dimensions.clientId(key));
    return id;
  }
  get alerts(): ReadonlyMap<bigint, AlertStoreRow> { return this.rows.alerts; }
  loadAlerts(keys: Iterable<bigint>): Promise<void> { return this.rows.loadAlerts(keys); }
  linksOfTicket(key: bigint): readonly LinkStoreRow[] { return this.rows.linksOfTicket(key).filter(l => !l.removed); }

  /** Removed links too: whoever was linked is touched as well. */
  async joinsOf(tickets: Iterable<bigint>): Promise<Set<bigint>> {
    const keys = [...tickets];
    await this.rows.loadLinksOfTickets(keys);
    return new Set(keys.flatMap(key => this.rows.linksOfTicket(key).map(l => l.join_key!)));
  }

  async loadJoins(joins: Iterable<bigint>): Promise<void> {
    const all = [...new Set(joins)];
    await this.rows.loadLinksOfJoins(all);
    await this.rows.loadAlertsOfJoins(all);
    await this.loadTickets(all.flatMap(j => this.rows.linksOfJoin(j).map(l => l.ticket_key!)));
  }

  /** Tickets with all their alerts and those alerts' other tickets. */
  async loadWhole(keys: Iterable<bigint>): Promise<void> {
    const wanted = [...new Set(keys)].filter(k => !this.whole.has(k));
    if (wanted.length === 0) return;
    for (const key of wanted) this.whole.add(key);
    await this.rows.loadLinksOfTickets(wanted);
    await this.loadTickets(wanted);
    await this.loadJoins(wanted.flatMap(k => this.linksOfTicket(k).map(l => l.join_key!)));
  }

  private async loadTickets(keys: Iterable<bigint>): Promise<void> {
    const all = [...new Set(keys)];
    await this.rows.loadTickets(all);
    const rest = breather();
    for (const key of all) {
      const row = this.rows.tickets.get(key);
      if (!row || this.tickets.has(key)) continue;
      await rest();
      const ticket = { created: row.created!, tier: row.tier as ItemTicket['tier'], client: this.clientOf(row.client_key!), timeline: JSON.parse(row.timeline ?? '[]') as TicketEvent[] };
      this.tickets.set(key, { ...ticket, key, row, acted: firstHumanAction(ticket) });
    }
  }

  ticketsLinkedTo(joins: Iterable<bigint>): bigint[] {
    return [...joins].flatMap(j => this.rows.linksOfJoin(j)).map(l => l.ticket_key!).filter(k => this.tickets.has(k));
  }
  alertsLinkedBy(joins: Iterable<bigint>): AlertStoreRow[] { return [...joins].flatMap(j => this.rows.alertsOfJoin(j)); }

  /** Tickets of an alert, oldest first. Its join must have been loaded. */
  ticketsOf(alert: AlertStoreRow): { ticket: GraphTicket; link: LinkStoreRow }[] {
    return this.rows.linksOfJoin(alert.join_key!).filter(l => !l.removed && this.tickets.has(l.ticket_key!))
      .map(link => ({ ticket: this.tickets.get(link.ticket_key!)!, link }))
      .sort((a, b) => a.ticket.created - b.ticket.created || (a.ticket.row.id! < b.ticket.row.id! ? -1 : 1));
  }

  private continues(earlier: GraphTicket, later: GraphTicket, link: LinkStoreRow): boolean {
    if (link.linked_at !== null && later.acted !== null && link.linked_at > later.acted) return false;
    const closed = doneSince(earlier.timeline, later.created);
    return closed !== null && later.created - closed <= this.reopenWithin;
  }

  /** Alerts a ticket holds, and the edges that run through them to earlier and later tickets. */
  held(key: bigint): { alerts: HeldAlert[]; rows: AlertStoreRow[]; earlier: Set<bigint>; later: Map<string, Set<bigint>> } {
    const out = { alerts: [] as HeldAlert[], rows: [] as AlertStoreRow[], earlier: new Set<bigint>(), later: new Map<string, Set<bigint>>() };
    for (const own of this.linksOfTicket(key)) {
      for (const alert of this.rows.alertsOfJoin(own.join_key!)) {
        const client = this.clientOf(alert.client_key!);
        const all = this.ticketsOf(alert);
        const mine = all.findIndex(t => t.ticket.key === key);
        if (mine < 0) continue;
        const before = all.slice(0, mine).filter(t => this.continues(t.ticket, all[mine]!.ticket, all[mine]!.link));
        const after = all.slice(mine + 1).filter(t => this.continues(all[mine]!.ticket, t.ticket, t.link));
        for (const t of before) out.earlier.add(t.ticket.key);
        for (const t of after) {
          let set = out.later.get(client);
          if (!set) out.later.set(client, set = new Set());
          set.add(t.ticket.key);
        }
        out.rows.push(alert);
        out.alerts.push({ client, tier: alert.tier as HeldAlert['tier'], detected: alert.detected ?? alert.readable, linkedAt: own.linked_at, first: mine === 0, continues: before.length > 0 });
      }
    }
    return out;
  }
}

/** One batch look-up; none for no keys. */
export async function lookup<T extends TableName>(tx: Transaction, table: T, column: keyof StoreRow<T> & string, keys: Iterable<bigint>): Promise<StoreRow<T>[]> {
  const all = [...new Set(keys)];
  return all.length === 0 ? [] : tx.lookup(table, column, all);
}
