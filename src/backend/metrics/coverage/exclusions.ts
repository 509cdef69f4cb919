import { coverageExclusions } from '../../../catalog/coverage-exclusions';
import { DAY, localDay } from '../../../model';
import { and, join, sql, type Sql } from '../../store/sql';
import { defineQuery, type Cell, type MetricRequest } from '../metric';
import { isIn } from '../shared/conditions';
import { coverageNowQuery } from './now';
import { membersOf, readingsOf, runningStates } from './shared';

const LIMIT = 90 * DAY;
interface Row { client_key: number; kind: string; criticality: string | null; name: string; url: string | null; excluded_from: number; excluded_to: number; excluded_asked: number; exclusion_reason: string; exclusion_by: string; otherwise: string | null }

/** coverage.exclusions (metrics.md §1): the list at the request's instant; as single values the counts and both coverages of coverage.now. */
export const coverageExclusionsQuery = defineQuery(coverageExclusions, async (reader, request, signal) => {
  const members = membersOf(reader, request);
  if (members.length === 0) return { rows: [] };
  const { asOf, filters } = request;
  if (request.view === 'stat') {
    const { rows } = await coverageNowQuery.run(reader, { ...request, view: 'table', options: { plain: false } } as unknown as MetricRequest<{ plain: boolean }>, signal);
    return { rows: rows.map((r): Record<string, Cell> => ({
      ...(request.groupBy.includes('client') && { client: r.client! }), kind: r.kind!, excluded: r.excluded!, excluded_covered: r.coverage_without_exclusions == null ? null : Math.round(Number(r.coverage_without_exclusions) * (Number(r.in_scope) + Number(r.excluded))) - Number(r.covered),
      coverage: r.coverage!, coverage_without_exclusions: r.coverage_without_exclusions!, reason: r.reason!,
    })) };
  }
  const readings = await readingsOf(reader, members, signal);
  const dayOf = new Map(members.map(m => [m.key, localDay(asOf - 1, m.zone)]));
  const complete = members.filter(m => readings.some(r => r.client_key === m.key && r.last_day !== null && r.last_day >= dayOf.get(m.key)!));
  const running = members.filter(m => !complete.includes(m));
  const states: Sql[] = [sql`select null::ubigint as asset_key, null::varchar as otherwise where false`];
  if (running.length > 0) states.push(sql`select asset_key, otherwise from ${runningStates(reader, running, asOf)} r where state = 'excluded'`);
  if (complete.length > 0) {
    states.push(sql`select s.asset_key, cast(s.otherwise as varchar) from ${reader.relation('asset_span')} s
      join (select unnest(${complete.map(m => m.key)}::integer[]) as client_key, unnest(${complete.map(m => dayOf.get(m.key)!)}::integer[]) as day) d on d.client_key = s.client_key and s.first_day <= d.day and s.last_day >= d.day where s.state = 'excluded'`);
  }
  const conditions: Sql[] = [isIn(sql`a.client_key`, members.map(m => m.key)), sql`a.excluded_from <= ${asOf} and a.excluded_asked > ${asOf} and (a.retired_at is null or a.retired_at > ${asOf}) and not a.is_group`];
  if (filters.kind) conditions.push(isIn(sql`cast(a.kind as varchar)`, filters.kind));
  if (filters.criticality) conditions.push(isIn(sql`a.criticality`, filters.criticality));
  const found = await reader.query<Row>(sql`
    select a.client_key, cast(a.kind as varchar) as kind, a.criticality, a.name, a.url, a.excluded_from, a.excluded_to, a.excluded_asked, a.exclusion_reason, a.exclusion_by, x.otherwise
    from ${reader.relation('asset')} a left join (${join(states, sql` union all `)}) x on x.asset_key = a.asset_key
    where ${and(conditions)} order by a.excluded_to, a.client_key, a.name, a.asset_key limit ${request.limit + 1}`, signal);
  const rows = found.slice(0, request.limit).map((r): Record<string, Cell> => ({
    name: r.name, client: members.find(m => m.key === r.client_key)!.id, kind: r.kind, criticality: r.criticality, state: r.excluded_to > asOf ? 'active' : 'ended',
    exclusion_reason: r.exclusion_reason, agreed_by: r.exclusion_by, since: r.excluded_from, until: r.excluded_to, days_left: Math.max(0, Math.floor((r.excluded_to - asOf) / DAY)),
    too_long: r.excluded_asked - r.excluded_from > LIMIT, would_be_covered: r.excluded_to <= asOf || r.otherwise === null ? null : r.otherwise === 'covered', link: r.url,
  }));
  return { rows, ...(found.length > request.limit && { notices: [{ severity: 'warning' as const, text: `More than ${request.limit} assets are excluded; filter by client or kind to see the rest.` }] }) };
});
