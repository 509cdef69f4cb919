import type { World } from '../../world/types';
import { startUpstream, type RunningUpstream, type UpstreamRequest, type UpstreamResponse } from '../http';
import { DEMO_TOKEN, DEMO_USER, FIELDS, PRIORITIES, RESOLUTIONS } from './config';
import { failure, Search } from './search';
import { account, historiesOf, issueOf, statusList, type Shape } from './shapes';
import { Tickets } from './tickets';
import { noJiraTraps, type JiraTraps } from './traps';

export { jiraDemoSource, DEMO_TOKEN, DEMO_USER } from './config';
export { noJiraTraps, type JiraTraps } from './traps';

export interface JiraUpstreamOptions {
  readonly world: World;
  /** The world's clock, epoch ms; it may move on between requests. */
  readonly now: () => number;
  readonly deployment?: 'cloud' | 'data_center';
  readonly port?: number;
  readonly traps?: Partial<JiraTraps>;
  readonly control?: boolean;
  readonly capture?: boolean;
  readonly tls?: Parameters<typeof startUpstream>[0]['tls'];
}

/** A Jira over the world's tickets: REST v3 of Cloud (Basic: `DEMO_USER`, `DEMO_TOKEN`) or REST v2 of Data Center (Bearer `DEMO_TOKEN`). */
export async function startJiraUpstream(options: JiraUpstreamOptions): Promise<RunningUpstream<JiraTraps>> {
  const cloud = (options.deployment ?? 'cloud') === 'cloud';
  const traps: JiraTraps = { ...noJiraTraps(), ...options.traps };
  const clients = new Map(options.world.clients.map((c, i) => [c.id, { key: c.jiraProject, name: c.name, id: String(10_400 + i) }]));
  const shape: { -readonly [K in keyof Shape]: Shape[K] } = { base: 'https://soc.atlassian.example', cloud, api: cloud ? '/rest/api/3' : '/rest/api/2', traps, clients };
  const tickets = new Tickets(options.world, options.now, traps);
  const search = new Search(shape, tickets);
  const wanted = cloud ? `Basic ${Buffer.from(`${DEMO_USER}:${DEMO_TOKEN}`).toString('base64')}` : `Bearer ${DEMO_TOKEN}`;
  return startUpstream<JiraTraps>({
    name: 'jira', port: options.port, traps, control: options.control, capture: options.capture, tls: options.tls,
    authorised: headers => headers.authorization === wanted,
    error: status => errorOf(status, traps),
    handle: request => (traps.lapsedKey && request.path.endsWith('/myself') ? errorOf(401, traps) : route(request, { shape, tickets, search, bulk: new Bulk(shape, tickets) })),
  });
}

function errorOf(status: number, traps: JiraTraps): UpstreamResponse {
  if (traps.htmlErrors && (status === 401 || status === 403)) return { status, body: `<html><head><title>${status}</title></head><body>Basic Authentication Failure</body></html>`, headers: { 'content-type': 'text/html;charset=UTF-8' } };
  if (status === 401) return { ...failure(401, ['Client must be authenticated to access this resource.']), headers: { 'www-authenticate': 'OAuth realm="https%3A%2F%2Fsoc.atlassian.example"' } };
  if (status === 403) return failure(403, ['You do not have permission to access this resource.']);
  if (status === 429) return { ...failure(429, ['Rate limit exceeded.']), headers: { 'x-ratelimit-limit': '100', 'x-ratelimit-remaining': '0', 'ratelimit-reason': 'jira-burst-based' } };
  return failure(status, [status === 400 ? 'Invalid request payload. Refer to the REST API documentation and try again.' : 'Internal server error']);
}

interface Site { readonly shape: Shape; readonly tickets: Tickets; readonly search: Search; readonly bulk: Bulk }
function route(request: UpstreamRequest, { shape, tickets, search, bulk }: Site): UpstreamResponse {
  const { cloud, traps } = shape;
  const m = /^\/rest\/api\/(2|3|latest)\/(.+)$/.exec(request.path);
  if (!m || (m[1] === '3' && !cloud)) return { status: 404, body: '<html><body>dead link</body></html>', headers: { 'content-type': 'text/html' } };
  const path = m[2]!;
  const post = request.method === 'POST';
  if (path === 'serverInfo') return { status: 200, body: cloud ? { baseUrl: shape.base, version: '1001.0.0-SNAPSHOT', versionNumbers: [1001, 0, 0], deploymentType: 'Cloud', buildNumber: 100290, serverTitle: 'Jira' } : { baseUrl: shape.base, version: '9.12.5', versionNumbers: [9, 12, 5], deploymentType: 'Server', buildNumber: 9120005, serverTitle: 'Jira' } };
  if (path === 'myself') return { status: 200, body: account(shape, 'human', 0) };
  if (path === 'status') return { status: 200, body: statusList(shape) };
  if (path === 'priority') return { status: 200, body: PRIORITIES.map(p => ({ self: `${shape.base}${shape.api}/priority/${p.id}`, id: p.id, name: traps.localised ? p.localised : p.name })) };
  if (path === 'resolution') return { status: 200, body: RESOLUTIONS.map(r => ({ self: `${shape.base}${shape.api}/resolution/${r.id}`, id: r.id, name: traps.localised ? r.localised : r.name, description: '' })) };
  if (path === 'field') return { status: 200, body: fieldList(traps) };
  if (path === 'search') return cloud ? failure(410, ['The requested API has been removed. Please migrate to the /rest/api/3/search/jql API. A full migration guideline is available at https://developer.atlassian.com/changelog/#CHANGE-2046']) : search.dataCenter(request);
  if (cloud && path === 'search/jql') return search.cloud(request);
  if (cloud && path === 'search/approximate-count' && post) return search.approximate(request);
  if (cloud && path === 'changelog/bulkfetch' && post) return bulk.fetch(request);
  const issue = /^issue\/([^/]+)(?:\/(changelog|remotelink))?$/.exec(path);
  if (issue) {
    const known = tickets.find(decodeURIComponent(issue[1]!));
    if (!known || (issue[2] === 'changelog' && traps.noPagedChangelog)) return failure(404, ['Issue does not exist or you do not have permission to see it.']);
    if (issue[2] === 'remotelink') return { status: 200, body: [] };
    if (issue[2] === 'changelog') return paged(shape, request, historiesOf(shape, known, null, false), known.ticket.id);
    const fields = request.query.get('fields')?.split(',') ?? ['*all'];
    // A single issue always has its whole history embedded.
    return { status: 200, body: { ...issueOf(shape, known, fields), ...(request.query.get('expand')?.includes('changelog') ? { changelog: { startAt: 0, maxResults: 1000, total: historiesOf(shape, known, null, false).length, histories: historiesOf(shape, known, null, false) } } : {}) } };
  }
  return failure(404, ['null for uri: ' + request.path]);
}

function fieldList(traps: JiraTraps): unknown[] {
  const system = ['summary', 'status', 'priority', 'resolution', 'labels', 'description', 'created', 'updated', 'project', 'issuetype', 'comment', 'assignee', 'creator', 'reporter', 'issuelinks', 'resolutiondate'].map(id => ({ id, key: id, name: id, custom: false, orderable: true, navigable: true, searchable: true, clauseNames: [id], schema: { type: 'string', system: id } }));
  const names: Record<keyof typeof FIELDS, string> = { alertIds: 'Alert ids', origin: 'Origin', mergedInto: 'Merged into', severity: 'Severity' };
  const custom = Object.entries(FIELDS).map(([key, id]) => ({ id, key: id, name: names[key as keyof typeof FIELDS], untranslatedName: names[key as keyof typeof FIELDS], custom: true, orderable: true, navigable: true, searchable: true, clauseNames: [`cf[${id.slice(12)}]`], schema: { type: 'string', custom: 'com.atlassian.jira.plugin.system.customfieldtypes:textfield', customId: Number(id.slice(12)) } }));
  return [...system, ...custom].filter(f => !traps.missingFields.includes(f.id));
}

function paged(shape: Shape, request: UpstreamRequest, all: readonly unknown[], id: number): UpstreamResponse {
  const startAt = Number(request.query.get('startAt') ?? 0);
  const maxResults = Math.min(Number(request.query.get('maxResults') ?? 100), 100);
  const values = all.slice(0, all.length - shape.traps.historiesLost).slice(startAt, startAt + maxResults);
  const isLast = startAt + values.length >= all.length;
  const self = (at: number) => `${shape.base}${shape.api}/issue/${id}/changelog?maxResults=${maxResults}&startAt=${at}`;
  return { status: 200, body: { self: self(startAt), ...(isLast ? {} : { nextPage: self(startAt + maxResults) }), maxResults, startAt, total: all.length, isLast, values } };
}

/** POST /changelog/bulkfetch: up to 1000 issues and 10 fields; pages cut between histories, even within an issue. */
class Bulk {
  constructor(private readonly shape: Shape, private readonly tickets: Tickets) {}
  fetch(request: UpstreamRequest): UpstreamResponse {
    const body = (request.body ?? {}) as { issueIdsOrKeys?: string[]; fieldIds?: string[]; maxResults?: number; nextPageToken?: string };
    const wanted = body.issueIdsOrKeys ?? [];
    if (wanted.length === 0 || wanted.length > 1000) return failure(400, ['issueIdsOrKeys must hold between 1 and 1000 elements.']);
    if ((body.fieldIds?.length ?? 0) > 10) return failure(400, ['fieldIds must hold at most 10 elements.']);
    const cap = Math.min(body.maxResults ?? 1000, 10_000, this.shape.traps.bulkHistories ?? Infinity);
    const fieldIds = body.fieldIds ? new Set(body.fieldIds) : null;
    let [index, skip] = body.nextPageToken ? (JSON.parse(Buffer.from(body.nextPageToken, 'base64url').toString()) as [number, number]) : [0, 0];
    const issueChangeLogs: { issueId: string; changeHistories: unknown[] }[] = [];
    for (let left = cap; index < wanted.length && left > 0; index++, skip = 0) {
      const known = this.tickets.find(wanted[index]!);
      if (!known) continue;
      const all = historiesOf(this.shape, known, fieldIds, true);
      const part = all.slice(skip, skip + left);
      if (part.length > 0) issueChangeLogs.push({ issueId: String(known.ticket.id), changeHistories: part });
      left -= part.length;
      if (skip + part.length < all.length) { skip += part.length; break; }
    }
    const more = index < wanted.length;
    return { status: 200, body: { issueChangeLogs, ...(more ? { nextPageToken: Buffer.from(JSON.stringify([index, skip])).toString('base64url') } : {}) } };
  }
}
