import fc from 'fast-check';
import { metricQuery } from '../../../src/backend/metrics/all';
import { CATALOG } from '../../../src/catalog';
import type { MetricId } from '../../../src/catalog/types';
import { DAY } from '../../../src/model';
import { parseQuery } from '../../../src/query/request';
import type { CaseWorld } from '../../worlds/cases';
import { check } from '../one-world/check';
import { local, midnight } from '../sla/naive-time';
import * as oracle from './metrics.oracle';
import { zoneOf, type Question, type Row } from './question';

/** One world serves every metric of rules: each is asked with a grouping, a scope and filters of its own. */
const round = (value: Row[string]): Row[string] => (typeof value === 'number' ? Math.round(value * 1e6) / 1e6 : value);
const comparable = (rows: readonly Row[]): string[] => rows.map(r => JSON.stringify(Object.fromEntries(Object.keys(r).sort().map(k => [k, round(r[k]!)])))).sort();

const dice = fc.record({
  groupBy: fc.array(fc.subarray(['rule', 'client', 'tier', 'source']), { minLength: 8, maxLength: 8 }), only: fc.constantFrom<readonly string[] | null>(null, null, ['acme'], ['acme', 'bravo'], ['coast']),
  filters: fc.constantFrom<Record<string, readonly string[]>>({}, {}, {}, { tier: ['high', 'critical'] }, { source: ['siem'] }, { rule: ['test:r1'] }, { rule: ['Rule 2'] }, { client: ['acme'] }, { client: ['bravo', 'coast'] }, { client: ['acme', 'acme'] }, { client: ['bravo', 'nobody'] }),
  date: fc.constantFrom(0, 20, 33, 40), days: fc.constantFrom(28, 28, 30),
});
type Dice = typeof dice extends fc.Arbitrary<infer T> ? T : never;
interface Case { readonly id: MetricId; readonly dimensions: readonly string[]; readonly options?: (d: Dice, world: CaseWorld) => Record<string, unknown>; expected(q: Question, options: never): Row[] }
const local0 = (world: CaseWorld, days: number) => new Date(world.rules[0]!.changed + days * DAY).toISOString().slice(0, 10);
const CASES: readonly Case[] = [
  { id: 'rules.outcomes', dimensions: ['rule', 'client', 'tier', 'source'], expected: oracle.outcomes },
  { id: 'rules.trend', dimensions: ['rule', 'client', 'tier'], expected: oracle.trend },
  { id: 'rules.reliable', dimensions: ['rule', 'client'], expected: oracle.reliable },
  { id: 'rules.silent', dimensions: ['rule', 'client'], expected: oracle.silent },
  { id: 'rules.load', dimensions: ['rule', 'client', 'tier'], expected: oracle.load },
  { id: 'rules.tuning', dimensions: ['rule', 'client'], options: () => ({ date: '', days: 28 }), expected: (q, o) => oracle.tuning(q, o) },
  { id: 'rules.tuning', dimensions: ['rule', 'client'], options: (d, world) => ({ date: local0(world, d.date), days: d.days }), expected: (q, o) => oracle.tuning(q, o) },
  { id: 'rules.found_elsewhere', dimensions: ['client'], expected: oracle.foundElsewhere },
];
const ALWAYS_BY_RULE = ['rules.reliable', 'rules.silent', 'rules.tuning'];

// Rarer states (a tuning that shows, bounds) have cases by hand in hand.test.ts.
const MUST = [...CASES.map(c => c.id), 'rules.outcomes confirmation', 'rules.trend later', 'rules.trend undated', 'rules.tuning not_reviewed', 'rules.tuning few_decisions', 'rules.found_elsewhere elsewhere', 'rules.silent fell_silent', 'rules.silent removed'];
export const rulesCheck = check('rules', MUST, dice, async ({ late: world, reader: open }, d, saw) => {
  const asOf = Math.min(world.range.to, world.now);
  for (const [i, c] of CASES.entries()) {
    const reader = open(d.only);
    const groupBy = d.groupBy[i]!.filter(g => c.dimensions.includes(g));
    const filters = Object.fromEntries(Object.entries(d.filters).filter(([k]) => (CATALOG.get(c.id)!.filters as readonly string[]).includes(k)));
    const options = c.options?.(d, world) ?? {};
    const view = c.id === 'rules.trend' ? { bucket: 'week' as const } : {};
    const query = parseQuery({ version: 1, metric: c.id, groupBy, filters, options, view: 'table', ...view }, CATALOG);
    const { rows } = await metricQuery(c.id).run(reader, { ...query, range: world.range, asOf });
    const q: Question = { world, groupBy: ALWAYS_BY_RULE.includes(c.id) ? [...new Set(['rule', ...groupBy])] : groupBy, only: d.only, filters, asOf };
    const got = c.id === 'rules.trend' ? rows.map(r => dated(q, r)) : rows;
    const expected = c.expected(q, options as never);
    expect([c.id, groupBy, comparable(got)]).toEqual([c.id, groupBy, comparable(expected)]);
    laws(c.id, rows);
    saw(c.id, rows.length);
    for (const r of rows) for (const key of ['confirmation', 'bound_low', 'later', 'undated', 'result', 'elsewhere', 'touches', 'provisional', 'other_changes']) if (r[key] != null && r[key] !== 0 && r[key] !== false) saw(`${c.id} ${key}`);
    for (const r of rows) for (const key of ['state', 'reason', 'result']) if (typeof r[key] === 'string' && c.id !== 'rules.outcomes') saw(`${c.id} ${r[key]}`);
  }
});

/** A week's time as its local date; it must be the first instant of that day. */
function dated(q: Question, { time, ...row }: Row): Row {
  const zone = zoneOf(q, String(row.client));
  expect(midnight(Number(time), zone)).toBe(time);
  return { week: local(Number(time), zone).date, ...row };
}

/** Whatever the world: parts sum to their whole, no numerator exceeds its denominator, no percentage under 10 decisions. */
function laws(id: MetricId, rows: readonly Row[]): void {
  const sum = (r: Row, names: readonly string[]) => names.reduce((s, n) => s + Number(r[n]), 0);
  for (const r of rows) {
    if (id === 'rules.outcomes') expect(sum(r, Object.keys(r).filter(k => k.startsWith('bucket_')))).toBe(r.alerts);
    if (id === 'rules.trend') expect(sum(r, ['true', 'benign', 'false', 'later', 'undated', 'unreviewed', 'duplicate', 'test'])).toBe(r.alerts);
    if (id === 'rules.found_elsewhere') expect([sum(r, ['by_user', 'by_client', 'by_third_party', 'by_hunt']), sum(r, ['by_user', 'by_client', 'by_third_party', 'by_hunt', 'by_alert', 'by_unknown'])]).toEqual([r.elsewhere, r.confirmed]);
    if (r.decisions !== undefined && r.alerts !== undefined && id !== 'rules.trend') expect(Number(r.decisions)).toBeLessThanOrEqual(Number(r.alerts));
    for (const k of ['confirmed', 'confirmed_before', 'confirmed_after', 'k_of_n']) if (typeof r[k] === 'string') { const [a, b] = r[k].split(' of ').map(Number) as [number, number]; expect(a).toBeLessThanOrEqual(b); }
    if (r.decisions !== undefined && Number(r.decisions) < 10) expect([r.confirmation ?? null, r.confirmation_low ?? null, r.false_share ?? null, r.bound_low ?? null, r.touches_per_decision ?? null]).toEqual([null, null, null, null, null]);
    if (typeof r.bound_low === 'number') { expect(r.bound_low).toBeLessThanOrEqual(Number(r.confirmation)); expect(r.bound_high).toBeGreaterThanOrEqual(Number(r.confirmation)); }
    if (typeof r.difference === 'number') { expect(r.difference_low).toBeLessThanOrEqual(r.difference); expect(r.difference_high).toBeGreaterThanOrEqual(r.difference); }
  }
  if (id === 'rules.load' && rows.length > 0) expect(sum({ all: rows.reduce((s, r) => s + Number(r.alerts_share), 0) }, ['all'])).toBeCloseTo(1, 9);
}
