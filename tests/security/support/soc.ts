/** A running backend with a SOC in it, and its callers: the operators' organisation and the clients' with their grants. */
import { mkdtempSync } from 'node:fs';
import { join } from 'node:path';
import { startPlugin, type Caller, type Plugin, type ResourceAnswer } from '../../contract/host/plugin-client';
import { runDirectory } from '../../setup/processes';
import { canarySoc, CLIENTS, NOW, type CanaryClient, type CanarySoc } from './canaries';

export const OPERATOR_ORG = 1;
export interface Soc {
  readonly plugin: Plugin;
  readonly folder: string;
  readonly settings: Record<string, unknown>;
  /** The operators' data source, which carries the settings; an admin unless told. */
  operator(more?: Partial<Caller>): Caller;
  /** A client's data source with its grant; a viewer unless told. */
  client(of: CanaryClient, more?: Partial<Caller>): Caller;
  /** Mints by the operators' route; gives the answer as it came. */
  mint(body: Record<string, unknown>, caller?: Caller): Promise<ResourceAnswer>;
  readonly tokens: ReadonlyMap<string, string>;
  stop(): Promise<void>;
}
export interface SocOptions { readonly env?: Record<string, string>; readonly data?: string; readonly soc?: CanarySoc; readonly clients?: readonly CanaryClient[]; readonly wait?: boolean; readonly secrets?: Record<string, string> }

export const newFolder = (name: string): string => mkdtempSync(join(runDirectory(), `${name}-`));
export const range = { fromMs: NOW - 19 * 86_400_000, toMs: NOW };

/** Starts the built backend on a folder of its own, lets it read everything, and mints a grant for each client. */
export async function startSoc(options: SocOptions = {}): Promise<Soc> {
  const folder = options.data ?? newFolder('soc');
  const { settings, files } = options.soc ?? canarySoc(folder);
  const clients = options.clients ?? CLIENTS;
  const plugin = await startPlugin({ dataPath: join(folder, 'data'), env: { GF_PLUGIN_FILES_ROOT: files, GF_PLUGIN_ALLOWED_HOSTS: '127.0.0.1:*', SOC_OUTCOMES_CLOCK: new Date(NOW).toISOString(), ...options.env } });
  const tokens = new Map<string, string>();
  const soc: Soc = {
    plugin, folder, settings, tokens,
    operator: (more = {}) => ({ orgId: OPERATOR_ORG, dataSource: { uid: 'ops', jsonData: { settings }, secrets: options.secrets ?? {}, lastUpdatedMS: 1 }, ...more }),
    client: (of, more = {}) => ({ orgId: of.orgId, role: 'Viewer', dataSource: { uid: of.uid, jsonData: { workspace: 'main' }, secrets: { grant: tokens.get(of.id) ?? '' }, lastUpdatedMS: 1 }, ...more }),
    mint: (body, caller = soc.operator()) => plugin.callResource('grants', { method: 'POST', body: JSON.stringify(body) }, caller),
    stop: () => plugin.stop(),
  };
  if (options.wait !== false) await current(soc).catch(async (error: unknown) => { await plugin.kill(); throw error; });
  for (const client of options.wait === false ? [] : clients) {
    const answer = await soc.mint({ orgId: client.orgId, uid: client.uid, clients: [client.id] });
    if (answer.status !== 200) throw new Error(`no grant for ${client.id}: ${answer.status} ${answer.body}`);
    tokens.set(client.id, (JSON.parse(answer.body) as { grant: string }).grant);
  }
  return soc;
}

/** Until every stream was read, and with `frozen` until months that closed are frozen: the backend says so itself. */
export async function current(soc: Soc, { caller = soc.operator(), frozen = false }: { caller?: Caller; frozen?: boolean } = {}): Promise<void> {
  for (;;) {
    const answer = await soc.plugin.callResource('status', {}, caller);
    if (answer.status === 200) {
      const { streams, rebuilding, closing } = JSON.parse(answer.body) as { streams: { source: string; stream: string; current: boolean; error: string | null }[]; rebuilding: number | null; closing: boolean };
      const failed = streams.find(s => s.error !== null);
      if (failed) throw new Error(`the test's own source fails: ${failed.error}`);
      if (streams.length > 0 && rebuilding === null && streams.every(s => s.current) && !(frozen && closing)) return;
    } else if (answer.status !== 503) throw new Error(`status: ${answer.status} ${answer.body}`);
    await new Promise(done => setTimeout(done, 50));
  }
}
