import fc from 'fast-check';
import { CATALOG } from '../../../src/catalog';
import { metricQuery } from '../../../src/backend/metrics/all';
import type { AlertRow } from '../../../src/model';
import { parseQuery } from '../../../src/query/request';
import type { CaseWorld } from '../../worlds/cases';
import { check, type Check } from '../one-world/check';
import { asked } from './local-days';
import { decisions, judge, wilsonByBisection } from './outcomes.oracle';
import { familyOf, inForce, type Question } from './question';

const instant = (a: AlertRow): number => a.detected ?? a.readable ?? a.event ?? a.changed;
const DETERMINED = ['true', 'benign', 'false'];

/** Both backlogs the slow way, straight from the sentences of metrics.md §2. */
function oracle(world: CaseWorld, metric: string, byClient: boolean, asOf: number) {
  const tuning = world.settings.policy.tuning;
  const alerts = world.alerts.filter(a => asked(world, instant(a), a.client, byClient, asOf));
  const q: Question = { world, groupBy: [], only: null, filters: {}, asOf };
  const nameOf = (a: AlertRow): string => { const family = familyOf(q, a.rule); return family ? inForce(family).rule : ''; };
  const names = [...new Set(alerts.map(a => `${nameOf(a)}|${byClient ? a.client : ''}`))].sort();
  let total = 0;
  const found: { rule: string; client: string; weight: number; confirmed: number; alerts: number }[] = [];
  for (const name of names) {
    const [rule, client] = name.split('|') as [string, string];
    const own = alerts.filter(a => nameOf(a) === rule && (!byClient || a.client === client));
    const buckets = own.map(a => judge(a, world.tickets).bucket);
    const d = decisions(own, world);
    const n = d.true + d.benign + d.false;
    const reviewable = buckets.filter(b => b !== 'duplicate' && b !== 'test').length;
    const reviewed = buckets.filter(b => DETERMINED.includes(b)).length;
    const weight = metric === 'rules.backlog' ? buckets.filter(b => b === 'false' || b === 'benign').length : reviewable - reviewed;
    total += weight;
    const listed = metric === 'rules.backlog'
      ? n > 0 && n >= tuning.minDecisions && wilsonByBisection(d.true, n)[1] < tuning.upperBound
      : own.length >= tuning.minAlerts && reviewable > 0 && reviewed / reviewable < tuning.reviewBelow;
    if (listed && rule !== '') found.push({ rule, client, weight, confirmed: d.true, alerts: own.length });
  }
  found.sort((a, b) => b.weight - a.weight || (`${a.rule}|${a.client}` < `${b.rule}|${b.client}` ? -1 : 1));
  return found.map((f, i) => {
    const sofar = found.slice(0, i + 1);
    const sum = sofar.reduce((s, x) => s + x.weight, 0);
    return { rank: i + 1, rule: f.rule, ...(byClient && { client: f.client }), alerts: f.alerts, weight: f.weight, cumulative: total === 0 ? null : sum / total, atRisk: sofar.reduce((s, x) => s + x.confirmed, 0) };
  });
}

const drawn = fc.record({
  tuning: fc.record({ minDecisions: fc.integer({ min: 0, max: 3 }), upperBound: fc.constantFrom(0.6, 0.9, 1), minAlerts: fc.integer({ min: 0, max: 4 }), reviewBelow: fc.constantFrom(0.4, 0.5, 0.8) }),
  groupBy: fc.constantFrom<string[]>(['rule'], ['rule', 'client'], ['client']),
});
const listCheck = (metric: 'rules.backlog' | 'rules.unreviewed'): Check => check(metric, ['listed'], drawn, async ({ world: plain, reader }, { tuning, groupBy }, saw) => {
  const world = { ...plain, settings: { ...plain.settings, policy: { ...plain.settings.policy, tuning } } };
  const asOf = Math.min(world.range.to, world.now);
  const { rows } = await metricQuery(metric).run(reader(null, world.settings), { ...parseQuery({ version: 1, metric, groupBy }, CATALOG), range: world.range, asOf });
  const expected = oracle(world, metric, groupBy.includes('client'), asOf);
  saw('listed', expected.length);
  expect(rows.map(r => ({
    rank: r.rank, rule: r.rule, ...(groupBy.includes('client') && { client: r.client }), alerts: r.alerts,
    ...(metric === 'rules.backlog' ? { weight: r.nowhere, cumulative: r.removed, atRisk: r.at_risk } : { weight: r.unreviewed, cumulative: r.cumulative, atRisk: expected[Number(r.rank) - 1]?.atRisk }),
  }))).toEqual(expected);
});
export const backlogCheck = listCheck('rules.backlog');
export const unreviewedCheck = listCheck('rules.unreviewed');
