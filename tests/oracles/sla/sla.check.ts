import fc from 'fast-check';
import { slaAdherenceQuery } from '../../../src/backend/metrics/sla/adherence';
import { slaAtRiskQuery } from '../../../src/backend/metrics/sla/at-risk';
import { slaTrendQuery } from '../../../src/backend/metrics/sla/trend';
import type { Store } from '../../../src/backend/store/port';
import { sql } from '../../../src/backend/store/sql';
import { table } from '../../../src/backend/store/table';
import { CLOCKS, DAY, type Clock } from '../../../src/model';
import type { MetricRequest } from '../../../src/backend/metrics/metric';
import type { CaseWorld } from '../../worlds/cases';
import { check } from '../one-world/check';
import { oracleItems, type OracleItem } from './oracle';
import { oracleAdherence, oracleAtRisk, oracleTrend, sortRows, type Question } from './oracle-metrics';

/** sla.adherence, .at_risk and .trend, and the items beneath them one by one. */
const asked = fc.record({
  only: fc.constantFrom<readonly string[] | null>(null, null, ['acme'], ['bravo', 'coast']),
  groups: fc.constantFrom<readonly ('client' | 'shift' | 'weekend' | 'clock')[]>([], [], ['client'], ['weekend'], ['clock'], ['client', 'clock'], ['shift'], ['client', 'shift']),
  clock: fc.constantFrom<Clock>('decide', 'decide', 'acknowledge', 'resolve', 'contain', 'notify'),
  tiers: fc.constantFrom<readonly string[] | null>(null, null, null, null, ['critical'], ['high', 'untiered']), sources: fc.constantFrom<readonly string[] | null>(null, null, null, null, null, ['desk'], ['siem']),
  client: fc.constantFrom(null, null, null, null, null, null, null, 'acme', 'bravo', 'unassigned', 'empty'), bucket: fc.constantFrom<'day' | 'week' | 'month'>('day', 'week', 'month'),
  untrackedDays: fc.constantFrom(1, 14, 14, 400),
});

export const slaCheck = check('sla', ['rows', 'met', 'missed', 'overdue', 'on_hold', 'left', 'no_target', 'running', 'untracked', 'risk'], asked, async ({ store, world, reader: open }, ask, saw) => {
  const reader = open(ask.only);
  const groups = ask.only === null ? ask.groups : ask.groups.filter(g => g !== 'shift');
  expect((await storedItems(store)).sort()).toEqual(oracleItems(world).map(asText).sort());
  // Beside the random question a broad one, so that every outcome is seen: all clocks, all clients, the whole history.
  const start = Math.min(...world.alerts.map(x => x.changed), ...world.tickets.map(x => x.created), world.range.from);
  const everything = { ...world, range: { from: start - DAY, to: start + 100 * DAY }, now: Math.max(world.now, start + 8 * DAY) };
  const broad = toRequest(everything, { only: null, groups: ['client', 'clock'], clock: 'decide', tiers: null, sources: null, client: null, bucket: 'week', untrackedDays: 400 });
  for (const [reading, { request, question }] of [[open(), broad], [reader, toRequest(world, { ...ask, groups })]] as const) {
    const adherence = (await slaAdherenceQuery.run(reading, request)).rows;
    expect(sortRows(adherence)).toEqual(sortRows(oracleAdherence(world, question)));
    for (const row of adherence) for (const k of ['met', 'missed', 'overdue', 'on_hold', 'left', 'no_target', 'running', 'untracked']) saw(k, Number(row[k] ?? 0));
    saw('rows', adherence.length);
    const risk = (await slaAtRiskQuery.run(reading, request)).rows;
    expect(sortRows(risk)).toEqual(sortRows(oracleAtRisk(world, question)));
    saw('risk', risk.length);
  }
  const series = groups.filter(g => g === 'client' || g === 'clock');
  const trend = toRequest(world, { ...ask, groups: series });
  expect(sortRows((await slaTrendQuery.run(reader, { ...trend.request, bucket: ask.bucket })).rows)).toEqual(sortRows(oracleTrend(world, trend.question, ask.bucket)));
});

/** Every column that a definition gives, as text: which item, and what its clock says. */
const asText = (i: OracleItem): string => JSON.stringify([
  i.ticket?.id ?? i.alert!.id, i.client, i.episode, i.clock, i.tier, i.start, i.fromCreation, i.target, i.due, i.grossDue, i.stop, i.firstStop, i.unknownStop, i.pausedSince, i.left, i.reopened, i.downgraded, i.gone, i.halfDue, i.untouched, i.alerts, i.shift, i.day,
]);
async function storedItems(store: Store): Promise<string[]> {
  const rows = await store.query<Record<string, unknown>>(sql`
    select i.*, coalesce(t.id, a.id) as holder, c.id as client from ${table('item')} i left join ${table('ticket')} t on t.ticket_key = i.ticket_key
    left join ${table('alert')} a on a.alert_key = i.alert_key join ${table('dim_client')} c on c.client_key = i.client_key`);
  return rows.map(r => JSON.stringify([
    r.holder, r.client, r.episode, r.clock, r.tier, r.start, r.start_from_creation, r.target_ms, r.due, r.gross_due, r.stop, r.first_stop, r.stop_unknown_actor, r.paused_since, r.left_at, r.reopened, r.downgraded, r.gone !== null, r.half_due, r.untouched, r.alerts,
    r.shift, r.holiday ? 'holiday' : r.weekend ? 'weekend' : 'weekday',
  ]));
}

type Ask = typeof asked extends fc.Arbitrary<infer T> ? T : never;
function toRequest(world: CaseWorld, ask: Ask): { request: MetricRequest<{ clock: Clock; untrackedDays: number }>; question: Question } {
  const asOf = Math.min(world.range.to, world.now);
  const visible = ask.only === null || ask.client === null || ask.only.includes(ask.client);
  const clients = ask.client === null ? ask.only : visible ? [ask.client] : [];
  return {
    request: {
      groupBy: ['tier', ...ask.groups], bucket: 'none', view: 'table', limit: 10_000, options: { clock: ask.clock, untrackedDays: ask.untrackedDays }, range: world.range, asOf,
      filters: { ...(ask.tiers && { tier: ask.tiers }), ...(ask.sources && { source: ask.sources }), ...(ask.client !== null && { client: [ask.client] }) },
    },
    question: { groupBy: ask.groups, clocks: ask.groups.includes('clock') ? CLOCKS : [ask.clock], clients, scope: ask.only, tiers: ask.tiers, sources: ask.sources, range: world.range, asOf, untrackedDays: ask.untrackedDays },
  };
}
