/**
 * A Grafana for tests: a real HTTP server with Grafana's own paths, authentication, error bodies and state (organisations, members,
 * service accounts, data sources, folders, dashboards, rule groups, preferences). What a plugin would answer, a plugin answers.
 */
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { alertRuleRoutes } from './alert-rules';
import { ApiError, send } from './answer';
import { identify } from './auth';
import { dashboardRoutes } from './dashboards';
import { dataSourceRoutes } from './data-sources';
import { organisationRoutes } from './organisations';
import { pluginRoutes, type PluginFor } from './plugin';
import type { Route } from './route';
import { GrafanaState, type Json } from './state';

export type { PluginCaller, PluginFor } from './plugin';
export { GrafanaState } from './state';

export interface SeenRequest { readonly method: string; readonly path: string; readonly orgId: number; readonly status: number }
export interface GrafanaDouble {
  readonly url: string;
  readonly state: GrafanaState;
  /** Every request answered so far, in order. */
  readonly seen: SeenRequest[];
  /** Answers a request with this fault instead; undefined lets it pass. `drop` breaks the connection. */
  fault: ((method: string, path: string, orgId: number) => { status: number; message: string } | 'drop' | undefined) | undefined;
  close(): Promise<void>;
}

async function bodyOf(request: IncomingMessage): Promise<Json> {
  const parts: Buffer[] = [];
  for await (const part of request as AsyncIterable<Buffer>) parts.push(part);
  const text = Buffer.concat(parts).toString('utf8');
  if (text === '') return {};
  try { return JSON.parse(text) as Json; } catch { throw new ApiError(400, 'bad request data'); }
}

export async function startGrafanaDouble(options: { readonly pluginFor?: PluginFor } = {}): Promise<GrafanaDouble> {
  const state = new GrafanaState();
  const routes: readonly Route[] = [...organisationRoutes, ...dataSourceRoutes, ...dashboardRoutes, ...alertRuleRoutes, ...pluginRoutes(options.pluginFor)];
  const seen: SeenRequest[] = [];

  const answer = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const { pathname, searchParams } = new URL(request.url ?? '/', 'http://grafana');
    const method = request.method ?? 'GET';
    let orgId = 0;
    const done = (status: number, body: unknown) => { seen.push({ method, path: pathname, orgId, status }); send(response, status, body); };
    try {
      const body = await bodyOf(request);
      const route = routes.find(r => r.method === method && r.path.test(pathname));
      const who = pathname === '/api/health' ? { login: '', serverAdmin: false, organisation: state.organisations.get(1)!, role: 'None' as const } : identify(state, request);
      orgId = who.organisation.id;
      const fault = double.fault?.(method, pathname, orgId);
      if (fault === 'drop') { seen.push({ method, path: pathname, orgId, status: 0 }); request.socket.destroy(); return; }
      if (fault) return done(fault.status, { message: fault.message });
      if (!route) return done(404, { message: 'Not found' });
      const params = route.path.exec(pathname)!.slice(1).map(decodeURIComponent);
      const { status, body: said } = await route.handle({ state, who, params, query: searchParams, body, headers: request.headers });
      done(status, said);
    } catch (error) {
      if (error instanceof ApiError) done(error.status, { message: error.message, ...error.extra });
      else done(500, { message: error instanceof Error ? error.message : String(error) });
    }
  };
  const server = createServer((request, response) => void answer(request, response));
  await new Promise<void>((resolve, reject) => { server.once('error', reject); server.listen(0, '127.0.0.1', resolve); });
  const double: GrafanaDouble = {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, state, seen, fault: undefined,
    close: () => new Promise(resolve => { server.close(() => resolve()); server.closeAllConnections(); }),
  };
  return double;
}
