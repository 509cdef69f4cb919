import { monitorEventLoopDelay } from 'node:perf_hooks';
import { DAY, HOUR, MINUTE } from '../../model';
import { SourceError } from '../connectors/http/port';
import { sql } from '../store/sql';
import { table } from '../store/table';
import { fresh, T0 } from './testing/fresh';
import type { GeneratorOptions } from './testing/generator';
import { runnerOf, snapshot, testSettings } from './testing/harness';

jest.setTimeout(60_000);
const at = fresh();
const { now } = at;

const world = (given: Partial<GeneratorOptions> = {}): GeneratorOptions => ({ source: 'siem', alerts: 300, tickets: 60, until: T0, pageSize: 50, ...given });
const count = async (name: 'alert' | 'ticket' | 'asset_record' | 'observation' | 'item') => (await at.store.query<{ n: number }>(sql`select count(*) as n from ${table(name)}`))[0]!.n;
const state = async (stream: string) => (await at.store.query<{ watermark: number; backfilled_to: number; cursor: string | null; error: string | null; error_code: string | null; remedy: string | null; current: boolean; rows: number; progress: number; rejected: number }>(
  sql`select * from ${table('stream_state')} where stream = ${stream}`))[0]!;
async function syncOnce(...worlds: GeneratorOptions[]): Promise<void> {
  const runner = await runnerOf(at.store, worlds, { now, reconcileEveryMs: 1 });
  try { await runner.once(); } finally { await runner.stop(); }
}

test('a first load reads newest month first, then backwards, and ends current', async () => {
  const windows: [string, number, number][] = [];
  await syncOnce(world({ days: 60, before: (stream, w, cursor) => { if (stream === 'alerts' && cursor === null) windows.push([stream, w.from, w.to]); } }));
  expect(windows.map(([, from, to]) => [new Date(from).toISOString().slice(0, 10), new Date(to).toISOString().slice(0, 10)])).toEqual([
    ['2026-03-01', '2026-03-10'], ['2026-02-01', '2026-03-01'], ['2026-01-01', '2026-02-01'], ['2025-12-10', '2026-01-01'],
  ]);
  expect(await count('alert')).toBe(300);
  expect(await count('ticket')).toBe(60);
  expect(await state('alerts')).toMatchObject({ watermark: T0, backfilled_to: Date.UTC(2025, 11, 10), cursor: null, current: true, progress: 1, error: null, rows: 300 });
  expect(await at.store.query(sql`select count(*) as n from ${table('alert')} where bucket is null or "at" is null`)).toEqual([{ n: 0 }]);
  expect(await count('item')).toBeGreaterThan(0);
});

test('a second run reads the overlap, touches nothing that is the same, and takes what changed', async () => {
  await syncOnce(world());
  const before = await snapshot(at.store);
  let facts = 0;
  at.clock += MINUTE;
  const edited = world({ until: T0, hooks: { edit: row => (row.nativeId === 'A5' ? { ...row, changed: T0 + 30_000, disposition: 'false_positive', dispositionBy: 'human', dispositionAt: T0 + 30_000 } as typeof row : row) } });
  const runner = await runnerOf(at.store, [edited], { now, recompute: [async (_tx, touched) => { facts += touched.alerts.size + touched.tickets.size; }] });
  await runner.once();
  await runner.stop();
  expect(facts).toBe(1);
  const after = await snapshot(at.store);
  expect(after.ticket).toEqual(before.ticket);
  expect(after.alert!.filter((row, i) => row !== before.alert![i])).toHaveLength(1);
});

test('an older version never overwrites a newer one, in whatever order pages bring them', async () => {
  await syncOnce(world({ hooks: { edit: row => (row.nativeId === 'A3' ? { ...row, sourceStatus: 'newest' } as typeof row : row) } }));
  at.clock += MINUTE;
  const old = world({ hooks: { edit: row => (row.nativeId === 'A3' ? { ...row, changed: row.changed - 1, sourceStatus: 'stale' } as typeof row : row) } });
  await at.store.transaction(tx => tx.execute(sql`update ${table('stream_state')} set watermark = null, backfilled_to = null`));
  await syncOnce(old);
  expect(await at.store.query(sql`select source_status from ${table('alert')} where native_id = 'A3'`)).toEqual([{ source_status: 'newest' }]);
});

test('a stop in the middle resumes at the page, and ends as if nothing had happened', async () => {
  await syncOnce(world());
  const whole = await snapshot(at.store);
  await at.renew();
  const asked: unknown[] = [];
  const abort = new AbortController();
  // The sixth page is asked for while an earlier one is written.
  const first = await runnerOf(at.store, [world({ pageSize: 10, before: (stream, _w, cursor) => { if (stream === 'alerts' && cursor === 50) abort.abort(); } })], { now });
  await first.once(abort.signal);
  await first.stop();
  expect(await count('alert')).toBeLessThan(300);
  expect(JSON.parse((await at.store.query<{ cursor: string }>(sql`select cursor from ${table('stream_state')} where cursor is not null`))[0]!.cursor)).toMatchObject({ phase: 'back' });
  await syncOnce(world({ before: (stream, _w, cursor) => { asked.push([stream, cursor]); } }));
  expect(asked.some(a => (a as unknown[])[1] !== null)).toBe(true);
  expect(await snapshot(at.store)).toEqual(whole);
});

test('one failing source stops neither its other streams nor another source; error and remedy are kept, then cleared', async () => {
  const broken = world({ before: stream => { if (stream === 'alerts') throw new SourceError('unauthorized', 'siem', 'the key was refused (401).', 'Make a new API key.'); } });
  await syncOnce(broken, world({ source: 'other' }));
  expect(await state('alerts')).toBeDefined();
  const [failed] = await at.store.query(sql`select error_code, remedy, "current" from ${table('stream_state')} where source = 'siem' and stream = 'alerts'`);
  expect(failed).toEqual({ error_code: 'unauthorized', remedy: 'Make a new API key.', current: false });
  expect(await count('alert')).toBe(300);
  expect(await count('ticket')).toBe(120);
  at.clock += MINUTE;
  await syncOnce(world(), world({ source: 'other' }));
  expect(await at.store.query(sql`select count(*) as n from ${table('stream_state')} where error is not null or not "current"`)).toEqual([{ n: 0 }]);
  expect(await count('alert')).toBe(600);
});

test('a partial page keeps its rows but not the watermark', async () => {
  await syncOnce(world({ hooks: { partial: stream => stream === 'alerts' } }));
  expect(await count('alert')).toBeGreaterThan(0);
  expect(await state('alerts')).toMatchObject({ watermark: null, current: false, error_code: 'partial' });
  await syncOnce(world());
  expect(await count('alert')).toBe(300);
  expect(await state('alerts')).toMatchObject({ watermark: T0, error: null, current: true });
});

test('a past telemetry day given only in part stays unread, the days before it are read, and it is asked for again', async () => {
  const gap = Math.floor(T0 / DAY) - 4;
  const days = async () => (await at.store.query<{ day: number }>(sql`select day from ${table('source_day')} where stream = ${'telemetry'} order by day`)).map(r => r.day);
  await syncOnce(world({ hosts: 5, hooks: { partial: (stream, w) => stream === 'telemetry' && Math.floor(w.from / DAY) === gap } }));
  expect(await days()).not.toContain(gap);
  expect(await days()).toContain(gap - 1);
  expect(await state('telemetry')).toMatchObject({ error: null, current: true });
  await syncOnce(world({ hosts: 5 }));
  expect(await days()).toContain(gap);
});

test('partial days that left the history no longer count among the many that are a failure', async () => {
  const today = Math.floor(T0 / DAY);
  let bad = (day: number): boolean => day < today - 1 && day > today - 10;
  const runner = await runnerOf(at.store, [world({ alerts: 0, tickets: 0, hosts: 5, hooks: { partial: (stream, w) => stream === 'telemetry' && bad(Math.floor(w.from / DAY)) } })], { now });
  await runner.once();
  expect(await state('telemetry')).toMatchObject({ error: null, current: true });
  // Nine days on, eight others: sixteen in all, eight of them within the ten days of history.
  at.clock += 9 * DAY;
  bad = day => day < today + 8 && day > today - 1;
  await runner.once();
  await runner.stop();
  expect(await state('telemetry')).toMatchObject({ error: null, current: true });
});

test('a source that ignores the time filter is an error that names it', async () => {
  await syncOnce(world({ hooks: { ignoreFilter: true } }));
  const failed = await state('alerts');
  expect(failed.error).toMatch(/siem: stream alerts returned \d+ of 50 rows outside the asked window/);
  expect(failed.watermark).toBeNull();
});

test('rejected rows and notices are counted once, with reason and sample', async () => {
  const rejects = [{ nativeId: 'X1', field: 'created', reason: 'not a date', sample: 'yesterday-ish' }, { nativeId: 'X2', field: 'created', reason: 'not a date', sample: 'soon' }];
  const hooks = { rejects, notices: [{ code: 'unknown_severity', field: 'severity', value: 'weird', count: 3 }] };
  const runner = await runnerOf(at.store, [world({ tickets: 0, alerts: 20, days: 3, hooks })], { now });
  await runner.once();
  at.clock += MINUTE;
  await runner.once();
  await runner.stop();
  expect(await at.store.query(sql`select reason, field, count, sample from ${table('quarantine')} where stream = 'alerts'`)).toEqual([{ reason: 'not a date', field: 'created', count: 2, sample: 'soon' }]);
  expect(await at.store.query(sql`select code, value from ${table('notice')} where stream = 'alerts'`)).toEqual([{ code: 'unknown_severity', value: 'weird' }]);
});

test('a broken record is counted once by all processes that read it', async () => {
  const hooks = { rejects: [{ nativeId: 'X1', field: 'created', reason: 'not a date', sample: 'yesterday-ish' }] };
  for (let i = 0; i < 3; i++) { await syncOnce(world({ tickets: 0, alerts: 20, days: 3, hooks })); at.clock += MINUTE; }
  expect(await at.store.query(sql`select count from ${table('quarantine')} where stream = 'alerts'`)).toEqual([{ count: 1 }]);
  expect(await state('alerts')).toMatchObject({ rejected: 1 });
  // Broken in another way now: that is another remark.
  await syncOnce(world({ tickets: 0, alerts: 20, days: 3, hooks: { rejects: [{ ...hooks.rejects[0]!, reason: 'before 1970' }] } }));
  expect(await at.store.query(sql`select reason, count from ${table('quarantine')} where stream = 'alerts' order by reason`)).toEqual([{ reason: 'before 1970', count: 1 }, { reason: 'not a date', count: 1 }]);
});

test('records refused under a mapping that was edited since are forgotten with it, those of other sources are not; what is still wrong is counted anew', async () => {
  const notices = [{ code: 'unknown_severity', field: 'severity', value: 'weird', count: 3 }];
  const bad = (nativeId: string) => ({ nativeId, field: 'created', reason: 'not a date', sample: 'soon' });
  const two = (rejects: ReturnType<typeof bad>[]) => [world({ tickets: 0, alerts: 20, days: 3, hooks: { rejects, notices } }), world({ source: 'siem2', tickets: 0, alerts: 20, days: 3, hooks: { rejects: [bad('Y')], notices } })];
  const run = async (rejects: ReturnType<typeof bad>[], settings = testSettings(['siem', 'siem2'])) => { const runner = await runnerOf(at.store, two(rejects), { now, settings }); await runner.once(); await runner.stop(); at.clock += MINUTE; };
  const kept = () => at.store.query(sql`select source, count from ${table('quarantine')} where stream = 'alerts' order by source`);
  await run([bad('A'), bad('B')]);
  await at.store.transaction(tx => tx.upsert('notice', [{ source: 'siem', stream: 'telemetry', code: 'clock_ahead', field: 'last', value: '2026-03-10', count: 1, first: at.clock, last: at.clock }]));
  expect(await kept()).toEqual([{ source: 'siem', count: 2 }, { source: 'siem2', count: 1 }]);
  const plain = testSettings(['siem', 'siem2']);
  const edited = { ...plain, sources: plain.sources.map(s => (s.id === 'siem' ? { ...s, maps: { ...s.maps, tier: { weird: 'low' as const } } } : s)) };
  const runner = await runnerOf(at.store, two([]), { now, settings: edited });
  // With the edit, before anything is read again.
  expect(await kept()).toEqual([{ source: 'siem2', count: 1 }]);
  expect(await at.store.query(sql`select code from ${table('notice')} where source = 'siem'`)).toEqual([{ code: 'clock_ahead' }]);
  expect(await at.store.query(sql`select rejected from ${table('stream_state')} where source = 'siem' and stream = 'alerts'`)).toEqual([{ rejected: 0 }]);
  await runner.stop();
  await run([bad('B')], edited);
  await run([bad('B')], edited);
  expect(await kept()).toEqual([{ source: 'siem', count: 1 }, { source: 'siem2', count: 1 }]);
});

test('telemetry is read a day at a time, newest first; a read day is not read again, today is', async () => {
  const days: number[] = [];
  const tele = (): GeneratorOptions => world({ alerts: 0, tickets: 0, hosts: 20, before: (stream, w, cursor) => { if (stream === 'telemetry' && cursor === null) days.push(Math.floor(w.from / DAY)); } });
  await syncOnce(tele());
  const today = Math.floor(T0 / DAY);
  expect(days).toEqual(Array.from({ length: 11 }, (_, i) => today - i));
  const [row] = await at.store.query(sql`select read_to, hosts from ${table('source_day')} where day = ${today}`);
  expect(row!.read_to).toBe(T0);
  days.length = 0;
  at.clock += HOUR;
  await syncOnce(tele());
  expect(days).toEqual([today]);
  days.length = 0;
  at.clock += DAY;
  await syncOnce(tele());
  expect(days).toEqual([today + 1, today]);
});

test('a damaged state is brought back to what is certain', async () => {
  await syncOnce(world());
  const whole = await snapshot(at.store);
  at.clock += MINUTE;
  for (const change of [sql`watermark = ${T0 * 10}`, sql`backfilled_to = ${T0 + HOUR}`, sql`"cursor" = '{"phase":"back"'`, sql`watermark = -5`]) {
    await at.store.transaction(tx => tx.execute(sql`update ${table('stream_state')} set ${change}`));
    await syncOnce(world());
    expect(await state('alerts')).toMatchObject({ watermark: at.clock, error: null, current: true });
    expect((await snapshot(at.store)).alert).toEqual(whole.alert);
    at.clock += MINUTE;
  }
});

test('two syncs of one store: the second is refused with who holds it', async () => {
  const first = await runnerOf(at.store, [world()], { now });
  await expect(runnerOf(at.store, [world()], { now })).rejects.toThrow(/another process syncs into this store \(PID \d+/);
  await first.stop();
  await (await runnerOf(at.store, [world()], { now })).stop();
});

test('the schedule runs by interval, backs off after failures, and honours the source', async () => {
  const pauses: number[] = [];
  let runs = 0;
  let done!: () => void;
  const enough = new Promise<void>(resolve => { done = resolve; });
  const runner = await runnerOf(at.store, [world({ alerts: 1, tickets: 0, before: stream => { if (stream === 'alerts') { runs++; if (runs <= 3) throw new SourceError('rate_limited', 'siem', '429.', 'Wait.', { retryAfterMs: runs === 3 ? 3_600_000 : undefined }); } } })], {
    now, log: () => undefined,
    sleep: async (ms, signal) => {
      if (ms >= 60_000 && ms !== DAY && ms !== 300_000) { pauses.push(ms); at.clock += ms; if (pauses.length >= 4) { done(); await new Promise<void>(r => signal.addEventListener('abort', () => r(), { once: true })); } return; }
      await new Promise<void>(r => { if (signal.aborted) r(); else signal.addEventListener('abort', () => r(), { once: true }); });
    },
  });
  runner.start();
  await enough;
  await runner.stop();
  expect(pauses).toEqual([120_000, 240_000, 3_600_000, 60_000]);
});

test('the event loop stays free while a big first load runs', async () => {
  const delay = monitorEventLoopDelay({ resolution: 5 });
  const big = world({ alerts: 4_000, tickets: 800, pageSize: 1_000, days: 25 });
  // Speed is the bench's matter; here the loop must have turned many times while pages were applied, so that panels get answers.
  let turns = 0;
  let ticking = true;
  const tick = () => { turns++; if (ticking) setImmediate(tick); };
  delay.enable();
  setImmediate(tick);
  await syncOnce(big);
  ticking = false;
  delay.disable();
  expect(await count('alert')).toBe(4_000);
  console.log(`event-loop delay p99 ${(delay.percentile(99) / 1e6).toFixed(1)} ms, max ${(delay.max / 1e6).toFixed(1)} ms, ${turns} turns`);
  expect(turns).toBeGreaterThan(50);
});

test('rules known only from alerts come out the same in whatever order sources bring them', async () => {
  const renamed = (row: unknown): never => { const a = row as { rule: string; detected: number; ruleName: string }; return (a.rule ? { ...a, ruleName: `${a.ruleName} v${Math.floor(a.detected / (20 * DAY)) % 3}` } : a) as never; };
  const a = world({ tickets: 0, alerts: 60, hooks: { edit: renamed } });
  const b = world({ source: 'other', tickets: 0, alerts: 90, hooks: { edit: renamed } });
  const rules = async () => at.store.query(sql`select id, name, names, tier, changed, derived from ${table('dim_rule')} order by id`);
  const both = testSettings(['siem', 'other']);
  for (const one of [a, b]) { const r = await runnerOf(at.store, [one], { now, settings: both }); await r.once(); await r.stop(); }
  const forward = await rules();
  await at.renew();
  for (const one of [b, a]) { const r = await runnerOf(at.store, [one], { now, settings: both }); await r.once(); await r.stop(); }
  expect(await rules()).toEqual(forward);
  expect(forward.some(r => (JSON.parse(String(r.names)) as unknown[]).length > 1)).toBe(true);
});

test('where a source keeps no history, a changed status becomes an observed event with the sync interval as its uncertainty, and stays', async () => {
  type Edit = NonNullable<NonNullable<GeneratorOptions['hooks']>['edit']>;
  const status = (value: string, changed: number): Edit => row => (row.nativeId === 'T1' ? { ...row, sourceStatus: value, changed, timeline: [] } as typeof row : row);
  const observe: NonNullable<GeneratorOptions['hooks']>['observe'] = (before, after, seen) => (before.sourceStatus === after.sourceStatus ? after
    : { ...after, timeline: [...after.timeline, { at: seen.to, type: 'touched', from: before.sourceStatus, to: after.sourceStatus, actor: 'unknown', uncertainty: seen.to - seen.from }] });
  const timeline = async () => JSON.parse((await at.store.query<{ timeline: string }>(sql`select timeline from ${table('ticket')} where native_id = 'T1'`))[0]!.timeline) as unknown[];
  await syncOnce(world({ hooks: { observe, edit: status('new', T0 - HOUR) } }));
  expect(await timeline()).toEqual([]);
  at.clock += 10 * MINUTE;
  await syncOnce(world({ hooks: { observe, edit: status('working', T0 + MINUTE) } }));
  const first = { at: T0 + 10 * MINUTE, type: 'touched', from: 'new', to: 'working', actor: 'unknown', uncertainty: 10 * MINUTE };
  expect(await timeline()).toEqual([first]);
  // The overlap reads it again: nothing is observed twice.
  at.clock += MINUTE;
  await syncOnce(world({ hooks: { observe, edit: status('working', T0 + 10 * MINUTE) } }));
  expect(await timeline()).toEqual([first]);
  at.clock += MINUTE;
  await syncOnce(world({ hooks: { observe, edit: status('done', T0 + 12 * MINUTE - 1) } }));
  expect(await timeline()).toEqual([first, { at: T0 + 12 * MINUTE, type: 'touched', from: 'working', to: 'done', actor: 'unknown', uncertainty: MINUTE }]);
});
