/** A dimension or a value named twice is named once: whoever writes a query by hand, or joins two variables, gets the same answer. */
import { ENTRIES } from '../../../src/catalog';
import type { MetricId } from '../../../src/catalog/types';
import { CATALOG } from '../../../src/catalog';
import { metricQuery } from '../../../src/backend/metrics/all';
import { openDuckDb } from '../../../src/backend/store/duckdb';
import { parseQuery } from '../../../src/query/request';
import { CASES, RANGE } from '../../worlds/worked';
import { loadWorld } from '../../worlds/load';
import { readerOf } from '../../worlds/reader';

test('every metric says the same of each dimension and client named twice', async () => {
  const store = await openDuckDb({ path: ':memory:' });
  try {
    const reader = readerOf(await loadWorld(store, CASES));
    let asked = 0;
    for (const entry of ENTRIES.filter(e => e.groupBy.length > 0 && !['rows', 'explain'].includes(e.id))) {
      const answer = async (times: number) => {
        const twice = <T>(list: readonly T[]): T[] => Array.from({ length: times }, () => list).flat();
        const query = parseQuery({ version: 1, metric: entry.id, groupBy: twice(entry.groupBy.slice(0, 2)), ...(entry.filters.includes('client') && { filters: { client: twice(['acme']) } }) }, CATALOG);
        return metricQuery(entry.id as MetricId).run(reader, { ...query, range: RANGE, asOf: RANGE.to } as never).catch((error: Error) => error.message);
      };
      expect([entry.id, await answer(2)]).toEqual([entry.id, await answer(1)]);
      asked++;
    }
    expect(asked).toBeGreaterThan(15);
  } finally { await store.close(); }
}, 60_000);
