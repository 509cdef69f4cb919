import { readJsonData } from '../../settings/grafana';
import type { KeyRing } from '../scope/grants/keys';
import { peekGrant, readGrant } from '../scope/grants/token';
import { Denied } from '../scope/reader';
import { grantOf, isWorkspaceName, type WorkspaceContext } from './context';

/**
 * First half of admitting a client organisation, before any store is touched: its data source must bring a grant and nothing else, and
 * the signature must hold with the keys of the workspace the grant names. Gives the token and that workspace; throws Denied.
 */
export function signedGrantOf(context: WorkspaceContext, orgId: number, ringOf: (workspace: string) => KeyRing): { readonly token: string; readonly workspace: string } {
  const token = grantOf(context);
  if (token === null) throw new Denied(`Organisation ${orgId} has no grant, so it sees nothing. An operator of the SOC can grant it the clients it may see.`, 'no_grant');
  const data = context.dataSource?.jsonData;
  if (typeof data === 'object' && data !== null && Object.hasOwn(data, 'settings')) throw new Denied('Only operator organisations configure sources. Take the settings out of this data source; its grant alone says what it sees.', 'foreign_settings');
  const peeked = peekGrant(token);
  if (!peeked || !isWorkspaceName(peeked.claims.workspace)) throw new Denied('The grant of this data source cannot be read; it was cut or changed. Ask an operator of the SOC for a new grant.', 'malformed');
  const { workspace } = peeked.claims;
  const read = readGrant(token, ringOf(workspace));
  if (!read.ok) {
    throw read.why === 'unknown_key'
      ? new Denied('The grant of this data source was signed with a key that is no longer in use. Ask an operator of the SOC for a new grant.', 'unknown_key')
      : new Denied('The grant of this data source is not valid. Ask an operator of the SOC for a new grant.', read.why);
  }
  // The data source may name its workspace; a name that is not the grant's is a mistake or an attempt.
  const named = typeof data === 'object' && data !== null && Object.hasOwn(data, 'workspace') ? readJsonData(data).workspace : workspace;
  if (named !== workspace) throw new Denied('The grant of this data source is for another workspace. Ask an operator of the SOC for a new grant.', 'workspace');
  return { token, workspace };
}
