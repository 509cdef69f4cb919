import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import type { SyncStatus } from '../../src/backend/workspace/sync-runner';
import { executableName, platformOf } from '../../tools/build/platform';
import { BackendProcess } from '../preview/server/backend-process';
import { GrpcBackend, pluginContext, type InstanceSettings } from '../preview/server/grpc-backend';
import { addressesOf } from './addresses';
import { headlines } from './headlines';
import { logTo } from './log';
import { measureFirst, measureProcess } from './measure';
import { takeFolder } from './lock';
import { readOptions, type StartOptions } from './options';
import { ownSettings } from './own-settings';
import { isCurrent, Patience, progressLine } from './progress';
import { startUpstreams } from './upstreams';
import { sleep } from '../../src/backend/sync/sleep';

const ROOT = resolve(__dirname, '..', '..');
/** Each is a server on a port of its own. */
const MOST_ORGANISATIONS = 12;
const OPERATOR = { orgId: 1, role: 'Admin' } as const;
interface Product { readonly instance: InstanceSettings; readonly clients: readonly { id: string; name: string; zone: string }[]; readonly workspace: string; readonly env: Record<string, string>; readonly clock: number; close(): Promise<void> }

/** `npm start`. Resolves with the exit code once everything it started has ended. */
export async function run(args: readonly string[]): Promise<number> {
  const options = readOptions(args);
  const say = options.json ? () => undefined : (line: string) => console.log(line);
  const data = resolve(options.data);
  const folder = takeFolder(data);
  const ending = new AbortController();
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => ending.abort());
  const closers: (() => Promise<void>)[] = [];
  try {
    if (options.fresh) rmSync(join(data, 'store'), { recursive: true, force: true });
    // Tests start the build they were given.
    const built = process.env.SOC_SKIP_BUILD === '1' && existsSync(launcher());
    if (!built) say('Building the backend …');
    if (!built) execFileSync(process.execPath, ['--import', 'tsx', join(ROOT, 'tools/build/build.ts'), '--quiet'], { cwd: ROOT, stdio: ['ignore', 'inherit', 'inherit'] });
    const product = await prepare(options, data, say);
    closers.push(() => product.close());
    return options.once ? await once(options, product, data, ending.signal, closers) : await serve(options, product, data, ending.signal, closers, folder.announce);
  } finally {
    for (const close of closers.reverse()) await close();
    folder.release();
  }
}

/** Settings and environment of the backend: the demo with its upstreams, or somebody's own file. */
async function prepare(options: StartOptions, data: string, say: (line: string) => void): Promise<Product> {
  const store = join(data, 'store');
  const common = { GF_PLUGIN_DATA_PATH: store, GF_VERSION: '12.4.0' };
  const instance = (settings: unknown, secureJsonData: Record<string, string>): InstanceSettings =>
    ({ uid: 'soc-outcomes', name: 'SOC Outcomes', jsonData: { settings }, secureJsonData, lastUpdatedMS: Date.now() });
  if (options.config) {
    const own = ownSettings(options.config, process.env);
    if (options.once && !own.settings.sources.some(s => s.enabled)) throw new Error(`${options.config} names no source that is read, so there is nothing to wait for. Add one under sources; demo/examples/workspace.yaml shows each kind.`);
    const given = Object.fromEntries(['GF_PLUGIN_ALLOWED_HOSTS', 'GF_PLUGIN_FILES_ROOT'].flatMap(k => (process.env[k] === undefined ? [] : [[k, process.env[k]!]])));
    return { instance: instance(own.settings, {}), clients: own.settings.clients, workspace: own.settings.workspace, env: { ...common, GF_PLUGIN_FILES_ROOT: own.root, ...own.env, ...given }, clock: Date.now(), close: async () => undefined };
  }
  say('Starting the demo: Elasticsearch, Jira and NetBox of an invented SOC …');
  const clock = options.date ? Date.parse(`${options.date}T12:00:00Z`) : Date.now();
  const world = { anchor: new Date(clock).toISOString().slice(0, 10), scale: options.scale };
  const addresses = addressesOf(data, world);
  const upstreams = await startUpstreams({ ...world, clock, ports: addresses.ports });
  addresses.keep(upstreams.ports);
  const files = join(data, 'files');
  mkdirSync(files, { recursive: true });
  writeFileSync(join(files, 'cmdb.csv'), upstreams.cmdb);
  const { demoSettings } = await import('./demo-settings');
  const { settings, secrets } = demoSettings(upstreams, join(files, 'cmdb.csv'));
  return {
    instance: instance(settings, secrets), clients: settings.clients ?? [], workspace: settings.workspace ?? 'main', clock, close: () => upstreams.close(),
    env: { ...common, GF_PLUGIN_ALLOWED_HOSTS: '127.0.0.1:*', GF_PLUGIN_FILES_ROOT: files, SOC_OUTCOMES_CLOCK: new Date(clock).toISOString() },
  };
}

const launcher = (): string => join(ROOT, 'dist', executableName(platformOf()));
const version = (): string => (JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8')) as { version: string }).version;

/** The page, until Ctrl-C. */
async function serve(options: StartOptions, product: Product, data: string, signal: AbortSignal, closers: (() => Promise<void>)[], announce: (url: string) => void): Promise<number> {
  const { startPreview } = await import('../preview/server');
  const preview = await startPreview({
    port: options.port, dashboardsDir: join(ROOT, 'dashboards'), launcher: launcher(), env: product.env, instanceSettings: product.instance, ...OPERATOR,
    organisation: 'SOC operators', version: version(), onLog: logTo(join(data, 'backend.log')), workspace: product.workspace,
    // Numbers far from 1: only the operators' organisation is an operator's.
    clients: product.clients.slice(0, MOST_ORGANISATIONS).map((client, i) => ({ orgId: 11 + i, name: client.name, clients: [client.id], zone: client.zone })),
  });
  closers.push(() => preview.close());
  announce(preview.url);
  const eyes = preview.organisations.slice(1).map(({ name, url }) => `    ${url}  ${name}`).join('\n');
  console.log(`\n  SOC Outcomes: ${preview.url}\n${eyes ? `\n  As a client's organisation sees it:\n${eyes}\n` : ''}\n  Ctrl-C ends it. Data: ${options.data}; the backend's log: ${join(options.data, 'backend.log')}\n`);
  await follow(preview.backend, signal, { draw: true, patience: options.patience });
  if (!signal.aborted) await new Promise<void>(done => signal.addEventListener('abort', () => done(), { once: true }));
  console.log('\nEnding …');
  return 0;
}

/** Syncs until current and months that closed are frozen, prints headlines, ends. */
async function once(options: StartOptions, product: Product, data: string, signal: AbortSignal, closers: (() => Promise<void>)[]): Promise<number> {
  const child = new BackendProcess({ launcher: launcher(), env: product.env, onLog: logTo(join(data, 'backend.log')) });
  closers.push(() => child.stop());
  const backend = new GrpcBackend(child, pluginContext(product.instance, OPERATOR, version()));
  const started = Date.now();
  const watching = new AbortController();
  const measuring = Promise.all([measureFirst(backend, started, product.clock, AbortSignal.any([signal, watching.signal])), measureProcess(child, AbortSignal.any([signal, watching.signal]))]);
  const status = await follow(backend, signal, { draw: !options.json, patience: options.patience });
  const currentSeconds = (Date.now() - started) / 1000;
  watching.abort();
  const [firstPanelSeconds, load] = await measuring;
  if (signal.aborted) return 130;
  const monthsLookedAt = await lookedAtMonths(backend, signal);
  if (signal.aborted) return 130;
  const failing = status?.streams.filter(s => s.error !== null) ?? [];
  const figures = await headlines(backend, product.clock + Date.now() - started);
  const answer = { asOf: new Date(product.clock + Date.now() - started).toISOString(), syncSeconds: currentSeconds, load: { firstPanelSeconds, currentSeconds, rows: status?.streams.reduce((n, s) => n + s.rows, 0) ?? 0, ...load, monthsLookedAt }, ...figures, failing: failing.map(({ source, stream, error }) => ({ source, stream, error })) };
  console.log(JSON.stringify(answer, null, 2));
  // A figure that could not be computed is as little an answer as a source that was not read.
  return failing.length === 0 && Object.values(figures).every(Array.isArray) ? 0 : 1;
}

/** As long as a look at closed months may take or be repeated, ms. */
const LOOK_PATIENCE = 300_000;
/** Until months that closed were looked at with everything read: what they are frozen as is part of the headlines, and qualifies them. */
async function lookedAtMonths(backend: GrpcBackend, signal: AbortSignal): Promise<boolean> {
  for (const began = Date.now(); !signal.aborted && Date.now() - began < LOOK_PATIENCE;) {
    const { status, text } = await statusOf(backend);
    if (status === 200 && !(JSON.parse(text) as SyncStatus).closing) return true;
    await sleep(200, signal);
  }
  return false;
}

/** Asks the backend for its sync status until all streams are current; draws one line over and over on a terminal. */
async function follow(backend: GrpcBackend, signal: AbortSignal, { draw, patience }: { draw: boolean; patience: number }): Promise<SyncStatus | null> {
  const started = Date.now();
  let said = '';
  const waited = new Patience(patience * 1000);
  while (!signal.aborted) {
    const { status, text } = await statusOf(backend);
    if (status === 200) {
      const now = JSON.parse(text) as SyncStatus;
      const line = progressLine(now);
      if (draw && line !== said) { process.stdout.write(process.stdout.isTTY ? `\r\u001b[2K${line}` : `${line}\n`); said = line; }
      const givenUp = waited.isOver(now, Date.now());
      if (isCurrent(now) || givenUp) {
        if (draw) console.log(`${process.stdout.isTTY ? '\n' : ''}${givenUp ? 'Some sources fail; their last good data stay.' : `All streams are current after ${((Date.now() - started) / 1000).toFixed(0)} s.`}`);
        return now;
      }
    } else if (status !== 503) {
      throw new Error(`The backend refuses to start: ${messageOf(text)}`);
    }
    await sleep(1000, signal);
  }
  return null;
}
/** The sync's status as the page asks for it; 503 while the backend starts or is gone. */
async function statusOf(backend: GrpcBackend): Promise<{ readonly status: number; readonly text: string }> {
  const { status, body } = await backend.resource({ method: 'GET', path: 'status', search: '', headers: {}, body: new Uint8Array() }).catch(error => ({ status: 503, body: Buffer.from(String(error)) }));
  return { status, text: Buffer.from(body).toString('utf8') };
}
function messageOf(text: string): string {
  try { return (JSON.parse(text) as { message: string }).message; } catch { return text; }
}
