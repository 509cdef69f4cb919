import fc from 'fast-check';
import { slaAdherenceQuery } from '../../../src/backend/metrics/sla/adherence';
import { slaBudgetQuery } from '../../../src/backend/metrics/sla/budget';
import { slaFlowQuery } from '../../../src/backend/metrics/sla/flow';
import { slaTimeToDecideQuery } from '../../../src/backend/metrics/sla/time-to-decide';
import type { Cell, MetricRequest } from '../../../src/backend/metrics/metric';
import { DAY, type Clock, type SeverityTier } from '../../../src/model';
import type { CaseWorld } from '../../worlds/cases';
import { check } from '../one-world/check';
import { oracleBudget, oracleFlow, oracleTimeToDecide } from './oracle-more';
import { sortRows, type Question } from './oracle-metrics';

/** sla.budget, .time_to_decide and .flow. */
type Row = Readonly<Record<string, Cell>>;
/** Sums of fractions differ in their last digits by the order of adding. */
export const rounded = (rows: readonly Row[]): Row[] => sortRows(rows.map(r => Object.fromEntries(Object.entries(r).map(([k, v]) => [k, typeof v === 'number' && !Number.isInteger(v) ? Number(v.toPrecision(11)) : v]))));
const asked = fc.record({
  only: fc.constantFrom<readonly string[] | null>(null, null, ['acme'], ['bravo', 'coast']), byClient: fc.boolean(), clock: fc.constantFrom<Clock>('decide', 'acknowledge', 'resolve', 'notify', 'contain'),
  tiers: fc.constantFrom<readonly string[] | null>(null, null, ['critical'], ['high', 'untiered']), bucket: fc.constantFrom<'none' | 'day' | 'week' | 'month'>('none', 'none', 'day', 'week', 'month'),
  goals: fc.constantFrom<Partial<Record<SeverityTier, number>>>({ critical: 1, high: 0.5, medium: 0.9 }, { critical: 0.95, high: 0.95, medium: 0.95, low: 0.95 }, {}), whole: fc.boolean(),
});
function questions(world: CaseWorld, a: typeof asked extends fc.Arbitrary<infer T> ? T : never): { request: MetricRequest<{ clock: Clock }>; question: Question } {
  const asOf = Math.min(world.range.to, world.now);
  return {
    request: { groupBy: ['tier', ...(a.byClient ? ['client' as const] : [])], bucket: 'none', view: 'table', limit: 10_000, options: { clock: a.clock }, range: world.range, asOf, filters: { ...(a.tiers && { tier: a.tiers }) } },
    question: { groupBy: a.byClient ? ['client'] : [], clocks: [a.clock], clients: a.only, scope: a.only, tiers: a.tiers, sources: null, range: world.range, asOf },
  };
}

export const moreCheck = check('budget, time to decide, flow', ['budget', 'used', 'times', 'p50', 'open', 'decided', 'alerts_in'], asked, async ({ world: plain, reader: open }, a, saw) => {
  const first = Math.min(...plain.alerts.map(x => x.changed), ...plain.tickets.map(x => x.created), plain.range.from);
  const base: CaseWorld = a.whole ? { ...plain, range: { from: first - DAY, to: first + 60 * DAY }, now: Math.max(plain.now, first + 20 * DAY) } : plain;
  const world = { ...base, settings: { ...base.settings, policy: { ...base.settings.policy, sla: { ...base.settings.policy.sla, goals: a.goals } } } };
  const reader = open(a.only, world.settings);
  const { request, question } = questions(world, a);
  const budget = (await slaBudgetQuery.run(reader, request)).rows;
  expect(rounded(budget)).toEqual(rounded(oracleBudget(world, question)));
  const times = (await slaTimeToDecideQuery.run(reader, { ...request, options: {} as Record<string, never> })).rows;
  expect(rounded(times)).toEqual(rounded(oracleTimeToDecide(world, question)));
  const flow = (await slaFlowQuery.run(reader, { ...request, bucket: a.bucket, options: {} as Record<string, never> })).rows;
  expect(rounded(flow)).toEqual(rounded(oracleFlow(world, question, a.bucket)));
  for (const r of budget) { saw('budget'); if (r.used !== null) saw('used'); }
  for (const r of times) { saw('times'); if (r.p50 !== null) saw('p50'); }
  for (const r of flow) for (const k of ['open', 'decided', 'alerts_in']) saw(k, Number(r[k]));
});

/** A later instant never turns a miss into a met, and what has not fallen due is in no ratio. */
export const laterCheck = check('a later instant', ['misses'], fc.constantFrom<Clock>('decide', 'acknowledge', 'resolve'), async ({ world, reader }, clock, saw) => {
  const first = Math.min(...world.tickets.map(t => t.created), ...world.alerts.map(x => x.changed), world.range.from);
  const range = { from: first - 2 * DAY, to: first + 200 * DAY };
  const at = async (asOf: number) => {
    const { rows } = await slaAdherenceQuery.run(reader(), { groupBy: ['tier'], bucket: 'none', view: 'table', limit: 10_000, options: { clock }, range, asOf, filters: {} });
    return { misses: rows.reduce((n, r) => n + Number(r.missed) + Number(r.overdue), 0), fell: rows.reduce((n, r) => n + Number(r.met) + Number(r.missed) + Number(r.overdue), 0), rows };
  };
  const early = await at(first);
  expect([early.fell, early.rows.every(r => r.adherence === null)]).toEqual([0, true]);
  let before = -1;
  for (const days of [2, 9, 16, 40, 200]) {
    const { misses } = await at(first + days * DAY);
    expect(misses).toBeGreaterThanOrEqual(before);
    before = misses;
  }
  saw('misses', before);
});
