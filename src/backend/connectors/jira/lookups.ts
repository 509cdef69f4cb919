import { SourceError } from '../http/port';
import type { ReadContext } from '../stream';
import { listIn } from './answers';
import { mergedValue } from './normalise';
import type { JiraPlan } from './plan';
import { remoteLinkIds } from './quotes';
import { own, textOf } from '../own';
import { Statuses } from './statuses';
import type { FoundId } from './values';

const AT_ONCE = 8;

/** The site's statuses, read once per run. */
export async function statusesOf(plan: JiraPlan, context: ReadContext): Promise<Statuses> {
  const name = `jira.statuses.${plan.settings.id}`;
  const known = context.cache.get(name);
  if (known instanceof Statuses) return known;
  const { json } = await context.http.request({ path: `${plan.api}/status`, signal: context.signal });
  const statuses = new Statuses(plan.settings, listIn(plan, json, null, 'status'));
  context.cache.set(name, statuses);
  return statuses;
}

/** Ids of the surviving tickets that merged ones name by key: from the page, from this run, else asked for one by one. */
export async function mergeIdsOf(plan: JiraPlan, context: ReadContext, issues: readonly unknown[]): Promise<Map<string, string>> {
  const name = `jira.keys.${plan.settings.id}`;
  const known = (context.cache.get(name) as Map<string, string> | undefined) ?? new Map<string, string>();
  context.cache.set(name, known);
  const wanted = issues.map(issue => mergedValue(plan, own(issue, 'fields'))).filter((v): v is string => v !== null && /^[A-Z][A-Z0-9_]*-\d+$/i.test(v));
  if (wanted.length === 0) return known;
  for (const issue of issues) { const key = textOf(issue, 'key'); const id = textOf(issue, 'id'); if (key !== null && id !== null && wanted.includes(key)) known.set(key, id); }
  for (const key of new Set(wanted)) {
    if (known.has(key)) continue;
    try {
      const { json } = await context.http.request({ path: `${plan.api}/issue/${encodeURIComponent(key)}`, query: { fields: 'id' }, signal: context.signal });
      known.set(key, textOf(json, 'id') ?? key);
    } catch (error) {
      // The surviving ticket was deleted or lies outside what the account sees: the merge stays, under the name the ticket gives.
      if (!(error instanceof SourceError) || (error.code !== 'not_found' && error.code !== 'forbidden')) throw error;
      known.set(key, key);
    }
  }
  return known;
}

/** Remote links cost one request per ticket; only asked for when configured. */
export async function remoteIds(plan: JiraPlan, context: ReadContext, ids: readonly string[]): Promise<Map<string, readonly FoundId[]>> {
  const found = new Map<string, readonly FoundId[]>();
  if (!plan.remoteLinks) return found;
  for (let i = 0; i < ids.length; i += AT_ONCE) {
    await Promise.all(ids.slice(i, i + AT_ONCE).map(async id => {
      const { json } = await context.http.request({ path: `${plan.api}/issue/${encodeURIComponent(id)}/remotelink`, signal: context.signal });
      found.set(id, remoteLinkIds(plan, listIn(plan, json, null, 'issue/…/remotelink')));
    }));
  }
  return found;
}
