import { slaTrend } from '../../../catalog/sla-trend';
import { bucketEdges, CLOCKS, SEVERITY_TIERS, type Bucket, type Clock } from '../../../model';
import type { ScopedReader } from '../../scope/reader';
import { bucketOf } from '../../store/buckets';
import { sql } from '../../store/sql';
import { defineQuery, type Cell, type MetricRequest } from '../metric';
import { zoneCuts, type ZoneCut } from '../shared/zones';
import { figures, NO_COUNTS, plus, reasonOf, type OutcomeRow, type SlaCounts } from './figures';
import { clientIds, itemCounts, itemFilters, refuseAllTiers } from './outcomes';

type Request = MetricRequest<{ clock: Clock }>;

/** sla.trend (metrics.md §3, Period): one row per bucket and group; buckets that have not begun are left out. */
export const slaTrendQuery = defineQuery(slaTrend, async (reader, request, signal) => {
  refuseAllTiers(request, slaTrend.id);
  const byClient = request.groupBy.includes('client');
  const nameOf = await clientIds(reader, signal);
  const cuts = zoneCuts(reader, request.range, byClient, request.filters.client);
  const rows = (await Promise.all(cuts.map(cut => trendOf(reader, request, cut, byClient, nameOf, signal)))).flat();
  rows.sort((a, b) => Number(a.time) - Number(b.time) || String(a.client ?? '').localeCompare(String(b.client ?? ''))
    || CLOCKS.indexOf(a.clock as Clock) - CLOCKS.indexOf(b.clock as Clock) || SEVERITY_TIERS.indexOf(a.tier as never) - SEVERITY_TIERS.indexOf(b.tier as never));
  return {
    rows: rows.slice(0, request.limit),
    ...(rows.length > request.limit && { notices: [{ severity: 'warning' as const, text: `${rows.length - request.limit} further rows are not shown; take longer buckets or a shorter range.` }] }),
  };
});

async function trendOf(reader: ScopedReader, request: Request, cut: ZoneCut, byClient: boolean, nameOf: (key: number) => string, signal?: AbortSignal): Promise<Record<string, Cell>[]> {
  const bucket: Bucket = request.bucket === 'none' ? 'day' : request.bucket;
  const edges = bucketEdges(cut.range, bucket, cut.zone);
  const end = edges[edges.length - 1]!;
  const asOf = request.asOf;
  const whole = { clients: cut.clients, range: { from: edges[0]!, to: end } };
  const keys = sql`${bucketOf(sql`x.period_at`, edges)} as bucket, ${byClient ? sql`x.client_key` : sql`0`} as g_client, x.tier as g_tier, x.clock as g_clock`;
  const rows = await reader.query<OutcomeRow & { bucket: number; g_client: number; g_tier: string; g_clock: string }>(itemCounts(reader, itemFilters(reader, request, cut.clients), asOf, [whole], keys, 'of the spans'), signal);

  const groups = new Map<string, { head: Record<string, Cell>; byEdge: Map<number, SlaCounts> }>();
  for (const row of rows) {
    const head = { ...(byClient && { client: nameOf(Number(row.g_client)) }), tier: String(row.g_tier), clock: String(row.g_clock) };
    const key = Object.values(head).join('|');
    let group = groups.get(key);
    if (!group) groups.set(key, group = { head, byEdge: new Map() });
    const edge = edges[Number(row.bucket)]!;
    group.byEdge.set(edge, plus(group.byEdge.get(edge) ?? NO_COUNTS, row));
  }
  const out: Record<string, Cell>[] = [];
  for (const { head, byEdge } of groups.values()) {
    edges.slice(0, -1).forEach((at, b) => {
      const counts = byEdge.get(at) ?? NO_COUNTS;
      if (at >= asOf && counts.running === 0) return;
      out.push({ time: at, ...head, ...figures(counts), complete: edges[b + 1]! <= asOf, reason: reasonOf(counts) });
    });
  }
  return out;
}
