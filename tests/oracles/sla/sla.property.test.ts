import fc from 'fast-check';
import { slaAdherenceQuery } from '../../../src/backend/metrics/sla/adherence';
import { slaAtRiskQuery } from '../../../src/backend/metrics/sla/at-risk';
import { slaTrendQuery } from '../../../src/backend/metrics/sla/trend';
import { openDuckDb } from '../../../src/backend/store/duckdb';
import type { Store } from '../../../src/backend/store/port';
import { CLOCKS, type Clock } from '../../../src/model';
import type { MetricRequest } from '../../../src/backend/metrics/metric';
import { caseWorld, worldRuns, type CaseWorld } from '../../worlds/cases';
import { clear, loadWorld } from '../../worlds/load';
import { readerOf } from '../../worlds/reader';
import { oracleAdherence, oracleAtRisk, oracleTrend, sortRows, type Question } from './oracle-metrics';

const asked = fc.record({
  only: fc.constantFrom<readonly string[] | null>(null, null, ['acme'], ['bravo', 'coast']),
  groups: fc.constantFrom<readonly ('client' | 'shift' | 'weekend' | 'clock')[]>([], [], ['client'], ['weekend'], ['clock'], ['client', 'clock'], ['shift'], ['client', 'shift']),
  clock: fc.constantFrom<Clock>('decide', 'decide', 'acknowledge', 'resolve', 'contain', 'notify'),
  tiers: fc.constantFrom<readonly string[] | null>(null, null, null, null, ['critical'], ['high', 'untiered']), sources: fc.constantFrom<readonly string[] | null>(null, null, null, null, null, ['desk'], ['siem']),
  client: fc.constantFrom(null, null, null, null, null, null, null, 'acme', 'bravo', 'unassigned', 'empty'), bucket: fc.constantFrom<'day' | 'week' | 'month'>('day', 'week', 'month'),
});

describe('SLA metrics against their oracles', () => {
  let store: Store;
  beforeAll(async () => { store = await openDuckDb({ path: ':memory:' }); });
  afterAll(() => store.close());

  it('agree on random worlds', async () => {
    const seen = { rows: 0, met: 0, missed: 0, overdue: 0, on_hold: 0, left: 0, no_target: 0, running: 0, untracked: 0, risk: 0 };
    await fc.assert(fc.asyncProperty(caseWorld, asked, async (world, ask) => {
      await clear(store);
      const loader = await loadWorld(store, world);
      const reader = readerOf(loader, ask.only ?? undefined);
      const groups = ask.only === null ? ask.groups : ask.groups.filter(g => g !== 'shift');
      const { request, question } = toRequest(world, { ...ask, groups });

      const adherence = (await slaAdherenceQuery.run(reader, request)).rows;
      const expected = oracleAdherence(world, question);
      expect(sortRows(adherence)).toEqual(sortRows(expected));
      for (const row of adherence) for (const k of Object.keys(seen) as (keyof typeof seen)[]) seen[k] += Number(row[k] ?? 0);
      seen.rows += adherence.length;

      const series = groups.filter(g => g === 'client' || g === 'clock');
      const trend = toRequest(world, { ...ask, groups: series });
      expect(sortRows((await slaTrendQuery.run(reader, { ...trend.request, bucket: ask.bucket })).rows)).toEqual(sortRows(oracleTrend(world, trend.question, ask.bucket)));

      const risk = (await slaAtRiskQuery.run(reader, toRequest(world, { ...ask, groups: ['clock'] }).request)).rows;
      expect(sortRows(risk)).toEqual(sortRows(oracleAtRisk(world, toRequest(world, { ...ask, groups: ['clock'] }).question)));
      seen.risk += risk.length;
    }), worldRuns());
    console.log(`seen over all worlds: ${JSON.stringify(seen)}`);
    for (const [what, n] of Object.entries(seen)) expect([what, n > 0]).toEqual([what, true]);
  }, 300_000);
});

type Ask = typeof asked extends fc.Arbitrary<infer T> ? T : never;
function toRequest(world: CaseWorld, ask: Ask): { request: MetricRequest<{ clock: Clock }>; question: Question } {
  const asOf = Math.min(world.range.to, world.now);
  const visible = ask.only === null || ask.client === null || ask.only.includes(ask.client);
  const clients = ask.client === null ? ask.only : visible ? [ask.client] : [];
  return {
    request: {
      groupBy: ['tier', ...ask.groups], bucket: 'none', view: 'table', limit: 10_000, options: { clock: ask.clock }, range: world.range, asOf,
      filters: { ...(ask.tiers && { tier: ask.tiers }), ...(ask.sources && { source: ask.sources }), ...(ask.client !== null && { client: [ask.client] }) },
    },
    question: { groupBy: ask.groups, clocks: ask.groups.includes('clock') ? CLOCKS : [ask.clock], clients, scope: ask.only, tiers: ask.tiers, sources: ask.sources, range: world.range, asOf },
  };
}
