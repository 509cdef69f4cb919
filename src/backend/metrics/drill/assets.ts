import { assets } from '../../../catalog/drill';
import type { ScopedReader } from '../../scope/reader';
import { and, join, sql, type Sql } from '../../store/sql';
import { assetFilters, membersOf, daysAt, runningStates } from '../coverage/shared';
import { defineQuery, type Cell } from '../metric';
import { isIn } from '../shared/conditions';
import { offsetOf, paged } from './paged';

interface Found { client_key: number; kind: string; criticality: string | null; requirement: string; name: string; state: string; last_event: number | null; last_any: number | null; last_seen_by: string | null; url: string | null; reason: string | null; registries: number | null; disagreement: string | null }

/** Which of the assets are listed. Where a client has but one registry for a kind, being known by one alone says nothing; what has become part of another asset is listed as that. */
const shown = (reader: ScopedReader, show: 'all' | 'one_registry' | 'disagreeing'): Sql => {
  if (show === 'all') return sql`true`;
  if (show === 'disagreeing') return sql`r.ended_as is null and r.registries > 1 and r.registry_disagreement is not null`;
  return sql`r.ended_as is null and r.registries = 1 and (g.client_key, g.kind) in (select client_key, cast(kind as varchar) from ${reader.relation('asset')} o where not is_group and retired_at is null group by 1, 2 having max(registries) > 1 or count(distinct source_key) > 1)`;
};

/** assets (metrics.md, Rule 8): the assets that coverage.now counts, at the same instant and by the same rules, a page at a time. */
export const assetsQuery = defineQuery(assets, async (reader, request, signal) => {
  const members = membersOf(reader, request);
  if (members.length === 0) return { rows: [] };
  const { dayOf, complete, running } = await daysAt(reader, members, request.asOf, signal);
  const where = and([assetFilters(request), ...(request.filters.state ? [isIn(sql`cast(state as varchar)`, request.filters.state)] : [])]);
  const parts: Sql[] = [];
  if (running.length > 0) parts.push(sql`select asset_key, client_key, kind, criticality, requirement, name, state, last_event, last_any, last_seen_by, url, reason from ${runningStates(reader, running, request.asOf)} s where ${where}`);
  if (complete.length > 0) {
    parts.push(sql`select x.asset_key, x.client_key, x.kind, x.criticality, x.requirement, a.name, x.state, a.last_event, a.last_any, a.last_seen_by, a.url, x.reason
      from (select asset_key, s.client_key, cast(kind as varchar) as kind, criticality, requirement, cast(state as varchar) as state, reason from ${reader.relation('asset_span')} s
        join (select unnest(${complete.map(m => m.key)}::integer[]) as client_key, unnest(${complete.map(m => dayOf.get(m.key)!)}::integer[]) as day) d on d.client_key = s.client_key and s.first_day <= d.day and s.last_day >= d.day
        where ${where}) x
      join ${reader.relation('asset')} a on a.asset_key = x.asset_key`);
  }
  const all = sql`select g.*, r.registries, r.registry_disagreement as disagreement from (${join(parts, sql` union all `)}) g
    left join (select asset_key, client_key, cast(kind as varchar) as kind, registries, registry_disagreement, cast(ended_as as varchar) as ended_as from ${reader.relation('asset')} a where not is_group) r on r.asset_key = g.asset_key
    where ${shown(reader, request.options.show)}`;
  const [[count], found] = await Promise.all([
    reader.query<{ n: number }>(sql`select count(*) as n from (${all}) g`, signal),
    reader.query<Found>(sql`select * from (${all}) g order by client_key, kind, name, requirement, state, asset_key limit ${request.limit} offset ${offsetOf(request)}`, signal),
  ]);
  return paged(request, Number(count!.n), found.map((g): Record<string, Cell> => ({
    name: g.name, client: members.find(m => m.key === g.client_key)!.id, kind: g.kind, criticality: g.criticality, requirement: g.requirement, state: g.state,
    last_event: g.last_event, last_seen: g.last_any, last_seen_by: g.last_seen_by, reason: g.reason, registries: g.registries, disagreement: g.disagreement, link: g.url,
  })));
});
