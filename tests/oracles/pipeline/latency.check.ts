import fc from 'fast-check';
import { pipelineLatencyQuery } from '../../../src/backend/metrics/pipeline/latency';
import type { Cell, MetricRequest } from '../../../src/backend/metrics/metric';
import type { AlertRow } from '../../../src/model';
import type { CaseWorld } from '../../worlds/cases';
import { check } from '../one-world/check';
import { midnight, nextMidnight } from '../sla/naive-time';

type Row = Record<string, Cell>;
const STAGES = ['event_detected', 'detected_readable', 'detected_ticket'] as const;
const TARGET = { event_detected: 900, detected_readable: 300, detected_ticket: 900 };

/** metrics.md §4 in plain loops: percentile p of n sorted values lies at (n − 1)·p, between neighbours linearly. */
function percentile(sorted: number[], p: number): number {
  const place = (sorted.length - 1) * p;
  const low = Math.floor(place);
  const next = sorted[Math.min(low + 1, sorted.length - 1)]!;
  return sorted[low]! + (next - sorted[low]!) * (place - low);
}
function oracleLatency(world: CaseWorld, groups: readonly string[], only: readonly string[] | null, asOf: number): Row[] {
  const zoneOf = (client: string) => world.settings.clients.find(c => c.id === client)?.zone ?? world.settings.zone;
  const cells = new Map<string, { head: Row; values: (number | null | 'joined')[] }>();
  for (const a of world.alerts) {
    if (only !== null && !only.includes(a.client)) continue;
    const at = a.detected ?? a.readable ?? a.event ?? a.changed;
    const zone = groups.includes('client') ? zoneOf(a.client) : only?.length === 1 ? zoneOf(only[0]!) : world.settings.zone;
    if (at < midnight(world.range.from, zone) || at >= nextMidnight(world.range.to - 1, zone) || at > asOf) continue;
    for (const stage of STAGES) {
      const head: Row = { stage };
      if (groups.includes('source')) head.source = a.source;
      if (groups.includes('rule')) { head.rule = a.rule ?? 'no rule named'; head.rule_name = a.rule === null ? 'no rule named' : a.rule.replace('test:r', 'Rule '); }
      if (groups.includes('client')) head.client = a.client;
      if (groups.includes('tier')) head.tier = a.tier;
      const key = JSON.stringify(head);
      if (!cells.has(key)) cells.set(key, { head, values: [] });
      cells.get(key)!.values.push(took(world, a, stage, asOf));
    }
  }
  return [...cells.values()].map(({ head, values }) => {
    const good = values.filter((v): v is number => typeof v === 'number' && v >= 0).sort((x, y) => x - y);
    const negative = values.filter(v => typeof v === 'number' && v < 0).length;
    const target = TARGET[head.stage as (typeof STAGES)[number]];
    const at = (p: number) => (good.length === 0 ? null : percentile(good, p));
    return {
      ...head, measured: good.length, p50: at(0.5), p90: at(0.9), p99: at(0.99), target, above_target: good.length === 0 ? null : good.filter(v => v > target).length / good.length,
      negative, joined: values.filter(v => v === 'joined').length, missing: values.filter(v => v === null).length, reason: good.length > 0 ? null : negative > 0 ? 'only_negative' : values.includes('joined') ? 'only_joined' : 'no_times',
    };
  });
}
/** Seconds a stage took for one alert; null where one end is not known; 'joined' where the ticket was there before, for others. */
function took(world: CaseWorld, a: AlertRow, stage: string, asOf: number): number | null | 'joined' {
  if (a.detected === null) return null;
  if (stage === 'event_detected') return a.event === null ? null : (a.detected - a.event) / 1000;
  if (stage === 'detected_readable') return a.readable === null ? null : (a.readable - a.detected) / 1000;
  let created = Infinity;
  let linked: number | null = null;
  for (const t of world.tickets) for (const q of t.quotes) if (q.alert === a.joinId) {
    created = Math.min(created, t.created);
    if (q.linkedAt !== null) linked = linked === null ? q.linkedAt : Math.min(linked, q.linkedAt);
  }
  if (created > asOf) return null;
  if (created < a.detected) {
    if (linked !== null && linked > created) return 'joined';
    if (linked === null && created < a.detected - 5 * 60_000) return 'joined';
  }
  return (created - a.detected) / 1000;
}

const sorted = (rows: readonly Row[]) => [...rows].sort((a, b) => (key(a) < key(b) ? -1 : 1));
const key = (r: Row) => JSON.stringify([r.stage, r.source, r.rule, r.client, r.tier]);
/** Rounding of doubles differs between adding first and dividing first. */
const rounded = (r: Row): Row => Object.fromEntries(Object.entries(r).map(([k, v]) => [k, typeof v === 'number' ? Math.round(v * 1e6) / 1e6 : v]));

const drawn = fc.record({ groups: fc.subarray(['source', 'rule', 'client', 'tier'] as const), only: fc.constantFrom<readonly string[] | null>(null, ['acme'], ['bravo', 'coast']) });
export const latencyCheck = check('pipeline.latency', ['measured', 'negative', 'joined', 'missing', 'above_target'], drawn, async ({ world, reader }, { groups, only }, saw) => {
  const asOf = Math.min(world.range.to, world.now);
  const request: MetricRequest<Record<string, never>> = { groupBy: ['stage', ...groups], filters: {}, bucket: 'none', view: 'table', limit: 10_000, options: {}, range: world.range, asOf };
  const { rows } = await pipelineLatencyQuery.run(reader(only), request);
  expect(sorted(rows).map(rounded)).toEqual(sorted(oracleLatency(world, groups, only, asOf)).map(rounded));
  for (const row of rows) for (const k of ['measured', 'negative', 'joined', 'missing', 'above_target']) saw(k, Number(row[k] ?? 0));
});
