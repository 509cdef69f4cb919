/** The place a window goes on from, kept from an earlier run: forgotten by its source, or only out of reach for a while. */
import { MINUTE } from '../../model';
import { SourceError } from '../connectors/http/port';
import { sql } from '../store/sql';
import { table } from '../store/table';
import { fresh, T0 } from './testing/fresh';
import type { GeneratorOptions } from './testing/generator';
import { runnerOf } from './testing/harness';

jest.setTimeout(60_000);
const at = fresh();
const { now } = at;
const world = (given: Partial<GeneratorOptions> = {}): GeneratorOptions => ({ source: 'siem', alerts: 300, tickets: 0, until: T0, pageSize: 50, ...given });
const count = async (name: 'alert') => (await at.store.query<{ n: number }>(sql`select count(*) as n from ${table(name)}`))[0]!.n;
const state = async (stream: string) => (await at.store.query<{ cursor: string | null; error: string | null; current: boolean }>(sql`select * from ${table('stream_state')} where stream = ${stream}`))[0]!;
async function syncOnce(given: GeneratorOptions): Promise<void> {
  const runner = await runnerOf(at.store, [given], { now });
  try { await runner.once(); } finally { await runner.stop(); }
}

test('a resumed cursor that the source has forgotten begins its window anew', async () => {
  const abort = new AbortController();
  const first = await runnerOf(at.store, [world({ tickets: 0, pageSize: 10, before: (_s, _w, cursor) => { if (cursor === 50) abort.abort(); } })], { now });
  await first.once(abort.signal);
  await first.stop();
  expect((await state('alerts')).cursor).not.toBeNull();
  const expired = world({ tickets: 0, before: (_s, _w, cursor) => { if (cursor !== null) throw new SourceError('not_found', 'siem', 'the point in time is gone.', ''); } });
  await syncOnce(expired);
  expect((await state('alerts')).cursor).toBeNull();
  await syncOnce(world({ tickets: 0 }));
  expect(await count('alert')).toBe(300);
});

test('a place that the source forgets between two runs of one process begins its window anew; a failure that passes keeps the place', async () => {
  let fault: 'none' | 'stop' | 'away' | 'forgotten' = 'stop';
  const asked: unknown[] = [];
  const runner = await runnerOf(at.store, [world({ tickets: 0, pageSize: 10, before: (stream, _w, cursor) => {
    if (stream !== 'alerts') return;
    asked.push(cursor);
    if (fault === 'away' || (fault === 'stop' && cursor === 50)) throw new SourceError('http', 'siem', 'answered 503.', 'Wait.', { status: 503 });
    if (fault === 'forgotten' && cursor !== null) throw new SourceError('http', 'siem', 'answered 400: the page token has expired.', '', { status: 400 });
  } })], { now });
  const place = async (): Promise<unknown> => { const { cursor } = await state('alerts'); return cursor === null ? null : (JSON.parse(cursor) as { cursor: unknown }).cursor; };
  await runner.once();
  expect(await place()).toBe(50);
  for (let i = 0; i < 4; i++) {
    fault = 'away';
    at.clock += MINUTE;
    await runner.once();
    expect(await place()).toBe(50);
  }
  fault = 'forgotten';
  at.clock += MINUTE;
  await runner.once();
  expect(await place()).toBeNull();
  fault = 'none';
  asked.length = 0;
  at.clock += MINUTE;
  await runner.once();
  await runner.stop();
  expect(asked[0]).toBeNull();
  expect(await count('alert')).toBe(300);
  expect(await state('alerts')).toMatchObject({ error: null, current: true });
});

test('a source that fails at one place again and again, as if it were away, is asked from the window\'s start after five runs', async () => {
  const away = (_s: string, _w: unknown, cursor: unknown): void => { if (cursor === 50) throw new SourceError('http', 'siem', 'answered 500.', '', { status: 500 }); };
  const runner = await runnerOf(at.store, [world({ tickets: 0, pageSize: 10, before: away })], { now });
  const cursors: boolean[] = [];
  for (let i = 0; i < 7; i++) { await runner.once(); at.clock += MINUTE; cursors.push((await state('alerts')).cursor === null); }
  await runner.stop();
  // The first run reaches the place; the fifth that fails there gives it up; the next reaches it again.
  expect(cursors).toEqual([false, false, false, false, false, true, false]);
});
