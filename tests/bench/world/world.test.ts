/** The bench's rows are such as a sync writes: the product's own recompute finds nothing to change, and metrics say the same before and after. */
import { metricQuery } from '../../../src/backend/metrics/all';
import { CATALOG } from '../../../src/catalog';
import { MANY, pagesOf } from '../../../src/backend/metrics/sla/pages';
import { parseQuery } from '../../../src/query/request';
import { openDuckDb } from '../../../src/backend/store/duckdb';
import type { Store } from '../../../src/backend/store/port';
import { sql } from '../../../src/backend/store/sql';
import { table } from '../../../src/backend/store/table';
import { createSyncRunner, loadDimensions } from '../../../src/backend/sync';
import { noneTouched } from '../../../src/backend/sync/facts';
import { recomputeAlerts } from '../../../src/backend/sync/recompute/alerts';
import { recomputeItems } from '../../../src/backend/sync/recompute/items';
import { DAY } from '../../../src/model';
import { fillStore } from './fill';
import { benchReader } from './reader';
import { benchSettings, DAYS, NOW } from './settings';

jest.setTimeout(120_000);
let store: Store;
beforeAll(async () => { store = await openDuckDb({ path: ':memory:' }); await fillStore(store, 9_000); });
afterAll(() => store.close());

const METRICS = ['rules.outcomes', 'rules.backlog', 'rules.unreviewed', 'sla.adherence', 'sla.trend', 'sla.at_risk', 'pipeline.latency', 'integrity.counters', 'integrity.orphans'] as const;
const answers = async () => Object.fromEntries(await Promise.all(METRICS.map(async metric => {
  const parsed = parseQuery({ version: 1, metric }, CATALOG);
  return [metric, (await metricQuery(metric).run(benchReader(store), { ...parsed, range: { from: NOW - DAYS * DAY, to: NOW }, asOf: NOW })).rows];
})));
type Rows = Record<string, unknown>[];
const facts = async (): Promise<Record<string, Rows>> => ({
  alert: await store.query(sql`select * from ${table('alert')} order by alert_key`), ticket: await store.query(sql`select * from ${table('ticket')} order by ticket_key`),
  item: await store.query(sql`select * from ${table('item')} order by item_clock_key`), mark: await store.query(sql`select * from ${table('siem_mark')} order by alert_key`),
});
/** Columns that the generator fills, but for the fingerprint of what an item was made of; a fact the product learns later shows in the metrics below, where it means something. */
const filled = (rows: Rows): string[] => Object.keys(rows[0]!).filter(c => c !== 'inputs' && rows.some(r => r[c] !== null));
const text = (row: Record<string, unknown> | undefined, columns: string[]): string => JSON.stringify(columns.map(c => [c, row?.[c]]), (_, v: unknown) => (typeof v === 'bigint' ? String(v) : v));

test('recomputing every fact changes none of them, and no metric', async () => {
  const [before, said] = [await facts(), await answers()];
  expect(before.alert).toHaveLength(9_000);
  expect(new Set(before.alert!.map(a => a.bucket)).size).toBeGreaterThanOrEqual(9);
  for (const metric of METRICS.filter(m => m !== 'sla.at_risk')) expect([metric, said[metric]!.length > 0]).toEqual([metric, true]);
  const dimensions = await loadDimensions(store);
  await store.transaction(async tx => {
    const touched = noneTouched();
    for (const a of before.alert!) touched.alerts.add(a.alert_key as bigint);
    for (const t of before.ticket!) touched.tickets.add(t.ticket_key as bigint);
    const context = { settings: benchSettings(), version: 1, dimensions, now: NOW };
    await recomputeAlerts(tx, touched, context);
    await recomputeItems(tx, touched, context);
  });
  const after = await facts();
  for (const [name, rows] of Object.entries(before)) {
    expect([name, after[name]!.length]).toEqual([name, rows.length]);
    const columns = filled(rows);
    const changed = rows.findIndex((row, i) => text(row, columns) !== text(after[name]![i], columns));
    expect([name, changed < 0 ? null : text(after[name]![changed], columns)]).toEqual([name, changed < 0 ? null : text(rows[changed], columns)]);
  }
  expect(await answers()).toEqual(said);
});

test('the roll-up of coverage is the sum over the spans', async () => {
  const [row] = await store.query<{ rows: number; days: number; cells: number }>(sql`
    select (select sum(last_day - first_day + 1) from ${table('asset_span')}) as days, (select sum(n) from ${table('coverage_day')}) as cells, (select count(*) from ${table('coverage_day')}) as rows`);
  expect(row!.rows).toBeGreaterThan(10_000);
  expect(row!.cells).toBe(row!.days);
});

test('the engine finds nothing to compute anew, whatever limits a site sets', async () => {
  const settings = { ...benchSettings(), limits: { ...benchSettings().limits, memoryMb: 1_234 } };
  const runner = await createSyncRunner({ store, settings, version: 7, sources: [], recompute: [], now: () => NOW });
  try { expect(runner.status()).toMatchObject({ streams: [], rebuilding: null }); } finally { await runner.stop(); }
});

test('pages of many tickets and alerts, found by one scan, are those found by key, in every scope', async () => {
  const tickets = await store.query<{ ticket_key: bigint }>(sql`select ticket_key from ${table('ticket')} order by 1`);
  const alerts = await store.query<{ alert_key: bigint }>(sql`select alert_key from ${table('alert')} order by 1 limit 2000`);
  const items = tickets.map((t, i) => ({ ticket_key: t.ticket_key, alert_key: alerts[i % alerts.length]!.alert_key }));
  expect(items.length).toBeGreaterThan(MANY);
  for (const only of [undefined, ['client-03']]) {
    const reader = benchReader(store, only);
    const whole = await pagesOf(reader, items);
    let found = 0;
    for (let i = 0; i < items.length; i += 150) {
      const some = items.slice(i, i + 150);
      const parts = await pagesOf(reader, some);
      for (const { ticket_key, alert_key } of some) {
        expect([whole.ticket(ticket_key), whole.alertUrl(alert_key)]).toEqual([parts.ticket(ticket_key), parts.alertUrl(alert_key)]);
        if (whole.ticket(ticket_key)) found++;
      }
    }
    expect([found > 0, found < items.length]).toEqual([true, only !== undefined]);
  }
});
