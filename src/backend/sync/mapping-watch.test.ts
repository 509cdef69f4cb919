/** Fields of a source that were there once stop its stream when they vanish, in later processes too; those never seen are waited for. */
import { MINUTE } from '../../model';
import { SourceError } from '../connectors/http/port';
import type { Stream } from '../connectors/stream';
import { openDuckDb } from '../store/duckdb';
import type { Store } from '../store/port';
import { sql } from '../store/sql';
import { table } from '../store/table';
import { runnerOf } from './testing/harness';

const T0 = Date.UTC(2026, 2, 10, 12);
let store: Store;
let clock = T0;
beforeEach(async () => { clock = T0; store = await openDuckDb({ path: ':memory:' }); });
afterEach(() => store.close());

/** One run in a process of its own: what the connector was told, what the log says. */
async function run(mapped: NonNullable<Stream['mapped']>) {
  const log: string[] = [];
  const told: (readonly string[])[] = [];
  const asks: Stream['mapped'] = (context, seen) => { told.push(seen); return mapped(context, seen); };
  const runner = await runnerOf(store, [{ source: 'siem', alerts: 40, tickets: 4, until: T0, pageSize: 20, hooks: { mapped: asks } }], { now: () => clock, log: (level, text) => { if (level === 'warn') log.push(text); } });
  try { await runner.once(); } finally { await runner.stop(); }
  const [state] = await store.query(sql`select error_code, "current", waiting from ${table('stream_state')} where stream = 'alerts'`);
  return { log, told, state };
}

test('a field that was never there is said once and waited for; once there it is remembered by the next process', async () => {
  const first = await run(async () => ({ present: ['b', 'a'], waiting: 'no field "verdict" yet.' }));
  expect(first).toEqual({ log: ['siem: stream alerts: no field "verdict" yet.'], told: [[]], state: { error_code: null, current: true, waiting: 'no field "verdict" yet.' } });
  clock += MINUTE;
  expect(await run(async () => ({ present: ['a', 'b', 'verdict'], waiting: null }))).toMatchObject({ told: [['a', 'b']], state: { waiting: null } });
  clock += MINUTE;
  expect((await run(async () => ({ present: ['a'], waiting: null }))).told).toEqual([['a', 'b', 'verdict']]);
  clock += MINUTE;
  // What is not there today was there once all the same.
  expect((await run(async () => undefined)).told).toEqual([['a', 'b', 'verdict']]);
});

test('a field that vanished stops the stream before a row is read', async () => {
  const stopped = await run(async () => { throw new SourceError('body', 'siem', 'no field "verdict".', 'Correct the name.'); });
  expect(stopped.state).toEqual({ error_code: 'body', current: false, waiting: null });
  expect(await store.query(sql`select count(*) as n from ${table('alert')}`)).toEqual([{ n: 0 }]);
});
