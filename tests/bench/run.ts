import { execFileSync } from 'node:child_process';
import { cpSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { emptyRegistry } from '../setup/processes';
import { machineOf, memoryOf, type Machine } from './measure';
import type { BenchOptions, Part } from './options';
import { measureTime, type ZoneTiming } from './parts/buckets';
import { measureApply, measureScope, type ClientsResult } from './parts/clients';
import { measureHostile } from './parts/hostile';
import { measureGrafana, type GrafanaTiming } from './parts/grafana';
import { measureMetrics, type MetricTiming } from './parts/metrics';
import { measureNeighbour } from './parts/neighbour';
import { measureProcess, type ProcessResult } from './parts/process';
import { measureRivals, type RivalTiming } from './parts/rivals';
import { measureSync, type SyncResult } from './parts/sync';
import type { BucketTiming } from './store/buckets';
import { memoryFor, storedWorld } from './world/stored';

const ROOT = join(__dirname, '..', '..');
/** What one run measured; a part that was not asked for is absent. Times in ms unless a name says otherwise. */
export interface BenchResult {
  readonly machine: Machine; readonly alerts: number; readonly threads: number;
  metrics?: MetricTiming[]; rivals?: RivalTiming[]; grafana?: GrafanaTiming[]; process?: ProcessResult; sync?: SyncResult; clients?: ClientsResult; buckets?: { methods: BucketTiming[]; zones: ZoneTiming[] };
  /** Megabytes of the store's file, and seconds the generator took (null: an earlier run made it). */
  file?: { readonly mb: number | null; readonly seconds: number | null };
  benchPeakMb?: number | null;
}

export async function runBench(options: BenchOptions, say: (text: string) => void): Promise<BenchResult> {
  const { alerts, threads, runs, keep } = options;
  const wants = (part: Part): boolean => options.only.includes(part);
  const world = await storedWorld(alerts, { keep, threads, say });
  let open = true;
  try {
    const size = await world.store.size();
    const result: BenchResult = { machine: await machineOf(world.store), alerts, threads, file: { mb: size === null ? null : Math.round(size / 1e6), seconds: world.seconds } };
    if (wants('buckets')) result.buckets = await measureTime(world.store, runs, say);
    if (wants('metrics')) result.metrics = await measureMetrics(world.store, runs, q => options.questions === 'all' || options.questions === `${q.of}s`, say);
    if (wants('rivals')) result.rivals = await measureRivals(world.store, alerts, world.folder, { threads, runs, memoryMb: memoryFor(alerts), say });
    const scope = wants('clients') ? await measureScope(world.store, runs, say) : null;
    result.benchPeakMb = memoryOf('self')?.peak ?? null;
    await world.store.close();
    open = false;
    // Jest built it already, and other tests run it now.
    if ((wants('process') || wants('sync') || wants('clients')) && process.env.JEST_WORKER_ID === undefined) execFileSync(process.execPath, ['--import', 'tsx', join(ROOT, 'tools/build/build.ts'), '--quiet'], { cwd: ROOT, stdio: ['ignore', 'inherit', 'inherit'] });
    if (wants('process') || scope) {
      // On a copy: the backend judges coverage anew when its policy has changed, and the generated estate has no records to judge by.
      const copy = mkdtempSync(join(tmpdir(), 'soc-bench-process-'));
      try {
        cpSync(join(world.folder, 'main'), join(copy, 'main'), { recursive: true });
        if (scope) result.clients = { scope, apply: await measureApply(copy, say), neighbour: await measureNeighbour(copy, runs + 1, say), hostile: await measureHostile(say) };
        if (wants('process')) result.process = await measureProcess(copy, { runs, memoryMb: memoryFor(alerts), say });
      } finally { rmSync(copy, { recursive: true, force: true }); }
    }
    if (wants('grafana')) result.grafana = await measureGrafana([1_000, 10_000, 100_000, 300_000].filter(n => n <= alerts), runs, say);
    if (wants('sync')) result.sync = await measureSync({ scale: options.scale, history: options.history, threads, keep, say });
    return result;
  } finally {
    if (open) await world.store.close();
    await world.done();
    // In jest the registry is that of all tests, and its teardown empties it.
    if ((wants('process') || wants('sync') || wants('clients')) && process.env.JEST_WORKER_ID === undefined) emptyRegistry();
  }
}
