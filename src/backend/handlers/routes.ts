import { ENTRIES } from '../../catalog';
import { plainEntry } from '../../catalog/plain';
import type { ResourceRequest, Role } from '../host/handlers';
import type { Workspaces } from '../workspace/workspaces';
import { explainRoute } from './explain-route';
import { grantRoutes } from './grant-routes';
import { reportRoute } from './report/route';
import { checkSettings, settingsState } from './settings';
import { suggestions } from './suggestions';

export type Handle = (workspaces: Workspaces, request: ResourceRequest) => Promise<unknown>;
export interface Route {
  readonly method: 'GET' | 'POST';
  readonly path: RegExp;
  /** Lowest role that may call; an undefined user (alert rules, public dashboards) counts as Viewer for reads. */
  readonly role: Role;
  /** Of an operator organisation only: asked after the role, by the workspace itself. */
  readonly operators?: true;
  readonly handle: Handle;
}

/** Every resource route with the role it needs; what is not listed does not exist. All of them go through the scope gate. */
export const ROUTES: readonly Route[] = [
  { method: 'GET', path: /^catalog$/, role: 'Viewer', handle: async () => ({ metrics: ENTRIES.map(plainEntry) }) },
  { method: 'GET', path: /^suggestions\/([a-z]+)$/, role: 'Viewer', handle: async (workspaces, request) => {
    const { reader } = await workspaces.open(request.context);
    return { values: await suggestions(reader, request.path.split('/')[1]!, request.query.get('contains') ?? '') };
  } },
  { method: 'GET', path: /^status$/, role: 'Viewer', handle: async (workspaces, request) => {
    const { reader, workspace } = await workspaces.open(request.context);
    return workspace.status(reader);
  } },
  { method: 'GET', path: /^explain$/, role: 'Viewer', handle: explainRoute },
  { method: 'GET', path: /^report$/, role: 'Viewer', handle: reportRoute },
  { method: 'GET', path: /^settings\/state$/, role: 'Admin', handle: async (workspaces, request) => settingsState(workspaces, request) },
  { method: 'POST', path: /^settings\/check$/, role: 'Admin', handle: async (_workspaces, request) => checkSettings(request) },
  ...grantRoutes,
];
