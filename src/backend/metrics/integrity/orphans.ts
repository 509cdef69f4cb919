import { integrityOrphans, ORPHAN_KINDS, type OrphanKind } from '../../../catalog/integrity-orphans';
import type { ScopedReader } from '../../scope/reader';
import { sql } from '../../store/sql';
import { defineQuery, type Cell, type MetricRequest, type MetricResult } from '../metric';
import { isIn } from '../shared/conditions';
import { zoneCuts } from '../shared/zones';
import { alertHistory, OWN_VERDICT, requiresTicket, ticketKind, type AlertHistory } from './join';
import { clientNames } from './names';
import { alertsIn, orphanCounts, ticketsIn } from './orphan-counts';

type Request = MetricRequest<{ kind: 'all' | 'orphans' | OrphanKind }>;
const chosen = ({ options: { kind } }: Request): readonly OrphanKind[] => (kind === 'all' ? ORPHAN_KINDS : kind === 'orphans' ? ['alert_without_ticket', 'ticket_quotes_unknown'] : [kind]);

/** integrity.orphans (metrics.md, The join): the rows, newest first, or k of n per kind. Titles are never among them. */
export const integrityOrphansQuery = defineQuery(integrityOrphans, async (reader, request, signal) => {
  const history = await alertHistory(reader, signal);
  return request.view === 'table' ? rowsOf(reader, request, history, signal) : countsOf(reader, request, history, signal);
});

async function countsOf(reader: ScopedReader, request: Request, history: AlertHistory, signal?: AbortSignal): Promise<MetricResult> {
  const byClient = request.groupBy.includes('client');
  const nameOf = byClient ? await clientNames(reader, signal) : null;
  const cuts = zoneCuts(reader, request.range, byClient, request.filters.client);
  const found = await orphanCounts(reader, request, cuts, byClient, history, signal);
  const clients = byClient ? [...new Set(found.map(f => f.client))] : [null];
  const rows = clients.flatMap(client => chosen(request).map((kind): Record<string, Cell> => {
    const { k, n } = found.find(f => f.client === client && f.kind === kind) ?? { k: 0, n: 0 };
    return { kind, ...(nameOf && { client: nameOf(client!) }), count: n === 0 ? null : k, of: n, reason: n === 0 ? 'none_asked' : null };
  }));
  rows.sort((a, b) => String(a.client ?? '').localeCompare(String(b.client ?? '')));
  return { rows: rows.slice(0, request.limit) };
}

interface Found { kind: OrphanKind; client_key: number; name: string; source_key: number; tier: string; time: number; own_verdict: boolean | null; origin: string | null; quotes: number | null; missing: number | null; url: string | null; total: number }

async function rowsOf(reader: ScopedReader, request: Request, history: AlertHistory, signal?: AbortSignal): Promise<MetricResult> {
  const kinds = chosen(request);
  const cuts = zoneCuts(reader, request.range, request.groupBy.includes('client'), request.filters.client);
  const [nameOf, sources, ...parts] = await Promise.all([
    clientNames(reader, signal),
    reader.query<{ source_key: number; id: string }>(sql`select source_key, id from ${reader.relation('source')} s`, signal),
    ...(cuts.length === 0 ? [] : [
      kinds.includes('alert_without_ticket') ? reader.query<Found>(sql`
        select 'alert_without_ticket' as kind, a.client_key, a.native_id as name, a.source_key, cast(a.tier as varchar) as tier, a.at as time, ${OWN_VERDICT} as own_verdict,
          null as origin, null as quotes, null as missing, a.url, count(*) over () as total
        from ${reader.relation('alert')} a where ${alertsIn(reader, request, cuts)} and ${requiresTicket(reader, request.asOf)} and not a.has_ticket
        order by time desc, name limit ${request.limit}`, signal) : [],
      reader.query<Found>(sql`
        select *, count(*) over () as total from (
          select ${ticketKind(history)} as kind, t.client_key, t.key as name, t.source_key, cast(t.tier as varchar) as tier, t.created as time, null as own_verdict,
            cast(t.origin as varchar) as origin, t.quoted as quotes, t.quoted - t.matched as missing, t.url
          from ${reader.relation('ticket')} t where ${ticketsIn(reader, request, cuts)}) x
        where ${isIn(sql`kind`, kinds)} order by time desc, name limit ${request.limit}`, signal),
    ]),
  ]);
  const sourceOf = new Map(sources.map(s => [s.source_key, s.id]));
  const total = parts.reduce((sum, part) => sum + Number(part[0]?.total ?? 0), 0);
  const all = parts.flat().sort((a, b) => b.time - a.time || ORPHAN_KINDS.indexOf(a.kind) - ORPHAN_KINDS.indexOf(b.kind) || (a.name < b.name ? -1 : 1));
  const rows = all.slice(0, request.limit).map((f): Record<string, Cell> => ({
    kind: f.kind, client: nameOf(f.client_key), name: f.name, source: sourceOf.get(f.source_key) ?? null, tier: f.tier, time: f.time,
    own_verdict: f.own_verdict, origin: f.origin, quotes: f.quotes === null ? null : Number(f.quotes), missing: f.missing === null ? null : Number(f.missing), link: f.url,
  }));
  return { rows, ...(total > rows.length && { notices: [{ severity: 'warning' as const, text: `${total - rows.length} further orphans are not shown; raise the limit, filter or choose a kind.` }] }) };
}
