import fc from 'fast-check';
import { bucketEdges } from '../../model';
import { bucketOf, bucketStart } from './buckets';
import { openDuckDb } from './duckdb';
import type { Store } from './port';
import { sql } from './sql';

jest.setTimeout(60_000);
let store: Store;
beforeAll(async () => { store = await openDuckDb({ path: ':memory:' }); });
afterAll(() => store.close());

const expected = (time: number, edges: number[]): number | null => {
  for (let i = 0; i + 1 < edges.length; i++) if (time >= edges[i]! && time < edges[i + 1]!) return i;
  return null;
};

test('a time falls into the bucket a linear search finds, on and beside every edge', async () => {
  await fc.assert(fc.asyncProperty(fc.uniqueArray(fc.integer({ min: 0, max: 1e12 }), { minLength: 2, maxLength: 60 }), async raw => {
    const edges = [...raw].sort((a, b) => a - b);
    const times = [...edges.flatMap(e => [e - 1, e, e + 1]), 0, 1e12];
    const rows = await store.query<{ t: number; b: number | null; s: number | null }>(sql`
      select t, b, ${bucketStart(sql`b`, edges)} as s from (select t, ${bucketOf(sql`t`, edges)} as b from (select unnest(${times}) as t))`);
    expect(rows).toHaveLength(times.length);
    for (const row of rows) {
      const bucket = expected(row.t, edges);
      expect(row.b).toBe(bucket);
      expect(row.s).toBe(bucket === null ? null : edges[bucket]);
    }
  }), { numRuns: 30 });
});

test('runs of even buckets among others, on and beside every edge', async () => {
  await fc.assert(fc.asyncProperty(fc.integer({ min: -1e9, max: 1e12 }), fc.array(fc.record({ step: fc.integer({ min: 1, max: 1e8 }), count: fc.oneof(fc.integer({ min: 1, max: 9 }), fc.integer({ min: 30, max: 90 })) }), { minLength: 1, maxLength: 6 }), async (start, runs) => {
    const edges = [start];
    for (const { step, count } of runs) for (let i = 0; i < count; i++) edges.push(edges.at(-1)! + step);
    const times = edges.flatMap(e => [e - 1, e, e + 1]);
    const rows = await store.query<{ t: number; b: number | null }>(sql`select t, ${bucketOf(sql`t`, edges)} as b from (select unnest(${times}) as t)`);
    for (const row of rows) expect(row.b).toBe(expected(row.t, edges));
  }), { numRuns: 60 });
});

test('days of 23 and 25 hours, and 800 of them', async () => {
  const edges = bucketEdges({ from: Date.UTC(2025, 0, 1), to: Date.UTC(2027, 2, 10) }, 'day', 'Europe/Berlin');
  expect(edges.length).toBeGreaterThan(790);
  const times = edges.slice(0, -1).flatMap(e => [e, e + 22.9 * 3_600_000]);
  const rows = await store.query<{ t: number; b: number }>(sql`select t, ${bucketOf(sql`t`, edges)} as b from (select unnest(${times}) as t)`);
  for (const row of rows) expect(row.b).toBe(expected(row.t, edges));
});

test('a null time is in no bucket; edges that do not ascend are refused', async () => {
  expect(await store.query(sql`select ${bucketOf(sql`null::bigint`, [1, 2, 3])} as b`)).toEqual([{ b: null }]);
  expect(() => bucketOf(sql`t`, [3, 2])).toThrow('ascend');
});
