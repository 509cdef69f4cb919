import type { IncomingMessage } from 'node:http';
import { unauthorized } from './answer';
import type { GrafanaState, Organisation, OrgRole } from './state';

/** Who asks, in which organisation, with which role there. A server admin outside an organisation has no role in it. */
export interface Identity { readonly login: string; readonly serverAdmin: boolean; readonly organisation: Organisation; readonly role: OrgRole }

/**
 * Basic auth of a user, or a service account's token. The organisation is that of X-Grafana-Org-Id, else the user's first; a token is
 * bound to its own, and naming another is a 401.
 */
export function identify(state: GrafanaState, request: IncomingMessage): Identity {
  const [scheme = '', credentials = ''] = (request.headers.authorization ?? '').split(' ');
  const asked = Number(request.headers['x-grafana-org-id'] ?? 0);
  if (/^bearer$/i.test(scheme)) {
    const account = state.serviceAccounts.find(a => a.token === credentials);
    if (!account) throw unauthorized('api-key.invalid', 'Invalid API key');
    if (asked !== 0 && asked !== account.orgId) throw unauthorized('api-key.organization-mismatch', 'API key does not belong to the requested organization');
    return { login: account.name, serverAdmin: false, organisation: state.organisations.get(account.orgId)!, role: account.role };
  }
  if (/^basic$/i.test(scheme)) {
    const [login = '', ...rest] = Buffer.from(credentials, 'base64').toString('utf8').split(':');
    const user = state.users.get(login);
    if (!user || user.password !== rest.join(':')) throw unauthorized('password-auth.failed', 'Invalid username or password');
    const own = [...state.organisations.values()].find(o => o.members.has(login));
    const organisation = asked === 0 ? own : state.organisations.get(asked);
    if (!organisation) throw unauthorized('session.org-not-found', 'Unauthorized');
    return { login, serverAdmin: user.serverAdmin, organisation, role: organisation.members.get(login) ?? 'None' };
  }
  throw unauthorized('auth.unauthorized', 'Unauthorized');
}
