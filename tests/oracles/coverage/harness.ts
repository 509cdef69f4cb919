import { DAY, type AssetRow } from '../../../src/model';
import type { WorkspaceSettings } from '../../../src/settings/schema';
import { openDuckDb } from '../../../src/backend/store/duckdb';
import type { Store, Transaction } from '../../../src/backend/store/port';
import { sql } from '../../../src/backend/store/sql';
import { table } from '../../../src/backend/store/table';
import { applyPage } from '../../../src/backend/sync/apply';
import { StoreDimensions, loadDimensions } from '../../../src/backend/sync/dimensions';
import { noneTouched, type FactContext, type Touched } from '../../../src/backend/sync/facts';
import { coverageFlush, coverageMark, coverageRebuild } from '../../../src/backend/sync/recompute/coverage';
import { openScope } from '../../../src/backend/scope/gate';
import type { ScopedReader } from '../../../src/backend/scope/reader';
import type { MetricRequest } from '../../../src/backend/metrics/metric';
import { storeRow } from '../../../src/backend/store/testing/rows';
import type { TelemetryDay } from '../../worlds/coverage';
import type { OracleDay } from './oracle';

const USED = ['dim_source', 'dim_client', 'asset_record', 'asset_version', 'asset', 'seen_host', 'observation', 'asset_span', 'coverage_day', 'coverage_reading', 'source_day', 'stream_state', 'notice', 'meta'] as const;

/** A real store in memory that takes pages as a sync does. */
export class Estate {
  private constructor(readonly store: Store, readonly dimensions: StoreDimensions, public settings: WorkspaceSettings, public now: number) {}
  static async open(settings: WorkspaceSettings, now: number): Promise<Estate> {
    const store = await openDuckDb({ path: ':memory:' });
    const dimensions = await loadDimensions(store);
    await store.transaction(async tx => { await dimensions.apply(tx, settings); });
    return new Estate(store, dimensions, settings, now);
  }
  /** The same over a store that other worlds used: emptied, which is quicker than opened. */
  static async again(store: Store, settings: WorkspaceSettings, now: number): Promise<Estate> {
    await store.transaction(async tx => { for (const name of USED) await tx.execute(sql`delete from ${table(name)}`); });
    const dimensions = await loadDimensions(store);
    await store.transaction(async tx => { await dimensions.apply(tx, settings); });
    return new Estate(store, dimensions, settings, now);
  }
  private context(): FactContext { return { settings: this.settings, version: 1, dimensions: this.dimensions, now: this.now }; }
  private run(work: (tx: Transaction, touched: Touched) => Promise<void>): Promise<void> {
    return this.store.transaction(async tx => {
      const touched = noneTouched();
      await work(tx, touched);
      await this.dimensions.flush(tx);
      await coverageMark(tx, touched, this.context());
    });
  }
  assets(rows: readonly AssetRow[]): Promise<void> {
    return this.run(async (tx, touched) => { await applyPage({ tx, dimensions: this.dimensions, touched, changedIsReading: true }, { kind: 'asset', rows }); });
  }
  /** Telemetry days read in one transaction. */
  telemetry(list: readonly TelemetryDay[], readTo?: number): Promise<void> {
    return this.run(async (tx, touched) => {
      await applyPage({ tx, dimensions: this.dimensions, touched, changedIsReading: true }, { kind: 'observation', rows: list.flatMap(d => d.rows) });
      const key = (d: TelemetryDay): number => this.dimensions.sourceKey(d.source);
      await tx.upsert('source_day', list.map(d => ({ source_key: key(d), stream: d.stream, day: d.day, read_to: readTo ?? (d.day + 1) * DAY, hosts: d.hosts ?? d.rows.length })));
      for (const d of list) touched.telemetryDays.add(`${key(d)}|${d.stream}|${d.day}`);
    });
  }
  /** What the engine says of the telemetry streams: still in their first load, or current. */
  streams(sources: readonly string[], current: boolean): Promise<void> {
    return this.run(async tx => { await tx.upsert('stream_state', sources.map(source => storeRow('stream_state', { source, stream: 'all', kind: 'observation', progress: current ? 1 : 0.5 }))); });
  }
  flush(midnight = true): Promise<boolean> { return this.store.transaction(tx => coverageFlush(tx, this.context(), midnight)); }
  rebuild(): Promise<void> { return this.store.transaction(tx => coverageRebuild(tx, this.context())); }

  /** When each asset was registered, and how that began and ended. */
  async assetsById(): Promise<Record<string, { from: number; to: number | null; began: string | null; ended: string | null }>> {
    const rows = await this.store.query<{ id: string; from: number; to: number | null; began: string | null; ended: string | null }>(sql`select id, registered_at as "from", retired_at as "to", began_as as began, ended_as as ended from ${table('asset')}`);
    return Object.fromEntries(rows.map(({ id, ...rest }) => [id, rest]));
  }
  async days(): Promise<OracleDay[]> {
    const rows = await this.store.query<{ id: string; client_key: number; kind: string; first_day: number; last_day: number; state: string; otherwise: string; weak: boolean; degraded: boolean; reason: string | null; criticality: string | null; requirement: string }>(
      sql`select a.id, s.client_key, s.kind, s.first_day, s.last_day, s.state, s.otherwise, s.weak, s.degraded, s.reason, s.criticality, s.requirement from ${table('asset_span')} s join ${table('asset')} a on a.asset_key = s.asset_key`);
    return rows.flatMap(r => Array.from({ length: r.last_day - r.first_day + 1 }, (_, i) => ({
      asset: r.id, client: this.dimensions.clientId(r.client_key), kind: r.kind, day: r.first_day + i, state: r.state, otherwise: r.otherwise, weak: r.weak, degraded: r.degraded, reason: r.reason, criticality: r.criticality, requirement: r.requirement,
    })));
  }
  /** Spans, roll-up and newest evidence as comparable text. */
  async dump(): Promise<string[]> {
    const out: string[] = [];
    for (const [name, order] of [['asset_span', sql`asset_key, first_day`], ['coverage_day', sql`cell_key`], ['asset', sql`asset_key`], ['coverage_reading', sql`reading_key`], ['seen_host', sql`host_key`]] as const) {
      for (const row of await this.store.query(sql`select * from ${table(name)} order by ${order}`)) out.push(`${name} ${JSON.stringify(row, (_, v: unknown) => (typeof v === 'bigint' ? String(v) : v))}`);
    }
    return out;
  }
  reader(only?: readonly string[]): ScopedReader {
    return openScope({ orgId: 1, dataSourceUid: 'x' }, { store: this.store, settings: this.settings, settingsVersion: 1, operatorOrgIds: [1], owner: null, clientKey: id => (this.dimensions as unknown as { clientKey(id: string): number }).clientKey(id) }, only);
  }
  request(given: Partial<MetricRequest> = {}): MetricRequest<never> {
    return { groupBy: ['client', 'kind'], filters: {}, bucket: 'none', view: 'table', limit: 10_000, options: {}, range: { from: 0, to: this.now }, asOf: this.now, ...given } as MetricRequest<never>;
  }
}
export const line = (d: OracleDay): string => `${d.client} ${d.asset} ${d.day} ${d.kind} ${d.criticality ?? '-'} ${d.requirement} ${d.state} ${d.otherwise} ${d.weak ? 'weak' : '-'} ${d.degraded ? 'degraded' : '-'} ${d.reason ?? ''}`;
