import { appendFileSync } from 'node:fs';
import { join } from 'node:path';
import { openDuckDb } from '../../src/backend/store/duckdb';
import { runnerOf } from '../../src/backend/sync/testing/harness';
import { UNTIL, worlds } from './world';

/**
 * A real process that syncs a generated world into a store on disk: `child.ts <folder> <mode>`. Prints `ready` when the store is open
 * and `done` when current. Mode `hold` only holds the store open; `pages` writes every page by itself; `sync` gathers as production does.
 */
async function main(): Promise<void> {
  const [folder, mode] = process.argv.slice(2) as [string, string];
  const store = await openDuckDb({ path: join(folder, 'store.duckdb'), memoryMb: 128, retryMs: Number(process.env.SOC_RETRY_MS ?? 60_000) });
  process.stdout.write('ready\n');
  if (mode === 'hold') { setInterval(() => undefined, 60_000); return; }
  // Pages asked for, over all lives of the process: shows that a resumed sync does not begin again.
  const before = (): void => appendFileSync(join(folder, 'pages'), '.');
  const runner = await runnerOf(store, worlds(before), { now: () => UNTIL, reconcileEveryMs: Number.MAX_SAFE_INTEGER, gather: mode === 'pages' ? 1 : undefined });
  await runner.once();
  await runner.stop();
  await store.close();
  process.stdout.write('done\n');
}
main().catch((error: unknown) => { process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`); process.exitCode = 1; });
