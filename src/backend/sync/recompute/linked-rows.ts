import type { Transaction } from '../../store/port';
import { TABLES, type StoreRow } from '../../store/schema';
import { sql } from '../../store/sql';
import { table } from '../../store/table';

/** What people read of an alert (texts, links, the source's own words) decides nothing here and is most of its bytes. */
const ALERT_TEXTS = ['native_id', 'join_id', 'rule_name', 'rule_revision', 'source_severity', 'source_client', 'source_status', 'source_disposition', 'suppressed', 'url'] as const;
const TICKET_TEXTS = ['native_id', 'key', 'title', 'source_severity', 'source_client', 'source_status', 'source_disposition', 'quotes', 'url'] as const;
export type AlertStoreRow = Omit<StoreRow<'alert'>, (typeof ALERT_TEXTS)[number]>;
export type TicketStoreRow = Omit<StoreRow<'ticket'>, (typeof TICKET_TEXTS)[number]>;
const but = <T extends 'alert' | 'ticket', X extends string>(name: T, texts: readonly X[]) =>
  Object.keys(TABLES[name].columns).filter(c => !(texts as readonly string[]).includes(c)) as Exclude<keyof StoreRow<T> & string, X>[];
export const ALERT_COLUMNS = but('alert', ALERT_TEXTS);
export const TICKET_COLUMNS = but('ticket', TICKET_TEXTS);
export type LinkStoreRow = StoreRow<'link'>;

/**
 * Alerts, links and tickets that the recomputes of one transaction have read. Both sides walk the same neighbourhood, and a wide row
 * costs more to bring into the process than anything that is then computed of it: nothing is read twice.
 */
export class LinkedRows {
  readonly alerts = new Map<bigint, AlertStoreRow>();
  readonly tickets = new Map<bigint, TicketStoreRow>();
  private readonly alertsByJoin = new Map<bigint, bigint[]>();
  private readonly linksByJoin = new Map<bigint, LinkStoreRow[]>();
  private readonly linksByTicket = new Map<bigint, LinkStoreRow[]>();
  constructor(private readonly tx: Transaction) {}

  async loadAlerts(keys: Iterable<bigint>): Promise<void> {
    const wanted = missing(keys, this.alerts);
    if (wanted.length > 0) this.keepAlerts(await this.tx.lookup('alert', 'alert_key', wanted, ALERT_COLUMNS));
  }
  keepAlerts(rows: readonly AlertStoreRow[]): void {
    for (const row of rows) if (!this.alerts.has(row.alert_key!)) this.alerts.set(row.alert_key!, row);
  }
  /** Rows as this transaction wrote them. */
  wrote(rows: readonly AlertStoreRow[]): void { for (const row of rows) this.alerts.set(row.alert_key!, row); }

  /** Alerts that carry any of these join keys. */
  async loadAlertsOfJoins(joins: Iterable<bigint>): Promise<void> {
    const wanted = missing(joins, this.alertsByJoin);
    if (wanted.length === 0) return;
    for (const join of wanted) this.alertsByJoin.set(join, []);
    // Keys first: most of these alerts are loaded already.
    const found = await this.tx.query<{ a: bigint; j: bigint }>(sql`select alert_key as a, join_key as j from ${table('alert')} where join_key in (select unnest(${wanted}::ubigint[]))`);
    await this.loadAlerts(found.map(row => row.a));
    for (const { a, j } of found) this.alertsByJoin.get(j)!.push(a);
  }
  alertsOfJoin(join: bigint): AlertStoreRow[] { return (this.alertsByJoin.get(join) ?? []).map(key => this.alerts.get(key)!); }

  /** Links of join keys, removed ones too. */
  async loadLinksOfJoins(joins: Iterable<bigint>): Promise<void> {
    const wanted = missing(joins, this.linksByJoin);
    if (wanted.length === 0) return;
    for (const join of wanted) this.linksByJoin.set(join, []);
    for (const link of await this.tx.lookup('link', 'join_key', wanted)) this.linksByJoin.get(link.join_key!)!.push(link);
  }
  linksOfJoin(join: bigint): readonly LinkStoreRow[] { return this.linksByJoin.get(join) ?? []; }

  /** Links of tickets, removed ones too. */
  async loadLinksOfTickets(keys: Iterable<bigint>): Promise<void> {
    const wanted = missing(keys, this.linksByTicket);
    if (wanted.length === 0) return;
    for (const key of wanted) this.linksByTicket.set(key, []);
    for (const link of await this.tx.lookup('link', 'ticket_key', wanted)) this.linksByTicket.get(link.ticket_key!)!.push(link);
  }
  linksOfTicket(key: bigint): readonly LinkStoreRow[] { return this.linksByTicket.get(key) ?? []; }

  /** Returns the rows that were not loaded before. */
  async loadTickets(keys: Iterable<bigint>): Promise<TicketStoreRow[]> {
    const wanted = missing(keys, this.tickets);
    return wanted.length === 0 ? [] : this.keepTickets(await this.tx.lookup('ticket', 'ticket_key', wanted, TICKET_COLUMNS));
  }
  keepTickets(rows: readonly TicketStoreRow[]): TicketStoreRow[] {
    const fresh = rows.filter(row => !this.tickets.has(row.ticket_key!));
    for (const row of fresh) this.tickets.set(row.ticket_key!, row);
    return fresh;
  }
}

const missing = (keys: Iterable<bigint>, known: ReadonlyMap<bigint, unknown>): bigint[] => [...new Set(keys)].filter(key => !known.has(key));
