import { setMaxListeners } from 'node:events';
import { DAY } from '../../model';
import type { SourceSettings } from '../../settings/sources';
import type { WorkspaceSettings } from '../../settings/schema';
import type { HttpClient } from '../connectors/http/port';
import type { Connector, ReadContext } from '../connectors/stream';
import { isStoreError } from '../store/errors';
import type { Store } from '../store/port';
import { ClosingLook } from './closing-look';
import { Committer } from './commit';
import { Computing } from './computing';
import { loadDimensions } from './dimensions';
import type { Flush, Recompute } from './facts';
import { WriterLease } from './lease';
import { Rebuild } from './rebuild';
import { takeUpEdits } from './reread';
import { pruneOld } from './retention';
import { sleep as realSleep } from './sleep';
import { SourceRun } from './source-run';
import { noteEnded } from './state';
import { StreamRun, type StreamProgress } from './stream-run';

/**
 * Exports: createSyncRunner, SyncRunnerOptions, SyncSource, SyncStatus.
 * Runs all sources side by side on their own schedules; each failing source fails alone. Has the shape of workspace/sync-runner.ts.
 */
export interface SyncSource { readonly settings: SourceSettings; readonly connector: Connector; readonly http: HttpClient }
export interface SyncStatus { readonly streams: readonly StreamProgress[]; readonly rebuilding: number | null; /** Months that closed may still be frozen of what was read. */ readonly closing: boolean }
export interface SyncRunnerOptions {
  readonly store: Store;
  readonly settings: WorkspaceSettings;
  readonly version: number;
  readonly sources: readonly SyncSource[];
  /** In order: alerts, items, coverage. */
  readonly recompute: readonly Recompute[];
  /** What recompute functions only mark: coverageFlush. */
  readonly flush?: readonly Flush[];
  readonly now?: () => number;
  /** Resolves after ms or when the signal aborts; injectable so that no test waits. */
  readonly sleep?: (ms: number, signal: AbortSignal) => Promise<void>;
  readonly log?: (level: 'info' | 'warn' | 'error', message: string, fields?: Record<string, unknown>) => void;
  /** The store is gone or somebody else writes: the process should exit. */
  readonly onFatal?: (error: Error) => void;
  readonly onProgress?: (status: SyncStatus) => void;
  readonly reconcileEveryMs?: number;
  /** Rows of a first load to write together at least (sync/gathered.ts). */
  readonly gather?: number;
}
export interface SyncRunner {
  start(): void;
  once(signal?: AbortSignal): Promise<void>;
  stop(): Promise<void>;
  status(): SyncStatus;
  changed(signal: AbortSignal): Promise<void>;
  health(signal?: AbortSignal): Promise<readonly { readonly source: string; readonly ok: boolean; readonly message: string }[]>;
}

/** Pauses after work that failed, ms. */
const [FIRST_PAUSE, LAST_PAUSE] = [10_000, 5 * 60_000];
/** The store is gone, or another process writes it. */
const ENDS: ReadonlySet<string> = new Set(['fatal', 'closed', 'locked']);

/** Loads dimensions, takes the writer lease, notes edited sources. Rejects when another process holds the lease. */
export async function createSyncRunner(options: SyncRunnerOptions): Promise<SyncRunner> {
  const lease = new WriterLease(options.store, options.now ?? Date.now);
  await lease.take();
  try { return await prepare(options, lease); } catch (error) {
    await lease.release();
    throw error;
  }
}

async function prepare(options: SyncRunnerOptions, lease: WriterLease): Promise<SyncRunner> {
  const { store, settings, version } = options;
  const now = options.now ?? Date.now;
  const sleep = options.sleep ?? realSleep;
  const log = options.log ?? (() => undefined);
  const dimensions = await loadDimensions(store);
  const committer = new Committer({ store, dimensions, recompute: options.recompute, flush: options.flush, settings: () => ({ settings, version }), now });
  await committer.run(tx => dimensions.apply(tx, settings));
  for (const [id, n] of await takeUpEdits(committer, settings)) log('info', `${id}: its mapping was edited; ${n} values of stored alerts were mapped anew, and the source is read again from its start`, { source: id });
  const enabled = options.sources.filter(s => s.settings.enabled);
  // Where nothing at all is read the store is only looked at: it stays as it was filled.
  if (enabled.length > 0) await committer.run(tx => noteEnded(tx, enabled.flatMap(s => s.connector.streams.map(stream => ({ source: s.settings.id, stream: stream.name })))));
  const rebuild = new Rebuild(committer);
  await rebuild.prepare();

  const stopping = new AbortController();
  // Every source waits for it, and there may be many: the runtime would call that a leak.
  setMaxListeners(0, stopping.signal);
  const waiting = new Set<() => void>();
  const streams: StreamRun[] = [];
  const computing = new Computing(committer, () => streams);
  const months = new ClosingLook(() => streams, () => rebuild.percent() !== null);
  const status = (): SyncStatus => ({ streams: streams.map(run => run.progress()), rebuilding: rebuild.percent(), closing: !months.done });
  const changed = (): void => {
    for (const wake of [...waiting]) wake();
    options.onProgress?.(status());
  };

  const sources = await Promise.all(enabled.map(async ({ settings: source, connector, http }) => {
    const historyMs = Math.min(source.historyDays, settings.limits.retentionDays) * DAY;
    const intervalMs = source.intervalSeconds * 1000;
    const runs = connector.streams.map(stream => new StreamRun({ source: source.id, stream, historyMs, intervalMs, committer, computing, gather: options.gather, now, changed, log }));
    for (const run of runs) await run.load();
    const context = (signal: AbortSignal): ReadContext => ({ http, now, signal, cache: new Map() });
    return { id: source.id, connector, http, runs, run: new SourceRun({ connector, runs, committer, computing, context, now, log, reconcileEveryMs: options.reconcileEveryMs }, intervalMs) };
  }));
  for (const source of sources) streams.push(...source.runs);

  const fatal = (error: unknown): void => {
    if (stopping.signal.aborted) return;
    log('error', error instanceof Error ? error.message : String(error));
    stopping.abort();
    options.onFatal?.(error instanceof Error ? error : new Error(String(error)));
  };
  const tasks: Promise<void>[] = [];
  let started = false;
  /** A big write-ahead log costs memory and the time of the next opening. */
  const tidy = async (): Promise<void> => { await store.checkpoint().catch(error => { if (isStoreError(error) && error.code === 'fatal') throw error; }); };

  /**
   * Work that fails is done again, later each time: a panel that asks for a lot can leave the writer no memory, a fact can have no way to be
   * computed. Nothing of it was written. Ending would blank every panel, and what failed would end the next process too; only a store that is gone or another's ends this one.
   */
  const loop = async (work: () => Promise<number>): Promise<void> => {
    for (let again = FIRST_PAUSE; !stopping.signal.aborted;) {
      let pause: number;
      try { pause = await work(); again = FIRST_PAUSE; } catch (error) {
        if (stopping.signal.aborted) return;
        if (isStoreError(error) && ENDS.has(error.code)) return fatal(error);
        log('error', `${error instanceof Error ? error.message : String(error)} The sync tries again in ${again / 1000} s; what it read is kept.`);
        [pause, again] = [again, Math.min(LAST_PAUSE, 2 * again)];
      }
      if (!stopping.signal.aborted) await sleep(pause, stopping.signal);
    }
  };

  const nextChange = (signal: AbortSignal): Promise<void> => new Promise(resolve => {
    if (signal.aborted || stopping.signal.aborted) return resolve();
    const wake = () => { waiting.delete(wake); signal.removeEventListener('abort', wake); resolve(); };
    waiting.add(wake);
    signal.addEventListener('abort', wake, { once: true });
  });
  /** After ms, or as soon as everything is read and months that closed were not looked at since. */
  const untilDue = async (ms: number): Promise<void> => {
    const over = new AbortController();
    const slept = sleep(ms, AbortSignal.any([stopping.signal, over.signal])).then(() => over.abort());
    while (!over.signal.aborted && !stopping.signal.aborted && !months.due) await nextChange(over.signal);
    over.abort();
    await slept;
  };

  return {
    status,
    start() {
      if (started) return;
      started = true;
      for (const source of sources) {
        tasks.push(loop(async () => {
          const { failed, retryAfterMs } = await source.run.once(stopping.signal);
          if (failed > 0) log('info', `${source.id}: next try in ${Math.round(source.run.delay(retryAfterMs) / 1000)} s`, { source: source.id });
          return source.run.delay(retryAfterMs);
        }));
      }
      tasks.push(loop(async () => { await lease.renew(); return 20_000; }));
      tasks.push(loop(async () => { await rebuild.run(stopping.signal, changed); return DAY; }));
      // Local midnights pass without any source saying so.
      // While a first load runs a flush can take seconds, and what it judges is judged again: at most a twentieth of the time is for it.
      tasks.push(loop(async () => {
        const [began, used] = [performance.now(), process.cpuUsage()];
        if (await months.take(() => computing.flush(true))) {
          const { user, system } = process.cpuUsage(used);
          log('info', `everything is read: days were judged and months that closed were frozen in ${((performance.now() - began) / 1000).toFixed(1)} s (${((user + system) / 1e6).toFixed(1)} s of processor)`);
          changed();
        }
        await untilDue(Math.max(30_000, 19 * (performance.now() - began)));
        return 0;
      }));
      tasks.push(loop(async () => { await tidy(); return 5 * 60_000; }));
      tasks.push(loop(async () => { const n = await pruneOld(store, settings.limits.retentionDays, now()); if (n > 0) log('info', `${n} rows older than ${settings.limits.retentionDays} days were removed`); return DAY; }));
    },
    async once(signal) {
      let ended!: () => void;
      const byHand = new Promise<void>(resolve => { ended = resolve; });
      tasks.push(byHand);
      const abort = new AbortController();
      const end = () => abort.abort();
      signal?.addEventListener('abort', end, { once: true });
      stopping.signal.addEventListener('abort', end, { once: true });
      if (signal?.aborted || stopping.signal.aborted) end();
      try {
        await rebuild.run(abort.signal, changed);
        await Promise.all(sources.map(source => source.run.once(abort.signal)));
        if (!abort.signal.aborted) {
          await computing.settle(abort.signal);
          do await months.take(() => computing.flush(true)); while (months.due && !abort.signal.aborted);
          await tidy();
        }
      } finally {
        signal?.removeEventListener('abort', end);
        stopping.signal.removeEventListener('abort', end);
        tasks.splice(tasks.indexOf(byHand), 1);
        ended();
      }
    },
    async stop() {
      stopping.abort();
      await Promise.all(tasks);
      for (const wake of [...waiting]) wake();
      await lease.release();
    },
    changed: nextChange,
    health: signal => Promise.all(sources.map(async ({ id, connector, http }) => {
      try {
        const result = await connector.health({ http, now, signal: signal ?? new AbortController().signal, cache: new Map() });
        return { source: id, ok: result.ok, message: result.message };
      } catch (error) { return { source: id, ok: false, message: error instanceof Error ? error.message : String(error) }; }
    })),
  };
}
