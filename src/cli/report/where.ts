import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { clientOf, makeReport, type Report } from '../../backend/handlers/report/report';
import { openScope } from '../../backend/scope/gate';
import type { ScopedReader } from '../../backend/scope/reader';
import { openDuckDb } from '../../backend/store/duckdb';
import { isStoreError } from '../../backend/store/errors';
import { sql } from '../../backend/store/sql';
import { table } from '../../backend/store/table';
import { newestSettings } from '../../backend/workspace/settings-store';
import { QueryRefused } from '../../query/request';
import { CliError, type Cli } from '../command';

/** Where a command reads from. */
export interface Place { readonly grafana?: string; readonly dataSource: string; readonly data?: string; readonly workspace: string }
export interface WhereOptions extends Place { readonly client: string; readonly month?: string }

/** The report and where it was read from: the running server while one holds the store, else the store itself. */
export async function readReport(options: WhereOptions, cli: Cli): Promise<{ report: Report; from: string }> {
  const { answer, from } = await readFrom<Report>(options, cli, {
    resource: 'report', query: { client: options.client, format: 'json', ...(options.month !== undefined && { month: options.month }) }, clients: [options.client], holds: ['client', 'month'],
    read: reader => makeReport(reader, clientOf(reader, options.client), options.month ?? null, cli.now()),
  });
  return { report: answer, from };
}

/** What a command asks: of a running server its resource, of a store the same through the gate, narrowed to `clients` (undefined: the operators' whole scope). */
export interface Wanted<T> { readonly resource: string; readonly query: Readonly<Record<string, string>>; readonly clients: readonly string[] | undefined; /** Keys without which an answer is somebody else's. */ readonly holds: readonly string[]; read(reader: ScopedReader): Promise<T> }
export async function readFrom<T>(options: Place, cli: Cli, wanted: Wanted<T>): Promise<{ answer: T; from: string }> {
  if (options.grafana !== undefined) return { answer: await ofServer(options.grafana, options, cli, wanted), from: `through ${options.grafana}, data source ${options.dataSource}` };
  const data = options.data ?? cli.env.GF_PLUGIN_DATA_PATH;
  if (!data) throw new CliError('Where from? Give --grafana with the address of the running Grafana or preview, or --data with its data folder while none runs.');
  return { answer: await ofStore(data, options, wanted), from: `the store in ${data}` };
}

async function ofServer<T>(url: string, options: Place, cli: Cli, wanted: Wanted<T>): Promise<T> {
  const { GRAFANA_TOKEN: token, GRAFANA_USER: user, GRAFANA_PASSWORD: password } = cli.env;
  const authorization = token ? `Bearer ${token}` : user && password ? `Basic ${Buffer.from(`${user}:${password}`).toString('base64')}` : null;
  const query = new URLSearchParams(wanted.query);
  let response: Response;
  try {
    response = await fetch(`${url.replace(/\/+$/, '')}/api/datasources/uid/${encodeURIComponent(options.dataSource)}/resources/${wanted.resource}?${query.toString()}`, { redirect: 'error', headers: { accept: 'application/json', ...(authorization && { authorization }) } });
  } catch (error) { throw new CliError(`${url} does not answer: ${(error as Error & { cause?: Error }).cause?.message ?? (error as Error).message}.`); }
  const text = await response.text();
  let body: unknown;
  try { body = JSON.parse(text); } catch { throw new CliError(`${url} answered ${response.status} without JSON. Is it the address of Grafana or of the preview?`); }
  if (!response.ok) throw new CliError(`${url} answered ${response.status}: ${String((body as { message?: unknown }).message ?? 'without a message')}${response.status === 401 ? ' Set GRAFANA_TOKEN, or GRAFANA_USER and GRAFANA_PASSWORD.' : ''}`);
  if (typeof body !== 'object' || body === null || !wanted.holds.every(key => Object.hasOwn(body, key))) throw new CliError(`${url} answered without what was asked for (${wanted.resource}). Is it the address of Grafana or of the preview, and "${options.dataSource}" a data source of this product?`);
  return body as T;
}

/** Opens the store as the operators' organisation, narrowed where that is wanted, by the same gate that answers panels. */
async function ofStore<T>(data: string, options: Place, wanted: Wanted<T>): Promise<T> {
  const path = join(data, options.workspace, 'outcomes.duckdb');
  if (!existsSync(path)) throw new CliError(`There is no store ${path}; check --data and --workspace.`);
  const store = await openDuckDb({ path, retryMs: 0 }).catch((error: unknown) => {
    throw new CliError(isStoreError(error) && error.code === 'locked' ? 'The store is held by the running server: ask it instead, with --grafana and its address.' : `The store cannot be opened: ${error instanceof Error ? error.message : String(error)}`);
  });
  try {
    const newest = await newestSettings(store);
    if (!newest) throw new CliError(`The store ${path} has no settings yet: nothing was ever read into it.`);
    const keys = new Map((await store.query<{ id: string; client_key: number }>(sql`select id, client_key from ${table('dim_client')}`)).map(r => [r.id, r.client_key]));
    const operators = 1;
    const reader = openScope({ orgId: operators, dataSourceUid: null }, { store, settings: newest.settings, settingsVersion: newest.version, operatorOrgIds: [operators], owner: null, clientKey: id => keys.get(id) ?? null }, wanted.clients);
    return await wanted.read(reader);
  } catch (error) {
    if (error instanceof QueryRefused) throw new CliError(error.message);
    throw error;
  } finally { await store.close(); }
}
