import { slaFlow } from '../../../catalog/sla-flow';
import { bucketEdges, SECOND, SEVERITY_TIERS } from '../../../model';
import type { ScopedReader } from '../../scope/reader';
import { bucketOf } from '../../store/buckets';
import { and, join, sql, type Sql } from '../../store/sql';
import { defineQuery, type Cell, type MetricRequest } from '../metric';
import { alertFilters, ofClients } from '../shared/conditions';
import { zoneCuts, type ZoneCut } from '../shared/zones';
import { clientIds, itemFilters, refuseAllTiers } from './outcomes';

type Request = MetricRequest<Record<string, never>>;
interface Head { readonly g_client: number; readonly g_tier: string }
interface Count extends Head { readonly b: number; readonly n: number }
/** Items by the buckets they started and ended in; null: outside the range. */
interface Life extends Omit<Count, 'b'> { readonly b: number | null; readonly e: number | null }
interface Age extends Head { readonly n: number; readonly p50: number; readonly p90: number; readonly oldest: number }
/** What ends the open time of an item: its decision, leaving the count, or vanishing. Null: nothing has. */
export const ends = sql`least(i.stop, i.left_at, i.gone)`;
/** What ends before it starts was never open and ends at its start. Null: "greatest" alone would pass over it. */
const ended = sql`case when ${ends} is not null then greatest(i.start, ${ends}) end`;
const ENDS = [sql`i.stop`, sql`i.left_at`, sql`i.gone`];

/**
 * That an item that started before `first` ended in [first, last): one condition for each column that may say so, because the store skips row
 * groups by the bounds of a column and by no expression.
 */
const endedOf = (first: number, last: number): Sql[] => {
  const inside = ENDS.map(at => sql`(${at} >= ${first} and ${at} < ${last})`);
  return inside.map((here, n) => and([here, ...inside.slice(0, n).map(earlier => sql`${earlier} is not true`), sql`${ends} >= ${first}`]));
};
/** Items open at an instant: started before it, and ended then or later, or never. */
const openAt = (at: number): Sql[] => [sql`i.stop >= ${at}`, sql`i.stop is null`].map(here => and([sql`i.start < ${at}`, here, sql`coalesce(least(i.left_at, i.gone) >= ${at}, true)`]));

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
  const [first, last] = [edges[0]!, edges[edges.length - 1]!];
  const asked = { ...request, options: { clock: 'decide' as const } };
  const items = (where: Sql): Sql => sql`from ${reader.relation('item')} i where ${itemFilters(reader, asked, cut.clients)} and ${where}`;
  // The tier as the store keeps it: as text for every row it would cost more than the counting.
  const keys = byClient ? sql`client_key as g_client, tier as g_tier` : sql`0 as g_client, tier as g_tier`;
  const count = (select: Sql): Promise<Count[]> => reader.query<Count>(select, signal);
  const sum = (parts: readonly Sql[]): Sql => join(parts, sql` union all `);
  const now = request.bucket === 'none';
  // Who had an item before the range has a row, of zeros where nothing of it is left; of a tier one item tells that.
  const known = byClient ? sql`select distinct ${keys} ${items(sql`i.start < ${first}`)}` : sum(SEVERITY_TIERS.map(tier => sql`(select ${keys} ${items(sql`i.tier = ${tier} and i.start < ${first}`)} limit 1)`));
  const [heads, alerts, lives, decided, before, ages] = await Promise.all([
    reader.query<Head>(known, signal),
    count(sql`select ${keys}, ${bucketOf(sql`a.at`, edges)} as b, count(*) as n from ${reader.relation('alert')} a where ${and([sql`a.at >= ${first} and a.at < ${last}`, ofClients(reader, cut.clients), alertFilters(reader, request.filters)])} group by all`),
    reader.query<Life>(sum([
      sql`select ${keys}, ${bucketOf(sql`i.start`, edges)} as b, ${bucketOf(ended, edges)} as e, count(*) as n ${items(sql`i.start >= ${first} and i.start < ${last}`)} group by all`,
      ...now ? [] : endedOf(first, last).map(where => sql`select ${keys}, null as b, ${bucketOf(ends, edges)} as e, count(*) as n ${items(sql`i.start < ${first} and ${where}`)} group by all`),
    ]), signal),
    count(sql`select ${keys}, ${bucketOf(sql`i.stop`, edges)} as b, count(*) as n ${items(sql`i.stop >= ${first} and i.stop < ${last}`)} group by all`),
    now ? [] : count(sum(openAt(first).map(where => sql`select ${keys}, -1 as b, count(*) as n ${items(where)} group by all`))),
    now ? reader.query<Age>(sql`select ${byClient ? sql`g_client` : sql`0 as g_client`}, g_tier, count(*) as n, quantile_cont(age, 0.5) as p50, quantile_cont(age, 0.9) as p90, max(age) as oldest
      from (${sum(openAt(last).map(where => sql`select ${keys}, ${last} - i.start as age ${items(where)}`))}) x group by all`, signal) : [],
  ]);

  const groups = new Map<string, { head: Record<string, string>; in: number[]; started: number[]; decided: number[]; change: number[]; age: Age | null }>();
  const group = (r: Head) => {
    const head = { ...(byClient && { client: nameOf(r.g_client) }), tier: r.g_tier };
    const key = Object.values(head).join('|');
    let g = groups.get(key);
    // One place before the first bucket: what was open when the range began.
    if (!g) groups.set(key, g = { head, in: zeros(edges.length), started: zeros(edges.length), decided: zeros(edges.length), change: zeros(edges.length), age: null });
    return g;
  };
  for (const r of heads) group(r);
  for (const r of alerts) group(r).in[r.b + 1]! += r.n;
  for (const r of lives) {
    const g = group(r);
    if (r.b !== null) { g.started[r.b + 1]! += r.n; g.change[r.b + 1]! += r.n; }
    if (r.e !== null) g.change[r.e + 1]! -= r.n;
  }
  for (const r of before) group(r).change[0]! += r.n;
  for (const r of decided) group(r).decided[r.b + 1]! += r.n;
  for (const r of ages) group(r).age = r;

  return [...groups.values()].flatMap(g => {
    let open = g.change[0]!;
    return edges.slice(0, -1).map((at, b): Record<string, Cell> => {
      open = now ? g.age?.n ?? 0 : open + g.change[b + 1]!;
      return {
        ...(!now && { time: at }), ...g.head, alerts_in: g.in[b + 1]!, started: g.started[b + 1]!, decided: g.decided[b + 1]!, open,
        ...(now ? { age_p50: seconds(g.age?.p50), age_p90: seconds(g.age?.p90), oldest: seconds(g.age?.oldest) } : { complete: whole[b + 1]! <= request.asOf }),
        reason: now && !g.age ? 'none_open' : null,
      };
    });
  });
}
const zeros = (n: number): number[] => Array.from({ length: n }, () => 0);
const seconds = (ms: number | undefined): number | null => (ms === undefined ? null : ms / SECOND);
