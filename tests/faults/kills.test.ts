import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { openDuckDb } from '../../src/backend/store/duckdb';
import { snapshot } from '../../src/backend/sync/testing/harness';
import { Child, lengthOf, mk, random, reached, type Life } from './life';

/** SIGKILL at random moments of a sync ends in the same rows and facts as an undisturbed run. SOC_KILLS and SOC_SEED set count and seed. */
const KILLS = Number(process.env.SOC_KILLS ?? 50);
const SEED = Number(process.env.SOC_SEED ?? Date.now() % 1_000_000);
let children: Child;
beforeAll(() => { children = new Child(); });
afterAll(() => rmSync(children.folder, { recursive: true, force: true }));

/** Small pages written one by one, or gathered as production does (telemetry days together, facts in batches): both kinds of moment are hit. */
type Mode = 'pages' | 'sync';
const live = (data: string, mode: Mode): Life => children.live(data, mode);
const pagesOf = (data: string): number => lengthOf(join(data, 'pages'));
/** Resolves when the child has asked for `more` further pages, or ended. */
const afterPages = (life: Life, data: string, more: number): Promise<void> => reached(life, join(data, 'pages'), pagesOf(data) + more);

test(`${KILLS} kills at random moments`, async () => {
  console.log(`kills: ${KILLS}, seed: ${SEED}`);
  const next = random(SEED);
  const { folder } = children;
  const calm = join(folder, 'calm');
  const first = live(mk(calm), 'sync');
  await first.ended;
  expect(first.output()).toContain('done');
  const calmPages = pagesOf(calm);

  let kills = 0;
  let finished = 0;
  const killed: Record<Mode, number> = { pages: 0, sync: 0 };
  let data = mk(join(folder, `stormy-${finished}`));
  const compared: string[] = [];
  // A sync survives several kills, then is let to its end and compared; then the next one begins.
  while (kills < KILLS || finished === 0) {
    const mode: Mode = next() < 0.5 ? 'sync' : 'pages';
    const life = live(data, mode);
    if (kills < KILLS && next() < 0.93) {
      // A random page, then a random moment within it: inside the read, the transaction, the commit or the checkpoint.
      await afterPages(life, data, 1 + Math.floor(next() * 9));
      await new Promise(resolve => setTimeout(resolve, next() * 60));
      if (life.child.exitCode === null && life.child.kill('SIGKILL')) { kills++; killed[mode]++; }
      await life.ended;
      if (!life.output().includes('done')) continue;
    } else {
      await life.ended;
      if (!life.output().includes('done')) throw new Error(`the sync did not end: ${life.output()} (seed ${SEED})`);
    }
    compared.push(data);
    finished++;
    data = mk(join(folder, `stormy-${finished}`));
  }
  const last = live(data, 'sync');
  await last.ended;
  compared.push(data);
  const expected = await contents(calm);
  for (const each of compared) expect(await contents(each)).toEqual(expected);
  console.log(`${kills} kills (${killed.pages} page by page, ${killed.sync} gathered) over ${compared.length} syncs; ${calmPages} pages undisturbed, ${compared.map(pagesOf).join(', ')} with kills`);
  expect(kills).toBeGreaterThanOrEqual(KILLS);
  // What is compared is there to be lost.
  for (const facts of ['item', 'asset_span', 'coverage_day', 'link'] as const) expect(expected[facts]!.length).toBeGreaterThan(0);
}, 240_000);

async function contents(data: string): Promise<Record<string, unknown[]>> {
  const store = await openDuckDb({ path: join(data, 'store.duckdb') });
  try { return await snapshot(store); } finally { await store.close(); }
}
