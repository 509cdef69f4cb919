/** A store without memory left: the engine's own refusal, met by the writer while the sync runs. */
import { openDuckDb } from '../store/duckdb';
import type { Store } from '../store/port';
import { sql } from '../store/sql';
import { table } from '../store/table';
import type { Flush } from './facts';
import { runnerOf } from './testing/harness';

const NOW = Date.parse('2026-06-01T12:00:00Z');
/** Sixty-four bytes for each of ten million numbers, all of them kept: more than any of these stores may hold. */
const greedy = sql`select count(distinct repeat(cast(i as varchar), 8)) as n from range(${10_000_000}) t(i)`;
jest.setTimeout(60_000);
let store: Store;
beforeEach(async () => { store = await openDuckDb({ path: ':memory:', memoryMb: 64 }); });
afterEach(() => store.close());

test('a question and a transaction that need too much say so with the remedy; the store goes on, and nothing was written', async () => {
  const refused = { code: 'memory', message: expect.stringMatching(/needs more memory than limits\.memoryMb allows.*Ask for a shorter range or fewer groups, or raise limits\.memoryMb/s) as string };
  await expect(store.query(greedy)).rejects.toMatchObject(refused);
  await expect(store.transaction(async tx => {
    await tx.upsert('meta', [{ name: 'half', value: '1' }]);
    await tx.query(greedy);
  })).rejects.toMatchObject(refused);
  expect(await store.query(sql`select 1 as one`)).toEqual([{ one: 1 }]);
  await store.transaction(tx => tx.upsert('meta', [{ name: 'whole', value: '1' }]));
  expect(await store.query<{ name: string }>(sql`select name from ${table('meta')} where name in ('half', 'whole')`)).toEqual([{ name: 'whole' }]);
});

test('the sync says that memory was short, waits and does the work again; the process does not end', async () => {
  const asked: number[] = [];
  let again!: () => void;
  const twice = new Promise<void>(resolve => { again = resolve; });
  const flush: Flush = async tx => {
    asked.push(asked.length);
    if (asked.length === 1) await tx.query(greedy); else again();
  };
  const said: string[] = [];
  const ended: Error[] = [];
  const paused: number[] = [];
  const runner = await runnerOf(store, [], {
    now: () => NOW, flush: [flush], onFatal: error => ended.push(error), log: (level, message) => { if (level === 'error') said.push(message); },
    sleep: (ms, signal) => { paused.push(ms); return ms === 10_000 || signal.aborted ? Promise.resolve() : new Promise(resolve => signal.addEventListener('abort', () => resolve(), { once: true })); },
  });
  runner.start();
  await twice;
  await runner.stop();
  expect(said).toEqual([expect.stringMatching(/needs more memory than limits\.memoryMb allows.*The sync tries again in 10 s; what it read is kept\.$/)]);
  expect(paused).toContain(10_000);
  expect(ended).toEqual([]);
});
