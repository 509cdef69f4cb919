import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { monitorEventLoopDelay } from 'node:perf_hooks';
import { openDuckDb } from '../../../src/backend/store/duckdb';
import type { Store, Transaction } from '../../../src/backend/store/port';
import { FACTS, runnerOf } from '../../../src/backend/sync/testing/harness';

/** Rows per second of a first load through engine and facts, and where the time goes: `nice node --import tsx tests/bench/store/sync.ts`. */
const ALERTS = Number(process.env.SOC_BENCH_ROWS ?? 20_000);
const spent = new Map<string, { ms: number; n: number }>();
const timed = async <T>(name: string, work: () => Promise<T>): Promise<T> => {
  const start = performance.now();
  try { return await work(); } finally { const s = spent.get(name) ?? { ms: 0, n: 0 }; s.ms += performance.now() - start; s.n++; spent.set(name, s); }
};
const watch = (tx: Transaction): Transaction => ({
  query: s => timed(`query ${s.text[0]!.trim().slice(0, 60).replace(/\s+/g, ' ')}`, () => tx.query(s)), execute: s => timed('execute', () => tx.execute(s)),
  upsert: (t, rows, widen) => timed(`upsert ${t}`, () => tx.upsert(t, rows, widen)), insert: (t, rows) => timed(`insert ${t}`, () => tx.insert(t, rows)), update: (t, c, rows) => timed(`update ${t}`, () => tx.update(t, c, rows)), lookup: ((t: 'alert', c: 'alert_key', k: bigint[], columns: ['id']) => timed(`lookup ${t}.${c}`, () => tx.lookup(t, c, k, columns))) as Transaction['lookup'], remove: (t, c, k) => timed(`remove ${t}.${c}`, () => tx.remove(t, c, k)),
});

async function main(): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'soc-bench-sync-'));
  const real = await openDuckDb({ path: join(folder, 'store.duckdb'), threads: 2 });
  const store: Store = { ...real, transaction: work => timed('transaction', () => real.transaction(tx => work(watch(tx)))) };
  const until = Date.UTC(2026, 2, 10);
  const runner = await runnerOf(store, [{ source: 'siem', alerts: ALERTS, tickets: Math.floor(ALERTS / 4), until, pageSize: 1000, days: 80 }], {
    now: () => until, recompute: FACTS.map(f => (tx, touched, context) => timed(f.name || 'recompute', () => f(tx, touched, context))), reconcileEveryMs: Number.MAX_SAFE_INTEGER,
  });
  const delay = monitorEventLoopDelay({ resolution: 5 });
  delay.enable();
  const start = performance.now();
  await runner.once();
  const ms = performance.now() - start;
  delay.disable();
  console.log(JSON.stringify({ alerts: ALERTS, seconds: +(ms / 1000).toFixed(1), p99: +(delay.percentile(99) / 1e6).toFixed(1), max: +(delay.max / 1e6).toFixed(1), rssMb: Math.round(process.memoryUsage().rss / 1e6) }));
  for (const [name, s] of [...spent].sort((a, b) => b[1].ms - a[1].ms).slice(0, 20)) console.log(`${Math.round(s.ms)} ms  ${s.n}×  ${name}`);
  await runner.stop();
  // A second sync in which 1,000 alerts changed.
  let n = 0;
  const later = await runnerOf(real, [{ source: 'siem', alerts: ALERTS, tickets: Math.floor(ALERTS / 4), until, pageSize: 1000, days: 80, hooks: { edit: row => (row.nativeId.startsWith('A') && Number(row.nativeId.slice(1)) % Math.ceil(ALERTS / 1000) === 0 ? { ...row, changed: until + 1000, sourceStatus: 'closed', disposition: 'false_positive', dispositionAt: until + 1000, dispositionBy: 'human' } as typeof row : row) } }], {
    now: () => until + 60_000, reconcileEveryMs: Number.MAX_SAFE_INTEGER, recompute: [async (_tx, t) => { n += t.alerts.size; }, ...FACTS],
  });
  const again = performance.now();
  await later.once();
  console.log(JSON.stringify({ changed: n, seconds: +((performance.now() - again) / 1000).toFixed(2) }));
  await later.stop();
  await real.close();
  rmSync(folder, { recursive: true, force: true });
}
main().catch(error => { console.error(error); process.exitCode = 1; });
