import { z } from 'zod';
import type { ResourceRequest } from '../host/handlers';
import { GrantRefused } from '../scope/grants/claims';
import type { Route } from './routes';

const LARGEST_BODY = 100_000;
const when = z.union([z.number().int().positive(), z.iso.datetime({ offset: true }).transform(text => Date.parse(text)), z.iso.date().transform(text => Date.parse(`${text}T00:00:00Z`))]);
const mintBody = z.strictObject({ workspace: z.string().max(63).optional(), orgId: z.number().int().positive(), uid: z.string().min(1).max(100), clients: z.array(z.string().max(63)).min(1).max(1_000), notBefore: when.optional(), expires: when.optional() });
const revokeBody = z.strictObject({ id: z.string().max(40), reason: z.string().max(500).default('') });
const rotateBody = z.strictObject({ id: z.string().max(40), keepOld: z.boolean().default(false) });
const keyBody = z.strictObject({ id: z.string().max(40) });

function bodyOf<S extends z.ZodType>(request: ResourceRequest, schema: S): z.infer<S> {
  if (request.body.length > LARGEST_BODY) throw new GrantRefused('The request is too large.');
  let json: unknown;
  try { json = JSON.parse(Buffer.from(request.body).toString('utf8')); } catch { throw new GrantRefused('The request holds no JSON.'); }
  const parsed = schema.safeParse(json);
  if (!parsed.success) throw new GrantRefused(`The request cannot be read: ${parsed.error.issues.map(i => `${i.path.join('.') || '(body)'}: ${i.message}`).join('; ')}.`);
  return parsed.data;
}

/** How far back accesses are listed unless asked, ms. */
const LOOK_BACK = 30 * 86_400_000;
const sinceOf = (request: ResourceRequest): number => {
  const asked = request.query.get('since');
  if (asked === null || asked === '') return Date.now() - LOOK_BACK;
  if (!/^\d{1,15}(\.\d+)?$/.test(asked)) throw new GrantRefused('"since" is an instant as epoch milliseconds.');
  return Number(asked);
};

/**
 * Grants, keys and accesses: for admins of the operator organisation. The token of a grant is answered once, when it is minted, and is
 * kept nowhere.
 */
export const grantRoutes: readonly Route[] = [
  { method: 'GET', path: /^grants$/, role: 'Admin', operators: true, handle: async (workspaces, request) => {
    const desk = await workspaces.operators(request.context);
    return { grants: desk.list(), keys: desk.keys() };
  } },
  { method: 'POST', path: /^grants$/, role: 'Admin', operators: true, handle: async (workspaces, request) => {
    const desk = await workspaces.operators(request.context);
    const { workspace, ...wanted } = bodyOf(request, mintBody);
    if (workspace !== undefined && workspace !== desk.workspace) throw new GrantRefused(`This data source is of the workspace "${desk.workspace}", so it grants nothing of "${workspace}".`);
    return desk.mint(wanted);
  } },
  { method: 'POST', path: /^grants\/revoke$/, role: 'Admin', operators: true, handle: async (workspaces, request) => {
    const desk = await workspaces.operators(request.context);
    const { id, reason } = bodyOf(request, revokeBody);
    await desk.revoke(id, reason);
    return { revoked: id };
  } },
  { method: 'POST', path: /^grants\/rotate$/, role: 'Admin', operators: true, handle: async (workspaces, request) => {
    const desk = await workspaces.operators(request.context);
    const { id, keepOld } = bodyOf(request, rotateBody);
    return desk.rotate(id, keepOld);
  } },
  { method: 'POST', path: /^grants\/keys\/rotate$/, role: 'Admin', operators: true, handle: async (workspaces, request) => (await workspaces.operators(request.context)).rotateKey() },
  { method: 'POST', path: /^grants\/keys\/drop$/, role: 'Admin', operators: true, handle: async (workspaces, request) => (await workspaces.operators(request.context)).dropKey(bodyOf(request, keyBody).id) },
  { method: 'GET', path: /^denials$/, role: 'Admin', operators: true, handle: async (workspaces, request) => ({ denials: await (await workspaces.operators(request.context)).accesses(sinceOf(request), true) }) },
  { method: 'GET', path: /^accesses$/, role: 'Admin', operators: true, handle: async (workspaces, request) => ({ accesses: await (await workspaces.operators(request.context)).accesses(sinceOf(request), false) }) },
];
