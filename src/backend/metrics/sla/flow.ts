import { slaFlow } from '../../../catalog/sla-flow';
import { bucketEdges, SECOND, SEVERITY_TIERS } from '../../../model';
import type { ScopedReader } from '../../scope/reader';
import { bucketOf } from '../../store/buckets';
import { and, sql, type Sql } from '../../store/sql';
import { defineQuery, type Cell, type MetricRequest } from '../metric';
import { alertFilters, ofClients } from '../shared/conditions';
import { zoneCuts, type ZoneCut } from '../shared/zones';
import { clientIds, itemFilters, refuseAllTiers } from './outcomes';

type Request = MetricRequest<Record<string, never>>;
interface Count { readonly g_client: number; readonly g_tier: string; readonly b: number; readonly n: number }
interface Age { readonly g_client: number; readonly g_tier: string; readonly p50: number; readonly p90: number; readonly oldest: number }
/** What ends the open time of an item: its decision, leaving the count, or vanishing. Null: nothing has. */
export const ends = sql`least(i.stop, i.left_at, i.gone)`;

/** sla.flow (metrics.md §3, Time to decide: open age, alerts in, decisions out). Open is counted at the end of each bucket, or now. */
export const slaFlowQuery = defineQuery(slaFlow, async (reader, request, signal) => {
  refuseAllTiers({ ...request, options: { clock: 'decide' } }, slaFlow.id);
  const byClient = request.groupBy.includes('client');
  const nameOf = await clientIds(reader, signal);
  const cuts = zoneCuts(reader, request.range, byClient, request.filters.client);
  const rows = (await Promise.all(cuts.map(cut => flowOf(reader, request, cut, byClient, nameOf, signal)))).flat();
  rows.sort((a, b) => Number(a.time ?? 0) - Number(b.time ?? 0) || String(a.client ?? '').localeCompare(String(b.client ?? '')) || SEVERITY_TIERS.indexOf(a.tier as never) - SEVERITY_TIERS.indexOf(b.tier as never));
  return {
    rows: rows.slice(0, request.limit),
    ...(rows.length > request.limit && { notices: [{ severity: 'warning' as const, text: `${rows.length - request.limit} further rows are not shown; take longer buckets or a shorter range.` }] }),
  };
});

/** Edges up to the question's instant: the last bucket ends there, and what has not begun is left out. */
export function cutEdges(request: Pick<Request, 'bucket' | 'asOf'>, cut: ZoneCut): { edges: number[]; whole: number[] } {
  const whole = request.bucket === 'none' ? [cut.range.from, cut.range.to] : bucketEdges(cut.range, request.bucket, cut.zone);
  const edges = whole.filter(e => e < request.asOf);
  return { edges: edges.length === whole.length ? edges : [...edges, request.asOf], whole };
}

async function flowOf(reader: ScopedReader, request: Request, cut: ZoneCut, byClient: boolean, nameOf: (key: number) => string, signal?: AbortSignal): Promise<Record<string, Cell>[]> {
  const { edges, whole } = cutEdges(request, cut);
  if (edges.length < 2) return [];
  const last = edges[edges.length - 1]!;
  const asked = { ...request, options: { clock: 'decide' as const } };
  const items = (where: Sql): Sql => sql`from ${reader.relation('item')} i where ${itemFilters(reader, asked, cut.clients)} and ${where}`;
  const keys = (row: 'i' | 'a'): Sql => (row === 'i' ? sql`${byClient ? sql`i.client_key` : sql`0`} as g_client, cast(i.tier as varchar) as g_tier` : sql`${byClient ? sql`a.client_key` : sql`0`} as g_client, cast(a.tier as varchar) as g_tier`);
  // Bucket −1: before the range. What ends before it starts was never open and ends at its start.
  const placed = (at: Sql): Sql => sql`case when ${at} < ${edges[0]!} then -1 else ${bucketOf(at, edges)} end as b`;
  const ended = sql`greatest(i.start, ${ends})`;
  const count = (select: Sql): Promise<Count[]> => reader.query<Count>(select, signal);
  const [alerts, started, over, decided, ages] = await Promise.all([
    count(sql`select ${keys('a')}, ${placed(sql`a.at`)}, count(*) as n from ${reader.relation('alert')} a where ${and([sql`a.at >= ${edges[0]!} and a.at < ${last}`, ofClients(reader, cut.clients), alertFilters(reader, request.filters)])} group by all`),
    count(sql`select ${keys('i')}, ${placed(sql`i.start`)}, count(*) as n ${items(sql`i.start < ${last}`)} group by all`),
    count(sql`select ${keys('i')}, ${placed(ended)}, count(*) as n ${items(sql`i.start < ${last} and ${ends} is not null and ${ended} < ${last}`)} group by all`),
    count(sql`select ${keys('i')}, ${placed(sql`i.stop`)}, count(*) as n ${items(sql`i.stop >= ${edges[0]!} and i.stop < ${last}`)} group by all`),
    request.bucket !== 'none' ? [] : reader.query<Age>(sql`select ${keys('i')}, quantile_cont(${last} - i.start, 0.5) as p50, quantile_cont(${last} - i.start, 0.9) as p90, max(${last} - i.start) as oldest
      ${items(sql`i.start < ${last} and (${ends} is null or ${ended} >= ${last})`)} group by all`, signal),
  ]);

  const groups = new Map<string, { head: Record<string, string>; in: number[]; started: number[]; decided: number[]; change: number[]; age: Age | null }>();
  const group = (r: { g_client: number; g_tier: string }) => {
    const head = { ...(byClient && { client: nameOf(r.g_client) }), tier: r.g_tier };
    const key = Object.values(head).join('|');
    let g = groups.get(key);
    // One place before the first bucket: what was open when the range began.
    if (!g) groups.set(key, g = { head, in: zeros(edges.length), started: zeros(edges.length), decided: zeros(edges.length), change: zeros(edges.length), age: null });
    return g;
  };
  for (const r of alerts) group(r).in[r.b + 1]! += r.n;
  for (const r of started) { const g = group(r); g.started[r.b + 1]! += r.n; g.change[r.b + 1]! += r.n; }
  for (const r of over) group(r).change[r.b + 1]! -= r.n;
  for (const r of decided) group(r).decided[r.b + 1]! += r.n;
  for (const r of ages) group(r).age = r;

  return [...groups.values()].flatMap(g => {
    let open = g.change[0]!;
    return edges.slice(0, -1).map((at, b): Record<string, Cell> => {
      open += g.change[b + 1]!;
      return {
        ...(request.bucket !== 'none' && { time: at }), ...g.head, alerts_in: g.in[b + 1]!, started: g.started[b + 1]!, decided: g.decided[b + 1]!, open,
        ...(request.bucket === 'none' ? { age_p50: seconds(g.age?.p50), age_p90: seconds(g.age?.p90), oldest: seconds(g.age?.oldest) } : { complete: whole[b + 1]! <= request.asOf }),
        reason: request.bucket === 'none' && !g.age ? 'none_open' : null,
      };
    });
  });
}
const zeros = (n: number): number[] => Array.from({ length: n }, () => 0);
const seconds = (ms: number | undefined): number | null => (ms === undefined ? null : ms / SECOND);
