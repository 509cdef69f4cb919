import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { readAccesses, type CountedAccess } from '../../backend/scope/grants/access-log';
import { GrantRefused } from '../../backend/scope/grants/claims';
import { KeysRefused } from '../../backend/scope/grants/keys';
import { GrantRegistry, type ListedGrant } from '../../backend/scope/grants/registry';
import { openDuckDb } from '../../backend/store/duckdb';
import { isStoreError } from '../../backend/store/errors';
import { GrantDesk, type MintedGrant } from '../../backend/scope/grants/desk';
import { newestSettings } from '../../backend/workspace/settings-store';
import { CliError, type Cli } from '../command';
import { ringOf } from './ring';

export interface DeskOptions { readonly grafana?: string; readonly dataSource?: string; readonly data?: string; readonly workspace: string; readonly grantKey?: string }
export interface CliDesk {
  list(): Promise<readonly ListedGrant[]>;
  revoke(id: string, reason: string): Promise<void>;
  rotate(id: string, keepOld: boolean): Promise<MintedGrant>;
  denials(since: number): Promise<readonly CountedAccess[]>;
  close(): Promise<void>;
}

/** Through Grafana while the server runs (it holds the store), else straight from the data folder. */
export function deskOf(options: DeskOptions, cli: Cli): Promise<CliDesk> {
  if (options.grafana !== undefined) return Promise.resolve(viaGrafana(options.grafana, options.dataSource, cli));
  const data = options.data ?? cli.env.GF_PLUGIN_DATA_PATH;
  if (!data) throw new CliError('Where? Give --grafana with --data-source while the server runs, or --data with its data folder while it does not.');
  return viaStore(data, options, cli);
}

function viaGrafana(url: string, uid: string | undefined, cli: Cli): CliDesk {
  const token = cli.env.GRAFANA_TOKEN;
  if (!token) throw new CliError('GRAFANA_TOKEN is not set: put the token of a service account with the role Admin in the operator organisation there.');
  if (!uid) throw new CliError('Give --data-source: the uid of the operators\' data source in Grafana.');
  /** `holds`: the key that the answer must have. */
  const call = async <T>(path: string, holds: string, body?: unknown): Promise<T> => {
    let response: Response;
    try {
      response = await fetch(`${url.replace(/\/+$/, '')}/api/datasources/uid/${encodeURIComponent(uid)}/resources/${path}`, {
        method: body === undefined ? 'GET' : 'POST', redirect: 'error',
        headers: { authorization: `Bearer ${token}`, ...(body !== undefined && { 'content-type': 'application/json' }) }, ...(body !== undefined && { body: JSON.stringify(body) }),
      });
    } catch (error) { throw new CliError(`Grafana at ${url} does not answer: ${(error as Error & { cause?: Error }).cause?.message ?? (error as Error).message}.`); }
    const text = await response.text();
    if (!response.ok) {
      let said = '';
      try { said = String((JSON.parse(text) as { message?: unknown }).message ?? ''); } catch { /* not ours */ }
      throw new CliError(`Grafana answered ${response.status}${said ? `: ${said}` : ''}.`);
    }
    let answer: unknown;
    try { answer = JSON.parse(text); } catch { answer = null; }
    if (typeof answer !== 'object' || answer === null || !Object.hasOwn(answer, holds)) throw new CliError(`${url} answered without "${holds}". Is it the address of Grafana or of the preview, and the data source one of this product?`);
    return answer as T;
  };
  return {
    list: async () => (await call<{ grants: ListedGrant[] }>('grants', 'grants')).grants,
    revoke: async (id, reason) => { await call('grants/revoke', 'revoked', { id, reason }); },
    rotate: (id, keepOld) => call('grants/rotate', 'grant', { id, keepOld }),
    denials: async since => (await call<{ denials: CountedAccess[] }>(`denials?since=${since}`, 'denials')).denials,
    close: async () => undefined,
  };
}

async function viaStore(data: string, options: DeskOptions, cli: Cli): Promise<CliDesk> {
  const path = join(data, options.workspace, 'outcomes.duckdb');
  if (!existsSync(path)) throw new CliError(`There is no store ${path}; check --data and --workspace.`);
  const store = await openDuckDb({ path, retryMs: 0 }).catch((error: unknown) => {
    throw new CliError(isStoreError(error) && error.code === 'locked' ? 'The store is held by the running server: ask it instead, with --grafana and --data-source.' : `The store cannot be opened: ${error instanceof Error ? error.message : String(error)}`);
  });
  const newest = await newestSettings(store);
  const registry = await GrantRegistry.open(store);
  const desk = (): GrantDesk => new GrantDesk({ registry, ring: ringOf({ ...options, data }, cli), workspace: options.workspace, clients: newest?.settings.clients.map(c => c.id) ?? [], operatorOrgIds: [], now: cli.now });
  const refusing = async <T>(work: () => Promise<T>): Promise<T> => {
    try { return await work(); } catch (error) {
      if (error instanceof GrantRefused || error instanceof KeysRefused) throw new CliError(error.message);
      throw error;
    }
  };
  return {
    list: async () => registry.list(cli.now()),
    revoke: (id, reason) => refusing(() => desk().revoke(id, reason)),
    rotate: (id, keepOld) => refusing(() => desk().rotate(id, keepOld)),
    denials: since => readAccesses(store, since, true),
    close: () => store.close(),
  };
}
