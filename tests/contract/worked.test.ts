import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { CATALOG, ENTRIES } from '../../src/catalog';
import type { CatalogEntry, MetricId } from '../../src/catalog/types';
import { metricQuery } from '../../src/backend/metrics/all';
import type { ScopedReader } from '../../src/backend/scope/reader';
import { openDuckDb } from '../../src/backend/store/duckdb';
import type { Store } from '../../src/backend/store/port';
import { parseQuery } from '../../src/query/request';
import { ELSEWHERE, WORKED } from '../../tools/metric-pages/worked-notes';
import { Estate } from '../oracles/coverage/harness';
import { loadWorld } from '../worlds/load';
import { readerOf } from '../worlds/reader';
import { CASES, ESTATE, RANGE } from '../worlds/worked';

/** The answers of the worked examples: computed here from the fixed week, held in tools/metric-pages/worked.json, printed by npm run docs. */
const file = join(__dirname, '../../tools/metric-pages/worked.json');
const golden = (): Record<string, unknown> => (existsSync(file) ? JSON.parse(readFileSync(file, 'utf8')) as Record<string, unknown> : {});
const answers: Record<string, unknown> = {};

describe('worked examples', () => {
  let cases: Store;
  let estate: Estate;
  let reader: ScopedReader;
  beforeAll(async () => {
    cases = await openDuckDb({ path: ':memory:' });
    reader = readerOf(await loadWorld(cases, CASES));
    estate = await Estate.open(ESTATE.settings, ESTATE.now);
    await estate.assets(ESTATE.assets);
    await estate.telemetry(ESTATE.days);
    await estate.flush();
  });
  afterAll(async () => {
    if (process.env.UPDATE_GOLDEN === '1') writeFileSync(file, `${JSON.stringify(answers, null, 1)}\n`);
    await Promise.all([cases.close(), estate.store.close()]);
  });
  const ask = async (entry: CatalogEntry): Promise<unknown> => {
    const given = WORKED[entry.id as MetricId]?.ask ?? {};
    const query = parseQuery({ version: 1, metric: entry.id, view: entry.views[0], ...given }, CATALOG);
    const on = entry.area === 'coverage' || entry.id === 'assets' ? estate.reader() : reader;
    const { rows } = await metricQuery(entry.id as MetricId).run(on, { ...query, range: RANGE, asOf: RANGE.to } as never);
    return rows.map(row => Object.fromEntries(Object.entries(row).filter(([, v]) => v !== null).map(([k, v]) => [k, typeof v === 'number' && !Number.isInteger(v) ? Number(v.toPrecision(6)) : v])));
  };
  test.each(Object.keys(WORKED))('%s answers what its page says', async id => {
    answers[id] = await ask(CATALOG.get(id)!);
    if (process.env.UPDATE_GOLDEN !== '1') expect(answers[id]).toEqual(golden()[id]);
    expect((answers[id] as unknown[]).length).toBeGreaterThan(0);
  });
  test('every metric has one, or says why not', () => {
    expect(ENTRIES.map(e => e.id).filter(id => !(id in WORKED) && !(id in ELSEWHERE))).toEqual([]);
    for (const [id, { columns }] of Object.entries(WORKED)) expect([id, columns.filter(c => !CATALOG.get(id)!.columns.some(x => x.name === c))]).toEqual([id, []]);
  });
});
