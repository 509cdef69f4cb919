import type { QueryBody } from '../../../demo/preview/server/plugin-backend';
import type { PluginBackend } from '../../../demo/preview/server/plugin-backend';
import { ApiError } from './answer';
import { at, need, ok, type Call, type Route } from './route';
import type { OrgRole, StoredDataSource } from './state';

/** What Grafana tells a plugin about a call: organisation and role of the caller, the data source with its decrypted secrets. */
export interface PluginCaller { readonly orgId: number; readonly role: OrgRole; readonly dataSource: StoredDataSource }
export type PluginFor = (caller: PluginCaller) => PluginBackend;

/** Queries, resources and health, answered by a plugin behind the double as Grafana answers them. */
export function pluginRoutes(pluginFor: PluginFor | undefined): readonly Route[] {
  const of = (call: Call, uid: string): PluginBackend => {
    need(call, 'Viewer', 'datasources:query');
    const dataSource = call.who.organisation.dataSources.get(uid);
    if (!dataSource) throw new ApiError(404, 'Data source not found');
    if (!pluginFor) throw new ApiError(500, 'Unable to find datasource plugin');
    return pluginFor({ orgId: call.who.organisation.id, role: call.who.role, dataSource });
  };
  const resource = async (call: Call, method: string) => {
    const answer = await of(call, call.params[0]!).resource({ method, path: decodeURIComponent(call.params[1] ?? ''), search: call.query.toString(), headers: { 'Content-Type': 'application/json' }, body: method === 'GET' ? new Uint8Array() : Buffer.from(JSON.stringify(call.body)) });
    const text = Buffer.from(answer.body).toString('utf8');
    let body: unknown = text;
    try { body = JSON.parse(text); } catch { /* not JSON: a page or a file, handed on as text */ }
    return { status: answer.status, body };
  };
  return [
    at('POST', '/api/ds/query', async call => {
      const queries = (call.body.queries ?? []) as { refId: string; datasource?: { uid?: string } }[];
      const uid = queries[0]?.datasource?.uid;
      if (!uid) throw new ApiError(400, 'Bad request data', { messageId: 'query.noQueries' });
      const results = await of(call, uid).query({ from: String(call.body.from), to: String(call.body.to), queries } as QueryBody, {});
      return ok({ results }, Object.values(results).some(r => r.error !== undefined) ? 400 : 200);
    }),
    at('GET', '/api/datasources/uid/:uid/health', async call => {
      const health = await of(call, call.params[0]!).health({});
      return ok({ message: health.message, status: health.status, details: health.details }, health.status === 'OK' ? 200 : 400);
    }),
    at('GET', '/api/datasources/uid/:uid/resources/*', call => resource(call, 'GET')),
    at('POST', '/api/datasources/uid/:uid/resources/*', call => resource(call, 'POST')),
  ];
}
