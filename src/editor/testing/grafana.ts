import type { DataSourceInstanceSettings, DataSourceSettings } from '@grafana/data';
import { setBackendSrv, setGrafanaLiveSrv, setTemplateSrv, type BackendSrv, type BackendSrvRequest, type GrafanaLiveSrv, type TemplateSrv } from '@grafana/runtime';
import { from, NEVER, Subject } from 'rxjs';
import type { DataQueryResponse } from '@grafana/data';
import { ENTRIES } from '../../catalog';
import { plainEntry } from '../../catalog/plain';
import { parseSettings } from '../../settings/parse';
import { readYaml, toYaml } from '../../settings/yaml';
import { DataSource } from '../datasource';
import type { JsonData } from '../types';

/** What stands in for Grafana around the editors: its HTTP client and live service. Catalog and settings are answered by the real ones. */
export interface FakeGrafana {
  /** Requests made so far, as "METHOD path". */
  readonly asked: string[];
  state: { carrier: 'file' | 'data source'; operator: boolean; mayEdit: boolean; why: string | null; settings?: unknown };
  suggestions: Record<string, { text: string; value: string }[]>;
  health: { status: 'OK' | 'ERROR'; message: string; details?: unknown };
  /** A resource path here fails with this message. */
  failing: Record<string, string>;
  /** Waited for before a resource path is answered. */
  before: ((path: string, data: unknown) => Promise<void>) | null;
  readonly live: Subject<DataQueryResponse>;
  variables: Record<string, string | string[]>;
}

export function fakeGrafana(): FakeGrafana {
  const fake: FakeGrafana = {
    asked: [], state: { carrier: 'data source', operator: true, mayEdit: true, why: null }, failing: {}, live: new Subject(), variables: {}, before: null,
    suggestions: { client: [{ text: 'Acme', value: 'acme' }, { text: 'Globex', value: 'globex' }], tier: [{ text: 'critical', value: 'critical' }, { text: 'high', value: 'high' }] },
    health: { status: 'OK', message: 'All 1 sources answer.' },
  };
  const answer = async (request: BackendSrvRequest): Promise<unknown> => {
    const [path = '', search = ''] = request.url.replace(/^.*\/(resources\/|health)/, (_, kind: string) => (kind === 'health' ? 'health' : '')).split('?');
    const params = search || new URLSearchParams(request.params as Record<string, string> | undefined).toString();
    fake.asked.push(`${request.method ?? 'GET'} ${path}${params && `?${params}`}`);
    await fake.before?.(path, request.data);
    if (fake.failing[path]) throw { status: 500, data: { message: fake.failing[path] } };
    if (path === 'health') return fake.health;
    if (path === 'catalog') return JSON.parse(JSON.stringify({ metrics: ENTRIES.map(plainEntry) }));
    if (path.startsWith('suggestions/')) return { values: fake.suggestions[path.slice('suggestions/'.length)] ?? [] };
    if (path === 'settings/state') return fake.state;
    if (path === 'settings/check') return check(request.data as { yaml?: string; settings?: unknown });
    throw { status: 404, data: { message: `There is no resource "${path}".` } };
  };
  const backend = {
    fetch: (request: BackendSrvRequest) => from(answer(request).then(data => ({ data, status: 200, ok: true }))),
    get: (url: string) => answer({ url, method: 'GET' }), post: (url: string, data: unknown) => answer({ url, method: 'POST', data }),
  };
  setBackendSrv(backend as unknown as BackendSrv);
  setGrafanaLiveSrv({ getDataStream: () => fake.live, getStream: () => NEVER } as unknown as GrafanaLiveSrv);
  setTemplateSrv(templates(fake));
  return fake;
}

/** The same answer as the backend's handler gives, from the same schema. */
function check({ yaml, settings }: { yaml?: string; settings?: unknown }): object {
  const read = yaml === undefined ? { ok: true as const, value: settings } : readYaml(yaml);
  if (!read.ok) return { problems: read.problems };
  const parsed = parseSettings(read.value ?? {});
  return { problems: parsed.ok ? [] : parsed.problems, settings: read.value ?? {}, yaml: yaml ?? toYaml(read.value) };
}

const templates = (fake: FakeGrafana): TemplateSrv => ({
  getVariables: () => [], containsTemplate: () => false, updateTimeRange: () => undefined,
  replace: (text = '', _scoped?: unknown, format?: unknown) => text.replace(/\$(\w+)|\[\[(\w+)\]\]/g, (whole: string, plain: string | undefined, old: string | undefined) => {
    const name = plain ?? old!;
    const value = fake.variables[name];
    return value === undefined ? whole : typeof format === 'function' ? (format as (v: unknown) => string)(value) : String(value);
  }),
});

export const makeDataSource = (): DataSource => new DataSource({ uid: 'ops', id: 1, name: 'SOC', type: 'socoutcomes-metrics-datasource', jsonData: {} } as unknown as DataSourceInstanceSettings<JsonData>);

export const optionsWith = (settings: unknown, more: Partial<DataSourceSettings<JsonData, Record<string, string>>> = {}): DataSourceSettings<JsonData, Record<string, string>> => ({
  id: 1, uid: 'ops', orgId: 1, name: 'SOC', typeLogoUrl: '', type: 'socoutcomes-metrics-datasource', typeName: 'SOC Outcomes', access: 'proxy', url: '', user: '', database: '',
  basicAuth: false, basicAuthUser: '', isDefault: false, readOnly: false, withCredentials: false, secureJsonFields: {}, jsonData: { ...(settings !== undefined && { settings }) }, ...more,
});
