/** A store without memory left: the engine's own refusal, met by the writer while the sync runs. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openDuckDb } from '../store/duckdb';
import { StoreError } from '../store/errors';
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

test('a higher limit holds from the next statement on, without a restart: what runs ends first, what comes waits, nothing stored is lost', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'soc-memory-'));
  const file = await openDuckDb({ path: join(folder, 'store.duckdb'), memoryMb: 64 });
  try {
    await file.transaction(tx => tx.upsert('meta', [{ name: 'kept', value: '1' }]));
    const before = file.revision(['meta']);
    // One list of one group: nothing of it can be spilled to disk.
    const wants = sql`select len(list(repeat(cast(i as varchar), 8))) as n from range(${2_000_000}) t(i)`;
    await expect(file.query(wants)).rejects.toMatchObject({ code: 'memory' });
    const running = file.query(sql`select sum(i) as n from range(${20_000_000}) t(i)`);
    const writing = file.transaction(tx => tx.upsert('meta', [{ name: 'written amid', value: '1' }]));
    const limiting = file.limitMemory(1024);
    const waiting = Array.from({ length: 6 }, (_, i) => file.query(sql`select ${i} as i`));
    expect(await running).toHaveLength(1);
    await Promise.all([writing, limiting]);
    expect((await Promise.all(waiting)).map(([row]) => row!.i)).toEqual([0, 1, 2, 3, 4, 5]);
    expect(await file.query(wants)).toEqual([{ n: 2_000_000 }]);
    expect(await file.query(sql`select name from ${table('meta')} where name in ('kept', 'written amid') order by name`)).toEqual([{ name: 'kept' }, { name: 'written amid' }]);
    expect(file.revision(['meta'])).toBe(before + 1);
    // Still locked against statements.
    await expect(file.query(sql`set memory_limit = '10GB'`)).rejects.toThrow(/locked/);
  } finally { await file.close(); rmSync(folder, { recursive: true, force: true }); }
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

test('a fault of the code itself is told and tried again, later each time; a store that is gone ends the process', async () => {
  const asked: number[] = [];
  let gone!: () => void;
  const ended = new Promise<Error>(resolve => { gone = () => resolve(new Error('ended')); });
  const said: string[] = [];
  const pauses: number[] = [];
  const runner = await runnerOf(store, [], {
    now: () => NOW, onFatal: () => gone(), log: (level, message) => { if (level === 'error') said.push(message); },
    flush: [async () => { asked.push(asked.length); if (asked.length < 3) throw new TypeError('no such field'); throw new StoreError('fatal', 'the disk is gone'); }],
    sleep: (ms, signal) => { if (ms === [10_000, 20_000][pauses.length] && said.length === pauses.length + 1) { pauses.push(ms); return Promise.resolve(); } return signal.aborted ? Promise.resolve() : new Promise(resolve => signal.addEventListener('abort', () => resolve(), { once: true })); },
  });
  runner.start();
  await ended;
  await runner.stop();
  expect(pauses).toEqual([10_000, 20_000]);
  expect(said).toEqual(['no such field The sync tries again in 10 s; what it read is kept.', 'no such field The sync tries again in 20 s; what it read is kept.', 'the disk is gone']);
});
