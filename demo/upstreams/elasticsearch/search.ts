import { iso, type Collection } from './documents';
import { compile, dateOf, QueryError, type Field, type Value } from './dsl';
import type { ElasticTraps } from './traps';

/** The products' differences that a collector meets. */
export interface Personality { readonly product: 'elasticsearch' | 'opensearch'; readonly version: string; readonly pit: boolean; readonly shardDoc: boolean }
export interface SearchBody {
  readonly size?: number; readonly from?: number; readonly query?: unknown; readonly _source?: false | true | { includes?: readonly string[] } | readonly string[];
  readonly sort?: readonly unknown[]; readonly search_after?: readonly unknown[]; readonly track_total_hits?: boolean | number; readonly pit?: { id: string; keep_alive?: string };
  readonly aggs?: Record<string, unknown>;
}
interface Key<D> { readonly name: string; readonly down: boolean; readonly formatted: boolean; readonly field: Field<D> | null }

const WINDOW = 10_000;

/** Shards as one answer tells them. `failed`: HTTP stays 200. */
export const shards = (failed: boolean): string => (failed
  ? '{"total":2,"successful":1,"skipped":0,"failed":1,"failures":[{"shard":1,"index":".ds-000001","node":"n2","reason":{"type":"node_not_connected_exception","reason":"[es-data-2][127.0.0.1:9302] Node not connected"}}]}'
  : '{"total":2,"successful":2,"skipped":0,"failed":0}');

export const remotes = (skipped: boolean): string => (skipped ? ',"_clusters":{"total":2,"successful":1,"skipped":1,"running":0,"partial":0,"failed":0}' : '');

/** One answer of _search over documents, already as JSON. */
export function searchDocuments<D>(collection: Collection<D>, body: SearchBody, pitId: string | null, personality: Personality, traps: ElasticTraps): string {
  const size = body.size ?? 10;
  const from = body.from ?? 0;
  if (size + from > WINDOW) throw new QueryError('illegal_argument_exception', `Result window is too large, from + size must be less than or equal to: [${WINDOW}] but was [${size + from}].`);
  const keys = keysOf(collection, body, pitId !== null, personality);
  const found = matching(collection, body.query, keys, traps.shardFailures);
  let begin = body.search_after ? after(collection, found, keys, body.search_after) : 0;
  begin += from;
  let end = Math.min(begin + size, found.length);
  if (traps.timedOut) end = begin + Math.floor((end - begin) / 2);
  const source = body._source;
  const includes = source === undefined || source === true || source === false ? null : Array.isArray(source) ? source as string[] : (source as { includes?: readonly string[] }).includes ?? null;
  const write = source === false ? null : collection.writer(traps.wholeDocuments ? null : includes);
  let hits = '';
  const head = `{"_index":"${collection.index}","_id":`;
  for (let n = begin; n < end; n += 1) {
    const at = found[n]!;
    const doc = collection.docs[at]!;
    let sort = '';
    for (const key of keys) sort += (sort === '' ? '' : ',') + sortValue(collection, key, at);
    hits += `${n === begin ? '' : ','}${head}${JSON.stringify(collection.id(doc))},"_score":null${write === null ? '' : `,"_source":${write(doc)}`}${sort === '' ? '' : `,"sort":[${sort}]`}}`;
  }
  const total = totalOf(found.length, body.track_total_hits, traps.cappedTotals);
  return `{${pitId === null ? '' : `"pit_id":${JSON.stringify(pitId)},`}"took":3,"timed_out":${traps.timedOut},"_shards":${shards(traps.shardFailures)}${remotes(traps.remoteSkipped)},"hits":{${total}"max_score":null,"hits":[${hits}]}}`;
}

export function totalOf(count: number, track: boolean | number | undefined, capped: boolean): string {
  if (track === false) return '';
  const limit = capped ? 0 : track === true ? Infinity : typeof track === 'number' ? track : WINDOW;
  return count > limit ? `"total":{"value":${capped ? WINDOW : limit},"relation":"gte"},` : `"total":{"value":${count},"relation":"eq"},`;
}

function keysOf<D>(collection: Collection<D>, body: SearchBody, inPit: boolean, personality: Personality): Key<D>[] {
  const keys = (body.sort ?? []).map((entry): Key<D> => {
    const [name, how] = typeof entry === 'string' ? [entry, {}] : Object.entries(entry as Record<string, unknown>)[0] as [string, unknown];
    const { order = 'asc', format } = (typeof how === 'string' ? { order: how } : how ?? {}) as { order?: string; format?: string };
    if (format !== undefined && personality.product === 'opensearch') throw new QueryError('x_content_parse_exception', '[field_sort] unknown field [format]');
    if (name === '_shard_doc' && (!inPit || !personality.shardDoc)) throw new QueryError('query_shard_exception', inPit ? 'No mapping found for [_shard_doc] in order to sort on' : '[_shard_doc] sort field cannot be used without [point in time]');
    const known = collection.fields[name];
    if (!known && name !== '_shard_doc' && name !== '_doc') throw new QueryError('query_shard_exception', `No mapping found for [${name}] in order to sort on`);
    if (name === '_id') throw new QueryError('illegal_argument_exception', 'Fielddata access on the _id field is disallowed, you can re-enable it by updating the dynamic cluster setting: indices.id_field_data.enabled');
    return { name, down: order === 'desc', formatted: format !== undefined, field: known ?? null };
  });
  // Elasticsearch adds its tie-break by itself under a point in time.
  if (inPit && personality.product === 'elasticsearch' && personality.shardDoc && keys.length > 0 && !keys.some(k => k.name === '_shard_doc')) keys.push({ name: '_shard_doc', down: false, formatted: false, field: null });
  return keys;
}

const valueOf = <D>(collection: Collection<D>, key: Key<D>, at: number): Value => {
  if (key.field === null) return at;
  const value = key.field.get(collection.docs[at]!);
  return typeof value === 'object' && value !== null ? value[0] ?? null : value;
};
function sortValue<D>(collection: Collection<D>, key: Key<D>, at: number): string {
  const value = valueOf(collection, key, at);
  return key.formatted && key.field?.type === 'date' && value !== null ? `"${iso(value as number)}"` : JSON.stringify(value);
}
/** Nulls last, as `missing: _last`. */
const order = (a: Value, b: Value, down: boolean): number => (a === b ? 0 : a === null ? 1 : b === null ? -1 : (a < b ? -1 : 1) * (down ? -1 : 1));

function matching<D>(collection: Collection<D>, query: unknown, keys: readonly Key<D>[], shardMissing: boolean): readonly number[] {
  const name = JSON.stringify([query, keys.map(k => [k.name, k.down]), shardMissing]);
  const known = collection.found.get(name);
  if (known) return known;
  const matches = compile(query, collection.fields);
  const found: number[] = [];
  for (let i = 0; i < collection.docs.length; i += 1) if ((!shardMissing || i % 2 === 0) && matches(collection.docs[i]!)) found.push(i);
  const natural = keys.length === 0 || (keys[0]!.name === collection.ordered && !keys[0]!.down && keys.slice(1).every(k => !k.down && (k.name === '_shard_doc' || k.name === 'kibana.alert.uuid')));
  if (!natural) found.sort((a, b) => { for (const key of keys) { const c = order(valueOf(collection, key, a), valueOf(collection, key, b), key.down); if (c !== 0) return c; } return a - b; });
  if (collection.found.size > 8) collection.found.delete(collection.found.keys().next().value as string);
  collection.found.set(name, found);
  return found;
}

/** Position of the first document behind a cursor: the list is in the order of the keys. */
function after<D>(collection: Collection<D>, found: readonly number[], keys: readonly Key<D>[], cursor: readonly unknown[]): number {
  if (cursor.length !== keys.length) throw new QueryError('illegal_argument_exception', `search_after has ${cursor.length} value(s) but sort has ${keys.length}.`);
  const wanted = keys.map((key, i): Value => (cursor[i] === null ? null : key.field?.type === 'date' ? dateOf(cursor[i]) : cursor[i] as Value));
  const behind = (at: number): boolean => {
    for (const [i, key] of keys.entries()) { const c = order(valueOf(collection, key, at), wanted[i] as Value, key.down); if (c !== 0) return c > 0; }
    return false;
  };
  let [low, high] = [0, found.length];
  while (low < high) { const middle = (low + high) >> 1; if (behind(found[middle]!)) high = middle; else low = middle + 1; }
  return low;
}
