import type { ResourceRequest, ResourceResponse, Role } from '../host/handlers';
import { Denied } from '../scope/reader';
import type { Workspaces } from '../workspace/workspaces';
import { said } from './errors';
import { ROUTES } from './routes';

export { ROUTES } from './routes';
const RANK: Record<Role, number> = { None: 0, Viewer: 1, Editor: 2, Admin: 3 };

/** Answers a resource call: the route must exist for path and method, the role must suffice, and the scope gate must open. */
export async function callResource(workspaces: Workspaces, request: ResourceRequest): Promise<ResourceResponse> {
  const json = (status: number, body: unknown): ResourceResponse => ({ status, headers: { 'content-type': 'application/json', 'cache-control': 'no-store', 'x-content-type-options': 'nosniff' }, body: JSON.stringify(body) });
  const path = request.path.replace(/^\/+|\/+$/g, '');
  const named = ROUTES.filter(r => r.path.test(path));
  if (named.length === 0) return json(404, { message: `There is no resource "${path.slice(0, 100)}".` });
  const route = named.find(r => r.method === request.method);
  if (!route) return json(405, { message: `${request.method.slice(0, 20)} is not allowed here; use ${named.map(r => r.method).join(' or ')}.` });
  try {
    const role = request.context.role ?? 'Viewer';
    if (RANK[role] < RANK[route.role]) throw new Denied(`This needs the role ${route.role}.`, 'role');
    return json(200, await route.handle(workspaces, request));
  } catch (error) {
    const { status, message } = await said(workspaces, request.context, error);
    return json(status, { message });
  }
}
