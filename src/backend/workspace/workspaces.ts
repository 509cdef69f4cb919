import { readJsonData } from '../../settings/grafana';
import type { ServerSettings } from '../../settings/server';
import type { WorkspaceSettings } from '../../settings/schema';
import { Denied, type ScopedReader } from '../scope/reader';
import { organisationOf } from '../scope/gate';
import { AccessLog } from '../scope/grants/access-log';
import { KeysRefused } from '../scope/grants/keys';
import { GrantRegistry } from '../scope/grants/registry';
import { verifyGrant, type Grant } from '../scope/grants/verify';
import type { Store } from '../store/port';
import { Accesses } from './accesses';
import { accepted, refusalOf, secretsHash } from './carried';
import { signedGrantOf } from './client-admission';
import { callerOf, type WorkspaceContext } from './context';
import { dormantSync, storedStreams } from './dormant';
import { SettingsRefused, SourceBusy } from './errors';
import { FileCarrier } from './file-carrier';
import { GrantKeys } from './grant-keys';
import { LiveWorkspace } from './live';
import { OperatorDesk } from './operators';
import { claimOwner, newestSettings, ownerOf, recordSettings } from './settings-store';
import { startSync } from './start-sync';
import { WorkspaceStores } from './stores';

export type { WorkspaceContext } from './context';
export interface WorkspacesOptions {
  readonly server: ServerSettings;
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Folder the store lives in when the server setting data_path is not set. */
  readonly defaultDataPath: string;
  readonly now: () => number;
  readonly log: { info(message: string, fields?: object): void; warn(message: string, fields?: object): void; error(message: string, fields?: object): void };
  /** The store's instance is invalid; the process must end so that Grafana starts it anew. */
  readonly onFatal: (error: Error) => void;
  /** Injectable so that no test waits. */
  readonly sleep?: (ms: number, signal: AbortSignal) => Promise<void>;
}
/** What a handler gets of a workspace: everything behind a reader. Store, settings and grants are not among it. */
export type OpenWorkspace = Pick<LiveWorkspace, 'name' | 'dormant' | 'status' | 'changed' | 'health' | 'sourceCount'>;
export interface Opened {
  readonly reader: ScopedReader; readonly now: number; readonly workspace: OpenWorkspace; readonly grant: Grant | null;
  /** Why the newest settings are not in force; null when they are. For operators: it names keys and paths. */
  readonly refused: string | null;
}

const STARTING = 'The store is opening; try again in a few seconds.';

/** All open workspaces of the process: opened from the config file at start, by the first operator request that brings settings, or for a grant. */
export class Workspaces {
  private readonly live = new Map<string, Promise<LiveWorkspace>>();
  private readonly stores: WorkspaceStores;
  private readonly accesses: Accesses;
  private readonly applied = new Set<string>();
  private readonly secrets = new Map<string, string>();
  private readonly wakers = new Map<string, () => void>();
  private readonly keys: GrantKeys;
  /** What the server setting config_file carries; null: it is not set. */
  private readonly file: FileCarrier | null;
  /** Settings that were refused, by the workspace that goes on with the last accepted ones. */
  private readonly refused = new Map<string, string>();
  /** Why no grant could be checked the last time one was. */
  private keysProblem: string | null = null;
  private readonly closing = new AbortController();

  constructor(private readonly options: WorkspacesOptions) {
    this.stores = new WorkspaceStores({ dataPath: options.server.data_path, defaultDataPath: options.defaultDataPath, log: options.log, onFatal: options.onFatal });
    this.keys = new GrantKeys(options.server, options.env, () => this.stores.folder());
    this.accesses = new Accesses({ now: options.now, log: options.log, opened: () => this.opened() });
    const { config_file: path } = options.server;
    this.file = path === undefined ? null : new FileCarrier({
      path, log: options.log, sleep: options.sleep, held: () => this.stores.held(),
      apply: settings => this.apply(settings, 'file', options.now(), {}, null),
      fallBack: async (name, problem) => {
        this.refused.set(name, problem);
        await this.wakeFor(name).catch(error => options.log.error('the last accepted settings cannot be used either', { error }));
      },
    });
  }

  /** Opens what the config file says. A file that cannot be applied does not end the process: health names what is wrong. */
  async start(): Promise<void> { await this.file?.open(this.closing.signal); }

  /** False also for a request that names two organisations. */
  isOperator(context: WorkspaceContext): boolean {
    try { return this.options.server.operator_org_ids.includes(organisationOf(callerOf(context))); } catch { return false; }
  }

  /** Opens the scope of a request. Throws Denied, SettingsRefused or SourceBusy with a message for the person. */
  async open(context: WorkspaceContext, viewAs?: readonly string[]): Promise<Opened> {
    try {
      const { workspace, grant } = await this.admit(context);
      const reader = await workspace.reader(callerOf(context), grant, viewAs);
      this.accesses.note(context, workspace, 'allowed');
      return { reader, now: this.options.now(), workspace, grant, refused: this.refused.get(workspace.name) ?? null };
    } catch (error) {
      await this.denied(context, error);
      throw error;
    }
  }

  /** The desk of the workspace's operators: grants, keys, accesses. Throws Denied for everybody else, whatever their role. */
  async operators(context: WorkspaceContext): Promise<OperatorDesk> {
    try {
      const { workspace, grant } = await this.admit(context);
      const reader = await workspace.reader(callerOf(context), grant);
      if (!reader.operator) throw new Denied('This belongs to the operators of the SOC.', 'operators_only');
      this.accesses.note(context, workspace, 'allowed');
      // So that what is listed next holds the latest requests, and those that named no workspace.
      await this.accesses.flush(workspace);
      return new OperatorDesk(workspace, this.keys.of(workspace.name), this.options.server.operator_org_ids, this.options.now);
    } catch (error) {
      await this.denied(context, error);
      throw error;
    }
  }

  /** Counts and logs a refusal, once however many hands it passes; anything that is no refusal is left alone. */
  denied(context: WorkspaceContext, error: unknown): Promise<void> {
    const named = (): string => this.file?.settings?.workspace ?? readJsonData(context.dataSource?.jsonData).workspace;
    return this.accesses.denied(context, error, async () => (await this.live.get(named())?.catch(() => null)) ?? null);
  }

  /** Logs a fault in full that a client was told of in general words. */
  failed(context: WorkspaceContext, error: unknown): void { this.options.log.error('a request failed', { organisation: context.orgId, role: context.role ?? 'none', error }); }

  /** Both carriers at once, an opening store, a refused file: what health must tell an operator before anything else; null when all is well. */
  obstacle(context: WorkspaceContext): string | null {
    if (!this.isOperator(context)) return null;
    if (this.file && readJsonData(context.dataSource?.jsonData).settings) {
      return 'Settings come from two carriers at once: the server setting config_file and this data source. Remove the settings from the data source, or unset config_file.';
    }
    return this.file?.problem ?? this.keysProblem ?? this.stores.waiting;
  }

  /** Where the settings of a request stand and whether its organisation runs the SOC. `settings`: those of the file, references in place of secrets. */
  carrier(context: WorkspaceContext): { carrier: 'file' | 'data source'; operator: boolean; settings: WorkspaceSettings | null } {
    const operator = this.options.server.operator_org_ids.includes(organisationOf(callerOf(context)));
    return { carrier: this.file ? 'file' : 'data source', operator, settings: operator ? this.file?.settings ?? null : null };
  }

  /** Requests allowed and denied since the process started, without any organisation. */
  totals(): ReturnType<Accesses['totals']> { return this.accesses.totals(); }

  private async admit(context: WorkspaceContext): Promise<{ readonly workspace: LiveWorkspace; readonly grant: Grant | null }> {
    const orgId = organisationOf(callerOf(context));
    return this.options.server.operator_org_ids.includes(orgId) ? { workspace: await this.ofOperator(context, orgId), grant: null } : this.ofClient(context, orgId);
  }

  /** The workspace of an operator's request; only operator organisations can bring settings. */
  private async ofOperator(context: WorkspaceContext, orgId: number): Promise<LiveWorkspace> {
    if (this.file) return this.ofFile(this.file);
    const source = context.dataSource;
    const carried = readJsonData(source?.jsonData);
    if (!source || !carried.settings) throw new SettingsRefused('This data source holds no settings yet. Open it under Connections, Data sources, add sources and save; or give the server setting config_file.');
    const seen = `${orgId}|${source.uid}|${source.lastUpdatedMS}|${carried.workspace}`;
    const running = this.live.get(carried.workspace);
    if (running && this.applied.has(seen) && !(await running).dormant) return running;
    const carrier = `Data source "${source.uid}"`;
    if (!carried.settings.ok) {
      const last = await this.lastAccepted(carried.workspace, orgId, source.uid);
      const refusal = refusalOf(carried.settings, carrier);
      if (!last) throw refusal;
      this.refused.set(last.name, refusal.message);
      return last;
    }
    const settings = accepted(carried.settings, carrier);
    const workspace = await this.apply(settings, 'data source', source.lastUpdatedMS, source.decryptedSecureJsonData, { orgId, uid: source.uid });
    this.applied.add(seen);
    this.refused.delete(workspace.name);
    return workspace;
  }

  private async ofFile({ workspace, problem }: FileCarrier): Promise<LiveWorkspace> {
    const open = workspace === null ? undefined : this.live.get(workspace);
    if (!open) throw problem ? new SettingsRefused(problem) : new SourceBusy(STARTING);
    return open;
  }

  /** The workspace that this data source's last good settings opened, or that its store still holds. Null: there is none, or another's. */
  private async lastAccepted(name: string, orgId: number, uid: string): Promise<LiveWorkspace | null> {
    for (const open of await this.opened()) if (open.owner?.orgId === orgId && open.owner.uid === uid) return open;
    if (this.live.has(name) || !this.stores.has(name)) return null;
    const owner = await ownerOf(await this.stores.of(name));
    return owner?.orgId === orgId && owner.uid === uid ? this.wakeFor(name).catch(() => null) : null;
  }

  /** A client organisation: the signature first, then the store, then everything the grant is bound to. */
  private async ofClient(context: WorkspaceContext, orgId: number): Promise<{ readonly workspace: LiveWorkspace; readonly grant: Grant }> {
    const signed = signedGrantOf(context, orgId, name => this.ringForClients(name));
    if (this.file?.settings && signed.workspace !== this.file.settings.workspace) throw new Denied('The grant of this data source is for another workspace. Ask an operator of the SOC for a new grant.', 'workspace');
    const workspace = await (this.file ? this.ofFile(this.file) : this.live.get(signed.workspace) ?? this.wakeFor(signed.workspace));
    const bearer = { workspace: workspace.name, orgId, uid: context.dataSource?.uid || null, now: this.options.now() };
    const grant = verifyGrant(signed.token, this.ringForClients(signed.workspace), bearer, workspace.grants.isRevoked);
    await workspace.grants.note(grant, grant.keyId, this.options.now()).catch(error => this.options.log.warn('the use of a grant was not noted', { error }));
    return { workspace, grant };
  }

  private ringForClients(workspace: string): ReturnType<GrantKeys['of']> {
    try {
      const ring = this.keys.of(workspace);
      this.keysProblem = null;
      return ring;
    } catch (error) {
      this.keysProblem = error instanceof KeysRefused ? error.message : null;
      this.options.log.error('grants cannot be checked', { problem: error instanceof Error ? error.message : String(error) });
      throw new SourceBusy('Grants cannot be checked at the moment; the operators of the SOC see why in the health of their data source.');
    }
  }

  /** Opens a workspace from what its store keeps, because a valid grant asks for it before its operators did. Nothing is synced yet. */
  private async wakeFor(workspace: string): Promise<LiveWorkspace> {
    if (!this.stores.has(workspace)) throw new SourceBusy('This workspace is not open yet: its operators have to open their data source once.');
    const next = (async () => {
      const store = await this.stores.of(workspace);
      const newest = await newestSettings(store);
      if (!newest) throw new SourceBusy('This workspace is not open yet: its operators have to open their data source once.');
      await store.limitMemory(newest.settings.limits.memoryMb);
      const sync = dormantSync(await storedStreams(store));
      this.wakers.set(workspace, () => sync.wake());
      this.options.log.info('workspace is open with its last accepted settings; nothing is read until its carrier brings settings that can be applied', { workspace, version: newest.version });
      return this.liveOf(store, newest.settings, newest.version, sync, await ownerOf(store), true);
    })();
    this.live.set(workspace, next);
    next.catch(() => { if (this.live.get(workspace) === next) this.live.delete(workspace); });
    return next;
  }

  private async apply(settings: WorkspaceSettings, carrier: string, updated: number, secure: Readonly<Record<string, string>>, claim: { orgId: number; uid: string } | null): Promise<LiveWorkspace> {
    const name = settings.workspace;
    const previous = this.live.get(name);
    let stopped = false;
    const next = (async () => {
      const before = previous ? await previous.catch(() => null) : null;
      const store = await this.stores.of(name);
      const owner = await ownerOf(store);
      if (claim && owner && owner.orgId !== claim.orgId) throw new Denied(`Workspace "${name}" belongs to another operator organisation. Use a data source of that organisation, or another workspace name.`, 'owner');
      const { applied, accepted: newer, changed } = await recordSettings(store, settings, carrier, updated, this.options.now());
      if (!newer) this.options.log.warn('older settings were not applied', { workspace: name, carrier });
      const secret = secretsHash(secure);
      // A rotated key of a source changes no setting, but the sync must take it up.
      if (before && !before.dormant && !changed && (!newer || secret === this.secrets.get(name))) return before;
      await before?.internals().sync.stop();
      stopped = true;
      await store.limitMemory(applied.settings.limits.memoryMb);
      const sync = await startSync({ store, settings: applied.settings, version: applied.version, secure, ...this.options });
      this.secrets.set(name, secret);
      this.options.log.info('workspace is open', { workspace: name, version: applied.version, carrier, sources: settings.sources.length });
      const live = this.liveOf(store, applied.settings, applied.version, sync, await claimOwner(store, claim), false, before);
      this.wakers.get(name)?.();
      this.wakers.delete(name);
      return live;
    })();
    this.live.set(name, next);
    // A refused attempt leaves the workspace as it was.
    next.catch(() => { if (this.live.get(name) === next) { if (previous && !stopped) this.live.set(name, previous); else this.live.delete(name); } });
    return next;
  }

  private async liveOf(store: Store, settings: WorkspaceSettings, version: number, sync: LiveWorkspaceSync, owner: { orgId: number; uid: string } | null, dormant: boolean, before: LiveWorkspace | null = null): Promise<LiveWorkspace> {
    return new LiveWorkspace({
      store, settings, version, sync, owner, dormant, now: this.options.now, operatorOrgIds: this.options.server.operator_org_ids,
      grants: before?.grants ?? await GrantRegistry.open(store), accesses: before?.accesses ?? new AccessLog(),
    });
  }

  private async opened(): Promise<LiveWorkspace[]> {
    return (await Promise.all([...this.live.values()].map(w => w.catch(() => null)))).filter(w => w !== null);
  }

  async close(): Promise<void> {
    this.closing.abort();
    const open = await this.opened();
    await Promise.all(open.map(w => w.internals().sync.stop()));
    await Promise.all(open.map(w => this.accesses.flush(w)));
    await this.stores.close();
  }
}

type LiveWorkspaceSync = Awaited<ReturnType<typeof startSync>>;
