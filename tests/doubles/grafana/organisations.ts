import { ApiError } from './answer';
import { at, need, needServerAdmin, ok, text, type Route } from './route';
import type { Organisation, OrgRole } from './state';

const address = { address1: '', address2: '', city: '', zipCode: '', state: '', country: '' };
const details = (o: Organisation) => ({ id: o.id, name: o.name, address });
const PREFERENCES = ['theme', 'homeDashboardUID', 'timezone', 'weekStart', 'language'];

export const organisationRoutes: readonly Route[] = [
  at('GET', '/api/health', ({ state }) => ok({ database: 'ok', version: state.version, commit: 'double' })),
  at('GET', '/api/user/orgs', ({ state, who }) => ok([...state.organisations.values()].filter(o => o.members.has(who.login)).map(o => ({ orgId: o.id, name: o.name, role: o.members.get(who.login) })))),
  at('GET', '/api/org', call => { need(call, 'Viewer', 'orgs:read'); return ok(details(call.who.organisation)); }),
  at('GET', '/api/orgs', call => {
    needServerAdmin(call, 'orgs:read');
    const per = Number(call.query.get('perpage')) || 1000, page = Number(call.query.get('page')) || 0;
    const all = [...call.state.organisations.values()].filter(o => (call.query.get('name') ?? o.name) === o.name);
    return ok(all.slice(page * per, (page + 1) * per).map(({ id, name }) => ({ id, name })));
  }),
  at('POST', '/api/orgs', call => {
    needServerAdmin(call, 'orgs:create');
    const name = text(call.body, 'name');
    if ([...call.state.organisations.values()].some(o => o.name === name)) throw new ApiError(409, 'Organization name taken');
    return ok({ message: 'Organization created', orgId: call.state.addOrganisation(name, call.who.login).id });
  }),
  at('GET', '/api/orgs/name/:name', call => {
    needServerAdmin(call, 'orgs:read');
    const found = [...call.state.organisations.values()].find(o => o.name === call.params[0]);
    if (!found) throw new ApiError(404, 'Organization not found');
    return ok(details(found));
  }),
  at('POST', '/api/orgs/:id/users', call => {
    needServerAdmin(call, 'org.users:add');
    const found = call.state.organisations.get(Number(call.params[0]));
    if (!found) throw new ApiError(404, 'Organization not found');
    const login = text(call.body, 'loginOrEmail');
    if (!call.state.users.has(login)) throw new ApiError(404, 'User not found');
    if (found.members.has(login)) throw new ApiError(409, 'User is already member of this organization');
    found.members.set(login, text(call.body, 'role') as OrgRole);
    return ok({ message: 'User added to organization', userId: 1 });
  }),
  at('GET', '/api/org/preferences', call => { need(call, 'Viewer', 'orgs.preferences:read'); return ok(call.who.organisation.preferences); }),
  at('PATCH', '/api/org/preferences', call => {
    need(call, 'Admin', 'orgs.preferences:write');
    const { organisation } = call.who;
    const home = call.body.homeDashboardUID;
    if (typeof home === 'string' && home !== '' && !organisation.dashboards.has(home)) throw new ApiError(404, 'Dashboard not found');
    organisation.preferences = { ...organisation.preferences, ...Object.fromEntries(Object.entries(call.body).filter(([k]) => PREFERENCES.includes(k))) };
    return ok({ message: 'Preferences updated' });
  }),
];
