import type { CoverageNullReason } from '../../../catalog/coverage-columns';
import { HOUR, MINUTE, dayStart, localDay, UNASSIGNED, type AssetKind } from '../../../model';
import { zoneCuts } from '../shared/zones';
import type { ScopedReader } from '../../scope/reader';
import { and, sql, type Sql } from '../../store/sql';
import type { Cell, MetricRequest } from '../metric';
import { isIn } from '../shared/conditions';

export interface Member { readonly key: number; readonly id: string; readonly zone: string }
/** Clients of the request that have rows, with their zones; operators also see what belongs to no client. */
export function membersOf(reader: ScopedReader, request: Pick<MetricRequest, 'filters'>): Member[] {
  const chosen = request.filters.client;
  const ids = [...reader.clients.map(c => ({ id: c.id, zone: c.zone })), ...(reader.operator ? [{ id: UNASSIGNED, zone: reader.socZone }] : [])];
  return ids.filter(c => !chosen || chosen.includes(c.id)).flatMap(c => { const key = reader.clientKey(c.id); return key === null ? [] : [{ key, ...c }]; });
}
/** The range of each client, widened to whole days of the zone it is cut in, up to the question's instant; by client or for their total. */
export function spansOf(reader: ScopedReader, request: Pick<MetricRequest, 'filters' | 'range' | 'asOf'>, byClient: boolean): { readonly key: number; readonly since: number; readonly until: number }[] {
  const cuts = zoneCuts(reader, request.range, byClient, request.filters.client);
  return membersOf(reader, request).flatMap(m => {
    const cut = cuts.find(c => c.clients === null || c.clients.includes(m.id));
    return cut === undefined ? [] : [{ key: m.key, since: cut.range.from, until: Math.min(cut.range.to, request.asOf + 1) }];
  });
}
/** The same as a relation (client_key, since, until). */
export const spanRows = (spans: ReturnType<typeof spansOf>): Sql =>
  sql`(select unnest(${spans.map(s => s.key)}::integer[]) as client_key, unnest(${spans.map(s => s.since)}::bigint[]) as since, unnest(${spans.map(s => s.until)}::bigint[]) as until)`;

export interface Reading { readonly client_key: number; readonly kind: AssetKind; readonly read_to: number | null; readonly first_day: number | null; readonly last_day: number | null; readonly reason: string | null }
export const readingsOf = (reader: ScopedReader, members: readonly Member[], signal?: AbortSignal): Promise<Reading[]> =>
  reader.query<Reading>(sql`select client_key, cast(kind as varchar) as kind, read_to, first_day, last_day, reason from ${reader.relation('coverage_reading')} r where ${isIn(sql`client_key`, members.map(m => m.key))}`, signal);

/** The local day each client's instant lies in, and whether it was judged whole (spans) or still runs. */
export async function daysAt(reader: ScopedReader, members: readonly Member[], asOf: number, signal?: AbortSignal): Promise<{ dayOf: Map<number, number>; complete: Member[]; running: Member[] }> {
  const readings = await readingsOf(reader, members, signal);
  const dayOf = new Map(members.map(m => [m.key, localDay(asOf - 1, m.zone)]));
  const complete = members.filter(m => readings.some(r => r.client_key === m.key && r.last_day !== null && r.last_day >= dayOf.get(m.key)!));
  return { dayOf, complete, running: members.filter(m => !complete.includes(m)) };
}

export function assetFilters(request: Pick<MetricRequest, 'filters'>): Sql {
  const parts: Sql[] = [];
  if (request.filters.kind) parts.push(isIn(sql`cast(kind as varchar)`, request.filters.kind));
  if (request.filters.criticality) parts.push(isIn(sql`criticality`, request.filters.criticality));
  if (request.filters.requirement) parts.push(isIn(sql`requirement`, request.filters.requirement));
  return and(parts);
}

/** Counts of one cell. `otherwise` = excluded assets that evidence covers all the same. */
export interface Counts { covered: number; agent_only: number; dark: number; absent: number; unknown: number; excluded: number; weak: number; degraded: number; otherwise: number }
export const noCounts = (): Counts => ({ covered: 0, agent_only: 0, dark: 0, absent: 0, unknown: 0, excluded: 0, weak: 0, degraded: 0, otherwise: 0 });
export function addCounts(to: Counts, from: Counts): Counts { for (const k of Object.keys(to) as (keyof Counts)[]) to[k] += from[k]; return to; }
export const inScope = (c: Counts): number => c.covered + c.agent_only + c.dark + c.absent + c.unknown;

/** Why a cell has no value; null = measured. Unknown past the tolerance is "not measured", never low (metrics.md §1, Not measured). */
export const whyNot = (c: Counts, tolerance: number): CoverageNullReason | null => (inScope(c) === 0 ? 'no_assets' : c.unknown > tolerance * inScope(c) ? 'unread' : null);
export const coverageOf = (c: Counts, tolerance: number): number | null => (whyNot(c, tolerance) === null ? c.covered / inScope(c) : null);

/** The count and ratio columns of catalog/coverage-columns.ts. */
export function figures(c: Counts, reason: CoverageNullReason | null): Record<string, Cell> {
  const n = inScope(c);
  return {
    in_scope: n, covered: c.covered, agent_only: c.agent_only, dark: c.dark, absent: c.absent, unknown: c.unknown, excluded: c.excluded, degraded: c.degraded,
    weak_share: c.covered === 0 ? null : c.weak / c.covered, coverage: reason === null ? c.covered / n : null,
    coverage_without_exclusions: reason === null ? (c.covered + c.otherwise) / (n + c.excluded) : null,
  };
}

/**
 * States of the running day at an instant, one row per asset and per group of short-lived instances: the same rules as
 * facts/coverage/state.ts on the newest evidence (metrics.md §1, Instant: today at now). Sources may lag by the policy's threshold. That a
 * source lost its hosts is known by whole days: what went dark with it by the last complete day stays so today.
 *
 * Members of a group that are excluded count for it only where all of them are. Nothing is kept between the two halves: each reads only the columns that are asked for, and a kept list of all assets has every one.
 */
export function runningStates(reader: ScopedReader, members: readonly Member[], asOf: number): Sql {
  const lag = reader.policy.thresholds.sourceLagMinutes * MINUTE;
  const starts = members.map(m => dayStart(localDay(asOf - 1, m.zone), m.zone));
  return sql`(
    with scoped as not materialized (
      select a.*, least(coalesce(a.retired_at, ${asOf}), ${asOf}) as tau, m.day_start, r.read_to, r.reason as impossible
      from ${reader.relation('asset')} a
      join (select unnest(${members.map(m => m.key)}::integer[]) as client_key, unnest(${starts}::bigint[]) as day_start) m on m.client_key = a.client_key
      left join ${reader.relation('coverage_reading')} r on r.client_key = a.client_key and r.kind = a.kind
      where not a.is_group
    ), judged as not materialized (
      select *, tau - window_ms as since_edge,
        case when coalesce(last_event > tau - window_ms, false) then 'covered'
             when impossible is not null or read_to is null or tau > read_to + ${lag} then 'unknown'
             when coalesce(last_heartbeat > tau - window_ms, false) then 'agent_only'
             when coalesce(last_any > tau - window_ms, false) or coalesce(state_reason like 'with_source:%', false) then 'dark' else 'absent' end as otherwise,
        coalesce(excluded_from <= tau - 1 and tau - 1 < excluded_to, false) as is_excluded,
        not coalesce(last_strong > tau - window_ms, false) as is_weak,
        kind = 'cloud_workload' and workload_group is not null and tau - registered_at < window_ms as in_group
      from scoped where tau - greatest(registered_at, least(day_start, ${asOf - HOUR})) >= ${HOUR}
    ), members as not materialized (
      select *, bool_and(is_excluded) over (partition by client_key, workload_group) as all_excluded from judged where in_group
    ), pooled as not materialized (
      select client_key, workload_group, bool_and(all_excluded) as all_excluded, count(*) as n, count(*) filter (where otherwise = 'covered') as k, count(*) filter (where otherwise = 'unknown') as u,
        count(*) filter (where otherwise = 'agent_only') as h, count(*) filter (where otherwise = 'dark') as d, count(*) filter (where otherwise = 'covered' and not is_weak) as strong,
        max(last_any) as last_any, arg_min(last_seen_by, row(-last_any, last_seen_by)) as last_seen_by, min(registered_at) as registered_at, any_value(impossible) as impossible,
        min(requirement) as requirement, case when count(distinct coalesce(criticality, '')) = 1 then min(criticality) end as criticality, max(last_event) as last_event, max(window_ms) as window_ms
      from members where all_excluded or not is_excluded group by client_key, workload_group
    )
    select asset_key, client_key, cast(kind as varchar) as kind, criticality, requirement, case when is_excluded then 'excluded' else otherwise end as state, otherwise, is_weak and otherwise = 'covered' as weak,
      name, last_event, window_ms, registered_at, last_any, last_seen_by, url, impossible,
      case when otherwise = 'dark' and state = 'dark' then state_reason end as reason
    from judged where not in_group
    union all
    select null::ubigint, client_key, 'cloud_workload', criticality, requirement, case when all_excluded then 'excluded' else o end, o, o = 'covered' and 20 * strong < 19 * n, workload_group, last_event, window_ms, registered_at, last_any, last_seen_by, null, impossible, k || ' of ' || n
    from (select *, case when 20 * k >= 19 * n then 'covered' when 20 * (k + u) >= 19 * n then 'unknown' when h > 0 then 'agent_only' when k + d > 0 then 'dark' else 'absent' end as o from pooled) p
  )`;
}

/** What the panel must say where a client's policy takes check-ins for evidence (metrics.md §1, Evidence); none: nothing to say. */
export function acceptedHeartbeats(reader: ScopedReader, members: readonly Member[], request: Pick<MetricRequest, 'filters'>): { severity: 'info'; text: string }[] {
  const kinds = request.filters.kind;
  const accepted = reader.policy.coverage.requirements.filter(r => r.acceptHeartbeatFrom.length > 0 && r.kind !== 'network_segment' && (!kinds || kinds.includes(r.kind)) && (r.client === '*' || members.some(m => m.id === r.client)));
  return accepted.map(r => ({ severity: 'info', text: `Check-ins of ${r.acceptHeartbeatFrom.join(', ')} count as evidence for ${r.kind.replace('_', ' ')}s${r.client === '*' ? '' : ` of ${r.client}`}${r.effectiveFrom === '1970-01-01' ? '' : ` from ${r.effectiveFrom}`}: the requirement "${r.name}" accepts them.` }));
}
