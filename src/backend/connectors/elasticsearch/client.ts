import { SourceError } from '../http/port';
import { isObject, list, own, textOf, type Json } from '../own';
import type { ReadContext } from '../stream';
import type { Product } from './product';

/** Index patterns go into a path: commas and stars stay, anything that could leave the path does not. */
export const indexPath = (index: string): string => `/${index.split(',').map(part => encodeURIComponent(part.trim()).replace(/%2A/g, '*')).join(',')}`;
const KEEP_ALIVE = '2m';

export interface Hit { readonly id: string; readonly index: string; readonly source: unknown; readonly sort: readonly unknown[] }
export interface SearchAnswer {
  readonly hits: readonly Hit[];
  /** Exact number of matches, or null where it is capped or not counted. */
  readonly total: number | null;
  /** Null, or why the source itself calls the answer partial. */
  readonly partial: string | null;
  readonly pit: string | null;
  readonly aggregations: Json;
}

/** Opens a point in time by the product's own endpoint. Null where this product has none (it says "no handler" or 405). */
export async function openPit(context: ReadContext, product: Product, index: string): Promise<string | null> {
  const path = product.name === 'opensearch' ? `${indexPath(index)}/_search/point_in_time` : `${indexPath(index)}/_pit`;
  try {
    const { json } = await context.http.request({ method: 'POST', path, query: { keep_alive: KEEP_ALIVE }, signal: context.signal });
    return textOf(json, 'id') ?? textOf(json, 'pit_id');
  } catch (error) {
    const status = error instanceof SourceError ? error.detail.status : undefined;
    if (status === 405 || status === 400 && /no handler found|illegal_argument_exception/.test((error as SourceError).detail.body ?? '')) return null;
    throw error;
  }
}

/** Gives a point in time back. Failure is no matter: it ends by itself after its keep-alive. */
export async function closePit(context: ReadContext, product: Product, id: string): Promise<void> {
  const request = product.name === 'opensearch' ? { path: '/_search/point_in_time', body: { pit_id: [id] } } : { path: '/_pit', body: { id } };
  await context.http.request({ method: 'DELETE', ...request }).catch(() => undefined);
}

/** True for the error of an expired or lost point in time (404 search_context_missing_exception, also nested in shard failures). */
export const isExpired = (error: unknown): boolean =>
  error instanceof SourceError && (error.detail.status === 404 || error.detail.status === 400) && /search_context_missing|point in time.*(expired|not found)|No search context/i.test(error.detail.body ?? '');

/** One search: by point in time (no index in the path) or by index. */
export async function search(context: ReadContext, source: string, target: { pit: string } | { index: string }, body: Record<string, unknown>): Promise<SearchAnswer> {
  const path = 'pit' in target ? '/_search' : `${indexPath(target.index)}/_search`;
  const { json } = await context.http.request({ method: 'POST', path, body: 'pit' in target ? { ...body, pit: { id: target.pit, keep_alive: KEEP_ALIVE } } : body, signal: context.signal });
  if (!isObject(json) || !Array.isArray(own(own(json, 'hits'), 'hits'))) throw new SourceError('body', source, 'the answer of _search holds no hits.', 'Use the address of the cluster itself, not of a gateway that rewrites answers.');
  const partial = partialOf(json);
  // A pattern under which this key sees nothing is answered with 200 and nothing: no index was read, so nothing was measured.
  if (partial === null && own(own(json, '_shards'), 'total') === 0) throw noIndex(source, 'pit' in target ? null : target.index);
  const hits = list(own(own(json, 'hits'), 'hits')).map(hit => ({ id: textOf(hit, '_id') ?? '', index: textOf(hit, '_index') ?? '', source: own(hit, '_source'), sort: list(own(hit, 'sort')) }));
  const total = own(own(json, 'hits'), 'total');
  const value = own(total, 'value');
  const aggregations = own(json, 'aggregations');
  return {
    hits, total: own(total, 'relation') === 'eq' && typeof value === 'number' ? value : null,
    partial, pit: textOf(json, 'pit_id'), aggregations: isObject(aggregations) ? aggregations : {},
  };
}

const noIndex = (source: string, index: string | null): SourceError =>
  new SourceError('not_found', source, index === null ? 'none of the indices is there any more, or the key no longer sees them.' : `there is no index ${index} that this key may see.`, 'Check the name in this source\'s settings, the indices, and the key\'s privileges on them (read, view_index_metadata).');

/** HTTP 200 is no success: failed shards, a time-out or a remote cluster that was passed over make the answer partial. */
function partialOf(json: Json): string | null {
  const failed = own(own(json, '_shards'), 'failed');
  if (typeof failed === 'number' && failed > 0) return `${failed} shards failed`;
  for (const state of ['skipped', 'partial', 'failed', 'running']) {
    const clusters = own(own(json, '_clusters'), state);
    if (typeof clusters === 'number' && clusters > 0) return `${clusters} of the remote clusters ${state}`;
  }
  if (own(json, 'timed_out') === true) return 'the search timed out';
  return own(json, 'terminated_early') === true ? 'the search ended early' : null;
}
