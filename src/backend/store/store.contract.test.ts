import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { openDuckDb } from './duckdb';
import { keyOf } from './key';
import type { Store } from './port';
import { ENUMS, TABLES, type ColumnType, type EnumName, type StoreRow, type TableName } from './schema';
import { column, sql } from './sql';
import { table } from './table';
import { storeRow } from './testing/rows';

jest.setTimeout(60_000);
let directory: string;
let store: Store;
beforeEach(async () => {
  directory = mkdtempSync(join(tmpdir(), 'soc-store-'));
  store = await openDuckDb({ path: join(directory, 'store.duckdb'), memoryMb: 256 });
});
afterEach(async () => { await store.close(); rmSync(directory, { recursive: true, force: true }); });

const alert = (id: string, given: Partial<StoreRow<'alert'>> = {}): StoreRow<'alert'> =>
  storeRow('alert', { alert_key: keyOf(id), id, native_id: id, join_key: keyOf('j', id), join_id: id, source_key: 1, client_key: 1, rule_key: 0, tier: 'high', at: 1_700_000_000_000, changed: 1_700_000_000_000, suppressed: 0, ...given });

test('a row comes back as written: UBIGINT bigint, BIGINT number, enum string, null null', async () => {
  const row = alert('a', { event: -1, detected: 8_640_000_000_000_000, disposition: 'true_positive', conflict_with_true: false, url: 'https://x/ü"\'\u0000;--' });
  await store.transaction(tx => tx.upsert('alert', [row]));
  const [read] = await store.query(sql`select * from ${table('alert')}`);
  expect(read).toEqual(row);
  expect(typeof read!.alert_key).toBe('bigint');
});

/** Edges of every column type: signs, words of 32 and 64 bits, texts at and past the twelve bytes kept in place, bytes that are no letters. */
const VALUES: Record<string, readonly unknown[]> = {
  UBIGINT: [0n, 1n, 2n ** 32n, 2n ** 63n, 2n ** 64n - 1n], BIGINT: [0, -1, 1, 2 ** 31, -(2 ** 32) - 1, Number.MAX_SAFE_INTEGER, Number.MIN_SAFE_INTEGER], INTEGER: [0, -1, 2_147_483_647, -2_147_483_647],
  DOUBLE: [0.1, -1e300, 5e-324], BOOLEAN: [true, false], VARCHAR: ['', 'a', 'twelve bytes', 'thirteen byte', 'ünïcödé ✓ 𝄞', `${'long '.repeat(400)}end`],
};
test.each((Object.keys(TABLES) as TableName[]).map(name => [name]))('%s: rows past one chunk come back as written, nulls anywhere', async name => {
  const { key, columns } = TABLES[name] as { key: readonly string[]; columns: Record<string, ColumnType> };
  const pick = (type: ColumnType, n: number): unknown => { const all = type.startsWith('enum:') ? ENUMS[type.slice(5) as EnumName] : VALUES[type]!; return all[n % all.length]; };
  // The first key column that can tell 5,000 rows apart does; the rest of a row follows from its number.
  const apart = key.find(c => ['UBIGINT', 'BIGINT', 'INTEGER', 'VARCHAR'].includes(columns[c]!))!;
  const unique = (type: ColumnType, i: number): unknown => (type === 'UBIGINT' ? BigInt(i) * 3_689_348_814_741_910n : type === 'VARCHAR' ? `key ${'x'.repeat(i % 20)}${i}` : i - 2500);
  const rows = Array.from({ length: 5_000 }, (_, i) => Object.fromEntries(Object.entries(columns).map(([c, type], j) =>
    [c, c === apart ? unique(type, i) : key.includes(c) ? pick(type, 0) : (i * 7 + j) % 5 === 0 || (j % 3 === 0 && i % 64 > 60) ? null : pick(type, i + j)])));
  await store.transaction(tx => tx.upsert(name, rows as never));
  const back = new Map((await store.query(sql`select * from ${table(name)}`)).map(row => [row[apart], row]));
  expect(back.size).toBe(5_000);
  for (const row of rows) { const read = back.get(row[apart] as never); for (const c of Object.keys(columns)) if (read![c] !== row[c]) expect([c, row, read]).toBe('equal'); }
});

test('upsert replaces whole rows by key and leaves the others', async () => {
  await store.transaction(tx => tx.upsert('alert', [alert('a', { rule_name: 'old', event: 5 }), alert('b')]));
  await store.transaction(tx => tx.upsert('alert', [alert('a', { rule_name: 'new' }), alert('c')]));
  const rows = await store.query(sql`select id, rule_name, event from ${table('alert')} order by id`);
  expect(rows).toEqual([{ id: 'a', rule_name: 'new', event: null }, { id: 'b', rule_name: null, event: null }, { id: 'c', rule_name: null, event: null }]);
});

test('any sequence of upserts and removes, in one transaction or several, equals a map', async () => {
  const step = fc.record({ op: fc.constantFrom('upsert', 'remove'), keys: fc.uniqueArray(fc.integer({ min: 0, max: 12 }), { minLength: 1 }), value: fc.integer(), commit: fc.boolean() });
  await fc.assert(fc.asyncProperty(fc.array(step, { minLength: 1, maxLength: 12 }), async steps => {
    await store.transaction(tx => tx.execute(sql`delete from ${table('item')}`));
    const model = new Map<string, number>();
    let queue: (typeof steps)[number][] = [];
    const flush = async () => {
      const work = queue; queue = [];
      await store.transaction(async tx => {
        for (const s of work) {
          const keys = s.keys.map(k => keyOf('item', k));
          if (s.op === 'remove') await tx.remove('item', 'item_clock_key', keys);
          else await tx.upsert('item', keys.map(k => storeRow('item', { item_clock_key: k, start: s.value, clock: 'decide' })));
        }
      });
    };
    for (const s of steps) {
      for (const k of s.keys) { if (s.op === 'remove') model.delete(String(keyOf('item', k))); else model.set(String(keyOf('item', k)), s.value); }
      queue.push(s);
      if (s.commit) await flush();
    }
    await flush();
    const rows = await store.query<{ k: bigint; start: number }>(sql`select item_clock_key as k, start from ${table('item')}`);
    expect(new Map(rows.map(r => [String(r.k), r.start]))).toEqual(model);
  }), { numRuns: 25 });
});

test('a failed transaction leaves nothing, and the next one works', async () => {
  await expect(store.transaction(async tx => { await tx.upsert('alert', [alert('a')]); throw new Error('half way'); })).rejects.toThrow('half way');
  expect(await store.query(sql`select 1 as x from ${table('alert')}`)).toEqual([]);
  await store.transaction(tx => tx.upsert('alert', [alert('b')]));
  expect(await store.query(sql`select id from ${table('alert')}`)).toEqual([{ id: 'b' }]);
});

test('every way of writing a table moves its revision', async () => {
  const moved = async (work: Parameters<typeof store.transaction>[0]): Promise<boolean> => { const before = store.revision(['alert']); await store.transaction(work); return store.revision(['alert']) > before; };
  expect(await moved(tx => tx.upsert('alert', [alert('a')]))).toBe(true);
  expect(await moved(tx => tx.insert('alert', [alert('b')]))).toBe(true);
  expect(await moved(tx => tx.update('alert', ['tier'], [{ alert_key: alert('b').alert_key!, tier: 'high' }]))).toBe(true);
  expect(await moved(tx => tx.remove('alert', 'alert_key', [alert('b').alert_key!]))).toBe(true);
  expect(await moved(tx => tx.lookup('alert', 'alert_key', [alert('a').alert_key!]))).toBe(false);
});

test('insert writes new rows as upsert does; a key that stands already fails the whole transaction', async () => {
  await store.transaction(tx => tx.upsert('alert', [alert('a'), alert('b')]));
  const upserted = await store.query(sql`select * from ${table('alert')} order by id`);
  await store.transaction(tx => tx.execute(sql`delete from ${table('alert')}`));
  await store.transaction(async tx => {
    await tx.insert('alert', [alert('a'), alert('b')]);
    expect(await tx.lookup('alert', 'alert_key', [alert('b').alert_key!], ['id'])).toEqual([{ id: 'b' }]);
  });
  expect(await store.query(sql`select * from ${table('alert')} order by id`)).toEqual(upserted);
  await expect(store.transaction(async tx => { await tx.insert('alert', [alert('c')]); await tx.insert('alert', [alert('d'), alert('a')]); })).rejects.toThrow(/duplicate key/i);
  await expect(store.transaction(tx => tx.insert('alert', [alert('e'), alert('e')]))).rejects.toMatchObject({ code: 'duplicate_key' });
  await store.transaction(tx => tx.insert('alert', [alert('f')]));
  expect((await store.query(sql`select id from ${table('alert')} order by id`)).map(row => row.id)).toEqual(['a', 'b', 'f']);
});

test('readers see the committed state while a writer is at work', async () => {
  await store.transaction(tx => tx.upsert('alert', [alert('a')]));
  await store.transaction(async tx => {
    await tx.upsert('alert', [alert('b')]);
    expect(await tx.query(sql`select count(*) as n from ${table('alert')}`)).toEqual([{ n: 2 }]);
    expect(await store.query(sql`select count(*) as n from ${table('alert')}`)).toEqual([{ n: 1 }]);
  });
  expect(await store.query(sql`select count(*) as n from ${table('alert')}`)).toEqual([{ n: 2 }]);
});

test('writers take turns', async () => {
  await Promise.all(Array.from({ length: 8 }, (_, i) => store.transaction(async tx => {
    const [row] = await tx.lookup('meta', 'name', ['counter']);
    await new Promise(resolve => setImmediate(resolve));
    await tx.upsert('meta', [{ name: 'counter', value: String(Number(row?.value ?? 0) + i) }]);
  })));
  expect(await store.query(sql`select value from ${table('meta')}`)).toEqual([{ value: '28' }]);
});

test('two ids with one key: refused by name, nothing merged', async () => {
  await store.transaction(tx => tx.upsert('alert', [alert('a')]));
  const clash = alert('other', { alert_key: keyOf('a') });
  await expect(store.transaction(tx => tx.upsert('alert', [clash, alert('b')]))).rejects.toMatchObject({ code: 'collision', ids: [{ id: 'other', stored: 'a' }] });
  expect(await store.query(sql`select id from ${table('alert')}`)).toEqual([{ id: 'a' }]);
});

test('rows that cannot be written are refused by column', async () => {
  const { url: _url, ...short } = alert('a');
  await expect(store.transaction(tx => tx.upsert('alert', [short as StoreRow<'alert'>]))).rejects.toThrow('alert has no url');
  await expect(store.transaction(tx => tx.upsert('alert', [alert('a', { tier: 'urgent' })]))).rejects.toThrow('alert.tier');
  await expect(store.transaction(tx => tx.upsert('alert', [alert('a', { at: 0.5 })]))).rejects.toThrow('alert.at');
  await expect(store.transaction(tx => tx.upsert('alert', [alert('a'), alert('a')]))).rejects.toMatchObject({ code: 'duplicate_key' });
});

test('lists as parameters, empty ones too, for every kind of column', async () => {
  await store.transaction(tx => tx.upsert('alert', [alert('a', { client_key: 1 }), alert('b', { client_key: 2, tier: 'low' }), alert('c', { client_key: 3 })]));
  const ids = async (condition: ReturnType<typeof sql>) => (await store.query<{ id: string }>(sql`select id from ${table('alert')} where ${condition} order by id`)).map(r => r.id);
  expect(await ids(sql`client_key = any(${[1, 3]})`)).toEqual(['a', 'c']);
  expect(await ids(sql`alert_key = any(${[keyOf('b')]})`)).toEqual(['b']);
  expect(await ids(sql`tier = any(${['low', 'nonsense']})`)).toEqual(['b']);
  expect(await ids(sql`id = any(${["'; drop table alert; --", 'c']})`)).toEqual(['c']);
  for (const name of ['client_key', 'alert_key', 'tier', 'id', 'at', 'inherited']) expect(await ids(sql`${column(name)} = any(${[]})`)).toEqual([]);
});

test('a list of any length finds the same, with any() and unnested, inside a transaction and beside it', async () => {
  const all = Array.from({ length: 1_000 }, (_, i) => alert(`n${i}`, { at: i % 2 === 0 ? i * 4_503_599_627_370 : -i, client_key: i }));
  await store.transaction(tx => tx.upsert('alert', all));
  for (const n of [1, 255, 256, 257, 900]) {
    const some = all.slice(0, n);
    const ids = some.map(row => row.id).sort();
    const keys = some.map(row => row.alert_key!);
    const strangers = Array.from({ length: 300 }, (_, i) => keyOf('nobody', i));
    const asked = [
      sql`alert_key = any(${keys})`, sql`alert_key in (select unnest(${keys}::ubigint[]))`, sql`alert_key = any(${[...strangers, ...keys, ...keys]})`,
      sql`${column('at')} = any(${some.map(row => row.at!)})`, sql`client_key = any(${some.map(row => row.client_key!)})`, sql`id = any(${some.map(row => row.id!)})`,
    ];
    for (const where of asked) {
      const found = (rows: { id: string }[]) => rows.map(row => row.id).sort();
      expect(found(await store.query(sql`select id from ${table('alert')} where ${where}`))).toEqual(ids);
      expect(found(await store.transaction(tx => tx.query(sql`select id from ${table('alert')} where ${where}`)))).toEqual(ids);
    }
    expect((await store.transaction(tx => tx.lookup('alert', 'alert_key', keys))).map(row => row.id).sort()).toEqual(ids);
  }
  expect(await store.query(sql`select k from (select unnest(${Array.from({ length: 300 }, (_, i) => (i === 299 ? 2n ** 64n - 1n : BigInt(i)))}) as k) where k > 298`)).toEqual([{ k: 2n ** 64n - 1n }]);
  await expect(store.query(sql`select 1 where ${1} = any(${[...Array.from({ length: 300 }, (_, i) => i), 'a']})`)).rejects.toThrow('mixes number and string');
});

test('lookup finds thousands of keys', async () => {
  const rows = Array.from({ length: 5_000 }, (_, i) => alert(`id${i}`));
  await store.transaction(tx => tx.upsert('alert', rows));
  const found = await store.transaction(tx => tx.lookup('alert', 'alert_key', [...rows.slice(0, 3_000).map(r => r.alert_key!), keyOf('nobody')]));
  expect(new Set(found.map(r => r.id))).toEqual(new Set(rows.slice(0, 3_000).map(r => r.id)));
});

test('a long query is stopped by abort and by timeout, and the next query works', async () => {
  const endless = sql`select sum(hash(x * y)) as s from range(1000000) a(x), range(1000000) b(y)`;
  const abort = new AbortController();
  const running = store.query(endless, { signal: abort.signal });
  setImmediate(() => abort.abort());
  await expect(running).rejects.toMatchObject({ code: 'cancelled' });
  await expect(store.query(endless, { timeoutMs: 30 })).rejects.toMatchObject({ code: 'timeout' });
  expect(await store.query(sql`select 1 as x`)).toEqual([{ x: 1 }]);
});

test('more rows than asked for is an error, not a cut answer', async () => {
  await expect(store.query(sql`select x from range(5000) t(x)`, { maxRows: 4_999 })).rejects.toMatchObject({ code: 'too_many_rows' });
  expect(await store.query(sql`select x from range(5000) t(x)`, { maxRows: 5_000 })).toHaveLength(5_000);
});

test('integers do not overflow, sums are numbers, aggregates of nothing are null', async () => {
  expect(await store.query(sql`select ${2_000_000} * 3600000 as big, count(*) as n, sum(${3}) as s, avg(${1.5}) as a, max("at") as m from ${table('alert')}`))
    .toEqual([{ big: 7_200_000_000_000, n: 0, s: null, a: null, m: null }]);
});

test('a call after the end of its transaction is refused', async () => {
  let kept: Parameters<Parameters<Store['transaction']>[0]>[0] | undefined;
  await store.transaction(async tx => { kept = tx; });
  await expect(kept!.query(sql`select 1`)).rejects.toMatchObject({ code: 'closed' });
});
