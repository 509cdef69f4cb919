import { DAY, utcDay } from '../../../src/model/time';
import type { World, WorldSeen } from '../../world/types';
import { compile, dateOf, QueryError, type Fields } from './dsl';
import type { SeenPart, TelemetryIndex } from './config';
import { remotes, shards, totalOf, type SearchBody } from './search';
import type { ElasticTraps } from './traps';

interface Bucket { readonly key: Record<string, string | null>; count: number; first: number; last: number; readonly rows: WorldSeen[] }
type Source = { readonly name: string; readonly field: string; readonly missing: boolean };
interface Found { readonly buckets: readonly Bucket[]; readonly failed: boolean; readonly total: number }

/** Telemetry: millions of events that only aggregations can ask for. The world holds what they would give, by host and day. */
export class Telemetry {
  private readonly found = new Map<string, Found>();
  private readonly slugs: ReadonlyMap<string, string>;
  constructor(private readonly world: World, private readonly now: () => number, private readonly traps: ElasticTraps) {
    this.slugs = new Map(world.clients.map(c => [c.id, c.tenantSlug]));
  }

  fields(index: TelemetryIndex): Fields<WorldSeen> {
    const get = (part: SeenPart) => (part === 'client' ? (s: WorldSeen) => this.slugs.get(s.client) ?? s.client : (s: WorldSeen) => s[part]);
    return {
      '@timestamp': { type: 'date', get: s => s.first },
      ...Object.fromEntries(Object.entries(index.fields).map(([part, name]) => [name, { type: part === 'address' ? 'ip' as const : 'keyword' as const, get: get(part as SeenPart) }])),
    };
  }

  search(index: TelemetryIndex, body: SearchBody): string {
    const [name, spec] = Object.entries(body.aggs ?? {})[0] ?? [];
    if (name === undefined) return `{"took":1,"timed_out":${this.traps.timedOut},"_shards":${shards(this.traps.shardFailures)},"hits":{${totalOf(0, body.track_total_hits, this.traps.cappedTotals)}"max_score":null,"hits":[]}}`;
    const { composite, aggs = {} } = spec as { composite?: { size?: number; sources: Record<string, { terms: { field: string; missing_bucket?: boolean } }>[]; after?: Record<string, string | null> }; aggs?: Record<string, unknown> };
    if (!composite) throw new QueryError('parsing_exception', 'Unknown aggregation type; the demo serves [composite]');
    const size = composite.size ?? 10;
    if (size > 65_536) throw new QueryError('too_many_buckets_exception', 'Trying to create too many buckets. Must be less than or equal to: [65536].', 503);
    const sources = composite.sources.map((s): Source => { const [key, { terms }] = Object.entries(s)[0] as [string, { terms: { field: string; missing_bucket?: boolean } }]; return { name: key, field: terms.field, missing: terms.missing_bucket === true }; });
    const { buckets, failed, total } = this.buckets(index, body.query, sources);
    const start = composite.after ? positionAfter(buckets, sources, composite.after) : 0;
    let page = buckets.slice(start, start + size);
    if (this.traps.timedOut) page = page.slice(0, Math.floor(page.length / 2));
    const last = page[page.length - 1];
    const fields = this.fields(index);
    const result = { ...(last ? { after_key: last.key } : {}), buckets: page.map(b => bucketOf(b, fields, aggs)) };
    return `{"took":12,"timed_out":${this.traps.timedOut},"_shards":${shards(failed || this.traps.shardFailures)}${remotes(this.traps.remoteSkipped)},"hits":{${totalOf(total, body.track_total_hits, this.traps.cappedTotals)}"max_score":null,"hits":[]},"aggregations":{${JSON.stringify(name)}:${JSON.stringify(result)}}}`;
  }

  /** All buckets of a query in the order of their keys, nulls first; kept while the same pages are asked. */
  private buckets(index: TelemetryIndex, query: unknown, sources: readonly Source[]): Found {
    const now = this.now();
    const { from, to } = windowOf(query, now);
    const name = JSON.stringify([index.stream, query, sources, to > now ? now : null, this.traps.shardFailures]);
    const known = this.found.get(name);
    if (known) return known;
    const fields = this.fields(index);
    const matches = compile(withoutTime(query), fields);
    const gets = sources.map(s => ({ ...s, get: fields[s.field]?.get ?? (() => null) }));
    const groups = new Map<string, Bucket>();
    let failed = false;
    let total = 0;
    for (let day = utcDay(from); day * DAY < Math.min(to, now); day += 1) {
      const rows = this.world.seen(index.stream, day, now);
      if (rows === null) { failed = true; continue; }
      for (const row of rows) {
        if (row.last < from || row.first >= to || !matches(row)) continue;
        let text = '';
        let missing = false;
        for (const s of gets) { const value = s.get(row) as string | null; text += value === null ? '\u0001\u0000' : `${value}\u0000`; missing ||= value === null && !s.missing; }
        if (missing) continue;
        total += row.count;
        const group = groups.get(text);
        const first = Math.max(row.first, from);
        const last = Math.min(row.last, to - 1);
        if (!group) groups.set(text, { key: Object.fromEntries(gets.map(s => [s.name, s.get(row) as string | null])), count: row.count, first, last, rows: [row] });
        else { group.count += row.count; group.first = Math.min(group.first, first); group.last = Math.max(group.last, last); group.rows.push(row); }
      }
    }
    let buckets = [...groups.values()].sort((a, b) => byKey(sources, a.key, b.key));
    if (this.traps.shardFailures) buckets = buckets.filter((_, i) => i % 2 === 0);
    const found = { buckets, failed, total };
    if (this.found.size > 8) this.found.delete(this.found.keys().next().value as string);
    this.found.set(name, found);
    return found;
  }
}

/** One bucket as the vendor writes it, with what was asked below it. */
function bucketOf(bucket: Bucket, fields: Fields<WorldSeen>, aggs: Record<string, unknown>): Record<string, unknown> {
  const below = Object.entries(aggs).map(([name, spec]) => {
    const { min, max, terms } = spec as { min?: unknown; max?: unknown; terms?: { field: string; size?: number } };
    if (min) return [name, { value: bucket.first, value_as_string: new Date(bucket.first).toISOString() }];
    if (max) return [name, { value: bucket.last, value_as_string: new Date(bucket.last).toISOString() }];
    const counts = new Map<string, number>();
    for (const row of bucket.rows) { const value = fields[terms?.field ?? '']?.get(row); if (typeof value === 'string') counts.set(value, (counts.get(value) ?? 0) + row.count); }
    const top = [...counts].sort((a, b) => b[1] - a[1]).slice(0, terms?.size ?? 10);
    return [name, { doc_count_error_upper_bound: 0, sum_other_doc_count: 0, buckets: top.map(([key, count]) => ({ key, doc_count: count })) }];
  });
  return { key: bucket.key, doc_count: bucket.count, ...Object.fromEntries(below) };
}

function byKey(sources: readonly Source[], a: Readonly<Record<string, string | null>>, b: Readonly<Record<string, string | null>>): number {
  for (const { name } of sources) {
    const x = a[name] ?? null;
    const y = b[name] ?? null;
    if (x !== y) return x === null ? -1 : y === null ? 1 : x < y ? -1 : 1;
  }
  return 0;
}
function positionAfter(buckets: readonly Bucket[], sources: readonly Source[], after: Readonly<Record<string, string | null>>): number {
  let [low, high] = [0, buckets.length];
  while (low < high) { const middle = (low + high) >> 1; if (byKey(sources, buckets[middle]!.key, after) > 0) high = middle; else low = middle + 1; }
  return low;
}

const filters = (query: unknown): readonly unknown[] => { const f = (query as { bool?: { filter?: unknown } } | undefined)?.bool?.filter; return f === undefined ? [] : Array.isArray(f) ? f : [f]; };
const timeRange = (q: unknown): Record<string, unknown> | undefined => (q as { range?: Record<string, Record<string, unknown>> }).range?.['@timestamp'];
/** The time range that a day's question carries; without one, the last day. */
function windowOf(query: unknown, now: number): { from: number; to: number } {
  for (const filter of filters(query)) {
    const range = timeRange(filter);
    if (range) return { from: range.gte === undefined ? now - DAY : dateOf(range.gte), to: range.lt === undefined ? now : dateOf(range.lt) };
  }
  return { from: now - DAY, to: now };
}
const withoutTime = (query: unknown): unknown => (filters(query).length === 0 ? query : { bool: { ...(query as { bool: object }).bool, filter: filters(query).filter(f => timeRange(f) === undefined) } });
