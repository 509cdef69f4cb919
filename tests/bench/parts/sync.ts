import { cpSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startUpstreams } from '../../../demo/start/upstreams';
import { DEMO_ELASTIC_KEY, elasticDemoSource } from '../../../demo/upstreams/elasticsearch/config';
import type { UpstreamsReady } from '../../../demo/upstreams/protocol';
import { createHttpClient, type HttpSourceSettings } from '../../../src/backend/connectors/http/client';
import { createConnector } from '../../../src/backend/connectors/registry';
import { openDuckDb } from '../../../src/backend/store/duckdb';
import type { Store, Transaction } from '../../../src/backend/store/port';
import { createSyncRunner, FACT_PIPELINE } from '../../../src/backend/sync';
import type { SyncStatus } from '../../../src/backend/workspace/sync-runner';
import { recordSettings } from '../../../src/backend/workspace/settings-store';
import { workspaceSchema } from '../../../src/settings/schema';
import { startPlugin } from '../../contract/host/plugin-client';
import { memoryOf, processorOf } from '../measure';
import { storedWorld } from '../world/stored';
import { NOW, settingsInput } from '../world/settings';

export interface LoadTiming {
  readonly history: number; readonly rows: number; readonly seconds: number; readonly rowsPerSecond: number;
  /** Seconds of processor the backend used; above `seconds` where its threads ran at once. */
  readonly processorSeconds: number | null; readonly peakMb: number | null;
}
export interface SyncResult { readonly loads: readonly LoadTiming[]; /** Share of a load's time within calls of the store (transactions), 0..1. */ readonly storeShare: number | null; readonly inProcessRowsPerSecond: number | null }

const settingsFor = (upstreams: UpstreamsReady) => ({
  ...settingsInput, clients: [...settingsInput.clients, ...upstreams.clients.map(({ id, name, zone }) => ({ id, name, zone }))],
  // Alerts alone: tickets and telemetry have other rates, and the aim is one of alerts.
  sources: [{ ...elasticDemoSource(upstreams.elastic, { clients: upstreams.clients }), telemetry: [], intervalSeconds: 3600, historyDays: 400 }],
});

/** A first load of the demo's alerts over HTTP: into an empty store, and into one that holds history already. The upstream runs in its own process. */
export async function measureSync({ scale, history, threads, keep, say }: { scale: number; history: number; threads: number; keep: string | null; say: (text: string) => void }): Promise<SyncResult> {
  const upstreams = await startUpstreams({ anchor: new Date(NOW).toISOString().slice(0, 10), scale, clock: NOW });
  const folder = mkdtempSync(join(tmpdir(), 'soc-bench-sync-'));
  try {
    const loads = [await load(0, join(folder, 'empty'), upstreams, say)];
    if (history > 0) {
      const world = await storedWorld(history, { keep, threads, say });
      // The facts fit the settings of the load: it must not begin with a rebuild of everything.
      const copy = join(folder, 'history');
      await world.store.close();
      cpSync(join(world.folder, 'main'), join(copy, 'main'), { recursive: true });
      const store = await openDuckDb({ path: join(copy, 'main', 'outcomes.duckdb') });
      const { applied } = await recordSettings(store, workspaceSchema.parse(settingsFor(upstreams)), 'data source', 2, NOW);
      await store.transaction(tx => tx.upsert('meta', [{ name: 'facts', value: JSON.stringify({ version: applied.version, target: applied.version, step: 2, before: null, done: 0, total: 0 }) }]));
      await store.close();
      await world.done();
      loads.push(await load(history, copy, upstreams, say));
    }
    const inside = await inProcess(upstreams, join(folder, 'inside'), threads);
    say(`in one process: ${inside.rowsPerSecond.toFixed(0)} rows/s, ${(100 * inside.share).toFixed(0)} % of the time in the store`);
    return { loads, storeShare: inside.share, inProcessRowsPerSecond: inside.rowsPerSecond };
  } finally {
    await upstreams.close();
    rmSync(folder, { recursive: true, force: true });
  }
}

async function load(history: number, dataPath: string, upstreams: UpstreamsReady, say: (text: string) => void): Promise<LoadTiming> {
  const plugin = await startPlugin({ dataPath, env: { GF_PLUGIN_ALLOWED_HOSTS: '127.0.0.1:*', SOC_OUTCOMES_CLOCK: new Date(NOW).toISOString() } });
  try {
    const caller = { dataSource: { uid: 'bench', jsonData: { settings: settingsFor(upstreams) }, secrets: { 'elastic.secret': DEMO_ELASTIC_KEY }, lastUpdatedMS: 3 } };
    const start = performance.now();
    for (;;) {
      const answer = await plugin.callResource('status', {}, caller);
      const status = JSON.parse(answer.body) as SyncStatus & { message?: string };
      if (answer.status !== 200 || status.streams.some(s => s.error !== null)) throw new Error(`the load failed: ${status.message ?? status.streams.map(s => s.error).join(' ')}`);
      if (status.streams.length > 0 && status.streams.every(s => s.current)) {
        const seconds = (performance.now() - start) / 1000;
        const rows = status.streams.reduce((n, s) => n + s.rows, 0);
        const timing = { history, rows, seconds, rowsPerSecond: rows / seconds, processorSeconds: processorOf(plugin.pid), peakMb: memoryOf(plugin.pid)?.peak ?? null };
        say(`${rows} rows into a store of ${history} alerts: ${seconds.toFixed(1)} s, ${timing.rowsPerSecond.toFixed(0)} rows/s; processor ${timing.processorSeconds?.toFixed(1) ?? '?'} s`);
        return timing;
      }
      await new Promise(done => setTimeout(done, 20));
    }
  } finally { await plugin.stop().catch(() => plugin.kill()); }
}

/** The same load by the same engine in this process, with a clock around the store. */
async function inProcess(upstreams: UpstreamsReady, folder: string, threads: number): Promise<{ rowsPerSecond: number; share: number }> {
  const settings = workspaceSchema.parse(settingsFor(upstreams));
  const real = await openDuckDb({ path: join(folder, 'outcomes.duckdb'), threads });
  let inStore = 0;
  const timed = async <T>(work: () => Promise<T>): Promise<T> => { const start = performance.now(); try { return await work(); } finally { inStore += performance.now() - start; } };
  const watch = (tx: Transaction): Transaction => new Proxy(tx, {
    get: (target, name) => { const of: unknown = Reflect.get(target, name); return typeof of === 'function' ? (...args: unknown[]) => timed(async () => of.apply(target, args) as unknown) : of; },
  });
  const store: Store = { ...real, transaction: work => real.transaction(tx => work(watch(tx))) };
  const [source] = settings.sources;
  const http = createHttpClient(source as HttpSourceSettings, { secret: DEMO_ELASTIC_KEY }, { sourceId: source!.id, allowedHosts: ['127.0.0.1:*'], now: () => NOW });
  const runner = await createSyncRunner({ store, settings, version: 1, ...FACT_PIPELINE, now: () => NOW, sources: [{ settings: source!, connector: createConnector(source!, settings.clients, { filesRoots: [] }), http }] });
  try {
    const start = performance.now();
    await runner.once();
    const ms = performance.now() - start;
    const rows = runner.status().streams.reduce((n, s) => n + s.rows, 0);
    return { rowsPerSecond: rows / (ms / 1000), share: inStore / ms };
  } finally { await runner.stop(); await http.close(); await real.close(); }
}
