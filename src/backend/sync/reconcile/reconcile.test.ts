/** Rows that vanish at their source, come back, or only seem to: the real engine and store over a generated source. */
import { DAY, HOUR, MINUTE } from '../../../model';
import { sql } from '../../store/sql';
import { table } from '../../store/table';
import { fresh, T0 } from '../testing/fresh';
import type { GeneratorOptions } from '../testing/generator';
import { runnerOf, snapshot } from '../testing/harness';

jest.setTimeout(60_000);
const at = fresh();
const { now } = at;
const world = (given: Partial<GeneratorOptions> = {}): GeneratorOptions => ({ source: 'siem', alerts: 300, tickets: 60, until: T0, pageSize: 50, ...given });
async function syncOnce(given: GeneratorOptions, reconcileEveryMs = 1): Promise<void> {
  const runner = await runnerOf(at.store, [given], { now, reconcileEveryMs });
  try { await runner.once(); } finally { await runner.stop(); }
}
const gone = async (name: 'alert' | 'ticket'): Promise<string[]> => (await at.store.query<{ native_id: string }>(sql`select native_id from ${table(name)} where gone is not null order by native_id`)).map(r => r.native_id);
const remark = async (stream: string) => (await at.store.query<{ unlisted: string | null; error: string | null; current: boolean }>(sql`select unlisted, error, "current" from ${table('stream_state')} where stream = ${stream}`))[0]!;
/** Six of nine tickets, neither the newest nor the oldest. */
const MOST = Array.from({ length: 6 }, (_, i) => `T${i + 1}`);
const ALL = Array.from({ length: 9 }, (_, i) => `T${i}`);

test('a vanished row is marked gone, keeps its facts, and comes back', async () => {
  await syncOnce(world());
  at.clock += DAY;
  await syncOnce(world({ hooks: { vanished: new Set(['T7', 'A9']) } }));
  expect(await at.store.query(sql`select id, gone from ${table('ticket')} where gone is not null`)).toEqual([{ id: 'siem:ticket:T7', gone: at.clock }]);
  expect(await at.store.query(sql`select id from ${table('alert')} where gone is not null`)).toEqual([{ id: 'siem:alert:A9' }]);
  expect(await at.store.query(sql`select count(*) as n from ${table('item')} where gone is not null`)).not.toEqual([{ n: 0 }]);
  at.clock += DAY;
  // Restored at its source, which changes it: read again, and there.
  await syncOnce(world({ hooks: { edit: row => (row.nativeId === 'T7' ? { ...row, changed: at.clock - HOUR } : row) } }));
  expect(await at.store.query(sql`select id from ${table('ticket')} where gone is not null`)).toEqual([]);
});

test('nothing is marked gone by a partial listing, an empty one, or ageing out of the source', async () => {
  await syncOnce(world());
  const gone = async () => (await at.store.query<{ n: number }>(sql`select (select count(*) from ${table('alert')} where gone is not null) + (select count(*) from ${table('ticket')} where gone is not null) as n`))[0]!.n;
  at.clock += DAY;
  await syncOnce(world({ hooks: { vanished: new Set(['T7']), listIncomplete: true } }));
  expect(await gone()).toBe(0);
  at.clock += DAY;
  await syncOnce(world({ hooks: { vanished: new Set(Array.from({ length: 300 }, (_, i) => [`A${i}`, `T${i}`]).flat()) } }));
  expect(await gone()).toBe(0);
  at.clock += DAY;
  // The oldest hundred alerts (numbers count backwards in time) left the source's retention.
  await syncOnce(world({ hooks: { vanished: new Set(Array.from({ length: 100 }, (_, i) => `A${200 + i}`)) } }));
  expect(await gone()).toBe(0);
});

test('a row hidden for a while comes back when it is listed again, though nothing of it changed', async () => {
  await syncOnce(world());
  const whole = await snapshot(at.store);
  at.clock += DAY;
  await syncOnce(world({ hooks: { vanished: new Set(['T7', 'A9']) } }));
  expect([await gone('alert'), await gone('ticket')]).toEqual([['A9'], ['T7']]);
  at.clock += DAY;
  await syncOnce(world());
  expect([await gone('alert'), await gone('ticket')]).toEqual([[], []]);
  expect(await snapshot(at.store)).toEqual(whole);
});

test('rows that aged out are many more than those still listed: none of them is gone, one between them is', async () => {
  await syncOnce(world());
  at.clock += DAY;
  await syncOnce(world({ hooks: { vanished: new Set([...Array.from({ length: 220 }, (_, i) => `A${80 + i}`), 'A5']) } }));
  expect(await gone('alert')).toEqual(['A5']);
  expect(await remark('alerts')).toEqual({ unlisted: null, error: null, current: true });
});

test('a listing without most of a small table is not believed, says so beside a stream that is current, is asked for an hour later and believed after a week', async () => {
  let listings = 0;
  const few = (hidden: readonly string[]): GeneratorOptions => world({ alerts: 90, tickets: 9, before: stream => { if (stream === 'listing') listings++; }, hooks: { vanished: new Set(hidden) } });
  await syncOnce(few([]), 6 * HOUR);
  at.clock += 6 * HOUR;
  const runner = await runnerOf(at.store, [few(MOST)], { now, reconcileEveryMs: 6 * HOUR });
  const asked = async (): Promise<number> => { listings = 0; await runner.once(); return listings; };
  // Alerts are listed too.
  expect(await asked()).toBe(2);
  expect(await gone('ticket')).toEqual([]);
  expect(await remark('tickets')).toMatchObject({ error: null, current: true, unlisted: 'Vanished rows were not looked for: the listing of tickets lacks 6 of 9 known rows; nothing was marked gone. Check the account\'s permissions and the source\'s filter. If they were removed, nothing is to be done: a listing that goes on saying so is believed after 7 days, from 2026-03-17 on.' });
  at.clock += 59 * MINUTE;
  expect(await asked()).toBe(0);
  at.clock += MINUTE;
  expect(await asked()).toBe(1);
  at.clock += 7 * DAY - HOUR - 1;
  await asked();
  expect(await gone('ticket')).toEqual([]);
  at.clock += HOUR;
  await asked();
  await runner.stop();
  expect(await gone('ticket')).toEqual(MOST);
  expect((await remark('tickets')).unlisted).toBeNull();
});

test('a listing that was whole in between begins the week anew; one that is empty is never believed', async () => {
  const some = world({ alerts: 90, tickets: 9, hooks: { vanished: new Set(MOST) } });
  const none = world({ alerts: 90, tickets: 9, hooks: { vanished: new Set(ALL) } });
  for (const [given, days] of [[world({ alerts: 90, tickets: 9 }), 1], [some, 6], [world({ alerts: 90, tickets: 9 }), 1], [some, 6], [some, 0], [none, 8], [none, 0]] as const) {
    await syncOnce(given);
    at.clock += days * DAY + MINUTE;
  }
  expect(await gone('ticket')).toEqual([]);
  expect((await remark('tickets')).unlisted).toMatch(/lacks 9 of 9 known rows; nothing was marked gone\. Check the account's permissions and the source's filter\.$/);
});

test('a partial listing says so, and the next whole one clears it', async () => {
  await syncOnce(world());
  at.clock += DAY;
  await syncOnce(world({ hooks: { listIncomplete: true } }));
  expect((await remark('alerts')).unlisted).toMatch(/gave only a part of its alerts' ids/);
  at.clock += DAY;
  await syncOnce(world());
  expect((await remark('alerts')).unlisted).toBeNull();
});

test('a log of deletions that cannot be read says so; the next reading clears it, whenever the listing is due', async () => {
  let forbidden = true;
  const deletions = async () => { if (forbidden) throw new Error('the account may not read the change log (403).'); return { ids: [{ nativeId: 'H1', at: T0 - HOUR }], cursor: null, complete: true }; };
  const given = world({ alerts: 0, tickets: 0, assets: 3, hooks: { deletions } });
  await syncOnce(given, 6 * HOUR);
  expect(await remark('assets')).toEqual({ unlisted: 'Deletions were not read: the account may not read the change log (403).', error: null, current: true });
  forbidden = false;
  at.clock += MINUTE;
  await syncOnce(given, 6 * HOUR);
  expect((await remark('assets')).unlisted).toBeNull();
  expect(await at.store.query(sql`select id, gone from ${table('asset_record')} where gone is not null`)).toEqual([{ id: 'siem:asset:H1', gone: T0 - HOUR }]);
});
