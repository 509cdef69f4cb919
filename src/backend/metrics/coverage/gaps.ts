import { coverageGaps } from '../../../catalog/coverage-gaps';
import { dayStart } from '../../../model';
import { and, join, sql, type Sql } from '../../store/sql';
import { defineQuery, type Cell } from '../metric';
import { isIn } from '../shared/conditions';
import { plainGap } from '../shared/plain';
import { assetFilters, membersOf, daysAt, runningStates } from './shared';

interface Gap { client_key: number; kind: string; criticality: string | null; name: string; state: string; last_event: number | null; window_ms: number; registered_at: number; last_any: number | null; last_seen_by: string | null; url: string | null; reason: string | null; first_day: number | null }
const UNCOVERED = ['agent_only', 'dark', 'absent', 'unknown'];

/** coverage.gaps (metrics.md §1): the assets behind coverage.now's uncovered counts, at the same instant and by the same rules. */
export const coverageGapsQuery = defineQuery(coverageGaps, async (reader, request, signal) => {
  const members = membersOf(reader, request);
  if (members.length === 0) return { rows: [] };
  const { dayOf, complete, running } = await daysAt(reader, members, request.asOf, signal);
  const filters: Sql = and([assetFilters(request), isIn(sql`cast(state as varchar)`, request.filters.state?.filter(s => UNCOVERED.includes(s)) ?? UNCOVERED)]);
  const parts: Sql[] = [];
  if (running.length > 0) {
    parts.push(sql`select asset_key, client_key, kind, criticality, name, state, last_event, window_ms, registered_at, last_any, last_seen_by, url, reason, null::integer as first_day
      from ${runningStates(reader, running, request.asOf)} s where ${filters}`);
  }
  if (complete.length > 0) {
    parts.push(sql`select x.asset_key, x.client_key, x.kind, x.criticality, a.name, x.state, a.last_event, a.window_ms, a.registered_at, a.last_any, a.last_seen_by, a.url, x.reason, x.first_day
      from (select asset_key, s.client_key, cast(kind as varchar) as kind, criticality, requirement, cast(state as varchar) as state, reason, first_day from ${reader.relation('asset_span')} s
        join (select unnest(${complete.map(m => m.key)}::integer[]) as client_key, unnest(${complete.map(m => dayOf.get(m.key)!)}::integer[]) as day) d on d.client_key = s.client_key and s.first_day <= d.day and s.last_day >= d.day
        where ${filters}) x
      join ${reader.relation('asset')} a on a.asset_key = x.asset_key`);
  }
  const found = await reader.query<Gap>(sql`select * from (${join(parts, sql` union all `)}) g order by client_key, kind, name, asset_key limit ${request.limit + 1}`, signal);
  const rows = found.slice(0, request.limit).map((g): Record<string, Cell> => {
    const member = members.find(m => m.key === g.client_key)!;
    return {
      name: g.name, client: member.id, kind: g.kind, criticality: g.criticality, state: g.state,
      since: g.first_day !== null ? dayStart(g.first_day, member.zone) : g.last_event === null ? null : g.last_event + g.window_ms,
      last_seen: g.last_any, last_seen_by: g.last_seen_by, reason: g.reason, link: g.url,
    };
  });
  return { rows: request.options.plain ? rows.map(row => ({ ...row, ...plainGap(row) })) : rows, ...(found.length > request.limit && { notices: [{ severity: 'warning' as const, text: `More than ${request.limit} assets are not covered; filter by client, kind or state to see the rest.` }] }) };
});
