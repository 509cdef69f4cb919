import fc from 'fast-check';
import { CATALOG } from '../../../src/catalog';
import { parseQuery } from '../../../src/query/request';
import { metricQuery } from '../../../src/backend/metrics/all';
import { wilson } from '../../../src/backend/metrics/shared/wilson';
import { openDuckDb } from '../../../src/backend/store/duckdb';
import type { Store } from '../../../src/backend/store/port';
import type { AlertRow } from '../../../src/model';
import { caseWorld, CLIENT_ZONES, worldRuns, type CaseWorld } from '../../worlds/cases';
import { clear, loadWorld } from '../../worlds/load';
import { readerOf } from '../../worlds/reader';
import { decisions, judge, ticketsOf, wilsonByBisection } from './outcomes.oracle';

/** Local midnights by Intl, minute by minute of offset: nothing of model/zoned. */
function localDate(ms: number, zone: string): string { return new Intl.DateTimeFormat('en-CA', { timeZone: zone }).format(ms); }
const inRange = (at: number, world: CaseWorld, zone: string): boolean => {
  const d = localDate(at, zone);
  return d >= localDate(world.range.from, zone) && d <= localDate(world.range.to - 1, zone);
};
const instant = (a: AlertRow): number => a.detected ?? a.readable ?? a.event ?? a.changed;

describe('rules.outcomes', () => {
  let store: Store;
  beforeAll(async () => { store = await openDuckDb({ path: ':memory:' }); });
  afterAll(() => store.close());

  it('says what the oracle says, on random worlds', async () => {
    let seen = 0;
    await fc.assert(fc.asyncProperty(caseWorld, fc.constantFrom<string[]>([], ['rule'], ['client'], ['tier'], ['rule', 'client'], ['source', 'rule']), async (world, groupBy) => {
      await clear(store);
      const reader = readerOf(await loadWorld(store, world));
      const query = parseQuery({ version: 1, metric: 'rules.outcomes', groupBy }, CATALOG);
      const asOf = Math.min(world.range.to, world.now);
      const result = await metricQuery('rules.outcomes').run(reader, { ...query, range: world.range, asOf });

      const zoneOf = (a: AlertRow) => ((groupBy as string[]).includes('client') ? CLIENT_ZONES[a.client as keyof typeof CLIENT_ZONES] ?? world.settings.zone : world.settings.zone);
      const counted = world.alerts.filter(a => inRange(instant(a), world, zoneOf(a)) && instant(a) <= asOf);
      const key = (a: AlertRow) => groupBy.map(g => (g === 'rule' ? a.rule ?? 'no rule named' : g === 'client' ? a.client : g === 'tier' ? a.tier : a.source)).join('|');
      const groups = new Map<string, AlertRow[]>();
      for (const a of counted) groups.set(key(a), [...(groups.get(key(a)) ?? []), a]);

      expect(result.rows.length).toBe(groups.size);
      for (const row of result.rows) {
        const alerts = groups.get(groupBy.map(g => row[g]).join('|'));
        expect(alerts).toBeDefined();
        seen += alerts!.length;
        const judged = alerts!.map(a => judge(a, world.tickets));
        const buckets = ['true', 'benign', 'false', 'duplicate', 'test', 'undetermined', 'auto_closed', 'unclassified', 'pending', 'unmatched', 'conflict'];
        const d = decisions(alerts!, world);
        const n = d.true + d.benign + d.false;
        const count = (b: string) => judged.filter(j => j.bucket === b).length;
        expect({ alerts: row.alerts, ...Object.fromEntries(buckets.map(b => [b, row[`bucket_${b}`]])), decisions: row.decisions, confirmed: row.confirmed })
          .toEqual({ alerts: alerts!.length, ...Object.fromEntries(buckets.map(b => [b, count(b)])), decisions: n, confirmed: `${d.true} of ${n}` });
        expect(row.confirmation).toBe(n < 10 ? null : d.true / n);
        const reviewable = alerts!.length - count('duplicate') - count('test');
        const reviewed = count('true') + count('benign') + count('false');
        expect(row.review).toEqual(reviewable === 0 ? null : reviewed / reviewable);
        expect(buckets.reduce((sum, b) => sum + count(b), 0)).toBe(row.alerts);
      }
    }), worldRuns());
    expect(seen).toBeGreaterThan(0);
  }, 180_000);

  it('holds verdict facts beside the oracle, alert by alert', async () => {
    const { numRuns, seed } = worldRuns();
    await fc.assert(fc.asyncProperty(caseWorld, async world => {
      await clear(store);
      const reader = readerOf(await loadWorld(store, world));
      const { sql } = await import('../../../src/backend/store/sql');
      const rows = await reader.query<Record<string, unknown>>(sql`select id, bucket, inherited, conflict_with_true, verdict_at, has_ticket, tickets, cross_client from ${reader.relation('alert')} a`);
      for (const a of world.alerts) {
        const j = judge(a, world.tickets);
        const tickets = ticketsOf(a, world.tickets);
        expect(rows.find(r => r.id === a.id)).toEqual({
          id: a.id, bucket: j.bucket, inherited: ['true', 'benign', 'false'].includes(j.bucket) ? !j.own : null, conflict_with_true: j.bucket === 'conflict' && j.withTrue, verdict_at: j.at,
          has_ticket: tickets.length > 0, tickets: tickets.length, cross_client: tickets.some(t => t.client !== a.client),
        });
      }
    }), { numRuns: Math.ceil(numRuns / 4), seed });
  }, 120_000);
});

describe('Wilson interval', () => {
  it.each([[0, 10, 0, 0.2775], [10, 10, 0.7225, 1], [1, 20, 0.0089, 0.2361], [50, 100, 0.4038, 0.5962]])('%i of %i → [%f, %f] (metrics.md, Reference figures)', (k, n, low, high) => {
    const i = wilson(k, n)!;
    expect(i.low).toBeCloseTo(low, 4);
    expect(i.high).toBeCloseTo(high, 4);
  });
  it('is the root of its quadratic', () => {
    for (let n = 1; n <= 60; n++) for (let k = 0; k <= n; k++) {
      const [low, high] = wilsonByBisection(k, n);
      expect(wilson(k, n)!.low).toBeCloseTo(low, 9);
      expect(wilson(k, n)!.high).toBeCloseTo(high, 9);
    }
  });
  it('is null without trials', () => expect(wilson(0, 0)).toBeNull());
});
