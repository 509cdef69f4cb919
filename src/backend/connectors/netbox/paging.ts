import { SourceError } from '../http/port';
import { list, own, textOf } from '../own';
import type { ReadContext } from '../stream';
import type { NetboxVersion } from './version';

export type Query = Readonly<Record<string, string | number | readonly string[]>>;
/** Where the next page begins: a primary key (4.6 and later), or an offset with the count it belongs to. */
export type Place = { readonly start: number } | { readonly offset: number; readonly count: number; readonly pages: number };
export interface ListPage { readonly rows: readonly unknown[]; readonly next: Place | null; readonly count: number | null; readonly complete: boolean }

/** NetBox's own default of MAX_PAGE_SIZE. */
export const MAX_LIMIT = 1_000;
const MAX_PAGES = 10_000;

/**
 * One page of a list. `next` of the answer only tells whether there is more: it carries the host the server believes in, so the
 * address is always built here. By offset, a count that falls by n means that n rows left the window and everything behind
 * moved up: those places are read again.
 */
export async function listPage(source: string, context: ReadContext, version: NetboxVersion, path: string, query: Query, place: Place | null, limit: number): Promise<ListPage> {
  const size = Math.min(limit, MAX_LIMIT);
  const start = place !== null && 'start' in place ? place.start : 1;
  const offset = place !== null && 'offset' in place ? place.offset : 0;
  const paging: Query = version.startCursor ? { start, limit: size } : { limit: size, offset, ordering: 'id' };
  const { json } = await context.http.request({ path, query: { ...query, ...paging }, signal: context.signal });
  const rows = list(own(json, 'results'));
  if (!Array.isArray(own(json, 'results'))) throw new SourceError('body', source, `${path} answered without a list of results.`, 'Check that the URL is NetBox\'s base address and that nothing between rewrites the answer.');
  const more = textOf(json, 'next');
  if (version.startCursor) {
    if (more === null) return { rows, next: null, count: null, complete: true };
    const ids = rows.map(row => Number(own(row, 'id'))).filter(Number.isFinite);
    const next = ids.length > 0 ? Math.max(...ids) + 1 : startIn(more);
    if (next === null || next <= start) return { rows, next: null, count: null, complete: false };
    return { rows, next: { start: next }, count: null, complete: true };
  }
  const count = Number(own(json, 'count') ?? Number.NaN);
  if (Number.isNaN(count)) throw new SourceError('body', source, `${path} answered without a count.`, 'This NetBox reports a version that pages by offset; check what stands between.');
  const pages = (place !== null && 'pages' in place ? place.pages : 0) + 1;
  const moved = place !== null && 'count' in place ? Math.max(0, place.count - count) : 0;
  const next = moved > 0 ? Math.max(0, offset - moved) : offset + rows.length;
  if (next >= count) return { rows, next: null, count, complete: true };
  if ((rows.length === 0 && moved === 0) || pages > MAX_PAGES) return { rows, next: null, count, complete: false };
  return { rows, next: { offset: next, count, pages }, count, complete: true };
}
function startIn(next: string): number | null {
  const m = /[?&]start=(\d+)/.exec(next);
  return m ? Number(m[1]) : null;
}

/** A whole list, page by page. Refuses a list that breaks off: half of a machine's addresses is worse than none. */
export async function listAll(source: string, context: ReadContext, version: NetboxVersion, path: string, query: Query): Promise<unknown[]> {
  const out: unknown[] = [];
  for (let place: Place | null = null; ;) {
    const page = await listPage(source, context, version, path, query, place, MAX_LIMIT);
    for (const row of page.rows) out.push(row);
    if (!page.complete) throw new SourceError('partial', source, `${path} broke off in the middle of its pages.`, 'Nothing of this page was stored; it is read again with the next run.');
    if (page.next === null) return out;
    place = page.next;
  }
}
