import type { ResourceRequest, ResourceResponse, Role } from '../host/handlers';
import { Denied } from '../scope/reader';
import type { Workspaces } from '../workspace/workspaces';
import { said } from './errors';
import { Page } from './report/page';
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
    const answer = await route.handle(workspaces, request);
    return answer instanceof Page ? page(answer) : json(200, answer);
  } catch (error) {
    const { status, message } = await said(workspaces, request.context, error);
    return json(status, { message });
  }
}

/** A page or a file: nothing in it may run or load anything, whatever a rule or an asset is called. */
const page = ({ contentType, body, fileName }: Page): ResourceResponse => ({
  status: 200, body,
  headers: {
    'content-type': contentType, 'cache-control': 'no-store', 'x-content-type-options': 'nosniff', 'content-security-policy': "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
    ...(fileName && { 'content-disposition': `attachment; filename="${fileName.replace(/[^A-Za-z0-9._-]/g, '_')}"` }),
  },
});
