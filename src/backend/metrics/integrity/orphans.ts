import { integrityOrphans, ORPHAN_KINDS, type OrphanKind } from '../../../catalog/integrity-orphans';
import { DAY, type Range } from '../../../model';
import type { ScopedReader } from '../../scope/reader';
import { sql, type Sql } from '../../store/sql';
import { defineQuery, type Cell, type MetricRequest, type MetricResult } from '../metric';
import { widest, zoneCuts } from '../shared/zones';
import { alertHistory, ofKinds, OWN_VERDICT, requiresTicket, ticketKind, type AlertHistory } from './join';
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

interface Found { key: bigint; kind: OrphanKind; client_key: number; name: string; source_key: number; tier: string; time: number; own_verdict: boolean | null; origin: string | null; quotes: number | null; missing: number | null; url: string | null }
interface Newest { readonly rows: readonly Found[]; readonly total: number }
const NOTHING: Newest = { rows: [], total: 0 };

/** So far back the newest are looked for first. */
const FIRST = 30 * DAY;

/**
 * The newest rows of a kind, and how many there are. The range is read in parts from its end, and what lies before the part that fills the
 * list is only counted, by a few narrow columns: in one statement every orphan of the range would be read with its name and its link.
 */
async function newest(reader: ScopedReader, { limit, asOf }: Request, { from, to }: Range, at: Sql, columns: Sql, fromWhere: Sql, signal?: AbortSignal): Promise<Newest> {
  const end = Math.min(to, asOf + 1);
  const rows: Found[] = [];
  let total = 0;
  for (let [till, span] = [end, FIRST]; till > from;) {
    if (rows.length >= limit) {
      const [older] = await reader.query<{ n: number }>(sql`select count(*) as n from ${fromWhere} and ${at} < ${till}`, signal);
      return { rows, total: total + Number(older!.n) };
    }
    const since = Math.max(from, till - span);
    const part = await reader.query<Found & { total: number }>(sql`select ${columns}, count(*) over () as total from ${fromWhere} and ${at} >= ${since} and ${at} < ${till} order by time desc, name, key limit ${limit - rows.length}`, signal);
    total += Number(part[0]?.total ?? 0);
    rows.push(...part);
    till = since;
    // At the rate so far twice what is missing; the rest at once where that is most of it, because each part costs a statement.
    span = Math.ceil((end - till) * Math.max(0.5, (2 * (limit - rows.length)) / rows.length));
    if (!(span < (till - from) / 2)) span = till - from;
  }
  return { rows, total };
}

async function rowsOf(reader: ScopedReader, request: Request, history: AlertHistory, signal?: AbortSignal): Promise<MetricResult> {
  const kinds = chosen(request);
  const cuts = zoneCuts(reader, request.range, request.groupBy.includes('client'), request.filters.client);
  const [nameOf, sources, alerts, tickets] = await Promise.all([
    clientNames(reader, signal),
    reader.query<{ source_key: number; id: string }>(sql`select source_key, id from ${reader.relation('source')} s`, signal),
    cuts.length === 0 || !kinds.includes('alert_without_ticket') ? NOTHING : newest(reader, request, widest(cuts), sql`a.at`,
      sql`a.alert_key as key, 'alert_without_ticket' as kind, a.client_key, a.native_id as name, a.source_key, cast(a.tier as varchar) as tier, a.at as time, ${OWN_VERDICT} as own_verdict,
        null as origin, null as quotes, null as missing, a.url`,
      sql`${reader.relation('alert')} a where ${alertsIn(reader, request, cuts)} and ${requiresTicket(reader, request.asOf)} and not a.has_ticket`, signal),
    cuts.length === 0 ? NOTHING : newest(reader, request, widest(cuts), sql`t.created`,
      sql`t.ticket_key as key, ${ticketKind(history)} as kind, t.client_key, t.key as name, t.source_key, cast(t.tier as varchar) as tier, t.created as time, null as own_verdict,
        cast(t.origin as varchar) as origin, t.quoted as quotes, t.quoted - t.matched as missing, t.url`,
      sql`${reader.relation('ticket')} t where ${ticketsIn(reader, request, cuts)} and ${ofKinds(history, kinds)}`, signal),
  ]);
  const sourceOf = new Map(sources.map(s => [s.source_key, s.id]));
  const total = alerts.total + tickets.total;
  const all = [...alerts.rows, ...tickets.rows].sort((a, b) => b.time - a.time || ORPHAN_KINDS.indexOf(a.kind) - ORPHAN_KINDS.indexOf(b.kind) || (a.name < b.name ? -1 : a.name > b.name || a.key > b.key ? 1 : -1));
  const rows = all.slice(0, request.limit).map((f): Record<string, Cell> => ({
    kind: f.kind, client: nameOf(f.client_key), name: f.name, source: sourceOf.get(f.source_key) ?? null, tier: f.tier, time: f.time,
    own_verdict: f.own_verdict, origin: f.origin, quotes: f.quotes === null ? null : Number(f.quotes), missing: f.missing === null ? null : Number(f.missing), link: f.url,
  }));
  return { rows, ...(total > rows.length && { notices: [{ severity: 'warning' as const, text: `${total - rows.length} further orphans are not shown; raise the limit, filter or choose a kind.` }] }) };
}
