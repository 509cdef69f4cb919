import { rowId, UNASSIGNED, type AlertRow, type RuleRow, type TicketRow } from '../../src/model';
import type { WorkspaceSettings } from '../../src/settings/schema';
import { keyOf } from '../../src/backend/store/key';
import type { Store, Transaction } from '../../src/backend/store/port';
import type { StoreRow } from '../../src/backend/store/schema';
import { TABLES, type TableName } from '../../src/backend/store/schema';
import { sql } from '../../src/backend/store/sql';
import { table as sqlTable } from '../../src/backend/store/table';
import { noneTouched, type Dimensions, type FactContext, type Recompute, type Touched } from '../../src/backend/sync/facts';
import { recomputeAlerts } from '../../src/backend/sync/recompute/alerts';
import { recomputeItems } from '../../src/backend/sync/recompute/items';

/** Writes canonical rows and runs the recomputes, as a sync does, page by page. */
const emptyRow = <T extends TableName>(table: T): StoreRow<T> => Object.fromEntries(Object.keys(TABLES[table].columns).map(c => [c, null])) as StoreRow<T>;

class Ids {
  private readonly keys = new Map<string, number>();
  constructor(private readonly first: number) {}
  key(id: string): number { let k = this.keys.get(id); if (k === undefined) this.keys.set(id, k = this.first + this.keys.size); return k; }
  id(key: number): string | undefined { for (const [id, k] of this.keys) if (k === key) return id; return undefined; }
  all(): [string, number][] { return [...this.keys]; }
}

export class WorldLoader {
  private readonly sources = new Ids(1);
  private readonly clients = new Ids(1);
  private readonly rules = new Ids(1);
  private readonly named = new Map<string, RuleRow>();
  readonly dimensions: Dimensions = {
    sourceKey: id => this.sources.key(id), clientKey: id => this.clients.key(id), ruleKey: id => (id === null ? 0 : this.rules.key(id)),
    sourceId: key => this.sources.id(key)!, clientId: key => this.clients.id(key)!, ruleId: key => (key === 0 ? null : this.rules.id(key)!),
  };

  constructor(readonly store: Store, readonly settings: WorkspaceSettings, private readonly recomputes: readonly Recompute[] = [recomputeAlerts, recomputeItems]) {
    for (const c of [...settings.clients.map(c => c.id), UNASSIGNED]) this.clients.key(c);
    for (const s of ['siem', 'siem2', 'desk']) this.sources.key(s);
  }

  /** Key of a client that a row or the settings named; null for any other. */
  clientKey = (id: string): number | null => this.clients.all().find(([known]) => known === id)?.[1] ?? null;

  async page(rows: { alerts?: readonly AlertRow[]; tickets?: readonly TicketRow[]; rules?: readonly RuleRow[] }, now = 0): Promise<void> {
    await this.store.transaction(async tx => {
      const touched = noneTouched();
      for (const r of rows.rules ?? []) this.rules.key(r.rule);
      await this.writeAlerts(tx, rows.alerts ?? [], touched);
      await this.writeTickets(tx, rows.tickets ?? [], touched);
      await this.writeDimensions(tx, rows.rules ?? []);
      const context: FactContext = { settings: this.settings, version: 1, dimensions: this.dimensions, now };
      for (const recompute of this.recomputes) await recompute(tx, touched, context);
    });
  }

  /** Facts outlive a new version of their row: a recompute needs to know what the row belonged to. */
  private async writeAlerts(tx: Transaction, rows: readonly AlertRow[], touched: Touched): Promise<void> {
    if (rows.length === 0) return;
    const before = new Map((await tx.lookup('alert', 'alert_key', rows.map(r => keyOf(r.id)))).map(r => [r.alert_key, r]));
    await tx.upsert('alert', rows.map(a => {
      const key = keyOf(a.id);
      const joinKey = keyOf('join', a.joinId);
      touched.alerts.add(key).add(key);
      touched.joins.add(joinKey);
      const old = before.get(key);
      if (old?.join_key != null) touched.joins.add(old.join_key);
      return {
        ...(old ?? emptyRow('alert')), alert_key: key, id: a.id, native_id: a.nativeId, join_key: joinKey, join_id: a.joinId, source_key: this.sources.key(a.source), client_key: this.clients.key(a.client),
        rule_key: this.dimensions.ruleKey(a.rule), rule_name: a.ruleName, rule_revision: a.ruleRevision, tier: a.tier, event: a.event, detected: a.detected, readable: a.readable,
        source_severity: a.sourceSeverity, source_client: a.sourceClient, source_status: a.sourceStatus, acknowledged_at: a.acknowledgedAt, acknowledged_by: a.acknowledgedBy,
        source_disposition: a.sourceDisposition, disposition: a.disposition, disposition_at: a.dispositionAt, disposition_by: a.dispositionBy, closed_at: a.closedAt ?? null,
        suppressed: a.suppressed, url: a.url, changed: a.changed, gone: a.gone,
      };
    }));
  }

  private async writeTickets(tx: Transaction, rows: readonly TicketRow[], touched: Touched): Promise<void> {
    if (rows.length === 0) return;
    const keys = rows.map(r => keyOf(r.id));
    const before = new Map((await tx.lookup('ticket', 'ticket_key', keys)).map(r => [r.ticket_key, r]));
    const links = new Map((await tx.lookup('link', 'ticket_key', keys)).map(l => [`${l.ticket_key}|${l.join_key}`, { ...l, removed: true }]));
    for (const t of rows) {
      const ticketKey = keyOf(t.id);
      touched.tickets.add(ticketKey);
      if (t.mergedInto) touched.tickets.add(keyOf(t.mergedInto));
      const into = before.get(ticketKey)?.merged_into;
      if (into) touched.tickets.add(keyOf(into));
      for (const q of t.quotes) {
        const joinKey = keyOf('join', q.alert);
        links.set(`${ticketKey}|${joinKey}`, { ticket_key: ticketKey, join_key: joinKey, join_id: q.alert, found: q.found, linked_at: q.linkedAt, removed: false });
      }
    }
    for (const link of links.values()) touched.joins.add(link.join_key!);
    if (links.size > 0) await tx.upsert('link', [...links.values()]);
    await tx.upsert('ticket', rows.map(t => ({
      ...(before.get(keyOf(t.id)) ?? emptyRow('ticket')), ticket_key: keyOf(t.id), id: t.id, native_id: t.nativeId, key: t.key, source_key: this.sources.key(t.source), client_key: this.clients.key(t.client), tier: t.tier,
      title: t.title, created: t.created, source_severity: t.sourceSeverity, source_client: t.sourceClient, source_status: t.sourceStatus, done: t.done,
      source_disposition: t.sourceDisposition, disposition: t.disposition, disposition_at: t.dispositionAt, disposition_by: t.dispositionBy, origin: t.origin,
      quotes: JSON.stringify(t.quotes), timeline: JSON.stringify(t.timeline), merged_into: t.mergedInto, url: t.url, changed: t.changed, gone: t.gone,
    })));
  }

  private async writeDimensions(tx: Transaction, rules: readonly RuleRow[]): Promise<void> {
    for (const r of rules) this.named.set(r.rule, r);
    const { named } = this;
    const zone = (id: string) => this.settings.clients.find(c => c.id === id)?.zone ?? this.settings.zone;
    await tx.upsert('dim_source', this.sources.all().map(([id, source_key]) => ({ source_key, id, system: 'test', name: id })));
    await tx.upsert('dim_client', this.clients.all().map(([id, client_key]) => ({ client_key, id, name: id, zone: zone(id) })));
    await tx.upsert('dim_rule', [['', 0] as [string, number], ...this.rules.all()].map(([id, rule_key]) => ({
      ...emptyRow('dim_rule'), rule_key, id: id || null, name: named.get(id)?.name ?? (id || null), tier: named.get(id)?.tier ?? null, enabled: named.get(id)?.enabled ?? null, derived: !named.has(id),
      predecessor: named.get(id)?.predecessor ?? null, query_hash: named.get(id)?.queryHash ?? null, changed: named.get(id)?.changed ?? null, gone: named.get(id)?.gone ?? null,
    })));
  }
}
export const ticketId = (nativeId: string): string => rowId('desk', 'ticket', nativeId);

/** Writes a whole world in one page: facts are computed once. Other cuts and orders give the same (worlds.test.ts). */
export async function loadWorld(store: Store, world: { settings: WorkspaceSettings; alerts: readonly AlertRow[]; tickets: readonly TicketRow[]; rules: readonly RuleRow[] }): Promise<WorldLoader> {
  const loader = new WorldLoader(store, world.settings);
  await loader.page({ rules: world.rules, alerts: world.alerts, tickets: world.tickets });
  return loader;
}

/** Empties every table a world writes, so that one store serves many worlds. */
export async function clear(store: Store): Promise<void> {
  await store.transaction(async tx => {
    for (const name of ['alert', 'ticket', 'link', 'item', 'siem_mark', 'dim_source', 'dim_client', 'dim_rule'] as const) await tx.execute(sql`delete from ${sqlTable(name)}`);
  });
}
