import fc from 'fast-check';
import { openDuckDb } from '../../../src/backend/store/duckdb';
import type { Store } from '../../../src/backend/store/port';
import { column, join, sql, type Sql } from '../../../src/backend/store/sql';
import { between, quantiles } from '../../../src/backend/metrics/shared/quantiles';

/** Counted in bins, the numbers give to the bit what the engine's own selection gives over all of them in order. */
const FRACTIONS = [0.5, 0.9, 0.99];
const number = fc.oneof(
  fc.integer({ min: -9_000, max: 30_000 }), fc.constantFrom(-4_097, -4_096, -1, 0, 1, 4_095, 4_096, 8_191, 8_192), fc.constantFrom(7, 4_100), fc.integer({ min: -(2 ** 52), max: 2 ** 52 }),
);
const rows = fc.array(fc.tuple(fc.integer({ min: 1, max: 3 }), number), { minLength: 1, maxLength: 120 });
type Answer = Record<string, number | null>;

describe('quantiles of many numbers', () => {
  let store: Store;
  beforeAll(async () => { store = await openDuckDb({ path: ':memory:' }); });
  afterAll(() => store.close());

  it.each([[[]], [['source_key']]])('are those of the selection, by %j', async names => {
    const keys = names.map(column);
    const own = names.length > 0 ? sql`${join(keys)}, ` : sql``;
    let apart = 0;
    await fc.assert(fc.asyncProperty(rows, fc.oneof(fc.constantFrom(0, 4_095, 4_096), fc.integer({ min: 0, max: 40_000 })), async (drawn, bound) => {
      const values: Sql = sql`select ${own}v from (values ${join(drawn.map(([k, v]) => sql`(${k}, ${v})`))}) t(source_key, v)`;
      const plain = await store.query<Answer>(sql`select ${own}count(*) filter (where v >= 0) as at_least_0, count(*) filter (where v < 0) as below_0, count(*) filter (where v >= 0 and v > ${bound}) as above, q[1] as q1, q[2] as q2, q[3] as q3
        from (select *, quantile_cont(v, [0.5, 0.9, 0.99]) filter (where v >= 0) over (${names.length > 0 ? sql`partition by ${join(keys)}` : sql``}) as q from (${values}) x) y group by ${own}q order by all`);
      const found = await store.query<Answer>(sql`select * from (${quantiles({ values, keys }, FRACTIONS, bound)}) z order by all`);
      const answers = found.map(r => Object.fromEntries([...names.map(n => [n, r[n]]), ['at_least_0', r.at_least_0 ?? 0], ['below_0', r.below_0 ?? 0], ['above', r.above],
        ...FRACTIONS.map((q, i) => [`q${i + 1}`, r.at_least_0 == null ? null : between(r.at_least_0, q, r[`lo${i + 1}`]!, r[`hi${i + 1}`]!)])]));
      expect(sorted(answers)).toEqual(sorted(plain));
      for (const r of found) for (const i of [1, 2, 3]) if (r[`lo${i}`] !== r[`hi${i}`]) apart++;
    }), { numRuns: 60, ...(process.env.SOC_SEED !== undefined && { seed: Number(process.env.SOC_SEED) }) });
    expect(apart).toBeGreaterThan(60);
  }, 120_000);

  it('lie between neighbours in different bins', async () => {
    const [row] = await store.query<Answer>(quantiles({ values: sql`select * from (values (0), (100_000)) t(v)`, keys: [] }, [0.5], 50_000));
    expect(row).toEqual({ at_least_0: 2, below_0: null, above: 1, lo1: 0, hi1: 100_000 });
    expect(between(2, 0.5, 0, 100_000)).toBe(50_000);
  });
});
const sorted = (list: readonly Answer[]): string[] => list.map(r => JSON.stringify(Object.entries(r).sort(([a], [b]) => (a < b ? -1 : 1)))).sort();
