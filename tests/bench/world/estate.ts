import { DAY, HOUR } from '../../../src/model';
import { integer, sql, type Sql } from '../../../src/backend/store/sql';
import { table } from '../../../src/backend/store/table';
import { dice, keyOf } from './draft';
import { CLIENTS, DAYS, NOW } from './settings';

/** The estate: assets, their spans of one state, the roll-up by day, and the hosts telemetry saw. Its size goes by N up to 50,000 assets. */
export const assetsFor = (alerts: number): number => Math.min(50_000, Math.max(500, Math.floor(alerts / 20)));
const TODAY = Math.floor(NOW / DAY);
const FIRST = TODAY - DAYS;
const SPANS = 6;

const state = (key: Sql, purpose: number): Sql => sql`['covered', 'covered', 'covered', 'covered', 'covered', 'covered', 'covered', 'dark', 'absent', 'agent_only', 'excluded', 'covered', 'covered', 'covered', 'covered', 'covered'][1 + ${dice(key, purpose, 16)}]`;

export const insertAssets = (n: number): Sql => sql`
  insert into ${table('asset')} by name
  select ${keyOf(sql`'asset-' || i`)} as asset_key, 'cmdb:asset:' || i as id, 'host-' || i as name, kind, case kind when 'endpoint' then 'server' end as role, (1 + i % ${integer(CLIENTS)})::integer as client_key,
    ['high', 'medium', 'low'][1 + i % 3] as criticality, 'default' as requirement, 'host-' || i as hostname, 'host-' || i || '.example' as fqdn, 'https://cmdb.example/assets/' || i as url, 3 as source_key, 1 + i % 2 as registries,
    ${integer(NOW - 700 * DAY)} as registered_at, case when ${dice(sql`i`, 41, 100)} < 2 then ${integer(NOW)} - ${dice(sql`i`, 42, 300 * DAY)} end as retired_at,
    case when now = 'excluded' then ${integer(NOW - 20 * DAY)} end as excluded_from, case when now = 'excluded' then ${integer(NOW + 20 * DAY)} end as excluded_to, case when now = 'excluded' then 'lab' end as exclusion_reason, case when now = 'excluded' then 'client' end as exclusion_by,
    case when now in ('covered', 'excluded') then ${integer(NOW - HOUR)} - ${dice(sql`i`, 43, 12 * HOUR)} else ${integer(NOW - 9 * DAY)} end as last_event, case now when 'agent_only' then ${integer(NOW - 2 * HOUR)} end as last_heartbeat,
    case now when 'absent' then ${integer(NOW - 9 * DAY)} else ${integer(NOW - 2 * HOUR)} end as last_any, case when now in ('covered', 'excluded') then ${integer(NOW - HOUR)} - ${dice(sql`i`, 43, 12 * HOUR)} end as last_strong,
    ${integer(DAY)} as window_ms, now as state, case when i % 400 = 0 then 'criticality' end as registry_disagreement, 1 as settings_version, false as is_group,
    case kind when 'network_segment' then 200 end as depth_registered, case kind when 'network_segment' then 150 end as depth_seen
  from (select i, ['endpoint', 'endpoint', 'endpoint', 'cloud_workload', 'cloud_workload', 'network_segment'][1 + i % 6] as kind, ${state(sql`i`, 40 + SPANS)} as now from range(${integer(n)}) r(i)) x`;

/** Spans of equal length but for a draw; the last one ends with the last complete day. */
export const insertSpans = (n: number): Sql => sql`
  insert into ${table('asset_span')} by name
  select ${keyOf(sql`'asset-' || i`)} as asset_key, first_day, coalesce(lead(first_day) over (partition by i order by first_day) - 1, ${integer(TODAY - 1)})::integer as last_day, (1 + i % ${integer(CLIENTS)})::integer as client_key,
    ['endpoint', 'endpoint', 'endpoint', 'cloud_workload', 'cloud_workload', 'network_segment'][1 + i % 6] as kind, ['high', 'medium', 'low'][1 + i % 3] as criticality, 'default' as requirement,
    state, state = 'covered' and i % 11 = 0 as weak, state = 'covered' and i % 23 = 0 as degraded, case state when 'excluded' then 'covered' else state end as otherwise
  from (select i, s, (${integer(FIRST)} + s * ${integer(Math.floor(DAYS / SPANS))} + case when s > 0 then ${dice(sql`(i * 8 + s)`, 44, 30)} else 0 end)::integer as first_day, ${state(sql`(i * 8 + s)`, 45)} as state from range(${integer(n)}) r(i), range(${integer(SPANS)}) t(s)) x`;

export const insertRollUp = sql`
  insert into ${table('coverage_day')} by name
  select ${keyOf(sql`'cell'`, sql`client_key::varchar`, sql`day::varchar`, sql`kind::varchar`, sql`requirement`, sql`state::varchar`, sql`criticality`, sql`'0'`)} as cell_key, * from (
    select d::integer as day, client_key, kind, criticality, requirement, state, count(*)::integer as n, count(*) filter (where weak)::integer as weak, count(*) filter (where degraded)::integer as degraded,
      count(*) filter (where state = 'excluded' and otherwise = 'covered')::integer as excluded_covered
    from range(${integer(FIRST)}, ${integer(TODAY)}) r(d) join ${table('asset_span')} s on s.first_day <= d and s.last_day >= d group by all) x`;

export const insertReadings = sql`
  insert into ${table('coverage_reading')} by name
  select ${keyOf(sql`'reading'`, sql`c::varchar`, sql`kind`)} as reading_key, c::integer as client_key, kind, ${integer(NOW - 60_000)} as read_to, ${integer(FIRST)} as first_day, ${integer(TODAY - 1)} as last_day
  from range(1, ${integer(CLIENTS + 1)}) r(c), (select unnest(['endpoint', 'cloud_workload', 'network_segment']) as kind) k`;

/** Every asset was seen once under one name; one host in ten more is registered nowhere. */
export const insertHosts = (n: number): Sql => sql`
  insert into ${table('seen_host')} by name
  select ${keyOf(sql`'host-' || i`)} as host_key, 4 as source_key, (1 + i % ${integer(CLIENTS)})::integer as client_key, 'host-' || i as name, 'host-' || i as identity, case when i < ${integer(n)} then ${keyOf(sql`'asset-' || i`)} end as asset_key,
    case when i < ${integer(n)} then 'strong' when i % 7 = 0 then 'ambiguous' else 'none' end as match, ${integer(NOW - 300 * DAY)} as first, ${integer(NOW - HOUR)} - ${dice(sql`i`, 46, 20 * DAY)} as last
  from range(${integer(Math.floor(n * 1.1))}) r(i)`;
