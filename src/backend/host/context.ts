/** The border: protobuf messages become the plain types of handlers.ts, and what must not pass is dropped here. */
import type { DataSourceInstanceSettings, PluginContext as WireContext } from './gen/grafana/pluginv2_pb';
import type { DataSourceSettings, PluginContext, RequestOrigin, Role } from './handlers';
import { registerSecret } from './redaction';

const ROLES: readonly Role[] = ['Admin', 'Editor', 'Viewer', 'None'];

/** Headers of a resource call that handlers may see. X-Grafana-Id (it names the person), cookies and the like stay out. */
const RESOURCE_HEADERS = new Set(['content-type', 'accept', 'if-none-match', 'range']);

/** Something Grafana sent cannot be read. The message says what. */
export class RequestError extends Error {
  override name = 'RequestError';
}

/** The caller in plain types. Throws RequestError when jsonData is not JSON. */
export function pluginContext(wire: WireContext | undefined): PluginContext {
  if (wire === undefined) {
    throw new RequestError('the request has no plugin context');
  }
  return {
    orgId: Number(wire.orgId),
    ...(wire.namespace !== '' && { namespace: wire.namespace }),
    role: wire.user === undefined ? undefined : (ROLES.find((role) => role === wire.user?.role) ?? 'None'),
    pluginId: wire.pluginId,
    dataSource: wire.dataSourceInstanceSettings && dataSource(wire.dataSourceInstanceSettings),
    grafanaConfig: plainMap(wire.grafanaConfig),
  };
}

function dataSource(wire: DataSourceInstanceSettings): DataSourceSettings {
  const secrets = plainMap(wire.decryptedSecureJsonData);
  Object.values(secrets).forEach(registerSecret);
  return {
    uid: wire.uid,
    name: wire.name,
    jsonData: parseJson(wire.jsonData, `jsonData of data source ${wire.uid}`) ?? {},
    decryptedSecureJsonData: secrets,
    lastUpdatedMS: Number(wire.lastUpdatedMS),
    ...(wire.url !== '' && { url: wire.url }),
  };
}

/** Forwarded headers come as `http_<Name>` in queries and health checks, plainly in resource calls, in any case. */
export function requestOrigin(headers: Readonly<Record<string, string>>): RequestOrigin {
  const byName = new Map(Object.entries(headers).map(([name, value]) => [name.toLowerCase().replace(/^http_/, ''), value]));
  const dashboardUid = byName.get('x-dashboard-uid');
  const panelId = byName.get('x-panel-id');
  const ruleUid = byName.get('x-rule-uid');
  return {
    fromAlert: byName.get('fromalert') === 'true',
    ...(dashboardUid && { dashboardUid }),
    ...(panelId && { panelId }),
    ...(ruleUid && { ruleUid }),
  };
}

/** Of all headers those a resource handler may see, names in lower case. */
export function resourceHeaders(headers: Readonly<Record<string, string>>): Record<string, string> {
  return Object.fromEntries(
    Object.entries(headers)
      .map(([name, value]): [string, string] => [name.toLowerCase(), value])
      .filter(([name]) => RESOURCE_HEADERS.has(name))
  );
}

/** Parsed JSON, undefined for no bytes. Throws RequestError that names `what`. */
export function parseJson(bytes: Uint8Array, what: string): unknown {
  if (bytes.length === 0) {
    return undefined;
  }
  try {
    return JSON.parse(Buffer.from(bytes).toString('utf8')) as unknown;
  } catch (error) {
    throw new RequestError(`${what} is not JSON: ${(error as Error).message}`);
  }
}

/** A map without a prototype: names come from outside, and `__proto__` is one of them. */
function plainMap(entries: Readonly<Record<string, string>>): Record<string, string> {
  return Object.assign(Object.create(null) as Record<string, string>, entries);
}
