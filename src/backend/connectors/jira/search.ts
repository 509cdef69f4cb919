import { createHash } from 'node:crypto';
import { SourceError } from '../http/port';
import type { ReadContext, Window } from '../stream';
import { listIn } from './answers';
import { restJql, windowJql } from './jql';
import type { JiraPlan } from './plan';
import { instant, own, text, textOf } from '../own';

/** One page of a window's issues. `complete` false: the paging broke and what is missing cannot be reached. */
export interface SearchPage { readonly issues: readonly unknown[]; readonly cursor: unknown | null; readonly complete: boolean; readonly expected: number | null; readonly notice: string | null }
export interface SearchWish { readonly fields: readonly string[]; readonly size: number; readonly changelog: boolean }

/** More pages than any window needs: a server that never ends is stopped here. */
export const MAX_PAGES = 2_000;

interface TokenCursor { readonly token: string; readonly seen: readonly string[]; readonly pages: number; readonly from: number; readonly last: number | null; /** Issues this query brought so far. */ readonly read: number }
interface OffsetCursor { readonly startAt: number; readonly total: number; readonly pages: number }

export const searchPage = (plan: JiraPlan, context: ReadContext, window: Window, cursor: unknown, wish: SearchWish, limit = MAX_PAGES): Promise<SearchPage> =>
  (plan.cloud ? byToken : byOffset)(plan, context, window, cursor, wish, limit);

const mark = (token: string): string => createHash('sha1').update(token).digest('base64').slice(0, 16);
const updatedOf = (issue: unknown): number | null => instant(own(own(issue, 'fields'), 'updated'));

/**
 * Cloud: the end is an absent token, nothing else (a short or empty page is none, `isLast` is not to be trusted). A token seen
 * before, or too many pages, means the server goes in circles: then what was asked for is counted. Either all of it has come, or reading
 * starts anew from the last change seen, with everything of that very instant (a bulk edit gives many tickets one time).
 */
async function byToken(plan: JiraPlan, context: ReadContext, window: Window, cursor: unknown, wish: SearchWish, limit: number): Promise<SearchPage> {
  const at = (cursor ?? null) as TokenCursor | null;
  const from = at?.from ?? window.from;
  const fields = wish.fields.includes('updated') ? wish.fields : [...wish.fields, 'updated'];
  const sent = at?.token ?? '';
  const answer = await context.http.request({
    method: 'POST', path: `${plan.api}/search/jql`, signal: context.signal,
    body: { jql: windowJql(plan, { from, to: window.to }), fields, maxResults: wish.size, ...(sent === '' ? {} : { nextPageToken: sent }) },
  }).catch((error: unknown) => { if (sent !== '' && error instanceof SourceError && error.detail.status === 400) return null; throw error; });
  // Tokens end (after seven days, or with Jira's index): reading goes on from the last change seen. If the query itself is wrong, that fails too.
  if (answer === null) {
    const page = await byToken(plan, context, window, { token: '', seen: [], pages: at?.pages ?? 0, from: at?.last ?? from, last: at?.last ?? null, read: 0 } satisfies TokenCursor, wish, limit);
    return { ...page, notice: page.notice ?? 'page_token_refused' };
  }
  const { json } = answer;
  const issues = listIn(plan, json, 'issues', 'search/jql');
  const token = text(own(json, 'nextPageToken'));
  const expected = null;
  if (token === null) return { issues, cursor: null, complete: true, expected, notice: null };
  const last = issues.reduce<number | null>((max, issue) => { const u = updatedOf(issue); return u !== null && u < window.to && (max === null || u > max) ? u : max; }, at?.last ?? null);
  const pages = (at?.pages ?? 0) + 1;
  const read = (at?.read ?? 0) + issues.length;
  const seen = at?.seen ?? [];
  if (!seen.includes(mark(token)) && pages < limit) return { issues, cursor: { token, seen: [...seen, mark(token)], pages, from, last, read } satisfies TokenCursor, complete: true, expected, notice: null };
  const circles = { issues, expected, notice: 'paging_in_circles' };
  const [rest, all] = last === null ? [null, null] : await Promise.all([count(plan, context, restJql(plan, last, window.to)), count(plan, context, windowJql(plan, { from, to: window.to }))]);
  if (rest === 0 && all !== null && read >= all) return { ...circles, cursor: null, complete: true };
  if (last !== null && last > from) return { ...circles, cursor: { token: '', seen: [], pages: 0, from: last, last, read: 0 } satisfies TokenCursor, complete: true };
  return { ...circles, cursor: null, complete: false };
}

/** Cloud's own count of a query; null where it does not answer one. */
export async function count(plan: JiraPlan, context: ReadContext, jql: string): Promise<number | null> {
  try {
    const { json } = await context.http.request({ method: 'POST', path: `${plan.api}/search/approximate-count`, body: { jql: jql.replace(/ ORDER BY .*$/, '') }, signal: context.signal });
    const n = own(json, 'count');
    return typeof n === 'number' ? n : null;
  } catch (error) {
    if (error instanceof SourceError && (error.code === 'not_found' || error.code === 'http')) return null;
    throw error;
  }
}

/**
 * Data Center: offsets. A ticket that changes meanwhile leaves the window, and everything behind it moves up: when the total
 * falls by n, the n places before this page are read again. The server may cap the page size: the next offset goes by what came.
 */
async function byOffset(plan: JiraPlan, context: ReadContext, window: Window, cursor: unknown, wish: SearchWish, limit: number): Promise<SearchPage> {
  const at = (cursor ?? null) as OffsetCursor | null;
  const startAt = at?.startAt ?? 0;
  const { json } = await context.http.request({
    method: 'POST', path: `${plan.api}/search`, signal: context.signal,
    body: { jql: windowJql(plan, window), startAt, maxResults: wish.size, fields: wish.fields, ...(wish.changelog ? { expand: ['changelog'] } : {}) },
  });
  const issues = listIn(plan, json, 'issues', 'search');
  const total = own(json, 'total');
  if (typeof total !== 'number') throw new SourceError('body', plan.settings.id, 'the search answer has no total.', 'Is this Jira Data Center? For Jira Cloud set deployment: cloud.');
  const moved = at === null ? 0 : Math.max(0, at.total - total);
  const next = moved > 0 ? Math.max(0, startAt - moved) : startAt + issues.length;
  const pages = (at?.pages ?? 0) + 1;
  if (next >= total) return { issues, cursor: null, complete: true, expected: total, notice: null };
  if ((issues.length === 0 && moved === 0) || pages >= limit) return { issues, cursor: null, complete: false, expected: total, notice: 'paging_ended_early' };
  return { issues, cursor: { startAt: next, total, pages } satisfies OffsetCursor, complete: true, expected: total, notice: null };
}

export const issueIds = (issues: readonly unknown[]): string[] => issues.map(issue => textOf(issue, 'id')).filter((id): id is string => id !== null);
