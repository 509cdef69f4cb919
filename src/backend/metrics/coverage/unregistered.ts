import { coverageUnregistered } from '../../../catalog/coverage-unregistered';
import type { ScopedReader } from '../../scope/reader';
import { and, sql, type Sql } from '../../store/sql';
import { defineQuery, type Cell, type MetricRequest } from '../metric';
import { isIn } from '../shared/conditions';
import { membersOf } from './shared';

/** Hosts seen in range, once a client and name; `assets`: those it is, for two assets may bear one name and each is a host of its own. */
export function seenHosts(reader: ScopedReader, request: MetricRequest): Sql {
  const members = membersOf(reader, request);
  const to = Math.min(request.range.to, request.asOf + 1);
  return sql`(
    select client_key, name, case when bool_or(match not in ('none', 'ambiguous', 'segment')) then 'registered' when bool_or(match = 'ambiguous') then 'ambiguous' when bool_or(match = 'segment') then 'segment' else 'none' end as match,
      list(distinct asset_key) filter (where match not in ('none', 'ambiguous', 'segment')) as assets, arg_max(source_key, last) as source_key, min(first) as first, max(last) as last
    from ${reader.relation('seen_host')} h
    where ${and([isIn(sql`client_key`, members.map(m => m.key)), sql`match is not null`, sql`last >= ${request.range.from} and first < ${to}`,
      ...(request.filters.source ? [sql`source_key in (select source_key from ${reader.relation('source')} s where ${isIn(sql`s.id`, request.filters.source)})`] : [])])}
    group by client_key, name)`;
}

interface Host { client_key: number; name: string; match: string; source: string | null; first: number; last: number }

/** coverage.unregistered (metrics.md §1, Match and Registry completeness). A host known under several identities counts once: by its asset, else by name. */
export const coverageUnregisteredQuery = defineQuery(coverageUnregistered, async (reader, request, signal) => {
  const members = membersOf(reader, request);
  if (members.length === 0) return { rows: [] };
  const seen = seenHosts(reader, request);
  if (request.view === 'table') {
    const found = await reader.query<Host>(sql`
      select h.client_key, h.name, h.match, s.id as source, h.first, h.last from ${seen} h left join ${reader.relation('source')} s on s.source_key = h.source_key
      where h.match in ('none', 'ambiguous') order by h.client_key, h.last desc, h.name limit ${request.limit + 1}`, signal);
    const rows = found.slice(0, request.limit).map((h): Record<string, Cell> => ({ client: members.find(m => m.key === h.client_key)!.id, name: h.name, match: h.match, source: h.source, first: h.first, last: h.last }));
    return { rows, ...(found.length > request.limit && { notices: [{ severity: 'warning' as const, text: `More than ${request.limit} seen hosts are not registered; filter by client or source to see the rest.` }] }) };
  }
  const counts = await reader.query<{ client_key: number; seen: number; registered: number; ambiguous: number }>(sql`
    select client_key, len(list_distinct(flatten(list(coalesce(assets, []))))) as registered, registered + count(*) filter (where match in ('none', 'ambiguous')) as seen, count(*) filter (where match = 'ambiguous') as ambiguous
    from ${seen} h group by client_key`, signal);
  const retired = await reader.query<{ client_key: number; n: number }>(sql`
    select client_key, count(*) as n from ${reader.relation('asset')} a
    where not is_group and retired_at is not null and last_any > retired_at and last_any >= ${request.range.from} and ${isIn(sql`client_key`, members.map(m => m.key))} group by client_key`, signal);
  return {
    rows: members.map((m): Record<string, Cell> => {
      const c = counts.find(x => x.client_key === m.key);
      const n = Number(c?.seen ?? 0);
      return { client: m.id, seen: n, registered: Number(c?.registered ?? 0), ambiguous: Number(c?.ambiguous ?? 0), retired_seen: Number(retired.find(r => r.client_key === m.key)?.n ?? 0), completeness: n === 0 ? null : Number(c!.registered) / n };
    }).slice(0, request.limit),
  };
});
