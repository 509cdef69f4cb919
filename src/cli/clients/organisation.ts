import { PLUGIN_ID } from './plugin-id';
import type { GrafanaApi } from './api';
import { RULE_GROUP, ruleGroup } from './alert-rules';
import { differences } from './compare';
import type { ClientsFile, WantedOrganisation } from './config';
import { dashboardFor } from './dashboards';
import { expiryOf, whyNewGrant, type GrantDesk, type GrantNote } from './grant';

type Json = Record<string, unknown>;
export type Action = 'create' | 'update' | 'keep';
/** One thing of an organisation, as it is and as it shall be. */
export interface Step { readonly what: string; readonly action: Action; readonly changes: readonly string[]; readonly write: () => Promise<void> }
export interface Means { readonly file: ClientsFile; readonly dashboards: readonly Json[]; readonly desk: GrantDesk; readonly now: number }

const step = (what: string, exists: boolean, changes: readonly string[], write: () => Promise<unknown>): Step =>
  ({ what, action: !exists ? 'create' : changes.length > 0 ? 'update' : 'keep', changes, write: async () => { await write(); } });
const path = encodeURIComponent;

/** Reads everything an organisation should hold and says what each thing needs. Reads only; `orgId` null: it does not exist yet. */
export async function stepsOf(api: GrafanaApi | null, orgId: number | null, wanted: WantedOrganisation, means: Means): Promise<Step[]> {
  const get = <T>(p: string): Promise<T | null> => (api ? api.get<T>(p) : Promise.resolve(null));
  const to = (): GrafanaApi => { if (!api || orgId === null) throw new Error(`organisation "${wanted.name}" does not exist yet`); return api; };
  return [
    await dataSource(get, to, orgId, wanted, means),
    await folder(get, to, means.file),
    ...await inTurn(means.dashboards, d => dashboard(get, to, dashboardFor(d, wanted.zone), means.file)),
    ...(wanted.alerts ? [await rules(get, to, means.file)] : []),
    await preferences(get, to, wanted, means),
  ];
}
type Get = <T>(path: string) => Promise<T | null>;
type To = () => GrafanaApi;

async function inTurn<T, R>(list: readonly T[], each: (one: T) => Promise<R>): Promise<R[]> {
  const done: R[] = [];
  for (const one of list) done.push(await each(one));
  return done;
}

async function dataSource(get: Get, to: To, orgId: number | null, wanted: WantedOrganisation, { file, desk, now }: Means): Promise<Step> {
  const { uid, name } = file.dataSource;
  const have = await get<Json & { version: number; jsonData: Json; secureJsonFields: Record<string, boolean> }>(`/api/datasources/uid/${path(uid)}`);
  const why = whyNewGrant(file, wanted, have, now);
  const expires = expiryOf(file, now);
  const note = why === null ? have!.jsonData.grant as GrantNote : { clients: wanted.clients, expires: new Date(expires).toISOString().slice(0, 10) };
  const want = { uid, name, type: PLUGIN_ID, access: 'proxy', url: '', isDefault: true, jsonData: { workspace: file.workspace, grant: note } };
  const changes = have ? differences(want, have).filter(c => why === null || !c.startsWith('jsonData.grant')) : [];
  if (why !== null) changes.push(`grant for ${wanted.clients.join(', ')} until ${new Date(expires).toISOString().slice(0, 10)} (${why})`);
  return step(`data source ${uid}`, have !== null, changes, async () => {
    const api = to();
    const minted = why === null ? null : await desk.mint({ workspace: file.workspace, orgId: orgId!, uid, clients: wanted.clients, expires });
    const body = minted === null ? want : { ...want, jsonData: { ...want.jsonData, grant: { id: minted.id, ...note } }, secureJsonData: { grant: minted.grant } };
    if (have) await api.send('PUT', `/api/datasources/uid/${path(uid)}`, { ...body, version: have.version });
    else await api.send('POST', '/api/datasources', body);
    const old = (have?.jsonData?.grant as Partial<GrantNote> | undefined)?.id;
    // Only when the new one stands in its place, and so that no copy of the old one outlives it.
    if (minted !== null && typeof old === 'string') await desk.revoke(old);
  });
}

async function folder(get: Get, to: To, { folder: { uid, title } }: ClientsFile): Promise<Step> {
  const have = await get<{ title: string; version: number }>(`/api/folders/${path(uid)}`);
  return step(`folder ${uid}`, have !== null, have ? differences({ title }, have) : [], () =>
    have ? to().send('PUT', `/api/folders/${path(uid)}`, { title, version: have.version }) : to().send('POST', '/api/folders', { uid, title }));
}

async function dashboard(get: Get, to: To, want: Json, { folder: { uid: folderUid } }: ClientsFile): Promise<Step> {
  const uid = String(want.uid);
  const have = await get<{ dashboard: Json & { version: number }; meta: Json }>(`/api/dashboards/uid/${path(uid)}`);
  // Grafana raises the schema version of what it stores by itself.
  const { schemaVersion: _schema, ...compared } = want;
  const changes = have ? [...differences(compared, have.dashboard), ...differences({ folderUid }, have.meta)] : [];
  return step(`dashboard ${uid}`, have !== null, changes, () =>
    to().send('POST', '/api/dashboards/db', { dashboard: { ...want, ...(have && { version: have.dashboard.version }) }, folderUid, overwrite: false, message: 'soc-outcomes clients apply' }));
}

async function rules(get: Get, to: To, file: ClientsFile): Promise<Step> {
  const at = `/api/v1/provisioning/folder/${path(file.folder.uid)}/rule-groups/${path(RULE_GROUP)}`;
  const want = ruleGroup(file);
  const have = await get<Json>(at);
  // Without provenance an operator can still pause or route a rule in Grafana's own pages.
  return step(`alert rules ${RULE_GROUP}`, have !== null, have ? differences(want, have) : [], () => to().send('PUT', at, want, { 'X-Disable-Provenance': 'true' }));
}

async function preferences(get: Get, to: To, wanted: WantedOrganisation, { dashboards }: Means): Promise<Step> {
  const home = dashboards.map(d => String(d.uid)).find(u => u.endsWith('-overview')) ?? '';
  const want = { timezone: wanted.zone, language: wanted.language, ...(home && { homeDashboardUID: home }) };
  const have = await get<Json>('/api/org/preferences');
  return step('preferences', have !== null, have ? differences(want, have) : Object.entries(want).map(([k, v]) => `${k}: ${v}`), () => to().send('PATCH', '/api/org/preferences', want));
}
