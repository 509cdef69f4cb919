import type { WorkspaceSettings } from '../../settings/schema';
import type { Caller, ScopeSource } from '../scope/gate';
import { openScope } from '../scope/gate';
import type { ScopedReader } from '../scope/reader';
import type { Store } from '../store/port';
import { sql } from '../store/sql';
import { table } from '../store/table';
import type { SyncRunner } from './sync-runner';

/** One workspace that is open: settings version + store + running sync. */
export class LiveWorkspace {
  private keys = new Map<string, number>();
  private keysRead = 0;

  constructor(
    readonly store: Store,
    readonly settings: WorkspaceSettings,
    readonly version: number,
    readonly sync: SyncRunner,
    private readonly operatorOrgIds: readonly number[],
    public owner: { orgId: number; uid: string } | null,
    private readonly now: () => number,
  ) {}

  /** A reader for this caller; throws Denied. Client keys are looked up again when rows of new clients may have come. */
  async reader(caller: Caller, viewAs?: readonly string[]): Promise<ScopedReader> {
    if (this.now() - this.keysRead > 5_000) await this.readKeys();
    const source: ScopeSource = {
      store: this.store, settings: this.settings, settingsVersion: this.version, operatorOrgIds: this.operatorOrgIds, owner: this.owner,
      clientKey: id => this.keys.get(id) ?? null,
    };
    return openScope(caller, source, viewAs);
  }

  private async readKeys(): Promise<void> {
    const rows = await this.store.query<{ id: string; client_key: number }>(sql`select id, client_key from ${table('dim_client')}`);
    this.keys = new Map(rows.map(r => [r.id, r.client_key]));
    this.keysRead = this.now();
  }
}
