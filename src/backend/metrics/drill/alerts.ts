import { alerts } from '../../../catalog/drill';
import type { ScopedReader } from '../../scope/reader';
import { and, sql, type Sql } from '../../store/sql';
import { defineQuery, type Cell } from '../metric';
import { alertFilters, isIn, within } from '../shared/conditions';
import { zoneCuts } from '../shared/zones';
import { clientIds } from '../sla/outcomes';
import { offsetOf, paged } from './paged';

interface Found { alert_key: bigint; join_key: bigint | null; time: number; client_key: number; tier: string; rule_name: string | null; source: string | null; native_id: string; bucket: string; inherited: boolean | null; verdict_at: number | null; tickets: number; late_link: boolean | null; gone: number | null; url: string | null }

/** alerts (metrics.md, Rule 8): the rows that rules.outcomes counts, newest first, a page at a time. */
export const alertsQuery = defineQuery(alerts, async (reader, request, signal) => {
  const nameOf = await clientIds(reader, signal);
  const cuts = zoneCuts(reader, request.range, request.groupBy.includes('client'), request.filters.client);
  if (cuts.length === 0) return { rows: [] };
  const where: Sql = and([within(reader, cuts, sql`a.at`), sql`a.at <= ${request.asOf}`, alertFilters(reader, request.filters), ...(request.filters.state ? [isIn(sql`cast(a.bucket as varchar)`, request.filters.state)] : [])]);
  const [[count], page] = await Promise.all([
    reader.query<{ n: number }>(sql`select count(*) as n from ${reader.relation('alert')} a where ${where}`, signal),
    // The page is chosen by its two narrow columns; texts are read for its rows alone, and where those lie.
    reader.query<{ alert_key: bigint; at: number }>(sql`select alert_key, a.at from ${reader.relation('alert')} a where ${where} order by a.at desc, alert_key limit ${request.limit} offset ${offsetOf(request)}`, signal),
  ]);
  const found = page.length === 0 ? [] : await reader.query<Found>(sql`
    select a.alert_key, a.join_key, a.at as time, a.client_key, cast(a.tier as varchar) as tier, coalesce(a.rule_name, r.name) as rule_name, s.id as source, a.native_id, cast(a.bucket as varchar) as bucket, a.inherited, a.verdict_at, a.tickets, a.late_link, a.gone, a.url
    from ${reader.relation('alert')} a
    left join ${reader.relation('source')} s on s.source_key = a.source_key left join ${reader.relation('rule')} r on r.rule_key = a.rule_key
    where a.at >= ${page.at(-1)!.at} and a.at <= ${page[0]!.at} and a.alert_key in (select unnest(${page.map(p => p.alert_key)}::ubigint[]))
    order by a.at desc, a.alert_key`, signal);
  const ticketOf = await firstTickets(reader, [...new Set(found.map(f => f.join_key).filter((j): j is bigint => j !== null))], signal);
  return paged(request, Number(count!.n), found.map((f): Record<string, Cell> => ({
    time: f.time, client: nameOf(f.client_key), tier: f.tier, rule: f.rule_name, source: f.source, alert: f.native_id, verdict: f.bucket, given_by: f.inherited === null ? null : f.inherited ? 'ticket' : 'alert', verdict_at: f.verdict_at,
    ticket: f.join_key === null ? null : ticketOf.get(f.join_key) ?? null, tickets: f.tickets, late_link: f.late_link, gone: f.gone, link: f.url,
  })));
});

/** Key of the first ticket of each, through the scoped relations: a ticket of another client has none here. */
async function firstTickets(reader: ScopedReader, joins: readonly bigint[], signal?: AbortSignal): Promise<Map<bigint, string>> {
  if (joins.length === 0) return new Map();
  const rows = await reader.query<{ join_key: bigint; ticket: string }>(sql`
    select l.join_key, first(t."key" order by t.created, t."key") as ticket from ${reader.relation('link')} l join ${reader.relation('ticket')} t on t.ticket_key = l.ticket_key where not l.removed and l.join_key in (select unnest(${joins}::ubigint[])) group by l.join_key`, signal);
  return new Map(rows.map(r => [r.join_key, r.ticket]));
}
