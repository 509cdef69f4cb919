import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openDuckDb } from '../../../src/backend/store/duckdb';
import { MIGRATIONS } from '../../../src/backend/store/migrations';
import type { Store } from '../../../src/backend/store/port';
import { markCurrent } from './dimensions';
import { fillStore } from './fill';
import { freezeMonths } from './months';

export interface StoredWorld { readonly store: Store; /** What the backend takes as data_path. */ readonly folder: string; readonly seconds: number | null; /** Removes what was not asked to be kept; the store must be closed. */ done(): Promise<void> }
/** The store's own bound of the buffer manager, MB: the product's default, and what a site of ten million alerts sets. */
export const memoryFor = (alerts: number): number => (alerts > 3_000_000 ? 1536 : 512);

/** A filled store on disk: made anew in a temporary folder, or kept in `keep` and used again by later runs of the same size. */
export async function storedWorld(alerts: number, { keep, threads, say }: { keep: string | null; threads: number; say?: (text: string) => void }): Promise<StoredWorld> {
  const folder = keep === null ? mkdtempSync(join(tmpdir(), 'soc-bench-')) : join(keep, `alerts-${alerts}`);
  const complete = join(folder, 'complete');
  // A store that an older build filled is upgraded by its migrations, and lacks what they leave to be computed anew.
  const filledBy = `${MIGRATIONS.length}`;
  const fresh = !existsSync(complete) || readFileSync(complete, 'utf8') !== filledBy;
  if (fresh) rmSync(join(folder, 'main'), { recursive: true, force: true });
  mkdirSync(join(folder, 'main'), { recursive: true });
  const start = performance.now();
  const path = join(folder, 'main', 'outcomes.duckdb');
  if (fresh) {
    // Filling holds the indexes of every keyed table in memory at once, and whole chunks of 200,000 alerts.
    const store = await openDuckDb({ path, memoryMb: alerts > 3_000_000 ? 5_000 : 1_500, threads });
    try { await fillStore(store, alerts, say); await freezeMonths(store, say); } finally { await store.close(); }
    writeFileSync(complete, filledBy);
  }
  const seconds = fresh ? (performance.now() - start) / 1000 : null;
  const store = await openDuckDb({ path, memoryMb: memoryFor(alerts), threads });
  await markCurrent(store);
  return {
    store, folder, seconds,
    async done() { if (keep === null) rmSync(folder, { recursive: true, force: true }); },
  };
}
