import type { IncomingMessage, ServerResponse } from 'node:http';
import { HttpError, readBody, send, sendJson } from './answer';
import { readDashboards } from './dashboards';
import { sendFile } from './files';
import type { CallHeaders, PluginBackend, QueryBody } from './plugin-backend';

/** What the routes answer from. */
export interface PreviewParts {
  app: string;
  dashboardsDir: string;
  /** Subfolders that are not shown here. */
  exceptFolders?: readonly string[];
  /** Time zone of every dashboard, as `clients apply` writes it; the file's own when left out. */
  zone?: string;
  /** Other organisations of this preview and where each is served; the browser only follows the link. */
  organisations?: () => ReadonlyArray<{ name: string; url: string; current: boolean }>;
  backend: PluginBackend;
  dataSource: { uid: string; name: string; type: string; jsonData: Record<string, unknown> };
  organisation: { id: number; name: string };
  version: string;
  status: () => Promise<unknown>;
}

/** The headers that Grafana forwards to a data source; no cookie and no authorisation ever is one of them. */
const passedOn = ['x-dashboard-uid', 'x-dashboard-title', 'x-panel-id', 'x-panel-title', 'x-panel-plugin-id', 'x-query-group-id', 'x-datasource-uid', 'x-plugin-id', 'content-type', 'accept'];

function headersOf(request: IncomingMessage): CallHeaders {
  return Object.fromEntries(passedOn.flatMap((name) => (typeof request.headers[name] === 'string' ? [[name.replace(/(^|-)[a-z]/g, (letters) => letters.toUpperCase()), request.headers[name]]] : [])));
}

/** Answers one request; a thrown HttpError becomes its status, anything else a 502 with its message. */
export async function route(request: IncomingMessage, response: ServerResponse, parts: PreviewParts): Promise<void> {
  const { pathname, searchParams } = new URL(request.url ?? '/', 'http://preview');
  const dataSource = /^\/api\/datasources\/uid\/([^/]+)\/(health|resources)(?:\/(.*))?$/.exec(pathname);
  const dashboard = /^\/api\/dashboards\/uid\/([^/]+)$/.exec(pathname);
  if (pathname === '/api/ds/query' && request.method === 'POST') {
    return query(request, response, parts);
  }
  if (dataSource) {
    const [, uid = '', kind, path = ''] = dataSource;
    if (decodeURIComponent(uid) !== parts.dataSource.uid) {
      throw new HttpError(404, `Data source ${uid} not found`);
    }
    return kind === 'health' ? health(request, response, parts) : resource(request, response, parts, path, searchParams.toString());
  }
  if (pathname === '/api/preview/boot') {
    return boot(response, parts);
  }
  if (pathname === '/api/preview/status') {
    return sendJson(response, 200, await parts.status());
  }
  if (dashboard) {
    const uid = decodeURIComponent(dashboard[1] ?? '');
    const file = (await readDashboards(parts.dashboardsDir, parts.exceptFolders)).find((one) => one.uid === uid);
    if (!file) {
      throw new HttpError(404, `No dashboard file has the uid "${uid}"`);
    }
    return sendJson(response, 200, { dashboard: parts.zone ? { ...file.json, timezone: parts.zone } : file.json, meta: { folderTitle: file.folder, canEdit: false, canSave: false } });
  }
  if (pathname.startsWith('/api/')) {
    throw new HttpError(404, `The preview does not have ${request.method} ${pathname}`);
  }
  const page = pathname === '/' || pathname.startsWith('/d/') ? '/index.html' : pathname;
  if (!(await sendFile(response, parts.app, page))) {
    throw new HttpError(404, `No file ${pathname}`);
  }
}

async function boot(response: ServerResponse, { dashboardsDir, exceptFolders, dataSource, organisation, organisations, version }: PreviewParts): Promise<void> {
  const dashboards = (await readDashboards(dashboardsDir, exceptFolders)).map(({ json: _json, ...entry }) => entry);
  sendJson(response, 200, { dashboards, dataSource, organisation, organisations: organisations?.() ?? [], version });
}

async function query(request: IncomingMessage, response: ServerResponse, { backend }: PreviewParts): Promise<void> {
  const body = parseQuery((await readBody(request)).toString('utf8'));
  const results = await backend.query(body, headersOf(request));
  // Grafana answers 400 as soon as one query has failed; the others are in the body all the same.
  const failed = Object.values(results).some((answer) => answer.error !== undefined);
  sendJson(response, failed ? 400 : 200, { results });
}

function parseQuery(text: string): QueryBody {
  let body: unknown;
  try {
    body = JSON.parse(text);
  } catch {
    throw new HttpError(400, 'The body of /api/ds/query is not JSON');
  }
  const { queries, from, to } = (body ?? {}) as Partial<QueryBody>;
  if (!Array.isArray(queries) || queries.length === 0 || !queries.every((one) => typeof one?.refId === 'string')) {
    throw new HttpError(400, '"queries" must be a list of queries, each with a refId');
  }
  return { queries, from: String(from), to: String(to) };
}

async function resource(request: IncomingMessage, response: ServerResponse, { backend }: PreviewParts, path: string, search: string): Promise<void> {
  const answer = await backend.resource({ method: request.method ?? 'GET', path, search, headers: headersOf(request), body: await readBody(request) });
  const kept = Object.entries(answer.headers).filter(([name]) => ['content-type', 'cache-control', 'content-disposition'].includes(name.toLowerCase()));
  send(response, answer.status, Object.fromEntries(kept), answer.body);
}

async function health(request: IncomingMessage, response: ServerResponse, { backend }: PreviewParts): Promise<void> {
  const answer = await backend.health(headersOf(request));
  sendJson(response, answer.status === 'OK' ? 200 : 400, answer);
}
