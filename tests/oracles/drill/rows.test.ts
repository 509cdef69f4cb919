import fc from 'fast-check';
import { metricQuery } from '../../../src/backend/metrics/all';
import { MetricRefused } from '../../../src/backend/metrics/metric';
import { nameOf } from '../../../src/backend/metrics/rows/asked';
import { DRILLS } from '../../../src/backend/metrics/rows/all';
import { rowLinks } from '../../../src/backend/metrics/rows/link';
import { isDrill } from '../../../src/backend/metrics/rows/part';
import { openDuckDb } from '../../../src/backend/store/duckdb';
import type { Store } from '../../../src/backend/store/port';
import type { ScopedReader } from '../../../src/backend/scope/reader';
import { CATALOG, ENTRIES } from '../../../src/catalog';
import type { CatalogEntry } from '../../../src/catalog/types';
import { COUNTERS } from '../../../src/catalog/integrity-counter-list';
import { DAY } from '../../../src/model';
import { parseQuery } from '../../../src/query/request';
import { caseWorld, worldRuns, type CaseWorld } from '../../worlds/cases';
import { coverageWorld } from '../../worlds/coverage';
import { clear, loadWorld } from '../../worlds/load';
import { readerOf } from '../../worlds/reader';
import { ruleWorld } from '../../worlds/rules';
import { Estate } from '../coverage/harness';

/** Law: the rows behind a value are as many as it counts, and those in its numerator as many as its numerator (metrics.md, Rules 3 and 8). */
type Row = Readonly<Record<string, unknown>>;
interface When { readonly range: { from: number; to: number }; readonly asOf: number }
const run = (reader: ScopedReader, when: When, query: object) => {
  const parsed = parseQuery({ version: 1, ...query }, CATALOG);
  return { parsed, answer: metricQuery(parsed.entry.id).run(reader, { ...parsed, range: when.range, asOf: when.asOf }) };
};
/** As a browser would: the address is taken apart again. */
async function behind(reader: ScopedReader, url: string, more: object = {}): Promise<{ rows: readonly Row[]; of: number; counted: number }> {
  const at = new URL(url, 'http://grafana');
  const v = (name: string): string => at.searchParams.get(`var-${name}`)!;
  const [from, to] = [Number(at.searchParams.get('from')), Number(at.searchParams.get('to'))];
  const { answer } = run(reader, { range: { from, to }, asOf: to + 500 * DAY }, { metric: 'rows', view: 'table', options: { asked: v('asked'), column: v('column'), cell: v('cell'), time: v('time'), class: v('class'), page: v('page'), ...more } });
  const { rows, notices } = await answer;
  const [, of, counted] = /^(\d+) rows behind this value, (\d+) of them/.exec(notices![0]!.text)!;
  return { rows, of: Number(of), counted: Number(counted) };
}

/** Counters that are not made of rows: days, streams, stamps and registries. */
const NO_ROWS = ['days_not_measured', 'source_lag', 'quarantined_rows', 'registry_age', 'refused_ahead'];
/** Numbers that say something of the question or the policy, not of rows. */
const BESIDE = ['days', 'days_measured', 'last_measured_age', 'rank', 'median', 'other_changes', 'goal', 'tried', 'target', 'threshold', 'past', 'definition', 'policy_version', 'hours', 'quotes', 'missing'];
/** How many values of one answer are followed; which, the draw decides. */
const FOLLOWED = 4;
/** Of all metrics, so many are asked of one world; every world asks others. */
const METRICS = 2;

async function hold(reader: ScopedReader, when: When, entry: CatalogEntry, query: object, draw: number): Promise<number> {
  const drill = DRILLS[entry.id];
  if (!isDrill(drill)) return 0;
  const { parsed, answer } = run(reader, when, { metric: entry.id, ...query });
  const rows = await answer.then(a => a.rows, (error: unknown) => { if (error instanceof MetricRefused) return []; throw error; });
  const links = rowLinks(entry, { ...parsed, ...when }, { dashboard: 'rows', dataSource: 'ds' })!;
  const values = rows.flatMap(row => Object.keys(drill.columns).filter(c => typeof row[c] === 'number').map(column => ({ row, column })));
  let held = 0;
  for (let i = 0; i < Math.min(FOLLOWED, values.length); i++) {
    const { row, column } = values[(draw + i * 7919) % values.length]!;
    const value = row[column] as number;
    if (entry.id === 'integrity.counters' && NO_ROWS.includes(String(row.counter))) continue;
    const found = await behind(reader, links.to(column, links.cell(row), ''));
    const told = { metric: entry.id, column, row, query };
    const kind = drill.columns[column]!;
    if (entry.id === 'integrity.counters' && column === 'value') {
      const unit = COUNTERS.find(c => c.id === row.counter)!.unit;
      expect({ ...told, value: row.counter === 'bulk_acknowledgements' ? value : unit === 'count' ? found.counted : found.of === 0 ? null : found.counted / found.of }).toEqual({ ...told, value });
    } else if (kind === 'count') expect({ ...told, rows: found.of }).toEqual({ ...told, rows: value });
    else if (kind === 'share') expect({ ...told, share: found.of === 0 ? null : (found.counted / found.of).toFixed(9) }).toEqual({ ...told, share: value.toFixed(9) });
    else if (kind === 'sum') expect({ ...told, sum: found.rows.reduce((n, r) => n + Number(r.weight), 0) }).toEqual({ ...told, sum: value });
    expect({ ...told, shown: found.rows.length }).toEqual({ ...told, shown: found.of });
    held++;
  }
  return held;
}
/** Every way a metric may be asked: its groups alone and with its default, its buckets. */
const ways = (entry: CatalogEntry): object[] => [...entry.groupBy.map(d => [...new Set([...entry.defaultGroupBy, d])]), [...entry.defaultGroupBy], [...entry.groupBy].slice(0, 4)].flatMap(groupBy => entry.buckets.map(bucket => ({ groupBy, bucket, view: entry.views.includes('stat') && entry.id !== 'coverage.now' ? 'stat' : entry.views[0] })));

/** Small worlds have no rule of twenty decisions: the policy takes what there is. */
async function given(store: Store, drawn: CaseWorld, only: string[] | null): Promise<ScopedReader> {
  await clear(store);
  const world = { ...drawn, settings: { ...drawn.settings, policy: { ...drawn.settings.policy, tuning: { minDecisions: 1, upperBound: 1.1, minAlerts: 1, reviewBelow: 1.1 } } } };
  return readerOf(await loadWorld(store, world), only ?? undefined);
}

describe('rows behind values', () => {
  let store: Store;
  beforeAll(async () => { store = await openDuckDb({ path: ':memory:' }); });
  afterAll(() => store.close());

  it("'rows' are as many as every value counts, on random worlds, for operators and for clients", async () => {
    const { numRuns, ...runs } = worldRuns();
    // What rests on registries and telemetry alone has its own estates below.
    const entries = ENTRIES.filter(e => isDrill(DRILLS[e.id]) && e.area !== 'coverage' && e.id !== 'reported.coverage');
    const held = new Map<string, number>();
    const follow = async (drawn: CaseWorld, only: string[] | null, entry: CatalogEntry, draw: number, way: number, wide: boolean): Promise<void> => {
      const reader = await given(store, drawn, only);
      const range = wide ? { from: drawn.range.from - 30 * DAY, to: drawn.range.to + 60 * DAY } : drawn.range;
      const all = ways(entry);
      const followed = await hold(reader, { range, asOf: wide ? range.to : Math.min(drawn.range.to, drawn.now) }, entry, all[way % all.length]!, draw);
      held.set(entry.id, (held.get(entry.id) ?? 0) + followed);
    };
    await fc.assert(fc.asyncProperty(caseWorld, fc.constantFrom<string[] | null>(null, null, ['acme'], ['acme', 'coast']), fc.nat(), fc.nat(), fc.boolean(), async (drawn, only, draw, way, wide) => {
      for (let i = 0; i < METRICS; i++) await follow(drawn, only, entries[(draw + i) % entries.length]!, draw, way, wide);
    }), { ...runs, numRuns });
    if (numRuns < 200) return;
    // A rule that is rare and reliable, and cells of twenty items: no small world is sure to have one. They stand by the statements of outcomes and adherence.
    const sure = entries.filter(x => x.id !== 'sla.contributors' && x.id !== 'rules.reliable');
    // Whatever the draw left without a value (a tuned rule is rare) is asked of further worlds, with lineages of rules, until it has one.
    for (const entry of sure) for (const [i, drawn] of fc.sample(ruleWorld.map(w => w.late), { ...runs, numRuns: 100 }).entries()) { if ((held.get(entry.id) ?? 0) > 0) break; await follow(drawn, null, entry, i, i, false); }
    for (const e of sure) expect([e.id, (held.get(e.id) ?? 0) > 0]).toEqual([e.id, true]);
  }, 600_000);

  it('of coverage: assets at an instant, on past days and in weeks', async () => {
    let held = 0;
    for (const seed of [3, 8, 22]) {
      const world = coverageWorld(seed);
      const estate = await Estate.open(world.settings, world.now);
      try {
        await estate.assets(world.assets);
        await estate.telemetry(world.days);
        await estate.flush();
        for (const asOf of [world.now, world.now - 4 * DAY]) for (const entry of ENTRIES.filter(e => e.area === 'coverage' || e.id === 'reported.coverage' || e.id === 'integrity.counters')) for (const [i, way] of ways(entry).entries()) if (i % 6 === seed % 6) held += await hold(estate.reader(), { range: { from: world.now - 20 * DAY, to: asOf }, asOf }, entry, way, seed + i);
      } finally { await estate.store.close(); }
    }
    expect(held).toBeGreaterThan(60);
  }, 240_000);

  it('stay within the scope of who asks, whatever the link says; pages and classes are parts of the whole', async () => {
    const worlds = fc.sample(caseWorld, { numRuns: 60, seed: 5 }).sort((a, b) => b.alerts.length + b.tickets.length - a.alerts.length - a.tickets.length).slice(2, 5);
    let [foreign, leafed] = [0, 0];
    for (const world of worlds) {
      await clear(store);
      const loaded = await loadWorld(store, world);
      const [all, acme] = [readerOf(loaded), readerOf(loaded, ['acme'])];
      const when = { range: { from: world.range.from - 60 * DAY, to: world.range.to + 60 * DAY }, asOf: world.range.to + 60 * DAY };
      for (const [metric, column] of [['rules.outcomes', 'alerts'], ['sla.adherence', 'met'], ['sla.adherence', 'floor'], ['rules.outcomes', 'decisions']] as const) {
        const entry = CATALOG.get(metric)!;
        const groupBy = metric === 'sla.adherence' ? ['tier', 'client', 'clock'] : ['client'];
        const { parsed, answer } = run(all, when, { metric, groupBy, view: 'table' });
        const links = rowLinks(entry, { ...parsed, ...when }, { dashboard: 'rows', dataSource: 'ds' })!;
        for (const row of (await answer).rows) {
          const url = links.to(column, links.cell(row), '');
          const whole = await behind(all, url);
          const mine = await behind(acme, url);
          expect([row.client, mine.of]).toEqual([row.client, row.client === 'acme' ? whole.of : 0]);
          if (row.client !== 'acme' && whole.of > 0) foreign++;
          const [counted, others] = [await behind(all, url, { class: 'counted' }), await behind(all, url, { class: 'others' })];
          expect([...counted.rows, ...others.rows]).toHaveLength(whole.of);
          const pages: Row[] = [];
          for (let page = 1; pages.length < whole.of; page++) {
            const options = { ...Object.fromEntries([...new URL(url, 'http://x').searchParams].filter(([k]) => k.startsWith('var-') && k !== 'var-ds').map(([k, v]) => [k.slice(4), v])), page: String(page) };
            const part = await run(all, { ...when, asOf: when.asOf + DAY }, { metric: 'rows', view: 'table', limit: 3, options }).answer;
            expect(part.rows.length).toBeGreaterThan(0);
            pages.push(...part.rows);
          }
          expect(pages).toEqual(whole.rows);
          if (whole.of > 3) leafed++;
        }
      }
    }
    expect(foreign).toBeGreaterThan(2);
    expect(leafed).toBeGreaterThan(2);
  }, 120_000);

  it('a spoilt link, a page that is none and a column without rows are refused in words', async () => {
    const reader = readerOf(await loadWorld(store, fc.sample(caseWorld, { numRuns: 1, seed: 1 })[0]!));
    const when = { range: { from: 0, to: DAY }, asOf: DAY };
    const parsed = parseQuery({ version: 1, metric: 'rules.outcomes' }, CATALOG);
    const asked = new URL(rowLinks(CATALOG.get('rules.outcomes')!, { ...parsed, ...when }, { dashboard: 'rows', dataSource: 'ds' })!.to('alerts', '', ''), 'http://x').searchParams.get('var-asked')!;
    const says = (options: object) => run(reader, when, { metric: 'rows', options }).answer.then(() => 'answered', (e: unknown) => [e instanceof MetricRefused, (e as Error).message]);
    expect(await says({ asked: 'nonsense', column: 'alerts' })).toEqual([true, expect.stringContaining('spoilt')]);
    expect(await says({ asked, column: 'price' })).toEqual([true, expect.stringContaining('no rows behind the column "price"')]);
    for (const page of ['last', '0', '1.5', '-1']) expect(await says({ asked, column: 'alerts', page })).toEqual([true, expect.stringContaining('no page: pages are whole numbers from 1')]);
    // The value is named beside its rows, so that a page on a wall says what it is of.
    expect(nameOf('sla.adherence', 'missed', { tier: 'critical', clock: 'decide', ticket: 'SOC-1' })).toBe('SLA adherence · Missed · critical · decide');
    expect(nameOf('rules.outcomes', 'alerts', {})).toBe('Rule outcomes · Alerts');
    expect(await says({ asked, column: 'alerts', class: 'good' })).toEqual([true, expect.stringContaining('none of them')]);
    const forged = (over: object) => Buffer.from(JSON.stringify({ ...JSON.parse(Buffer.from(asked, 'base64url').toString()) as object, ...over })).toString('base64url');
    for (const over of [{ metric: 'clients.grants' }, { metric: 'none' }, { filters: { kind: ['endpoint'] } }, { groupBy: ['shift'] }, { options: { sql: 'select 1' } }, { scope: ['coast'] }]) expect([over, await says({ asked: forged(over), column: 'alerts' })]).toEqual([over, [true, expect.any(String)]]);
    expect(await says({})).toBe('answered');
  });

  it('every metric says what lies behind each of its numbers, or why nothing does', () => {
    for (const entry of ENTRIES) {
      const drill = DRILLS[entry.id];
      if (!isDrill(drill)) { expect(drill.because).toMatch(/^[A-Z].*\.$/); continue; }
      const numbers = entry.columns.filter(c => ['count', 'ratio', 'number', 'seconds'].includes(c.kind)).map(c => c.name);
      expect([entry.id, Object.keys(drill.columns).filter(c => !entry.columns.some(x => x.name === c))]).toEqual([entry.id, []]);
      expect([entry.id, numbers.filter(n => !Object.hasOwn(drill.columns, n)).filter(n => !BESIDE.includes(n))]).toEqual([entry.id, []]);
    }
  });
});
