import { DAY } from '../../model';
import { openDuckDb } from '../store/duckdb';
import type { Store, Transaction } from '../store/port';
import { sql } from '../store/sql';
import { table } from '../store/table';
import type { GeneratorOptions } from './testing/generator';
import { runnerOf, snapshot } from './testing/harness';

jest.setTimeout(60_000);
const T0 = Date.UTC(2026, 2, 10, 12);
const now = (): number => T0;

test('past telemetry days written together are the same rows and facts; what came before a failure stays', async () => {
  const tele = (more: Partial<GeneratorOptions> = {}): GeneratorOptions => ({ source: 'siem', alerts: 0, tickets: 0, hosts: 20, until: T0, pageSize: 50, ...more });
  const today = Math.floor(T0 / DAY);
  const store = await openDuckDb({ path: ':memory:' });
  const alone = await runnerOf(store, [tele()], { now, reconcileEveryMs: 1 });
  try { await alone.once(); } finally { await alone.stop(); }
  const apart = await snapshot(store);
  const other = await openDuckDb({ path: ':memory:' });
  const written: number[] = [];
  const watched: Store = {
    query: (statement, limits) => other.query(statement, limits), revision: tables => other.revision(tables), checkpoint: () => other.checkpoint(), close: () => other.close(), size: () => other.size(), limitMemory: mb => other.limitMemory(mb),
    transaction: work => other.transaction(tx => work(new Proxy(tx, {
      get: (target, name) => (name === 'upsert' ? (...args: Parameters<Transaction['upsert']>) => { if (args[0] === 'source_day') written.push(args[1].length); return target.upsert(...args); }
        : (Reflect.get(target, name) as (...args: unknown[]) => unknown).bind(target)),
    }))),
  };
  const together = async (more: Partial<GeneratorOptions> = {}): Promise<void> => {
    const runner = await runnerOf(watched, [tele(more)], { now, gather: 70 });
    try { await runner.once(); } finally { await runner.stop(); }
  };
  await together({ before: (stream, w) => { if (stream === 'telemetry' && Math.floor(w.from / DAY) === today - 6) throw new Error('the source went away'); } });
  expect((await other.query<{ day: number }>(sql`select day from ${table('source_day')} order by day desc`)).map(r => r.day)).toEqual([0, 1, 2, 3, 4, 5].map(n => today - n));
  await together();
  expect(Math.max(...written)).toBeGreaterThan(2);
  expect(written.length).toBeLessThan(8);
  expect(await snapshot(other)).toEqual(apart);
  await store.close();
  await other.close();
});
