import { rulesFoundElsewhere } from '../../../catalog/rules-found-elsewhere';
import { dayNumber, dayStart, isoDay, localDay, UNASSIGNED } from '../../../model';
import type { ScopedReader } from '../../scope/reader';
import { bucketOf } from '../../store/buckets';
import { and, sql, type Sql } from '../../store/sql';
import { defineQuery, type Cell, type MetricRequest } from '../metric';
import { alertFilters, ofClients } from '../shared/conditions';
import { zoneCuts, type ZoneCut } from '../shared/zones';

const ELSEWHERE = ['user', 'client', 'third_party', 'hunt'] as const;
/** "Ours" also where the source tells no origin but one of our alerts is linked. */
export const confirmedOrigin = sql`case when t.origin = 'unknown' and t.matched > 0 then 'alert' else cast(t.origin as varchar) end`;
export const confirmedElsewhere = sql`cast(t.origin as varchar) in ('user', 'client', 'third_party', 'hunt')`;
/** Tickets confirmed malicious by a human, created in [from, to). */
const confirmed = (reader: ScopedReader, request: MetricRequest, cut: ZoneCut, from: number, to: number): Sql => and([
  sql`t.created >= ${from} and t.created < ${to} and t.created <= ${request.asOf}`, sql`t.disposition = 'true_positive' and t.disposition_by is distinct from 'automation' and t.merged_into is null`,
  ofClients(reader, cut.clients), alertFilters(reader, request.filters),
]);
/** The same of the quarter that begins at an instant; null: none of the cut does. */
export function confirmedTickets(reader: ScopedReader, request: MetricRequest, cut: ZoneCut, from: number): Sql | null {
  const quarter = quartersIn(cut, request.asOf).find(q => q.from === from);
  return quarter ? confirmed(reader, request, cut, quarter.from, quarter.to) : null;
}
interface Quarter { readonly name: string; readonly from: number; readonly to: number }

/** rules.found_elsewhere (metrics.md §2): whole calendar quarters, newest first, every client of the question with a row in each. */
export const rulesFoundElsewhereQuery = defineQuery(rulesFoundElsewhere, async (reader, request, signal) => {
  const byClient = request.groupBy.includes('client');
  const cuts = zoneCuts(reader, request.range, byClient, request.filters.client);
  const rows = (await Promise.all(cuts.map(cut => quartersOf(reader, request, cut, byClient, signal)))).flat();
  rows.sort((a, b) => (a.quarter! < b.quarter! ? 1 : a.quarter! > b.quarter! ? -1 : String(a.client) < String(b.client) ? -1 : 1));
  return {
    rows: rows.slice(0, request.limit),
    ...(rows.length > request.limit && { notices: [{ severity: 'warning' as const, text: `${rows.length - request.limit} further rows are not shown; take a shorter range or filter.` }] }),
  };
});

async function quartersOf(reader: ScopedReader, request: MetricRequest, cut: ZoneCut, byClient: boolean, signal?: AbortSignal): Promise<Record<string, Cell>[]> {
  const quarters = quartersIn(cut, request.asOf);
  if (quarters.length === 0) return [];
  const edges = [...quarters.map(q => q.from), quarters[quarters.length - 1]!.to];
  // A robot's verdict confirms nothing.
  const counted = await reader.query<{ quarter: number; client_key: number; origin: string; n: number }>(sql`
    select ${bucketOf(sql`t.created`, edges)} as quarter, ${byClient ? sql`t.client_key` : sql`0`} as client_key, ${confirmedOrigin} as origin, count(*) as n
    from ${reader.relation('ticket')} t where ${confirmed(reader, request, cut, edges[0]!, edges[edges.length - 1]!)} group by all`, signal);
  const clients = byClient ? (cut.clients ?? []) : [null];
  return quarters.flatMap((q, i) => clients.flatMap((client): Record<string, Cell>[] => {
    const key = client === null ? 0 : reader.clientKey(client);
    const of = (origin: string) => counted.filter(r => Number(r.quarter) === i && r.client_key === key && r.origin === origin).reduce((sum, r) => sum + Number(r.n), 0);
    const k = ELSEWHERE.reduce((sum, origin) => sum + of(origin), 0);
    const n = k + of('alert') + of('unknown');
    // Rows of no client are a row of their own only where there are any.
    if (client === UNASSIGNED && n === 0) return [];
    return [{
      quarter: q.name, from: q.from, ...(client !== null && { client }), k_of_n: n === 0 ? null : `${k} of ${n}`, elsewhere: k, confirmed: n,
      by_alert: of('alert'), by_user: of('user'), by_client: of('client'), by_third_party: of('third_party'), by_hunt: of('hunt'), by_unknown: of('unknown'),
      complete: q.to <= request.asOf, reason: n === 0 ? 'none_confirmed' : null,
    }];
  }));
}

/** Calendar quarters that the range touches and that have begun. */
function quartersIn({ range, zone }: ZoneCut, asOf: number): Quarter[] {
  const out: Quarter[] = [];
  const [year, month] = isoDay(localDay(range.from, zone)).split('-').map(Number) as [number, number];
  for (let q = year * 4 + Math.floor((month - 1) / 3); ; q++) {
    const from = dayStart(startOf(q), zone);
    if (from >= range.to || from > asOf) return out;
    out.push({ name: `${Math.floor(q / 4)}-Q${(q % 4) + 1}`, from, to: dayStart(startOf(q + 1), zone) });
  }
}
const startOf = (quarter: number): number => dayNumber(`${Math.floor(quarter / 4)}-${String((quarter % 4) * 3 + 1).padStart(2, '0')}-01`);
