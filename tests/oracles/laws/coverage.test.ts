import { CATALOG, ENTRIES } from '../../../src/catalog';
import type { CatalogEntry, MetricId } from '../../../src/catalog/types';
import { metricQuery } from '../../../src/backend/metrics/all';
import type { Cell } from '../../../src/backend/metrics/metric';
import type { ScopedReader } from '../../../src/backend/scope/reader';
import { openDuckDb } from '../../../src/backend/store/duckdb';
import type { Store } from '../../../src/backend/store/port';
import { dayStart, localDay } from '../../../src/model';
import { parseQuery } from '../../../src/query/request';
import { worldRuns } from '../../worlds/cases';
import { coverageWorld, type CoverageWorld } from '../../worlds/coverage';
import { withFalls } from '../../worlds/falls';
import { Estate } from '../coverage/harness';

/** The laws of laws.test.ts on estates of two clients: every metric of coverage, the drill of assets, and the counters. */
type Row = Readonly<Record<string, Cell>>;
const METRICS = ENTRIES.filter(e => e.area === 'coverage' || ['assets', 'integrity.counters'].includes(e.id));
/** Each is read as a list and, where it has them, as single values. */
const VIEWS = METRICS.flatMap(entry => [...new Set([entry.views[0]!, ...entry.views.filter(v => v === 'stat')])].map(view => ({ entry, view })));

/** Every record belongs to the client it is with now: a move ties two clients together. Both in one zone where asked. */
function uncrossed(world: CoverageWorld, zone?: string): CoverageWorld {
  const owner = new Map([...world.assets].sort((a, b) => a.changed - b.changed).map(a => [a.id, a.client]));
  const clients = world.settings.clients.map(c => ({ ...c, zone: zone ?? c.zone }));
  return { ...world, settings: { ...world.settings, zone: zone ?? world.settings.zone, clients }, assets: world.assets.map(a => ({ ...a, client: owner.get(a.id)! })) };
}
/** Only one client's rows. How many hosts a source carried is the source's own, whoever they belong to. */
const alone = (world: CoverageWorld, client: string): CoverageWorld =>
  ({ ...world, assets: world.assets.filter(a => a.client === client), days: world.days.map(d => ({ ...d, hosts: d.rows.length, rows: d.rows.filter(r => r.client === client) })) });

async function load(store: Store, world: CoverageWorld): Promise<Estate> {
  const estate = await Estate.again(store, world.settings, world.now);
  await estate.assets([...world.assets].sort((a, b) => a.changed - b.changed));
  await estate.telemetry(world.days);
  await estate.streams(['edr', 'logs', 'console', 'flows', 'audit'], true);
  await estate.flush();
  return estate;
}
async function ask(reader: ScopedReader, world: CoverageWorld, entry: CatalogEntry, view: string, back: number, groupBy?: readonly string[]): Promise<Row[]> {
  const query = parseQuery({ version: 1, metric: entry.id, view, ...(groupBy && { groupBy }), limit: 10_000 }, CATALOG);
  const { zone } = world.settings.clients[0]!;
  const to = dayStart(localDay(world.now, zone) - back, zone);
  return [...(await metricQuery(entry.id as MetricId).run(reader, { ...query, range: { from: to - 9 * 86_400_000, to }, asOf: to } as never)).rows];
}
const text = (rows: Row[]): string[] => rows.map(r => JSON.stringify(Object.keys(r).sort().map(k => [k, typeof r[k] === 'number' && !Number.isInteger(r[k]) ? Number((r[k] as number).toPrecision(10)) : r[k]]))).sort();

describe('laws of coverage', () => {
  const stores: Store[] = [];
  beforeAll(async () => { for (let i = 0; i < 2; i++) stores.push(await openDuckDb({ path: ':memory:' })); });
  afterAll(() => Promise.all(stores.map(s => s.close())));
  const { numRuns } = worldRuns();
  /** Estates of two clients; a tenth of the worlds, because each is asked everything. */
  const first = Number(process.env.SOC_SEED ?? 1);
  const seeds: number[] = [];
  for (let seed = first; seeds.length < Math.ceil(numRuns / 10); seed++) if (coverageWorld(seed).settings.clients.length > 1) seeds.push(seed);

  it('a scope’s value equals the value over its rows alone, for every metric of coverage', async () => {
    let rows = 0;
    for (const seed of seeds) {
      const whole = uncrossed(withFalls(coverageWorld(seed), seed));
      const client = whole.settings.clients[seed % 2]!.id;
      const [among, only] = [await load(stores[0]!, whole), await load(stores[1]!, alone(whole, client))];
      for (const { entry, view } of VIEWS) for (const back of [1, 4]) {
        const expected = text(await ask(only.reader([client]), whole, entry, view, back));
        expect([seed, entry.id, view, back, text(await ask(among.reader([client]), whole, entry, view, back))]).toEqual([seed, entry.id, view, back, expected]);
        rows += expected.length;
      }
    }
    expect(rows).toBeGreaterThan(seeds.length * 40);
  }, 600_000);

  it('no share lies outside 0 to 1, states sum to the assets there are, and nothing without a value is without its reason', async () => {
    let shares = 0;
    for (const seed of seeds) {
      const world = withFalls(coverageWorld(seed), seed);
      const estate = await load(stores[0]!, world);
      for (const { entry, view } of VIEWS) for (const row of await ask(estate.reader(), world, entry, view, 1)) {
        for (const c of entry.columns) {
          const value = row[c.name];
          if (c.kind === 'ratio' && value != null && !['change', 'contribution'].includes(c.name)) { shares++; expect([seed, entry.id, c.name, Number(value) >= 0 && Number(value) <= 1]).toEqual([seed, entry.id, c.name, true]); }
        }
        if (typeof row.k === 'number' && typeof row.n === 'number') expect([seed, row.counter, row.k <= row.n]).toEqual([seed, row.counter, true]);
        if (typeof row.in_scope === 'number' && 'absent' in row) expect([seed, entry.id, Number(row.covered) + Number(row.agent_only) + Number(row.dark) + Number(row.absent) + Number(row.unknown)]).toEqual([seed, entry.id, row.in_scope]);
        if (entry.headline !== null && row[entry.headline] === null && 'reason' in row) expect([seed, entry.id, typeof row.reason]).toEqual([seed, entry.id, 'string']);
      }
    }
    expect(shares).toBeGreaterThan(seeds.length * 10);
  }, 600_000);

  it('assets sum over clients, where all are cut in one zone', async () => {
    let covered = 0;
    for (const seed of seeds) {
      const world = uncrossed(withFalls(coverageWorld(seed), seed), 'Europe/Berlin');
      const estate = await load(stores[0]!, world);
      for (const [id, view, columns] of [['coverage.now', 'table', ['in_scope', 'covered', 'agent_only', 'dark', 'absent', 'unknown', 'excluded', 'degraded']], ['coverage.exclusions', 'stat', ['excluded']]] as const) {
        const entry = CATALOG.get(id)!;
        const [each, total] = [await ask(estate.reader(), world, entry, view, 1, ['client', 'kind']), await ask(estate.reader(), world, entry, view, 1, ['kind'])];
        for (const column of columns) { const sum = (rows: Row[]): number => rows.reduce((n, r) => n + Number(r[column] ?? 0), 0); expect([seed, id, column, sum(each)]).toEqual([seed, id, column, sum(total)]); if (column === 'covered') covered += sum(total); }
      }
      // Day by day: a total is measured only where every client in it is.
      const history = CATALOG.get('coverage.history')!;
      const [each, total] = [await ask(estate.reader(), world, history, 'series', 1, ['client', 'kind']), await ask(estate.reader(), world, history, 'series', 1, ['kind'])];
      for (const row of total.filter(r => r.days_measured === 1)) {
        const parts = each.filter(r => r.time === row.time && r.kind === row.kind);
        for (const column of ['in_scope', 'covered']) expect([seed, row.time, row.kind, column, parts.reduce((n, r) => n + Number(r[column]), 0)]).toEqual([seed, row.time, row.kind, column, row[column]]);
      }
    }
    expect(covered).toBeGreaterThan(0);
  }, 600_000);
});
