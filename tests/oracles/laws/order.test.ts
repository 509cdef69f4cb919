import fc from 'fast-check';
import { ENTRIES } from '../../../src/catalog';
import type { ScopedReader } from '../../../src/backend/scope/reader';
import { openDuckDb } from '../../../src/backend/store/duckdb';
import type { Store } from '../../../src/backend/store/port';
import { sql } from '../../../src/backend/store/sql';
import { table } from '../../../src/backend/store/table';
import { loadDimensions } from '../../../src/backend/sync';
import { freezeReported } from '../../../src/backend/sync/reported/freeze';
import { DAY } from '../../../src/model';
import { fillStore } from '../../bench/world/fill';
import { benchReader } from '../../bench/world/reader';
import { benchSettings, NOW } from '../../bench/world/settings';
import { worldRuns } from '../../worlds/cases';
import { coverageWorld } from '../../worlds/coverage';
import { evened } from '../../worlds/even';
import { loadOne, oneWorld } from '../../worlds/one';
import { shuffled } from '../../worlds/shuffled';
import { Estate } from '../coverage/harness';
import { askEach, askNamed, differing, type When } from './asked';

/**
 * The same answers, digit for digit and row for row, in whatever order the store gives rows where no order is asked for: it may use several threads. Rows that
 * are even by what a list is sorted by, names of which one is shown, sums of fractions: all of it must hang on the rows alone.
 */
const ofCases = ENTRIES.filter(e => e.area !== 'coverage' && e.id !== 'assets' && e.id !== 'reported.coverage');
const ofEstates = ENTRIES.filter(e => e.area === 'coverage' || ['assets', 'integrity.counters', 'reported.coverage'].includes(e.id));
/** What is made of more than sums. */
const LISTS = ['coverage.now', 'coverage.history', 'coverage.change', 'coverage.gaps', 'coverage.exclusions', 'coverage.unregistered', 'assets', 'sla.at_risk', 'sla.contributors', 'sla.incidents', 'sla.misses', 'tickets', 'alerts', 'rules.outcomes', 'reported.history', 'integrity.orphans'];

describe('the order of the rows in the store is not seen', () => {
  let store: Store;
  beforeAll(async () => { store = await openDuckDb({ path: ':memory:' }); });
  afterAll(() => store.close());
  const { numRuns, seed, ...runs } = worldRuns();
  const few = { ...runs, seed, numRuns: Math.ceil(numRuns / 20) };

  async function hold(reader: () => ScopedReader, when: When, entries: typeof ENTRIES, turn: number): Promise<number> {
    const before = await askEach(reader(), when, entries, turn);
    await shuffled(store, seed + turn);
    expect(differing(before, await askEach(reader(), when, entries, turn))).toEqual([]);
    return before.length;
  }

  it('by any metric of alerts, tickets and rules, nor in the rows behind it', async () => {
    let asked = 0;
    await fc.assert(fc.asyncProperty(oneWorld, fc.constantFrom<string[] | null>(null, null, ['acme', 'bravo']), fc.nat(), async (one, only, turn) => {
      const range = { from: one.world.range.from - 60 * DAY, to: one.world.range.to + 60 * DAY };
      const on = await loadOne(store, one);
      asked += await hold(() => on.reader(only), { range, asOf: Math.min(range.to, one.world.now) }, ofCases, turn);
    }), few);
    expect(asked).toBeGreaterThan(few.numRuns * 60);
  }, 600_000);

  it('by any metric of coverage, nor in the rows behind it', async () => {
    for (let turn = 0; turn < few.numRuns; turn++) {
      const world = coverageWorld(seed + turn);
      const estate = await Estate.again(store, world.settings, world.now);
      await estate.assets([...world.assets].sort((a, b) => a.changed - b.changed));
      await estate.telemetry(world.days);
      await estate.flush();
      const asOf = world.now - (turn % 2) * 4 * DAY;
      const facts = await estate.dump();
      await hold(() => estate.reader(), { range: { from: world.now - 20 * DAY, to: asOf }, asOf }, ofEstates, turn);
      await estate.rebuild();
      expect([turn, await estate.dump()]).toEqual([turn, facts]);
    }
  }, 600_000);

  it('where more rows are even than in any SOC: instants by the day, few names, months that were frozen and what they were restated as', async () => {
    const own = await openDuckDb({ path: ':memory:' });
    try {
      await fillStore(own, 6_000);
      await evened(own, NOW);
      const dimensions = await loadDimensions(own);
      const settings = { ...benchSettings(), sources: ['siem', 'desk'].map(id => ({ id, enabled: true })) } as never;
      const freeze = async (): Promise<string> => {
        while (await own.transaction(tx => freezeReported(tx, { settings, version: 1, dimensions, now: NOW }, true)) === 'more');
        const months = [];
        for (const [name, key] of [['reported_untracked_day', sql`client_key, month, tier, rule_key, day`], ['reported_item', sql`month, item_clock_key`], ['reported_rule', sql`client_key, month, rule_key`], ['reported_decision', sql`month, alert_key`]] as const) {
          const rows = await own.query(sql`select * from ${table(name)} order by ${key}`);
          expect([name, rows.length > 0]).toEqual([name, true]);
          months.push(rows);
        }
        return JSON.stringify(months, (_, value: unknown) => (typeof value === 'bigint' ? String(value) : value));
      };
      const frozen = await freeze();
      // Frozen again from rows in another order.
      for (const name of ['reported_month', 'reported_part', 'reported_item', 'reported_untracked', 'reported_untracked_day', 'reported_rule', 'reported_decision'] as const) await own.transaction(tx => tx.execute(sql`delete from ${table(name)}`));
      await shuffled(own, seed);
      expect(await freeze() === frozen).toBe(true);
      // Items that count otherwise since, some of them in a month that did not report them, some reported twice from other rows.
      await own.transaction(tx => tx.execute(sql`update ${table('reported_item')} r set month = m.before, inputs = hash(item_key, 1) from (select client_key, month, lag(month) over (partition by client_key order by month) as before from ${table('reported_month')}) m
        where m.client_key = r.client_key and m.month = r.month and m.before is not null and r.clock = 'resolve'`));
      await own.transaction(tx => tx.execute(sql`delete from ${table('reported_item')} where clock = 'decide' and hash(item_key) % 3 = 0`));
      // The asset that many hosts are.
      const [{ name }] = await own.query<{ name: string }>(sql`select name from ${table('asset')} order by asset_key limit 1`) as [{ name: string }];
      for (const turn of [0, 1, 2]) {
        const before = await ask(turn);
        await shuffled(own, seed + turn);
        expect(differing(before, await ask(turn))).toEqual([]);
      }
      async function ask(turn: number) {
        const when = { range: { from: NOW - 90 * DAY, to: NOW }, asOf: NOW };
        return [...await askEach(benchReader(own), when, ENTRIES.filter(e => LISTS.includes(e.id)), turn), ...await askNamed(benchReader(own), when, name)];
      }
    } finally { await own.close(); }
  }, 600_000);
});
