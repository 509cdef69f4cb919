import { cpSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { openDuckDb } from '../../src/backend/store/duckdb';
import { reportedRows, snapshot } from '../../src/backend/sync/testing/harness';
import { Child, lengthOf, mk, random, reached } from './life';

/** SIGKILL amid the freezing of months ends in the same reported months as an undisturbed run. SOC_KILLS and SOC_SEED set count and seed. */
const KILLS = Math.ceil(Number(process.env.SOC_KILLS ?? 50) / 2);
const SEED = Number(process.env.SOC_SEED ?? Date.now() % 1_000_000);
let children: Child;
beforeAll(() => { children = new Child(); });
afterAll(() => rmSync(children.folder, { recursive: true, force: true }));

test(`${KILLS} kills amid the freezing of months`, async () => {
  console.log(`kills: ${KILLS}, seed: ${SEED}`);
  const next = random(SEED);
  // Everything is read once, and no month frozen; each storm begins from there.
  const read = mk(join(children.folder, 'read'));
  await children.whole(read, 'read');
  const from = (name: string): string => { const data = join(children.folder, name); cpSync(read, data, { recursive: true }); return data; };
  const calm = from('calm');
  await children.whole(calm, 'freeze');
  const statements = lengthOf(join(calm, 'statements'));
  const expected = await contents(calm);

  let [kills, amid, finished] = [0, 0, 0];
  const compared: string[] = [];
  let data = from('stormy-0');
  while (kills < KILLS || finished === 0) {
    const life = children.live(data, 'freeze');
    const file = join(data, 'statements');
    const before = lengthOf(file);
    if (kills < KILLS && next() < 0.8) {
      // A random statement of the freezing, then a random moment within it or its commit.
      await reached(life, file, before + 1 + Math.floor(next() * statements));
      await new Promise(resolve => setTimeout(resolve, next() * 8));
      if (life.child.exitCode === null && life.child.kill('SIGKILL')) { kills++; if (lengthOf(file) > before && !life.output().includes('done')) amid++; }
    }
    await life.ended;
    if (!life.output().includes('done')) continue;
    compared.push(data);
    data = from(`stormy-${++finished}`);
  }
  await children.whole(data, 'freeze');
  compared.push(data);
  for (const each of compared) expect(await contents(each)).toEqual(expected);
  console.log(`${kills} kills, ${amid} of them after a statement of the freezing, over ${compared.length} freezings of ${statements} statements; ${expected.reported_month!.length} months of clients`);
  expect(kills).toBeGreaterThanOrEqual(KILLS);
  expect(amid).toBeGreaterThan(0);
  // More than one transaction takes, and every table has rows to be lost.
  expect(expected.reported_month!.length).toBeGreaterThan(100);
  for (const [name, rows] of Object.entries(expected)) expect([name, rows.length > 0]).toEqual([name, true]);
}, 240_000);

async function contents(data: string): Promise<Record<string, unknown[]>> {
  const store = await openDuckDb({ path: join(data, 'store.duckdb') });
  try { return { ...await reportedRows(store), item: (await snapshot(store)).item! }; } finally { await store.close(); }
}
