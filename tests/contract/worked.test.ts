import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { CATALOG, ENTRIES } from '../../src/catalog';
import type { CatalogEntry, MetricId } from '../../src/catalog/types';
import { metricQuery } from '../../src/backend/metrics/all';
import type { ScopedReader } from '../../src/backend/scope/reader';
import { openDuckDb } from '../../src/backend/store/duckdb';
import type { Store } from '../../src/backend/store/port';
import { parseQuery } from '../../src/query/request';
import { LONGER, WORKED, type Longer } from '../../tools/metric-pages/worked-notes';
import { freezeReported } from '../../src/backend/sync/reported/freeze';
import type { WorkspaceSettings } from '../../src/settings/schema';
import { sql } from '../../src/backend/store/sql';
import { table } from '../../src/backend/store/table';
import { storeRow } from '../../src/backend/store/testing/rows';
import { Estate } from '../oracles/coverage/harness';
import { clear, loadWorld } from '../worlds/load';
import { readerOf } from '../worlds/reader';
import { ASKED, CASES, CLOSING, EDITED, ESTATE, JUNE, JUNE_DAYS, LATE_DAYS, MANAGED, RANGE, SHIFTS, TUNED } from '../worlds/worked';

/** The answers of the worked examples: computed here from the fixed week and the longer ones, held in tools/metric-pages/worked.json, printed by npm run docs. */
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
  /** Everything is read until July; June is frozen at its closing, then what became known later takes its place. */
  const stream = (source: string, kind: 'alert' | 'ticket' | 'asset' | 'observation') => storeRow('stream_state', { source, stream: 'all', kind, progress: 1, current: true, watermark: ASKED, backfilled_to: 0 });
  async function juneCases(): Promise<ScopedReader> {
    await clear(cases);
    const then = await loadWorld(cases, CASES);
    const sources = [{ id: 'siem', enabled: true }, { id: 'desk', enabled: true }] as unknown as WorkspaceSettings['sources'];
    await cases.transaction(async tx => {
      await tx.upsert('stream_state', [stream('siem', 'alert'), stream('desk', 'ticket')]);
      await freezeReported(tx, { settings: { ...then.settings, sources }, version: 1, dimensions: then.dimensions, now: CLOSING }, true);
    });
    await clear(cases);
    return readerOf(await loadWorld(cases, EDITED));
  }
  async function juneEstate(): Promise<ScopedReader> {
    const june = await Estate.again(estate.store, ESTATE.settings, CLOSING);
    await june.assets(ESTATE.assets);
    await june.telemetry(JUNE_DAYS.filter(d => (d.day + 1) * 86_400_000 <= CLOSING));
    await june.flush();
    await june.store.transaction(async tx => {
      await tx.upsert('stream_state', [stream('cmdb', 'asset'), stream('edr', 'observation')]);
      await freezeReported(tx, { settings: june.settings, version: 1, dimensions: june.dimensions, now: CLOSING }, true);
    });
    june.now = ASKED;
    await june.telemetry(LATE_DAYS);
    await june.flush();
    return june.reader();
  }
  const managed = (): Promise<void> => cases.transaction(async tx => {
    await tx.execute(sql`delete from ${table('stream_state')}`);
    await tx.upsert('stream_state', MANAGED.streams.map(s => storeRow('stream_state', s)));
    await tx.upsert('client_grant', MANAGED.grants.map(g => storeRow('client_grant', g)));
    await tx.upsert('access_day', MANAGED.requests.map((r, i) => storeRow('access_day', { access_key: BigInt(i), ...r })));
  });
  const LONGER_OF: Readonly<Record<Longer, (entry: CatalogEntry) => Promise<{ on: ScopedReader; range: { from: number; to: number }; asOf: number }>>> = {
    june: async entry => ({ on: entry.id === 'reported.coverage' ? await juneEstate() : await juneCases(), range: JUNE, asOf: ASKED }),
    tuning: async () => { await clear(cases); return { on: readerOf(await loadWorld(cases, TUNED)), range: TUNED.range, asOf: TUNED.range.to }; },
    managed: async () => { await clear(cases); const loader = await loadWorld(cases, MANAGED); await managed(); return { on: readerOf(loader), range: MANAGED.range, asOf: MANAGED.range.to }; },
    shifts: async () => { await clear(cases); return { on: readerOf(await loadWorld(cases, SHIFTS)), range: SHIFTS.range, asOf: SHIFTS.range.to }; },
  };
  const ask = async (entry: CatalogEntry): Promise<unknown> => {
    const { ask: given = {}, of } = WORKED[entry.id as MetricId]!;
    const query = parseQuery({ version: 1, metric: entry.id, view: entry.views[0], ...given }, CATALOG);
    const { on, ...when } = of ? await LONGER_OF[of](entry) : { on: entry.area === 'coverage' || entry.id === 'assets' ? estate.reader() : reader, range: RANGE, asOf: RANGE.to };
    const { rows } = await metricQuery(entry.id as MetricId).run(on, { ...query, ...when } as never);
    return rows.map(row => Object.fromEntries(Object.entries(row).filter(([, v]) => v !== null).map(([k, v]) => [k, typeof v === 'number' && !Number.isInteger(v) ? Number(v.toPrecision(6)) : v])));
  };
  // The longer examples take the stores of the week for themselves, so they come last.
  const order = Object.keys(WORKED).sort((a, b) => Number(WORKED[a as MetricId]!.of !== undefined) - Number(WORKED[b as MetricId]!.of !== undefined));
  test.each(order)('%s answers what its page says', async id => {
    answers[id] = await ask(CATALOG.get(id)!);
    if (process.env.UPDATE_GOLDEN !== '1') expect(answers[id]).toEqual(golden()[id]);
    expect((answers[id] as unknown[]).length).toBeGreaterThan(0);
  });
  test('every metric has one', () => {
    expect(ENTRIES.map(e => e.id).filter(id => !(id in WORKED))).toEqual([]);
    for (const longer of Object.keys(LONGER)) expect([longer, Object.values(WORKED).some(w => w.of === longer)]).toEqual([longer, true]);
    for (const [id, { columns }] of Object.entries(WORKED)) expect([id, columns.filter(c => !CATALOG.get(id)!.columns.some(x => x.name === c))]).toEqual([id, []]);
  });
});
