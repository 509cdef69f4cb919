import type { WorkspaceSettings } from '../../settings/schema';
import { openScope, type Caller } from '../scope/gate';
import type { AccessLog } from '../scope/grants/access-log';
import type { GrantRegistry } from '../scope/grants/registry';
import type { Grant } from '../scope/grants/verify';
import type { ScopedReader } from '../scope/reader';
import type { Store } from '../store/port';
import { sql } from '../store/sql';
import { table } from '../store/table';
import type { SyncRunner, SyncStatus } from './sync-runner';

export interface LiveParts {
  readonly store: Store;
  readonly settings: WorkspaceSettings;
  readonly version: number;
  readonly sync: SyncRunner;
  readonly grants: GrantRegistry;
  readonly accesses: AccessLog;
  readonly operatorOrgIds: readonly number[];
  readonly owner: { readonly orgId: number; readonly uid: string } | null;
  readonly now: () => number;
  /** Opened for a grant before the operator's data source was ever called: it answers, and nothing is synced yet. */
  readonly dormant: boolean;
}

/**
 * One workspace that is open: settings version + store + running sync. What a request can reach of it goes through a reader of the gate;
 * the store and the settings themselves are private, so that no handler can read around the scope.
 */
export class LiveWorkspace {
  readonly #parts: LiveParts;
  #keys = new Map<string, number>();
  #keysRead = 0;

  constructor(parts: LiveParts) { this.#parts = parts; }

  get name(): string { return this.#parts.settings.workspace; }
  get dormant(): boolean { return this.#parts.dormant; }
  get owner(): LiveParts['owner'] { return this.#parts.owner; }
  get grants(): GrantRegistry { return this.#parts.grants; }
  get accesses(): AccessLog { return this.#parts.accesses; }
  get sourceCount(): number { return this.#parts.settings.sources.length; }

  /** For the code of this folder alone (lint): it opens, applies and closes. */
  internals(): LiveParts { return this.#parts; }

  /** A reader for this caller; throws Denied. Client keys are looked up again when rows of new clients may have come. */
  async reader(caller: Caller, grant: Grant | null, viewAs?: readonly string[]): Promise<ScopedReader> {
    const { store, settings, version, operatorOrgIds, owner, now } = this.#parts;
    if (now() - this.#keysRead > 5_000) await this.#readKeys();
    return openScope(caller, { store, settings, settingsVersion: version, operatorOrgIds, owner, grant, clientKey: id => this.#keys.get(id) ?? null }, viewAs);
  }

  /** How the sync stands, as this reader may know it: a client learns of sources with rows of its own, without errors and volumes. */
  async status(reader: ScopedReader): Promise<SyncStatus> {
    const status = this.#parts.sync.status();
    if (reader.operator) return status;
    const known = new Set((await reader.query<{ id: string }>(sql`select id from ${reader.relation('source')} s`)).map(r => r.id));
    return {
      rebuilding: status.rebuilding, closing: status.closing,
      streams: status.streams.filter(s => known.has(s.source)).map(s => ({ ...s, rows: 0, expected: null, error: s.error === null ? null : 'It cannot be read at the moment; the operators of the SOC see why.' })),
    };
  }
  changed(signal: AbortSignal): Promise<void> { return this.#parts.sync.changed(signal); }
  /** Asks every source; for operators alone (the caller checks). */
  health(signal: AbortSignal): ReturnType<SyncRunner['health']> { return this.#parts.sync.health(signal); }

  async #readKeys(): Promise<void> {
    const rows = await this.#parts.store.query<{ id: string; client_key: number }>(sql`select id, client_key from ${table('dim_client')}`);
    this.#keys = new Map(rows.map(r => [r.id, r.client_key]));
    this.#keysRead = this.#parts.now();
  }
}
