import { appendFileSync } from 'node:fs';
import { join } from 'node:path';
import { openDuckDb } from '../../src/backend/store/duckdb';
import { runnerOf } from '../../src/backend/sync/testing/harness';
import { FACT_PIPELINE } from '../../src/backend/sync/pipeline';
import { freezeReported } from '../../src/backend/sync/reported/freeze';
import type { Flush } from '../../src/backend/sync/facts';
import type { Transaction } from '../../src/backend/store/port';
import { manyClients, UNTIL, worlds } from './world';

/**
 * A real process that syncs a generated world into a store on disk: `child.ts <folder> <mode>`. Prints `ready` when the store is open
 * and `done` when current. Mode `hold` only holds the store open; `pages` writes every page by itself; `sync` gathers as production does;
 * `read` and `freeze` do as `sync` for many clients, the one without freezing a month, the other noting every statement of the freezing before it runs.
 */
async function main(): Promise<void> {
  const [folder, mode] = process.argv.slice(2) as [string, string];
  const store = await openDuckDb({ path: join(folder, 'store.duckdb'), memoryMb: 128, retryMs: Number(process.env.SOC_RETRY_MS ?? 60_000) });
  process.stdout.write('ready\n');
  if (mode === 'hold') { setInterval(() => undefined, 60_000); return; }
  // Pages asked for, over all lives of the process: shows that a resumed sync does not begin again.
  const before = (): void => appendFileSync(join(folder, 'pages'), '.');
  const runner = await runnerOf(store, worlds(before), { now: () => UNTIL, reconcileEveryMs: Number.MAX_SAFE_INTEGER, gather: mode === 'pages' ? 1 : undefined, ...freezing(folder, mode) });
  await runner.once();
  await runner.stop();
  await store.close();
  process.stdout.write('done\n');
}
/** The freezing of months, left out or watched. */
function freezing(folder: string, mode: string): object {
  if (mode !== 'read' && mode !== 'freeze') return {};
  const watched: Flush = (tx, context, midnight) => (midnight ? freezeReported(noting(tx, () => appendFileSync(join(folder, 'statements'), '.')), context, midnight) : Promise.resolve());
  return { settings: manyClients(), flush: FACT_PIPELINE.flush.map(f => (f !== freezeReported ? f : mode === 'freeze' ? watched : () => Promise.resolve())) };
}
/** The transaction, telling of every statement before it runs. */
const noting = (tx: Transaction, note: () => void): Transaction => new Proxy(tx, { get: (target, name) => {
  const member: unknown = Reflect.get(target, name);
  return typeof member !== 'function' ? member : (...args: unknown[]): unknown => { note(); return Reflect.apply(member, target, args); };
} });
main().catch((error: unknown) => { process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`); process.exitCode = 1; });
