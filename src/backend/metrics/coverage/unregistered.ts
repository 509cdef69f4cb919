import { coverageUnregistered } from '../../../catalog/coverage-unregistered';
import { utcDay } from '../../../model';
import type { ScopedReader } from '../../scope/reader';
import { and, sql, type Sql } from '../../store/sql';
import { defineQuery, type Cell, type MetricRequest } from '../metric';
import { isIn } from '../shared/conditions';
import { membersOf, spanRows, spansOf, type Member } from './shared';

type Asked = Pick<MetricRequest, 'filters' | 'range' | 'asOf'>;
/**
 * Hosts seen both before and after their client's range that were seen in it as well: a host keeps its first and its last sighting alone, and its
 * observations tell what lies between. None where the range reaches to now.
 */
async function seenBetween(reader: ScopedReader, spans: ReturnType<typeof spansOf>, signal?: AbortSignal): Promise<bigint[]> {
  const around = await reader.query<{ host_key: bigint; since: number; until: number }>(sql`
    select h.host_key, m.since, m.until from ${reader.relation('seen_host')} h join ${spanRows(spans)} m on m.client_key = h.client_key where h.match is not null and h.first < m.since and h.last >= m.until`, signal);
  if (around.length === 0) return [];
  const days = { from: utcDay(Math.min(...spans.map(s => s.since))), to: utcDay(Math.max(...spans.map(s => s.until)) - 1) };
  const found = await reader.query<{ host_key: bigint }>(sql`
    select distinct o.host_key from ${reader.relation('observation')} o
    join (select unnest(${around.map(h => h.host_key)}::ubigint[]) as host_key, unnest(${around.map(h => h.since)}::bigint[]) as since, unnest(${around.map(h => h.until)}::bigint[]) as until) h on h.host_key = o.host_key
    where o.day >= ${days.from} and o.day <= ${days.to} and o.last >= h.since and o.first < h.until`, signal);
  return found.map(r => r.host_key);
}

/** Rows of hosts seen in range that could be matched. */
async function seenRows(reader: ScopedReader, request: Asked, signal?: AbortSignal): Promise<Sql> {
  const spans = spansOf(reader, request, true);
  const between = spans.length === 0 ? [] : await seenBetween(reader, spans, signal);
  const inside = sql`(h.last >= m.since and h.last < m.until) or (h.first >= m.since and h.first < m.until)`;
  return sql`(select h.* from ${reader.relation('seen_host')} h join ${spanRows(spans)} m on m.client_key = h.client_key
    where ${and([sql`h.match is not null`, between.length === 0 ? sql`(${inside})` : sql`(${inside} or h.host_key in (select unnest(${between}::ubigint[])))`,
      ...(request.filters.source ? [sql`h.source_key in (select source_key from ${reader.relation('source')} s where ${isIn(sql`s.id`, request.filters.source)})`] : [])])})`;
}
/** Hosts seen in range, once a client and name; `assets`: those it is, for two assets may bear one name and each is a host of its own. Of sources that saw it last at one instant the first the store met. */
export const seenHosts = async (reader: ScopedReader, request: Asked, signal?: AbortSignal): Promise<Sql> => byName(await seenRows(reader, request, signal));
const byName = (rows: Sql): Sql => sql`(
    select client_key, name, case when bool_or(match not in ('none', 'ambiguous', 'segment')) then 'registered' when bool_or(match = 'ambiguous') then 'ambiguous' when bool_or(match = 'segment') then 'segment' else 'none' end as match,
      list(distinct asset_key) filter (where match not in ('none', 'ambiguous', 'segment')) as assets, arg_min(source_key, row(-last, source_key)) as source_key, min(first) as first, max(last) as last
    from ${rows} h group by client_key, name)`;

/** Assets seen in range after their retirement; of those seen after the range as well, the observations of their hosts tell. */
export async function retiredSeen(reader: ScopedReader, request: Asked, signal?: AbortSignal): Promise<{ readonly asset_key: bigint; readonly client_key: number }[]> {
  const spans = spansOf(reader, request, true);
  if (spans.length === 0) return [];
  const seen = await reader.query<{ asset_key: bigint; client_key: number; since: number; until: number; later: boolean }>(sql`
    select a.asset_key, a.client_key, greatest(m.since, a.retired_at + 1) as since, m.until, a.last_any >= m.until as later from ${reader.relation('asset')} a join ${spanRows(spans)} m on m.client_key = a.client_key
    where not a.is_group and a.retired_at is not null and a.last_any > a.retired_at and a.last_any >= m.since and a.retired_at < m.until`, signal);
  const later = seen.filter(a => a.later);
  const during = new Set(later.length === 0 ? [] : (await reader.query<{ asset_key: bigint }>(sql`
    select distinct a.asset_key from (select unnest(${later.map(a => a.asset_key)}::ubigint[]) as asset_key, unnest(${later.map(a => a.since)}::bigint[]) as since, unnest(${later.map(a => a.until)}::bigint[]) as until) a
    join ${reader.relation('seen_host')} h on h.asset_key = a.asset_key join ${reader.relation('observation')} o on o.host_key = h.host_key
    where o.last >= a.since and o.first < a.until`, signal)).map(r => r.asset_key));
  return seen.filter(a => !a.later || during.has(a.asset_key));
}

interface Host { client_key: number; name: string; match: string; source: string | null; first: number; last: number }

/** coverage.unregistered (metrics.md §1, Match and Registry completeness). A host known under several identities counts once: by its asset, else by name. */
export const coverageUnregisteredQuery = defineQuery(coverageUnregistered, async (reader, request, signal) => {
  const members = membersOf(reader, request);
  if (members.length === 0) return { rows: [] };
  const rows = await seenRows(reader, request, signal);
  const seen = byName(rows);
  if (request.view === 'table') {
    const found = await reader.query<Host>(sql`
      select h.client_key, h.name, h.match, s.id as source, h.first, h.last from ${seen} h left join ${reader.relation('source')} s on s.source_key = h.source_key
      where h.match in ('none', 'ambiguous') order by h.client_key, h.last desc, h.name limit ${request.limit + 1}`, signal);
    const hosts = found.slice(0, request.limit).map((h): Record<string, Cell> => ({ client: members.find(m => m.key === h.client_key)!.id, name: h.name, match: h.match, source: h.source, first: h.first, last: h.last }));
    return { rows: hosts, ...(found.length > request.limit && { notices: [{ severity: 'warning' as const, text: `More than ${request.limit} seen hosts are not registered; filter by client or source to see the rest.` }] }) };
  }
  const [counts, registered, retired] = await Promise.all([
    reader.query<{ client_key: number; unregistered: number; ambiguous: number }>(sql`
      select client_key, count(*) filter (where match in ('none', 'ambiguous')) as unregistered, count(*) filter (where match = 'ambiguous') as ambiguous from ${seen} h group by client_key`, signal),
    reader.query<{ client_key: number; n: number }>(sql`
      select client_key, count(distinct asset_key) as n from ${rows} h where match not in ('none', 'ambiguous', 'segment') group by client_key`, signal),
    retiredSeen(reader, request, signal),
  ]);
  const of = (rows: readonly { client_key: number; n: number }[], m: Member): number => Number(rows.find(x => x.client_key === m.key)?.n ?? 0);
  return {
    rows: members.map((m): Record<string, Cell> => {
      const c = counts.find(x => x.client_key === m.key);
      const known = of(registered, m);
      const n = known + Number(c?.unregistered ?? 0);
      return { client: m.id, seen: n, registered: known, ambiguous: Number(c?.ambiguous ?? 0), retired_seen: retired.filter(a => a.client_key === m.key).length, completeness: n === 0 ? null : known / n };
    }).slice(0, request.limit),
  };
});
