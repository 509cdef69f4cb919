import { ApiError } from './answer';
import { at, need, ok, text, type Call, type Route } from './route';
import type { Json, StoredDataSource } from './state';

const shown = (d: StoredDataSource, orgId: number) => ({
  id: d.id, uid: d.uid, orgId, name: d.name, type: d.type, typeLogoUrl: '', access: d.access, url: d.url, user: '', database: '', basicAuth: false, basicAuthUser: '', withCredentials: false,
  isDefault: d.isDefault, jsonData: d.jsonData, secureJsonFields: Object.fromEntries(Object.entries(d.secureJsonData).filter(([, v]) => v !== '').map(([k]) => [k, true])), version: d.version, readOnly: d.readOnly,
});
const found = (call: Call): StoredDataSource => {
  const one = call.who.organisation.dataSources.get(call.params[0]!);
  if (!one) throw new ApiError(404, 'Data source not found');
  return one;
};
const secrets = (body: Json): Record<string, string> => (body.secureJsonData ?? {}) as Record<string, string>;

export const dataSourceRoutes: readonly Route[] = [
  at('GET', '/api/datasources', call => { need(call, 'Admin', 'datasources:read'); return ok([...call.who.organisation.dataSources.values()].map(d => shown(d, call.who.organisation.id))); }),
  at('GET', '/api/datasources/uid/:uid', call => { need(call, 'Admin', 'datasources:read'); return ok({ ...shown(found(call), call.who.organisation.id), accessControl: { 'datasources:write': true } }); }),
  at('POST', '/api/datasources', call => {
    need(call, 'Admin', 'datasources:create');
    const { organisation } = call.who;
    const name = text(call.body, 'name'), uid = (call.body.uid as string | undefined) ?? `ds${call.state.nextId()}`;
    if ([...organisation.dataSources.values()].some(d => d.name === name)) throw new ApiError(409, 'data source with the same name already exists');
    if (organisation.dataSources.has(uid)) throw new ApiError(409, 'data source with the same uid already exists');
    const stored: StoredDataSource = {
      id: call.state.nextId(), uid, name, type: text(call.body, 'type'), access: text(call.body, 'access'), url: (call.body.url as string | undefined) ?? '', isDefault: call.body.isDefault === true, readOnly: false,
      jsonData: (call.body.jsonData ?? {}) as Json, secureJsonData: secrets(call.body), version: 1, updatedMs: Date.now(),
    };
    organisation.dataSources.set(uid, stored);
    return ok({ datasource: shown(stored, organisation.id), id: stored.id, message: 'Datasource added', name });
  }),
  at('PUT', '/api/datasources/uid/:uid', call => {
    need(call, 'Admin', 'datasources:write');
    const stored = found(call);
    if (stored.readOnly) throw new ApiError(403, 'Cannot update read-only data source');
    if (call.body.version !== undefined && call.body.version !== stored.version) throw new ApiError(409, 'Datasource has already been updated by someone else. Please reload and try again');
    // Secrets that are not sent again stay; everything else is replaced as a whole.
    Object.assign(stored, {
      name: text(call.body, 'name'), type: text(call.body, 'type'), access: text(call.body, 'access'), url: call.body.url ?? '', isDefault: call.body.isDefault === true, jsonData: call.body.jsonData ?? {},
      secureJsonData: { ...stored.secureJsonData, ...secrets(call.body) }, version: stored.version + 1, updatedMs: Math.max(Date.now(), stored.updatedMs + 1),
    });
    return ok({ datasource: shown(stored, call.who.organisation.id), id: stored.id, message: 'Datasource updated', name: stored.name });
  }),
  at('DELETE', '/api/datasources/uid/:uid', call => {
    need(call, 'Admin', 'datasources:delete');
    const stored = found(call);
    call.who.organisation.dataSources.delete(stored.uid);
    return ok({ message: 'Data source deleted', id: stored.id });
  }),
];
