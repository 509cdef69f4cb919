import { mkdirSync, readFileSync, accessSync, constants } from 'node:fs';
import { join } from 'node:path';
import { problemText, type ParsedSettings } from '../../settings/parse';
import { readJsonData } from '../../settings/grafana';
import type { ServerSettings } from '../../settings/server';
import { parseYamlSettings } from '../../settings/yaml';
import type { WorkspaceSettings } from '../../settings/schema';
import { Denied, type ScopedReader } from '../scope/reader';
import { organisationOf, type Caller } from '../scope/gate';
import { openDuckDb } from '../store/duckdb';
import type { Store } from '../store/port';
import { SettingsRefused, SourceBusy } from './errors';
import { LiveWorkspace } from './live';
import { claimOwner, recordSettings } from './settings-store';
import { startSync } from './start-sync';

/** The part of the host's context that a workspace needs. */
export interface WorkspaceContext {
  readonly orgId: number;
  readonly namespace?: string;
  readonly dataSource: { readonly uid: string; readonly jsonData: unknown; readonly decryptedSecureJsonData: Readonly<Record<string, string>>; readonly lastUpdatedMS: number } | undefined;
}
export interface WorkspacesOptions {
  readonly server: ServerSettings;
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Folder the store lives in when the server setting data_path is not set. */
  readonly defaultDataPath: string;
  readonly now: () => number;
  readonly log: { info(message: string, fields?: object): void; warn(message: string, fields?: object): void; error(message: string, fields?: object): void };
  /** The store's instance is invalid; the process must end so that Grafana starts it anew. */
  readonly onFatal: (error: Error) => void;
}

const callerOf = (context: WorkspaceContext): Caller => ({ orgId: context.orgId, namespace: context.namespace, dataSourceUid: context.dataSource?.uid ?? null });

/** All open workspaces of the process: opened from the config file at start, or by the first operator request that brings settings. */
export class Workspaces {
  private readonly live = new Map<string, Promise<LiveWorkspace>>();
  private readonly stores = new Map<string, Promise<Store>>();
  private readonly applied = new Map<string, number>();
  private fileSettings: WorkspaceSettings | null = null;
  private problem: string | null = null;
  private waiting: string | null = null;

  constructor(private readonly options: WorkspacesOptions) {}

  /** Opens what the config file says. A file that cannot be applied does not end the process: health names what is wrong. */
  async start(): Promise<void> {
    const path = this.options.server.config_file;
    if (!path) return;
    try {
      const settings = accepted(parseYamlSettings(readConfig(path)), `The file ${path}`);
      this.fileSettings = settings;
      await this.apply(settings, 'file', this.options.now(), {}, null);
    } catch (error) {
      this.problem = error instanceof Error ? error.message : String(error);
      this.options.log.error('settings were not applied', { problem: this.problem });
    }
  }

  /** Opens the scope of a request. Throws Denied, SettingsRefused or SourceBusy with a message for the person. */
  async open(context: WorkspaceContext, viewAs?: readonly string[]): Promise<{ reader: ScopedReader; now: number }> {
    const workspace = await this.of(context);
    return { reader: await workspace.reader(callerOf(context), viewAs), now: this.options.now() };
  }

  /** The live workspace of a request; only operator organisations can bring settings. */
  async of(context: WorkspaceContext): Promise<LiveWorkspace> {
    const orgId = organisationOf(callerOf(context));
    const operator = this.options.server.operator_org_ids.includes(orgId);
    if (!operator) throw new Denied(`Organisation ${orgId} has no grant, so it sees nothing. An operator of the SOC can grant it the clients it may see.`);
    if (this.options.server.config_file) {
      const open = this.fileSettings && this.live.get(this.fileSettings.workspace);
      if (!open) throw this.problem ? new SettingsRefused(this.problem) : new SourceBusy('The store is opening; try again in a few seconds.');
      return open;
    }
    const source = context.dataSource;
    const carried = readJsonData(source?.jsonData);
    if (!source || !carried.settings) throw new SettingsRefused('This data source holds no settings yet. Open it under Connections, Data sources, add sources and save; or give the server setting config_file.');
    const known = this.applied.get(`${source.uid}|${source.lastUpdatedMS}`);
    const running = this.live.get(carried.workspace);
    if (known !== undefined && running) return running;
    const settings = accepted(carried.settings, `Data source "${source.uid}"`);
    const workspace = await this.apply(settings, 'data source', source.lastUpdatedMS, source.decryptedSecureJsonData, { orgId, uid: source.uid });
    this.applied.set(`${source.uid}|${source.lastUpdatedMS}`, 1);
    return workspace;
  }

  /** Both carriers at once, an opening store, a refused file: what health must say before anything else; null when all is well. */
  obstacle(context: WorkspaceContext): string | null {
    if (this.options.server.config_file && readJsonData(context.dataSource?.jsonData).settings) {
      return 'Settings come from two carriers at once: the server setting config_file and this data source. Remove the settings from the data source, or unset config_file.';
    }
    return this.problem ?? this.waiting;
  }

  /** Where the settings of a request stand and whether its organisation runs the SOC. `settings`: those of the file, references in place of secrets. */
  carrier(context: WorkspaceContext): { carrier: 'file' | 'data source'; operator: boolean; settings: WorkspaceSettings | null } {
    const operator = this.options.server.operator_org_ids.includes(organisationOf(callerOf(context)));
    return { carrier: this.options.server.config_file ? 'file' : 'data source', operator, settings: this.fileSettings };
  }

  /** Remarks for every panel of a workspace: a first load or a rebuild under way. */
  async notices(context: WorkspaceContext): Promise<{ severity: 'info' | 'warning'; text: string }[]> {
    const status = (await this.of(context)).sync.status();
    const loading = status.streams.filter(s => !s.current && s.error === null);
    return [
      ...(status.rebuilding !== null ? [{ severity: 'info' as const, text: `Settings changed: values are being recomputed, ${Math.floor(status.rebuilding)} % done.` }] : []),
      ...(loading.length > 0 ? [{ severity: 'info' as const, text: `First load under way, newest data first: ${loading.map(s => `${s.source} ${s.stream} ${Math.floor(s.progress * 100)} %`).join(', ')}.` }] : []),
    ];
  }

  private async apply(settings: WorkspaceSettings, carrier: string, updated: number, secure: Readonly<Record<string, string>>, claim: { orgId: number; uid: string } | null): Promise<LiveWorkspace> {
    const previous = this.live.get(settings.workspace);
    const next = (async () => {
      const before = previous ? await previous.catch(() => null) : null;
      const store = await this.store(settings);
      const { applied, accepted: newer, changed } = await recordSettings(store, settings, carrier, updated, this.options.now());
      if (!newer) this.options.log.warn('older settings were not applied', { workspace: settings.workspace, carrier });
      if (before && !changed) return before;
      await before?.sync.stop();
      const owner = await claimOwner(store, claim);
      const sync = await startSync({ store, settings: applied.settings, version: applied.version, secure, ...this.options });
      this.options.log.info('workspace is open', { workspace: settings.workspace, version: applied.version, carrier, sources: settings.sources.length });
      return new LiveWorkspace(store, applied.settings, applied.version, sync, this.options.server.operator_org_ids, owner, this.options.now);
    })();
    this.live.set(settings.workspace, next);
    next.catch(() => { if (this.live.get(settings.workspace) === next) this.live.delete(settings.workspace); });
    return next;
  }

  private store(settings: WorkspaceSettings): Promise<Store> {
    let opening = this.stores.get(settings.workspace);
    if (!opening) {
      const folder = join(dataFolder(this.options), settings.workspace);
      mkdirSync(folder, { recursive: true, mode: 0o700 });
      opening = openDuckDb({
        path: join(folder, 'outcomes.duckdb'), memoryMb: settings.limits.memoryMb,
        onWaiting: message => { this.waiting = message; this.options.log.warn('waiting for the store', { message }); }, onFatal: this.options.onFatal,
      }).then(store => { this.waiting = null; return store; });
      this.stores.set(settings.workspace, opening);
      opening.catch(() => this.stores.delete(settings.workspace));
    }
    return opening;
  }

  async close(): Promise<void> {
    const open = await Promise.all([...this.live.values()].map(w => w.catch(() => null)));
    await Promise.all(open.map(w => w?.sync.stop()));
    await Promise.all([...this.stores.values()].map(s => s.then(store => store.close()).catch(() => undefined)));
  }
}

function readConfig(path: string): string {
  try { return readFileSync(path, 'utf8'); } catch (error) {
    throw new SettingsRefused(`The server setting config_file names ${path}, which cannot be read (${(error as NodeJS.ErrnoException).code ?? 'error'}). Check the path and that this process may read it.`);
  }
}
function accepted(parsed: ParsedSettings, carrier: string): WorkspaceSettings {
  if (parsed.ok) return parsed.settings;
  throw new SettingsRefused(`${carrier} was not applied: ${problemText(parsed.problems)}`);
}
function dataFolder(options: WorkspacesOptions): string {
  const folder = options.server.data_path ?? options.defaultDataPath;
  try {
    mkdirSync(folder, { recursive: true, mode: 0o700 });
    accessSync(folder, constants.W_OK);
    return folder;
  } catch {
    throw new SettingsRefused(`The data folder ${folder} cannot be written. Set data_path in [plugin.socoutcomes-metrics-datasource] to a folder this process may write.`);
  }
}
