import { SourceError } from '../http/port';
import type { HealthCheck, ReadContext } from '../stream';
import { listIn } from './answers';
import { scopeJql } from './jql';
import type { JiraPlan } from './plan';
import { list, own, textOf } from '../own';

type Check = HealthCheck['checks'][number];
const PROSE = ['labels', 'summary', 'description', 'remotelinks', 'project', 'components', 'resolution', 'priority'];

/**
 * Tries what a sync needs, in its order, and names the first thing that is wrong: address and TLS, key, kind of Jira, the fields,
 * the query. Nobody's name is in any message, though Jira answers with the account's.
 */
export async function jiraHealth(plan: JiraPlan, context: ReadContext): Promise<HealthCheck> {
  const checks: Check[] = [];
  const step = async (name: string, work: () => Promise<string>): Promise<boolean> => {
    try { checks.push({ name, ok: true, message: await work() }); return true; }
    catch (error) { checks.push({ name, ok: false, message: explain(plan, error) }); return false; }
  };
  const reached = await step('connection and key', async () => {
    const { json } = await context.http.request({ path: `${plan.api}/myself`, signal: context.signal });
    if (textOf(json, 'accountId') === null && textOf(json, 'name') === null && textOf(json, 'key') === null) throw new SourceError('body', plan.settings.id, 'the answer is not Jira\'s.', 'Check the URL: it must be the base address of Jira.');
    return 'reached, the key is accepted';
  });
  if (reached) {
    await step('kind of Jira', () => deployment(plan, context));
    await step('fields', () => jiraFields(plan, context));
    await step('query', () => query(plan, context));
  }
  const wrong = checks.filter(c => !c.ok);
  return { ok: wrong.length === 0, message: wrong.length === 0 ? `Jira answers; ${checks[checks.length - 1]?.message}` : wrong.map(c => c.message).join(' '), checks };
}

async function deployment(plan: JiraPlan, context: ReadContext): Promise<string> {
  const { json } = await context.http.request({ path: '/rest/api/2/serverInfo', signal: context.signal });
  const type = textOf(json, 'deploymentType');
  const cloud = type?.toLowerCase() === 'cloud';
  if (type !== null && cloud !== plan.cloud) throw new SourceError('http', plan.settings.id, `this Jira is ${cloud ? 'Cloud' : 'Data Center or Server'}, but the settings say ${plan.settings.deployment}.`, `Set deployment: ${cloud ? 'cloud' : 'data_center'}.`);
  return `${type ?? 'Jira'} ${textOf(json, 'version') ?? ''}`.trim();
}

/** The fields that the settings name, as this account sees them. Rejects with those that are missing. */
export async function jiraFields(plan: JiraPlan, context: ReadContext): Promise<string> {
  const { json } = await context.http.request({ path: `${plan.api}/field`, signal: context.signal });
  const known = new Set(listIn(plan, json, null, 'field').map(field => textOf(field, 'id')).filter((id): id is string => id !== null));
  const { alertId, severity, client, disposition, origin, mergedInto } = plan.settings.fields;
  const asked: [string, string | undefined][] = [...alertId.map((f): [string, string] => ['alertId', f]), ['severity', severity], ['client', client ?? plan.settings.client.field], ['disposition', disposition], ['origin', origin], ['mergedInto', mergedInto]];
  const missing = asked.filter(([, id]) => id !== undefined && !PROSE.includes(id) && !id.startsWith('issuelinks') && !known.has(id));
  if (missing.length > 0) throw new SourceError('body', plan.settings.id, `Jira has no field ${missing.map(([name, id]) => `"${id}" (fields.${name})`).join(', ')}, or the account may not see it.`, 'Take the id from Jira\'s field list (customfield_NNNNN).');
  const needsPattern = alertId.filter(id => ['summary', 'description', 'remotelinks'].includes(id) || (id === 'labels' && !plan.settings.fields.labelPrefix));
  if (plan.pattern === null && needsPattern.length > 0) throw new SourceError('body', plan.settings.id, `alert ids are to be found in ${needsPattern.join(', ')}, but nothing says what they look like.`, 'Set fields.alertIdPattern (or fields.labelPrefix for labels).');
  return alertId.length === 0 ? 'no field for alert ids is configured: no ticket will be joined to an alert' : 'all configured fields exist';
}

async function query(plan: JiraPlan, context: ReadContext): Promise<string> {
  const body = { jql: scopeJql(plan), fields: ['id'], maxResults: 1 };
  const { json } = await context.http.request({ method: 'POST', path: plan.cloud ? `${plan.api}/search/jql` : `${plan.api}/search`, body, signal: context.signal });
  if (listIn(plan, json, 'issues', plan.cloud ? 'search/jql' : 'search').length === 0 && textOf(json, 'nextPageToken') === null) {
    throw new SourceError('body', plan.settings.id, `the query "${plan.settings.jql}" finds no ticket.`, 'Either there is none yet, or the account may not see the project: Jira hides such projects without an error. Grant it Browse Projects.');
  }
  return 'the query finds tickets';
}

/** A SourceError speaks for itself; a 400 or 410 carries Jira's own reason in its body. */
function explain(plan: JiraPlan, error: unknown): string {
  if (!(error instanceof SourceError)) return `${plan.settings.id}: ${(error as Error).message}`;
  const { status, body } = error.detail;
  if (status === 410) return `${plan.settings.id}: Jira Cloud has removed this search. Set deployment: cloud.`;
  if (status === 404 && plan.cloud) return `${error.message} If this is Jira Data Center, set deployment: data_center.`;
  if (status === 400 && body) {
    const reasons = reasonsIn(body);
    if (reasons !== '') return `${plan.settings.id}: Jira refuses the query: ${reasons} Mend the source's jql.`;
  }
  return error.message;
}
function reasonsIn(body: string): string {
  try {
    const json: unknown = JSON.parse(body);
    const errors = own(json, 'errors');
    return [...list(own(json, 'errorMessages')), ...Object.values((errors as object | undefined) ?? {})].filter(m => typeof m === 'string').join(' ').slice(0, 500);
  } catch { return ''; }
}
