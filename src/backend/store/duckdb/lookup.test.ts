import { keyOf } from '../key';
import type { SqlRow } from '../port';
import { sql, type Sql } from '../sql';
import { table } from '../table';
import { lookupRows, TableSizes } from './lookup';
import { openDuckDb } from '.';

jest.setTimeout(60_000);

test('every way of looking up gives the same rows', async () => {
  const store = await openDuckDb({ path: ':memory:' });
  const n = 400_000;
  await store.transaction(tx => tx.execute(sql`insert into ${table('siem_mark')} by name select (x * 7919 % 400009)::ubigint as alert_key, (x // 3)::ubigint as item_key, x as marked_at from range(${n}) t(x)`));
  const asked: string[] = [];
  const run = async (statement: Sql): Promise<SqlRow[]> => { asked.push(statement.text.join('?')); return store.query(statement); };
  const marks = async (column: 'alert_key' | 'item_key', keys: bigint[], large: number) =>
    (await lookupRows(run, new TableSizes(), 'siem_mark', column, keys, large)).map(r => Number(r.marked_at)).sort((a, b) => a - b);
  const keys = [...Array.from({ length: 300 }, (_, i) => BigInt((i * 1_237) % 400_009)), keyOf('nobody')];
  const near = [7n, 8n, 9n, 9n, 1_000_000n];
  for (const [column, set, sign] of [['alert_key', keys.slice(0, 150), ' in ('], ['alert_key', near, ' in ('], ['alert_key', keys, '= any'], ['item_key', near, 'rowid'], ['item_key', keys, '= any']] as const) {
    const scan = await marks(column, [...set], Infinity);
    asked.length = 0;
    expect(await marks(column, [...set], 0)).toEqual(scan);
    expect(asked.some(text => text.includes(sign))).toBe(true);
    expect(scan.length).toBeGreaterThan(2);
    // A table of middling size asks the key column first, reads the stretch that holds the hits, and nothing at all where there is none.
    asked.length = 0;
    expect(await marks(column, [...set], 500_000)).toEqual(scan);
    expect(asked.some(text => text.includes('select rowid'))).toBe(true);
    asked.length = 0;
    expect(await marks(column, [keyOf('nobody'), keyOf('nobody else')], 500_000)).toEqual([]);
    expect(asked.filter(text => !text.includes('duckdb_tables'))).toHaveLength(1);
  }
  const neighbours = [3n, 4n, 5n].flatMap(item => [item, item + 1n]);
  const read = await marks('item_key', neighbours, Infinity);
  asked.length = 0;
  expect(await marks('item_key', neighbours, 500_000)).toEqual(read);
  expect(asked.some(text => text.includes('rowid <='))).toBe(true);
  await store.close();
});

test('rows that this very transaction wrote are found beside the committed ones', async () => {
  const store = await openDuckDb({ path: ':memory:' });
  const mark = (i: number) => ({ alert_key: BigInt(i), item_key: BigInt(i % 700), rule_key: 1, client_key: 1, kind: 'decided', marked_at: i });
  await store.transaction(tx => tx.upsert('siem_mark', Array.from({ length: 6_000 }, (_, i) => mark(i))));
  await store.transaction(async tx => {
    await tx.upsert('siem_mark', Array.from({ length: 20 }, (_, i) => mark(6_000 + i)));
    const found = async (column: 'alert_key' | 'item_key', keys: bigint[]) => (await tx.lookup('siem_mark', column, keys)).map(r => r.marked_at).sort((a, b) => a! - b!);
    expect(await found('alert_key', [5n, 6_003n, 9_999n])).toEqual([5, 6_003]);
    expect(await found('alert_key', [6_019n])).toEqual([6_019]);
    expect(await found('item_key', [BigInt(6_003 % 700)])).toEqual(Array.from({ length: 6_020 }, (_, i) => i).filter(i => i % 700 === 6_003 % 700));
  });
  await store.close();
});
