import { ENTRIES } from '../../catalog';
import type { ResourceRequest, ResourceResponse, Role } from '../host/handlers';
import { SettingsRefused, SourceBusy } from '../workspace/errors';
import { Denied } from '../scope/reader';
import type { Workspaces } from '../workspace/workspaces';
import { plainEntry } from '../../catalog/plain';
import { BadBody, checkSettings, settingsState } from './settings';
import { suggestions } from './suggestions';

type Handle = (workspaces: Workspaces, request: ResourceRequest) => Promise<unknown>;
interface Route { readonly method: 'GET' | 'POST'; readonly path: RegExp; /** Lowest role that may call; undefined user (alert rules, public dashboards) counts as Viewer for reads. */ readonly role: Role; readonly handle: Handle }

const RANK: Record<Role, number> = { None: 0, Viewer: 1, Editor: 2, Admin: 3 };

/** Every resource route with the role it needs; what is not listed does not exist. All of them go through the scope gate. */
export const ROUTES: readonly Route[] = [
  { method: 'GET', path: /^catalog$/, role: 'Viewer', handle: async () => ({ metrics: ENTRIES.map(plainEntry) }) },
  { method: 'GET', path: /^suggestions\/([a-z]+)$/, role: 'Viewer', handle: async (workspaces, request) => {
    const { reader } = await workspaces.open(request.context);
    return { values: await suggestions(reader, request.path.split('/')[1]!, request.query.get('contains') ?? '') };
  } },
  { method: 'GET', path: /^status$/, role: 'Viewer', handle: async (workspaces, request) => {
    await workspaces.open(request.context);
    return (await workspaces.of(request.context)).sync.status();
  } },
  { method: 'GET', path: /^settings\/state$/, role: 'Admin', handle: async (workspaces, request) => settingsState(workspaces, request) },
  { method: 'POST', path: /^settings\/check$/, role: 'Admin', handle: async (_workspaces, request) => checkSettings(request) },
];

export async function callResource(workspaces: Workspaces, request: ResourceRequest): Promise<ResourceResponse> {
  const json = (status: number, body: unknown): ResourceResponse => ({ status, headers: { 'content-type': 'application/json', 'cache-control': 'no-store' }, body: JSON.stringify(body) });
  const path = request.path.replace(/^\/+|\/+$/g, '');
  const named = ROUTES.filter(r => r.path.test(path));
  if (named.length === 0) return json(404, { message: `There is no resource "${path.slice(0, 100)}".` });
  const route = named.find(r => r.method === request.method);
  if (!route) return json(405, { message: `${request.method} is not allowed here; use ${named.map(r => r.method).join(' or ')}.` });
  const role = request.context.role ?? 'Viewer';
  if (RANK[role] < RANK[route.role]) return json(403, { message: `This needs the role ${route.role}.` });
  try {
    return json(200, await route.handle(workspaces, request));
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    const status = error instanceof BadBody ? 400 : error instanceof Denied ? 403 : error instanceof SettingsRefused ? 409 : error instanceof SourceBusy ? 503 : 500;
    return json(status, { message });
  }
}
