import type { ElasticSettings } from '../../../settings/sources';
import type { Notice, ReadContext } from '../stream';
import { closePit, isExpired, openPit, search, type Hit } from './client';
import { detect, type Product } from './product';

/**
 * Pages of one query over one index, in ascending time: point in time + search_after where the product has it, else
 * search_after over time and a unique field. The cursor is all that is known between two pages.
 */
export interface PageCursor {
  readonly pit: string | null;
  readonly after: readonly unknown[] | null;
  /** Time of the last row: from here a new point in time goes on when its own tie-break was lost with the old one. */
  readonly last: unknown;
  readonly tie: string;
  /** Number the source named on the first page. */
  readonly expected: number | null;
  /** Lower bound that a restart laid upon the time field. */
  readonly since: unknown;
}
export interface PageQuery {
  readonly index: string;
  readonly time: string;
  /** A keyword unique per document, for products without `_shard_doc`. */
  readonly unique: string;
  readonly query: Record<string, unknown>;
  readonly fields: readonly string[] | false;
  readonly size: number;
}
export interface HitPage { readonly hits: readonly Hit[]; readonly cursor: PageCursor | null; readonly expected: number | null; readonly complete: boolean; readonly notices: readonly Notice[] }

export async function readHits(settings: ElasticSettings, context: ReadContext, ask: PageQuery, given: PageCursor | null): Promise<HitPage> {
  const product = await detect(settings, context);
  const cursor = given ?? await begin(context, product, ask);
  try { return await page(settings, context, product, ask, cursor); }
  catch (error) {
    if (cursor.pit === null || !isExpired(error)) throw error;
    // The point in time is gone: go on from the last row in a new one. Rows at that very instant come twice; rows are keyed.
    const fresh = await begin(context, product, ask);
    const same = fresh.tie === cursor.tie && fresh.tie !== '_shard_doc';
    const resumed = await page(settings, context, product, ask, { ...fresh, expected: cursor.expected, after: same ? cursor.after : null, last: cursor.last, since: same ? cursor.since : cursor.last ?? cursor.since });
    return { ...resumed, notices: [...resumed.notices, { code: 'pit_expired', field: null, value: null, count: 1 }] };
  }
}

async function begin(context: ReadContext, product: Product, ask: PageQuery): Promise<PageCursor> {
  const key = `no-pit:${ask.index}`;
  const pit = product.pit && !context.cache.has(key) ? await openPit(context, product, ask.index) : null;
  if (pit === null) context.cache.set(key, true);
  return { pit, after: null, last: null, tie: pit !== null && product.shardDoc ? '_shard_doc' : ask.unique, expected: null, since: null };
}

async function page(settings: ElasticSettings, context: ReadContext, product: Product, ask: PageQuery, cursor: PageCursor): Promise<HitPage> {
  const first = cursor.after === null && cursor.since === null;
  const answer = await search(context, settings.id, cursor.pit === null ? { index: ask.index } : { pit: cursor.pit }, {
    size: ask.size, _source: ask.fields === false ? false : { includes: ask.fields }, track_total_hits: first,
    query: cursor.since === null ? ask.query : { bool: { filter: [ask.query, { range: { [ask.time]: { gte: cursor.since } } }] } },
    sort: sortOf(product, ask, cursor.tie), ...(cursor.after === null ? {} : { search_after: cursor.after }),
  });
  const pit = cursor.pit === null ? null : answer.pit ?? cursor.pit;
  const last = answer.hits[answer.hits.length - 1];
  const done = last === undefined || answer.hits.length < ask.size;
  if (done && pit !== null) await closePit(context, product, pit);
  const expected = first ? answer.total : cursor.expected;
  return {
    hits: answer.hits, expected, complete: answer.partial === null,
    notices: answer.partial === null ? [] : [{ code: 'partial_answer', field: null, value: answer.partial, count: 1 }],
    cursor: done ? null : { ...cursor, pit, after: last.sort, last: last.sort[0] ?? cursor.last, expected },
  };
}

/** Elasticsearch formats the time it sorts by, so that nanoseconds survive JSON; OpenSearch knows no format there. */
function sortOf(product: Product, ask: PageQuery, tie: string): Record<string, unknown>[] {
  const formatted = product.name === 'elasticsearch' && product.shardDoc;
  return [{ [ask.time]: { order: 'asc', ...(formatted ? { format: 'strict_date_optional_time_nanos' } : {}) } }, { [tie]: { order: 'asc' } }];
}
