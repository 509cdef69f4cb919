import { SourceError } from '../http/port';
import type { ReadContext } from '../stream';
import { listIn } from './answers';
import type { JiraPlan } from './plan';
import { list, own, text, textOf } from '../own';

const BULK_ISSUES = 1_000;
const BULK_HISTORIES = 10_000;
const MAX_PAGES = 500;

/** Histories by issue id. Issues in `short` have more than the source would hand out. */
export interface Histories { readonly byIssue: ReadonlyMap<string, readonly unknown[]>; readonly short: ReadonlySet<string> }

/** The whole change history of each issue: asked for in bulk on Cloud, embedded (and paged where cut off) on Data Center. */
export async function historiesOf(plan: JiraPlan, context: ReadContext, issues: readonly unknown[]): Promise<Histories> {
  const ids = issues.map(issue => textOf(issue, 'id')).filter((id): id is string => id !== null);
  if (ids.length === 0) return { byIssue: new Map(), short: new Set() };
  return plan.cloud ? bulk(plan, context, ids) : embedded(plan, context, issues);
}

async function bulk(plan: JiraPlan, context: ReadContext, ids: readonly string[]): Promise<Histories> {
  const byIssue = new Map<string, unknown[]>(ids.map(id => [id, []]));
  for (let i = 0; i < ids.length; i += BULK_ISSUES) {
    const seen = new Set<string>();
    for (let token: string | null = null, pages = 0; ;) {
      const { json } = await context.http.request({
        method: 'POST', path: `${plan.api}/changelog/bulkfetch`, signal: context.signal,
        body: { issueIdsOrKeys: ids.slice(i, i + BULK_ISSUES), fieldIds: plan.historyFields, maxResults: BULK_HISTORIES, ...(token === null ? {} : { nextPageToken: token }) },
      });
      for (const log of listIn(plan, json, 'issueChangeLogs', 'changelog/bulkfetch')) {
        const id = textOf(log, 'issueId');
        // A large history comes over several pages, each under the same issue.
        if (id !== null) byIssue.get(id)?.push(...list(own(log, 'changeHistories')));
      }
      token = text(own(json, 'nextPageToken'));
      pages += 1;
      if (token === null) break;
      if (seen.has(token) || pages >= MAX_PAGES) throw new SourceError('partial', plan.settings.id, 'the change log repeats itself and never ends.', 'Nothing was stored of this page; it is read again with the next run. If this stays, report it to Atlassian.');
      seen.add(token);
    }
  }
  return { byIssue, short: new Set() };
}

async function embedded(plan: JiraPlan, context: ReadContext, issues: readonly unknown[]): Promise<Histories> {
  const byIssue = new Map<string, readonly unknown[]>();
  const short = new Set<string>();
  for (const issue of issues) {
    const id = textOf(issue, 'id');
    if (id === null) continue;
    const log = own(issue, 'changelog');
    const inside = list(own(log, 'histories'));
    const total = own(log, 'total');
    if (typeof total !== 'number' || total <= inside.length) { byIssue.set(id, inside); continue; }
    const paged = await onePaged(plan, context, id);
    if (paged.length < total) short.add(id);
    byIssue.set(id, paged.length >= inside.length ? paged : inside);
  }
  return { byIssue, short };
}

/** One issue's history, page by page. Servers before the paged resource (404) embed all of it in the issue itself. */
async function onePaged(plan: JiraPlan, context: ReadContext, id: string): Promise<readonly unknown[]> {
  const path = `${plan.api}/issue/${encodeURIComponent(id)}`;
  const out: unknown[] = [];
  try {
    for (let pages = 0; pages < MAX_PAGES; pages++) {
      const { json } = await context.http.request({ path: `${path}/changelog`, query: { startAt: out.length, maxResults: 100 }, signal: context.signal });
      const values = listIn(plan, json, 'values', 'issue/…/changelog');
      out.push(...values);
      const total = own(json, 'total');
      if (values.length === 0 || own(json, 'isLast') === true || (typeof total === 'number' && out.length >= total)) break;
    }
    return out;
  } catch (error) {
    if (!(error instanceof SourceError) || error.code !== 'not_found') throw error;
    const { json } = await context.http.request({ path, query: { expand: 'changelog', fields: 'id' }, signal: context.signal });
    return list(own(own(json, 'changelog'), 'histories'));
  }
}
