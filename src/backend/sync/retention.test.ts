import { DAY, utcDay } from '../../model';
import { openDuckDb } from '../store/duckdb';
import { keyOf } from '../store/key';
import type { Store } from '../store/port';
import { sql } from '../store/sql';
import { table } from '../store/table';
import { storeRow } from '../store/testing/rows';
import { Committer } from './commit';
import { loadDimensions } from './dimensions';
import { Ledger } from './ledger';
import { pruneOld } from './retention';
import { freshState } from './state';
import { generatedAlert, generatorConnector } from './testing/generator';
import { testSettings } from './testing/harness';

jest.setTimeout(60_000);
const NOW = Date.UTC(2026, 2, 10, 12);
let store: Store;
beforeEach(async () => { store = await openDuckDb({ path: ':memory:' }); });
afterEach(() => store.close());
const ids = async (name: 'alert' | 'ticket') => (await store.query<{ id: string }>(sql`select id from ${table(name)} order by id`)).map(r => r.id);

test('what is older than the retention leaves; what was touched since, and open work, stay', async () => {
  const old = NOW - 200 * DAY;
  const alert = (id: string, at: number, changed: number) => storeRow('alert', { alert_key: keyOf(id), id, at, changed });
  const ticket = (id: string, created: number, done: boolean) => storeRow('ticket', { ticket_key: keyOf(id), id, created, changed: created, done });
  await store.transaction(async tx => {
    await tx.upsert('alert', [alert('old', old, old), alert('old-but-changed', old, NOW), alert('new', NOW, NOW)]);
    await tx.upsert('ticket', [ticket('old-done', old, true), ticket('old-open', old, false), ticket('new', NOW, true)]);
    await tx.upsert('link', ['old-done', 'old-open'].map(id => storeRow('link', { ticket_key: keyOf(id), join_key: keyOf('x') })));
    await tx.upsert('item', [storeRow('item', { item_clock_key: 1n, start: old, stop: old + 1, due: old + 2 }), storeRow('item', { item_clock_key: 2n, start: old, due: old })]);
    await tx.upsert('observation', [storeRow('observation', { host_key: 1n, evidence: 'flow', day: utcDay(old) }), storeRow('observation', { host_key: 1n, evidence: 'flow', day: utcDay(NOW) })]);
  });
  expect(await pruneOld(store, 100, NOW)).toBe(5);
  expect(await ids('alert')).toEqual(['new', 'old-but-changed']);
  expect(await ids('ticket')).toEqual(['new', 'old-open']);
  expect(await store.query(sql`select (select count(*) from ${table('link')}) as links, (select count(*) from ${table('item')}) as items, (select count(*) from ${table('observation')}) as days`)).toEqual([{ links: 1, items: 1, days: 1 }]);
  expect(await pruneOld(store, 100, NOW)).toBe(0);
});

test('a ticket that outlives alerts of its own says no more what it holds', async () => {
  const edge = (utcDay(NOW) - 100) * DAY;
  const ticket = (id: string, first: number) => storeRow('ticket', { ticket_key: keyOf(id), id, created: NOW, changed: NOW, done: false, own_alerts: 2, own_rule_key: 1, own_first_at: first, own_last_at: NOW });
  await store.transaction(tx => tx.upsert('ticket', [ticket('since', edge), ticket('before', edge - 1)]));
  expect(await pruneOld(store, 100, NOW)).toBe(0);
  expect(await store.query(sql`select id, own_alerts from ${table('ticket')} order by id`)).toEqual([{ id: 'before', own_alerts: null }, { id: 'since', own_alerts: 2 }]);
});

test('a row whose 64-bit key is taken is set aside and counted; the rest of its page is written', async () => {
  const world = { source: 'siem', alerts: 5, tickets: 0, until: NOW };
  const rows = Array.from({ length: 5 }, (_, i) => generatedAlert(world, i));
  // A stored row of another id under the key of A2.
  await store.transaction(tx => tx.upsert('alert', [storeRow('alert', { alert_key: keyOf(rows[2]!.id), id: 'somebody:alert:else', changed: 1 })]));
  const dimensions = await loadDimensions(store);
  const committer = new Committer({ store, dimensions, recompute: [], settings: () => ({ settings: testSettings(['siem']), version: 1 }), now: () => NOW });
  const stream = generatorConnector(world).streams[0]!;
  let rejected = 0;
  const done = await committer.page(stream, { kind: 'alert', rows, rejects: [], notices: [], cursor: null, expected: null, complete: true }, new Ledger('siem', 'alerts'), (_applied, n) => { rejected = n; return freshState('siem', stream); });
  expect([done.written, rejected]).toEqual([4, 1]);
  expect(await ids('alert')).toEqual(['siem:alert:A0', 'siem:alert:A1', 'siem:alert:A3', 'siem:alert:A4', 'somebody:alert:else']);
  expect(await store.query(sql`select native_id, count, sample from ${table('quarantine')}`)).toEqual([{ native_id: 'A2', count: 1, sample: 'siem:alert:A2' }]);
});

test('ids that a failed transaction allocated are forgotten, and given again', async () => {
  const dimensions = await loadDimensions(store);
  const committer = new Committer({ store, dimensions, recompute: [], settings: () => ({ settings: testSettings(['siem']), version: 1 }), now: () => NOW });
  let key = 0;
  await expect(committer.run(async () => { key = dimensions.clientKey('acme'); dimensions.ruleKey('test:R1'); throw new Error('stop'); })).rejects.toThrow('stop');
  await committer.run(async () => { expect(dimensions.clientKey('other')).toBe(key); expect(dimensions.clientKey('acme')).toBe(key + 1); });
  expect(await store.query(sql`select id, client_key from ${table('dim_client')} order by client_key`)).toEqual([{ id: 'other', client_key: key }, { id: 'acme', client_key: key + 1 }]);
  expect(await store.query(sql`select id from ${table('dim_rule')}`)).toEqual([]);
  expect((await loadDimensions(store)).clientKey('acme')).toBe(key + 1);
});
