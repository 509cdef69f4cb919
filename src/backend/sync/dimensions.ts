import { UNASSIGNED } from '../../model';
import type { WorkspaceSettings } from '../../settings/schema';
import type { Store, Transaction } from '../store/port';
import type { StoreRow } from '../store/schema';
import { sql } from '../store/sql';
import { table } from '../store/table';
import type { Dimensions } from './facts';
import { derivedRule } from './rows/rule';

/**
 * Exports: StoreDimensions, loadDimensions.
 * Ids ↔ integer keys, loaded once per open store. A new id is allocated in memory, written by `flush` inside the transaction that
 * uses it, and forgotten by `rollback` if that transaction fails. Client key 0 is `unassigned`, rule key 0 is "names no rule".
 */
export class StoreDimensions implements Dimensions {
  private readonly sources = new Space();
  private readonly clients = new Space();
  private readonly rules = new Space();
  /** Rows of dim_rule by key, kept because rule reads and alerts both extend them. */
  private readonly ruleRows = new Map<number, StoreRow<'dim_rule'>>();
  private readonly before = new Map<number, StoreRow<'dim_rule'> | undefined>();
  private zone = 'UTC';

  load(rows: { sources: readonly StoreRow<'dim_source'>[]; clients: readonly StoreRow<'dim_client'>[]; rules: readonly StoreRow<'dim_rule'>[] }): void {
    this.clients.put(UNASSIGNED, 0);
    for (const row of rows.sources) this.sources.put(row.id!, row.source_key!);
    for (const row of rows.clients) this.clients.put(row.id!, row.client_key!);
    for (const row of rows.rules) { this.rules.put(row.id!, row.rule_key!); this.ruleRows.set(row.rule_key!, row); }
  }

  sourceKey(id: string): number { return this.sources.key(id); }
  clientKey(id: string): number { return this.clients.key(id); }
  /** A rule not known yet is derived from the alert that names it (apply/alerts: nameRule). */
  ruleKey(id: string | null): number {
    if (id === null) return 0;
    const key = this.rules.key(id);
    if (!this.ruleRows.has(key)) this.putRule(derivedRule(key, id));
    return key;
  }
  sourceId(key: number): string { return this.sources.id(key); }
  clientId(key: number): string { return this.clients.id(key); }
  ruleId(key: number): string | null { return key === 0 ? null : this.rules.id(key); }

  rule(key: number): StoreRow<'dim_rule'> | undefined { return this.ruleRows.get(key); }
  putRule(row: StoreRow<'dim_rule'>): void {
    const key = row.rule_key!;
    if (!this.before.has(key)) this.before.set(key, this.ruleRows.get(key));
    this.ruleRows.set(key, row);
  }

  /** Writes names and zones of the settings; clients and sources that left the settings keep their rows. */
  async apply(tx: Transaction, settings: WorkspaceSettings): Promise<void> {
    this.zone = settings.zone;
    await tx.upsert('dim_source', settings.sources.map(s => ({ source_key: this.sourceKey(s.id), id: s.id, system: s.system, name: s.name ?? s.id })));
    await tx.upsert('dim_client', [
      { client_key: 0, id: UNASSIGNED, name: 'Unassigned', zone: settings.zone },
      ...settings.clients.map(c => ({ client_key: this.clientKey(c.id), id: c.id, name: c.name, zone: c.zone })),
    ]);
    this.sources.written();
    this.clients.written();
  }

  /** Writes what was allocated since; call before the transaction ends. */
  async flush(tx: Transaction): Promise<void> {
    await tx.upsert('dim_source', this.sources.fresh().map(([id, key]) => ({ source_key: key, id, system: '', name: id })));
    await tx.upsert('dim_client', this.clients.fresh().map(([id, key]) => ({ client_key: key, id, name: id, zone: this.zone })));
    await tx.upsert('dim_rule', [...this.before.keys()].map(key => this.ruleRows.get(key)!));
  }
  commit(): void { this.sources.written(); this.clients.written(); this.rules.written(); this.before.clear(); }
  rollback(): void {
    this.sources.forget(); this.clients.forget(); this.rules.forget();
    for (const [key, row] of this.before) { if (row) this.ruleRows.set(key, row); else this.ruleRows.delete(key); }
    this.before.clear();
  }
}

/** One vocabulary: ids and the keys they got, and which of them are not written yet. */
class Space {
  private readonly keys = new Map<string, number>();
  private readonly ids = new Map<number, string>();
  private readonly pending = new Map<string, number>();
  private next = 1;

  put(id: string, key: number): void { this.keys.set(id, key); this.ids.set(key, id); this.next = Math.max(this.next, key + 1); }
  key(id: string): number {
    let key = this.keys.get(id);
    if (key === undefined) { key = this.next; this.put(id, key); this.pending.set(id, key); }
    return key;
  }
  id(key: number): string {
    const id = this.ids.get(key);
    if (id === undefined) throw new Error(`no id has the key ${key}; the store's dimension tables and its rows do not fit together: sync again into a new data_path`);
    return id;
  }
  fresh(): [string, number][] { return [...this.pending]; }
  written(): void { this.pending.clear(); }
  forget(): void {
    for (const [id, key] of this.pending) { this.keys.delete(id); this.ids.delete(key); this.next = Math.min(this.next, key); }
    this.pending.clear();
  }
}

export async function loadDimensions(store: Pick<Store, 'query'>): Promise<StoreDimensions> {
  const dimensions = new StoreDimensions();
  dimensions.load({
    sources: await store.query(sql`select * from ${table('dim_source')}`),
    clients: await store.query(sql`select * from ${table('dim_client')}`),
    rules: await store.query(sql`select * from ${table('dim_rule')}`),
  });
  return dimensions;
}
