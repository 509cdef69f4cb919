import { coverageUnregistered } from '../../../catalog/coverage-unregistered';
import type { ScopedReader } from '../../scope/reader';
import { and, sql, type Sql } from '../../store/sql';
import { defineQuery, type Cell, type MetricRequest } from '../metric';
import { isIn } from '../shared/conditions';
import { membersOf, type Member } from './shared';

/** Rows of hosts seen in range that could be matched. */
function seenRows(reader: ScopedReader, request: MetricRequest, where: Sql = sql`true`): Sql {
  const members = membersOf(reader, request);
  const to = Math.min(request.range.to, request.asOf + 1);
  return sql`(select * from ${reader.relation('seen_host')} h
    where ${and([isIn(sql`client_key`, members.map(m => m.key)), sql`match is not null`, sql`last >= ${request.range.from} and first < ${to}`, where,
      ...(request.filters.source ? [sql`source_key in (select source_key from ${reader.relation('source')} s where ${isIn(sql`s.id`, request.filters.source)})`] : [])])})`;
}
/** Hosts seen in range, once a client and name; `assets`: those it is, for two assets may bear one name and each is a host of its own. */
export function seenHosts(reader: ScopedReader, request: MetricRequest): Sql {
  return sql`(
    select client_key, name, case when bool_or(match not in ('none', 'ambiguous', 'segment')) then 'registered' when bool_or(match = 'ambiguous') then 'ambiguous' when bool_or(match = 'segment') then 'segment' else 'none' end as match,
      list(distinct asset_key) filter (where match not in ('none', 'ambiguous', 'segment')) as assets, arg_max(source_key, last) as source_key, min(first) as first, max(last) as last
    from ${seenRows(reader, request)} h group by client_key, name)`;
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
  const [counts, registered, retired] = await Promise.all([
    reader.query<{ client_key: number; unregistered: number; ambiguous: number }>(sql`
      select client_key, count(*) filter (where match in ('none', 'ambiguous')) as unregistered, count(*) filter (where match = 'ambiguous') as ambiguous from ${seen} h group by client_key`, signal),
    reader.query<{ client_key: number; n: number }>(sql`
      select client_key, count(distinct asset_key) as n from ${seenRows(reader, request, sql`match not in ('none', 'ambiguous', 'segment')`)} h group by client_key`, signal),
    reader.query<{ client_key: number; n: number }>(sql`
      select client_key, count(*) as n from ${reader.relation('asset')} a
      where not is_group and retired_at is not null and last_any > retired_at and last_any >= ${request.range.from} and ${isIn(sql`client_key`, members.map(m => m.key))} group by client_key`, signal),
  ]);
  const of = (rows: readonly { client_key: number; n: number }[], m: Member): number => Number(rows.find(x => x.client_key === m.key)?.n ?? 0);
  return {
    rows: members.map((m): Record<string, Cell> => {
      const c = counts.find(x => x.client_key === m.key);
      const known = of(registered, m);
      const n = known + Number(c?.unregistered ?? 0);
      return { client: m.id, seen: n, registered: known, ambiguous: Number(c?.ambiguous ?? 0), retired_seen: of(retired, m), completeness: n === 0 ? null : known / n };
    }).slice(0, request.limit),
  };
});
