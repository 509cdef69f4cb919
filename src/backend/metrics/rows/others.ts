import type { LatencyStage } from '../../../catalog/pipeline-latency';
import { and, sql, type Sql } from '../../store/sql';
import { membersOf } from '../coverage/shared';
import { ALERT_COUNTERS, alertConditions } from '../integrity/count-alerts';
import { registrations, RETIRED_AFTER_DARK, RETIRED_UNCOVERED } from '../integrity/count-estate';
import { actIn, BURST_WINDOW } from '../integrity/count-bursts';
import { itemConditions, itemsIn, orphanTicket, TICKET_COUNTERS } from '../integrity/count-tickets';
import { alertHistory, couldBe, requiresTicket, ticketKind } from '../integrity/join';
import { alertsIn, ticketsIn } from '../integrity/orphan-counts';
import { latencyOf } from '../pipeline/stages';
import { reportedCoverageDrill, reportedRulesDrill } from './reported';
import { reportedUntracked } from './reported-untracked';
import { clientMonths } from '../reported/months';
import { asRows, itemsNow } from '../../store/month-items';
import { CAUSES, restatedItems } from '../reported/restated';
import { isIn } from '../shared/conditions';
import { zoneCuts, type ZoneCut } from '../shared/zones';
import { nowDrill, unregisteredDrill } from './coverage';
import { adherenceDrill } from './sla';
import { shape, unite, type Drill, type Part, type Question } from './part';

/** Drills of latency, counters, orphans and reported months. */
const cutsOf = (q: Question): ZoneCut[] => zoneCuts(q.reader, q.request.range, q.request.groupBy.includes('client'), q.request.filters.client);
const alertShape = (counted?: Sql, countsAs: Sql = sql`cast(a.bucket as varchar)`): Sql => shape({ key: sql`a.alert_key`, client: sql`a.client_key`, moment: sql`a.at`, countsAs, counted });
const ticketShape = (counted?: Sql, countsAs: Sql = sql`case when t.closed_at is null then 'open' else 'closed' end`): Sql => shape({ key: sql`t.ticket_key`, client: sql`t.client_key`, moment: sql`t.created`, countsAs, counted });

export const latencyDrill: Drill = {
  columns: { measured: 'count', p50: 'made of', p90: 'made of', p99: 'made of', above_target: 'share', negative: 'count', joined: 'count', missing: 'count' },
  parts: q => {
    const { value: v, joinedOlder: j, targetMs } = latencyOf(q.reader, q.cell.stage as LatencyStage, q.request.asOf);
    const among = { negative: sql`(${v}) < 0 and not (${j})`, joined: j, missing: sql`(${v}) is null` }[q.column] ?? sql`(${v}) >= 0`;
    const nameless = q.request.filters.rule?.includes('no rule named') ? sql`a.rule_key = 0` : sql`true`;
    const { rule, ...others } = q.request.filters;
    const request = { ...q.request, filters: rule?.includes('no rule named') ? others : q.request.filters };
    return [{ unit: 'alert', select: unite(cutsOf(q).map(cut => sql`select ${alertShape(q.column === 'above_target' ? sql`(${v}) > ${targetMs}` : sql`true`, sql`(${v}) / 1000.0 || ' s'`)}
      from ${q.reader.relation('alert')} a where ${alertsIn(q.reader, request, cut)} and coalesce(${among}, false) and ${nameless}`)) }];
  },
};

/** k of n of a counter: n are the rows, k those counted; of the columns k and n themselves, only those. */
async function counterParts(q: Question): Promise<readonly Part[]> {
  const { reader, request, column, signal } = q;
  const id = String(q.cell.counter);
  const rows = (unit: 'alert' | 'ticket' | 'item', [k, n]: readonly [Sql, Sql], from: (cut: ZoneCut) => Sql, head: (counted: Sql) => Sql): Part[] =>
    [{ unit, select: unite(cutsOf(q).map(cut => sql`select ${head(column === 'n' ? sql`true` : k)} ${from(cut)} and coalesce(${column === 'k' ? k : n}, false)`)) }];
  const ofAlerts = (kn: readonly [Sql, Sql]) => rows('alert', kn, cut => sql`from ${reader.relation('alert')} a where ${alertsIn(reader, request, cut)}`, alertShape);
  const ofTickets = (kn: readonly [Sql, Sql], as?: Sql) => rows('ticket', kn, cut => sql`from ${reader.relation('ticket')} t where ${ticketsIn(reader, request, cut)}`, counted => ticketShape(counted, as));
  if (id in ALERT_COUNTERS) { const all = alertConditions(reader, request.asOf); const [k, n] = ALERT_COUNTERS[id]!; return ofAlerts([all[k]!, all[n]!]); }
  const tickets = TICKET_COUNTERS[id as 'gone'];
  if (tickets) return ofTickets(tickets);
  const items = itemConditions(request.asOf)[id as 'paused_share'];
  if (items) return rows('item', items, cut => sql`from ${reader.relation('item')} i where ${itemsIn(reader, request, cut)}`, counted => shape({ key: sql`i.item_clock_key`, client: sql`i.client_key`, moment: sql`i.start`, countsAs: sql`case when i.stop is null then 'open' else 'decided' end`, counted }));
  if (id === 'orphan_tickets') { const history = await alertHistory(reader, signal); return ofTickets(orphanTicket(history), ticketKind(history)); }
  if (id === 'untracked') return adherenceDrill.parts({ ...q, column: 'untracked', request: { ...request, options: { clock: 'decide' } as never } });
  if (id === 'registry_completeness') return unregisteredDrill.parts({ ...q, column: column === 'k' ? 'registered' : column === 'n' ? 'seen' : 'completeness' });
  if (id in COVERAGE) return nowDrill.parts({ ...q, column: COVERAGE[id]![column === 'k' ? 1 : column === 'n' ? 2 : 0] });
  const members = membersOf(reader, request).map(m => m.key);
  if (id === 'bulk_acknowledgements') return [bursts(q)];
  const assets = (relation: Sql, [k, n]: readonly [Sql, Sql], moment: Sql): Part[] => [{ unit: 'asset', select: sql`select ${shape({ key: sql`asset_key`, client: sql`client_key`, moment, countsAs: sql`cast(x.state as varchar)`, counted: column === 'n' ? sql`true` : k })} from ${relation} x where coalesce(${column === 'k' ? k : n}, false)` }];
  if (id === 'retired_after_dark') return assets(registrations(reader, request), [RETIRED_AFTER_DARK, sql`x.ended`], sql`x.retired_at`);
  if (id === 'retired_uncovered') return assets(registrations(reader, request), [RETIRED_UNCOVERED, sql`true`], sql`x.retired_at`);
  const standing = sql`(select * from ${reader.relation('asset')} a where retired_at is null and ${isIn(sql`client_key`, members)})`;
  if (id === 'shallow_segments') return assets(standing, [sql`x.depth_seen * 4 < x.depth_registered`, sql`x.kind = 'network_segment' and x.state = 'covered' and x.depth_registered >= 5`].map(c => and([sql`x.kind = 'network_segment' and x.state = 'covered' and x.depth_registered >= 5`, c])) as unknown as readonly [Sql, Sql], sql`x.last_any`);
  if (id === 'registry_disagreement') return assets(standing, [sql`registries > 1 and not is_group and registry_disagreement is not null`, sql`registries > 1 and not is_group`], sql`x.last_any`);
  // Months that end in range, as the counter takes them.
  if (id === 'restatements') return reportedParts({ ...q, column: 'restated' });
  if (id === 'restated_assets') return reportedCoverageDrill.parts({ ...q, column: 'restated' });
  if (id === 'restated_decisions') return reportedRulesDrill.parts({ ...q, column: 'restated' });
  return [];
}
/** Column of coverage.now whose rows a counter is: as a share, its numerator, its denominator. */
const COVERAGE: Readonly<Record<string, readonly [string, string, string]>> = {
  weak_matches: ['weak_share', 'weak', 'covered'], unknown_assets: ['unknown_share', 'unknown', 'in_scope'], heartbeat_only: ['agent_only_share', 'agent_only', 'in_scope'], degraded: ['degraded_share', 'degraded', 'covered'], exclusion_share: ['excluded_share', 'excluded', 'all'],
};
/** Acknowledgements and closes; counted: those within ten minutes of at least the agreed number of their kind. */
function bursts(q: Question): Part {
  const { reader, request } = q;
  const key = request.groupBy.includes('client') ? sql`client_key` : sql`0`;
  const most = reader.policy.thresholds.burstCount;
  return { unit: 'ticket', select: unite(cutsOf(q).map(cut => {
    const acts = (act: string, at: Sql) => sql`select ${act} as act, t.ticket_key, t.client_key, ${key} as part, ${at} as moment from ${reader.relation('ticket')} t where ${actIn(q, cut, at)}`;
    const all = sql`select ${shape({ key: sql`ticket_key`, moment: sql`moment`, countsAs: sql`act`, counted: q.column === 'n' ? sql`true` : sql`best >= ${most}` })} from (select *, max(c) over (partition by act, part order by moment range between current row and ${BURST_WINDOW} following) as best
      from (select *, count(*) over (partition by act, part order by moment range between ${BURST_WINDOW} preceding and current row) as c from (${acts('acknowledged', sql`t.acknowledged_at`)} union all ${acts('closed', sql`t.closed_at`)}) u) v) w`;
    return q.column === 'k' ? sql`select * from (${all}) b where counted` : all;
  })) };
}
export const countersDrill: Drill = { keys: ['counter'], columns: { value: 'share', k: 'count', n: 'count' }, parts: counterParts };

export const orphansDrill: Drill = {
  keys: ['kind'], columns: { count: 'count', of: 'count' },
  parts: async q => {
    const { reader, request } = q;
    const kind = String(q.cell.kind) as 'quotes_none' | 'alert_without_ticket';
    if (kind === 'alert_without_ticket') {
      const required = requiresTicket(reader, request.asOf);
      return [{ unit: 'alert', select: unite(cutsOf(q).map(cut => sql`select ${alertShape()} from ${reader.relation('alert')} a where ${alertsIn(reader, request, cut)} and ${required} and ${q.column === 'of' ? sql`true` : sql`not a.has_ticket`}`)) }];
    }
    const history = await alertHistory(reader, q.signal);
    return [{ unit: 'ticket', select: unite(cutsOf(q).map(cut => sql`select ${ticketShape(sql`true`, ticketKind(history))} from ${reader.relation('ticket')} t where ${ticketsIn(reader, request, cut)} and coalesce(${q.column === 'of' ? couldBe(history)[kind] : sql`${ticketKind(history)} = ${kind}`}, false)`)) }];
  },
};

/** Items of a month as they were reported; of restatements, those that count otherwise now, with their cause. */
async function reportedParts(q: Question): Promise<readonly Part[]> {
  const { reader, request } = q;
  const months = (await clientMonths(reader, request.range, request.asOf, request.filters.client ?? null, q.signal)).filter(m => q.cell.month === undefined || m.month === monthOf(q.cell.month));
  const frozen = months.filter(m => m.frozen);
  const open = months.filter(m => !m.frozen);
  const mine = (row: Sql): Sql => and([
    ...(request.filters.tier ? [isIn(sql`cast(${row}.tier as varchar)`, request.filters.tier)] : []),
    isIn(sql`cast(${row}.clock as varchar)`, request.filters.clock ?? (request.groupBy.includes('clock') && q.cell.clock === undefined ? ['decide', 'acknowledge', 'notify', 'contain', 'resolve'] : [String(q.cell.clock ?? (request.options as { clock?: string }).clock ?? 'decide')])),
  ]);
  const cause = q.column === 'definition_changed' ? 'definition' : q.column;
  if (q.column === 'restated' || (CAUSES as readonly string[]).includes(cause)) {
    const rows = restatedItems(reader, months);
    return rows === null ? [] : [{ unit: 'reported item', select: sql`select ${shape({ key: sql`x.item_clock_key`, client: sql`x.client_key`, moment: sql`null::bigint`, countsAs: sql`cause || ': ' || coalesce(was_outcome, 'not reported') || ' → ' || coalesce(now_outcome, 'in no month')` })} from (${rows}) x where ${and([mine(sql`x`), q.column === 'restated' ? sql`true` : sql`cause = ${cause}`])}` }];
  }
  const days = q.column === 'untracked' || q.column === 'floor' ? await reportedUntracked(q, frozen) : [];
  if (q.column === 'untracked') return days;
  const outcome = { met: sql`outcome = 'met'`, missed: sql`outcome in ('missed', 'overdue')`, on_hold: sql`outcome = 'on_hold'`, left: sql`outcome = 'left'`, no_target: sql`outcome = 'no_target'` }[q.column] ?? sql`outcome in ('met', 'missed', 'overdue')`;
  const counted = q.column === 'adherence' || q.column === 'floor' || q.column === 'now' ? sql`outcome = 'met'` : sql`true`;
  const head = (row: Sql): Sql => shape({ key: sql`${row}.item_clock_key`, client: sql`${row}.client_key`, moment: sql`null::bigint`, countsAs: sql`${row}.outcome`, counted });
  const now = q.column === 'now' ? months : open;
  return [...days, { unit: 'reported item', select: unite([
    ...(frozen.length > 0 && q.column !== 'now' ? [sql`select ${head(sql`f`)} from ${reader.relation('reported_item')} f join ${asRows(frozen)} p on p.client_key = f.client_key and p.month = f.month where ${mine(sql`f`)} and ${outcome}`] : []),
    ...(now.length > 0 ? [sql`select ${head(sql`x`)} from (${itemsNow(reader, now)}) x where ${mine(sql`x`)} and ${outcome}`] : []),
  ]) }];
}
const monthOf = (month: unknown): number => { const [y, m] = String(month).split('-').map(Number); return Math.floor(Date.UTC(y!, m! - 1, 1) / 86_400_000); };
export const reportedDrill: Drill = {
  keys: ['month', 'clock'], columns: { met: 'count', missed: 'count', on_hold: 'count', left: 'count', no_target: 'count', adherence: 'share', floor: 'share', untracked: 'count', now: 'share', restated: 'count', ...Object.fromEntries(CAUSES.map(c => [c === 'definition' ? 'definition_changed' : c, 'count' as const])) },
  parts: reportedParts,
};
