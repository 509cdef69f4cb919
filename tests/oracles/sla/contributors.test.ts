import fc from 'fast-check';
import { slaContributorsQuery } from '../../../src/backend/metrics/sla/contributors';
import { slaTimeToDecideQuery } from '../../../src/backend/metrics/sla/time-to-decide';
import type { MetricRequest } from '../../../src/backend/metrics/metric';
import { openDuckDb } from '../../../src/backend/store/duckdb';
import type { Store } from '../../../src/backend/store/port';
import { DAY, HOUR, MINUTE, rowId, type Clock, type SeverityTier, type TicketRow } from '../../../src/model';
import { workspaceSchema, type WorkspaceSettings } from '../../../src/settings/schema';
import { worldRuns } from '../../worlds/cases';
import { clear, loadWorld } from '../../worlds/load';
import { readerOf } from '../../worlds/reader';
import { shuffled } from '../../worlds/shuffled';
import { rounded } from './more.check';
import { oracleContributors } from './oracle-more';

/** Many tickets of few kinds: cells of twenty need more rows than a random small world has. */
describe('contributors', () => {
  let store: Store;
  beforeAll(async () => { store = await openDuckDb({ path: ':memory:' }); });
  afterAll(() => store.close());
  const T0 = Date.UTC(2026, 5, 1);
  const settings: WorkspaceSettings = workspaceSchema.parse({
    zone: 'UTC', clients: [{ id: 'acme', name: 'Acme', zone: 'UTC' }, { id: 'bravo', name: 'Bravo', zone: 'UTC' }], policy: { sla: { targets: [{ hours: { high: { decide: 4 }, critical: { decide: 1 } } }] } },
  });
  const ticket = (n: number, at: number, tier: SeverityTier, client: string, missed: boolean): TicketRow => ({
    id: rowId('desk', 'ticket', `C${n}`), source: 'desk', nativeId: `C${n}`, url: null, changed: at, gone: null, key: `C-${n}`, title: null, created: at, sourceSeverity: null, tier, sourceClient: null, client, sourceStatus: null, done: false,
    sourceDisposition: null, disposition: null, dispositionAt: null, dispositionBy: null, origin: 'user', quotes: [], mergedInto: null,
    timeline: [{ at, type: 'created', from: null, to: null, actor: 'automation' }, { at: at + (missed ? 5 * HOUR : 30 * MINUTE), type: 'disposition_set', from: null, to: 'false_positive', actor: 'human' }],
  });
  const request = (days: number): MetricRequest<{ clock: Clock }> => ({ groupBy: ['tier'], filters: {}, bucket: 'none', view: 'table', limit: 1000, options: { clock: 'decide' }, range: { from: T0, to: T0 + days * DAY }, asOf: T0 + days * DAY });
  const load = async (tickets: TicketRow[]) => { await clear(store); return loadWorld(store, { settings, alerts: [], rules: [], tickets }); };

  it('names the night shift of one client: 15 misses of 30 where the tier misses 20 of 120', async () => {
    // acme: 30 items at 02:00 of which 15 missed, 30 at 10:00 of which 1; bravo: 30 and 30 of which 2 each. Tier: 20 of 120 = 1/6.
    const rows = [['acme', 2, 15], ['acme', 10, 1], ['bravo', 2, 2], ['bravo', 10, 2]] as const;
    const tickets = rows.flatMap(([client, hour, misses], k) => Array.from({ length: 30 }, (_, i) => ticket(k * 30 + i, T0 + (i % 30) * DAY + hour * HOUR, 'high', client, i < misses)));
    const { rows: found, notices } = await slaContributorsQuery.run(readerOf(await load(tickets)), request(31));
    // Wilson's lower bound of 15 of 30 is 0.3315; 1/6 lies below it. Excess: 15 − 30/6 = 10.
    expect(found).toEqual([{ rank: 1, tier: 'high', clock: 'decide', client: 'acme', shift: 'night', items: 30, misses: 15, miss_rate: 0.5, lower: expect.closeTo(0.3315, 4), tier_rate: 20 / 120, excess: 10, tried: 4 }]);
    expect(notices![0]!.text).toMatch(/^4 cells/);
  });
  it('puts clocks of one cell that stand out alike in one order, whatever order the rows stand in', async () => {
    const both = workspaceSchema.parse({ ...settings, policy: { sla: { targets: [{ hours: { high: { acknowledge: 4, decide: 4 } } }] } } });
    const tickets = Array.from({ length: 90 }, (_, i) => ticket(i, T0 + (i % 30) * DAY + (i < 30 ? 2 : 10) * HOUR, 'high', 'acme', i < 20));
    await clear(store);
    const loader = await loadWorld(store, { settings: both, alerts: [], rules: [], tickets });
    for (let seed = 0; seed < 6; seed++) {
      await shuffled(store, seed);
      const { rows } = await slaContributorsQuery.run(readerOf(loader), { ...request(31), groupBy: ['tier', 'clock'] });
      expect([seed, rows.filter(r => r.clock !== 'resolve').map(r => [r.clock, r.misses])]).toEqual([seed, [['acknowledge', 20], ['decide', 20]]]);
    }
  });
  it('shows no cell of 19, none over 27 days, and nothing in a client scope', async () => {
    const tickets = Array.from({ length: 39 }, (_, i) => ticket(i, T0 + (i % 27) * DAY + (i < 19 ? 2 : 10) * HOUR, 'high', 'acme', i < 19));
    const loader = await load(tickets);
    expect(await slaContributorsQuery.run(readerOf(loader), request(28))).toMatchObject({ rows: [], notices: [{ text: expect.stringMatching(/^1 cells/) }] });
    expect(await slaContributorsQuery.run(readerOf(loader), request(27))).toMatchObject({ rows: [], notices: [{ text: expect.stringMatching(/28 days/) }] });
    await expect(slaContributorsQuery.run(readerOf(loader, ['acme']), request(28))).rejects.toThrow(/operators of the SOC only/);
  });
  it('leaves out the clients in whose zone the range is shorter than 28 days', async () => {
    // 27 days from midnight to midnight in UTC touch 28 days of Tokyo. Both clients miss 15 of 30 at night and none of 30 by day.
    const zones = workspaceSchema.parse({ ...settings, clients: [{ id: 'acme', name: 'Acme', zone: 'UTC' }, { id: 'bravo', name: 'Bravo', zone: 'Asia/Tokyo' }] });
    const tickets = ['acme', 'bravo'].flatMap((client, c) => [2, 10].flatMap((hour, h) => Array.from({ length: 30 }, (_, i) => ticket(c * 60 + h * 30 + i, T0 + (i % 27) * DAY + hour * HOUR, 'high', client, h === 0 && i < 15))));
    await clear(store);
    const { rows, notices } = await slaContributorsQuery.run(readerOf(await loadWorld(store, { settings: zones, alerts: [], rules: [], tickets })), request(27));
    expect(rows.map(r => [r.client, r.shift, r.items, r.misses])).toEqual([['bravo', 'night', 30, 15]]);
    expect(notices![0]!.text).toMatch(/^2 cells/);
  });
  it('agrees with its oracle on random crowds', async () => {
    let listed = 0;
    const { numRuns, ...runs } = worldRuns();
    await fc.assert(fc.asyncProperty(fc.array(fc.record({ client: fc.constantFrom('acme', 'bravo'), tier: fc.constantFrom<SeverityTier>('high', 'critical'), hour: fc.constantFrom(2, 10, 18), n: fc.constantFrom(5, 19, 20, 24, 40), missed: fc.constantFrom(0, 0.1, 0.3, 0.6, 1) }), { minLength: 2, maxLength: 7 }), async cells => {
      let id = 0;
      const tickets = cells.flatMap(c => Array.from({ length: c.n }, (_, i) => ticket(id++, T0 + (i % 28) * DAY + c.hour * HOUR, c.tier, c.client, i < c.missed * c.n)));
      const { rows } = await slaContributorsQuery.run(readerOf(await load(tickets)), request(30));
      listed += rows.length;
      const world = { settings, alerts: [], tickets };
      const expected = oracleContributors(world, { groupBy: [], clocks: ['decide'], clients: null, scope: null, tiers: null, sources: null, range: request(30).range, asOf: request(30).asOf });
      expect(rounded(rows.map(({ miss_rate: _rate, lower: _lower, ...r }) => r))).toEqual(rounded(expected));
    }), { ...runs, numRuns });
    expect(listed).toBeGreaterThanOrEqual(Math.floor(numRuns / 20));
  }, 120_000);
});

describe('time to decide, by hand', () => {
  it('takes open items for longer than their age: 1 h, 2 h, open since 3 h, 4 h', async () => {
    const store = await openDuckDb({ path: ':memory:' });
    try {
      const T0 = Date.UTC(2026, 5, 1);
      const settings = workspaceSchema.parse({ zone: 'UTC', clients: [{ id: 'acme', name: 'Acme', zone: 'UTC' }] });
      const asOf = T0 + 6 * HOUR;
      const t = (n: number, created: number, after: number | null): TicketRow => ({
        id: rowId('desk', 'ticket', `D${n}`), source: 'desk', nativeId: `D${n}`, url: null, changed: created, gone: null, key: `D-${n}`, title: null, created, sourceSeverity: null, tier: 'high', sourceClient: null, client: 'acme', sourceStatus: null,
        done: false, sourceDisposition: null, disposition: null, dispositionAt: null, dispositionBy: null, origin: 'user', quotes: [], mergedInto: null,
        timeline: [{ at: created, type: 'created', from: null, to: null, actor: 'automation' }, ...(after === null ? [] : [{ at: created + after * HOUR, type: 'escalated' as const, from: null, to: null, actor: 'human' as const }])],
      });
      const loader = await loadWorld(store, { settings, alerts: [], rules: [], tickets: [t(1, T0, 1), t(2, T0, 2), t(3, T0 + 3 * HOUR, null), t(4, T0, 4)] });
      const request = { groupBy: ['tier' as const], filters: {}, bucket: 'none' as const, view: 'table' as const, limit: 10, options: {} as Record<string, never>, range: { from: T0, to: T0 + DAY }, asOf };
      // Left over: 3/4 after 1 h, 2/4 after 2 h; at 3 h one is open; at 4 h the only one left decides: 0. Median 2 h, 90th percentile 4 h.
      expect((await slaTimeToDecideQuery.run(readerOf(loader), request)).rows).toEqual([{ tier: 'high', items: 4, decided: 3, open: 1, p50: 7200, p90: 14_400, oldest: 10_800, reason: null }]);
      // At 01:30 two of three have run for 1.5 h undecided: the curve stands at 2/3, and neither is reached.
      expect((await slaTimeToDecideQuery.run(readerOf(loader), { ...request, asOf: T0 + 1.5 * HOUR })).rows).toEqual([{ tier: 'high', items: 3, decided: 1, open: 2, p50: null, p90: null, oldest: 5400, reason: 'not_reached' }]);
    } finally { await store.close(); }
  });
});
