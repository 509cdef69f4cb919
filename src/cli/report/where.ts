import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { clientOf, makeReport, type Report } from '../../backend/handlers/report/report';
import { openScope } from '../../backend/scope/gate';
import { openDuckDb } from '../../backend/store/duckdb';
import { isStoreError } from '../../backend/store/errors';
import { sql } from '../../backend/store/sql';
import { table } from '../../backend/store/table';
import { newestSettings } from '../../backend/workspace/settings-store';
import { QueryRefused } from '../../query/request';
import { CliError, type Cli } from '../command';

export interface WhereOptions { readonly client: string; readonly month?: string; readonly grafana?: string; readonly dataSource: string; readonly data?: string; readonly workspace: string }

/** The report and where it was read from: the running server while one holds the store, else the store itself. */
export async function readReport(options: WhereOptions, cli: Cli): Promise<{ report: Report; from: string }> {
  if (options.grafana !== undefined) return { report: await ofServer(options.grafana, options, cli), from: `through ${options.grafana}, data source ${options.dataSource}` };
  const data = options.data ?? cli.env.GF_PLUGIN_DATA_PATH;
  if (!data) throw new CliError('Where from? Give --grafana with the address of the running Grafana or preview, or --data with its data folder while none runs.');
  return { report: await ofStore(data, options, cli), from: `the store in ${data}` };
}

async function ofServer(url: string, options: WhereOptions, cli: Cli): Promise<Report> {
  const { GRAFANA_TOKEN: token, GRAFANA_USER: user, GRAFANA_PASSWORD: password } = cli.env;
  const authorization = token ? `Bearer ${token}` : user && password ? `Basic ${Buffer.from(`${user}:${password}`).toString('base64')}` : null;
  const query = new URLSearchParams({ client: options.client, format: 'json', ...(options.month !== undefined && { month: options.month }) });
  let response: Response;
  try {
    response = await fetch(`${url.replace(/\/+$/, '')}/api/datasources/uid/${encodeURIComponent(options.dataSource)}/resources/report?${query.toString()}`, { redirect: 'error', headers: { accept: 'application/json', ...(authorization && { authorization }) } });
  } catch (error) { throw new CliError(`${url} does not answer: ${(error as Error & { cause?: Error }).cause?.message ?? (error as Error).message}.`); }
  const text = await response.text();
  let body: unknown;
  try { body = JSON.parse(text); } catch { throw new CliError(`${url} answered ${response.status} without JSON. Is it the address of Grafana or of the preview?`); }
  if (!response.ok) throw new CliError(`${url} answered ${response.status}: ${String((body as { message?: unknown }).message ?? 'without a message')}${response.status === 401 ? ' Set GRAFANA_TOKEN, or GRAFANA_USER and GRAFANA_PASSWORD.' : ''}`);
  return body as Report;
}

/** Opens the store as the operators' organisation narrowed to the client, by the same gate that answers panels. */
async function ofStore(data: string, options: WhereOptions, cli: Cli): Promise<Report> {
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
    const reader = openScope({ orgId: operators, dataSourceUid: null }, { store, settings: newest.settings, settingsVersion: newest.version, operatorOrgIds: [operators], owner: null, clientKey: id => keys.get(id) ?? null }, [options.client]);
    return await makeReport(reader, clientOf(reader, options.client), options.month ?? null, cli.now());
  } catch (error) {
    if (error instanceof QueryRefused) throw new CliError(error.message);
    throw error;
  } finally { await store.close(); }
}
