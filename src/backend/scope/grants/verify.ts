import { Denied, type DenialCode } from '../reader';
import type { GrantClaims } from './claims';
import type { KeyRing } from './keys';
import { readGrant } from './token';

/** A grant whose signature, binding, time and standing were checked. Only verifyGrant makes one; the gate takes nothing else. */
declare const verified: unique symbol;
export interface Grant extends Omit<GrantClaims, 'clients'> { readonly clients: readonly string[]; readonly keyId: string; readonly [verified]: true }

/** For whom a grant is checked, as the host's context says it. */
export interface GrantBearer { readonly workspace: string; readonly orgId: number; readonly uid: string | null; readonly now: number }

const ASK = 'Ask an operator of the SOC for a new grant.';
const day = (at: number): string => new Date(at).toISOString().slice(0, 16).replace('T', ' ');
const MESSAGES: Readonly<Record<string, (claims: GrantClaims | null) => string>> = {
  malformed: () => `The grant of this data source cannot be read; it was cut or changed. ${ASK}`,
  unknown_key: () => `The grant of this data source was signed with a key that is no longer in use. ${ASK}`,
  signature: () => `The grant of this data source is not valid. ${ASK}`,
  workspace: () => `The grant of this data source is for another workspace. ${ASK}`,
  organisation: () => `The grant of this data source is for another organisation. ${ASK}`,
  data_source: () => `The grant was made for another data source. ${ASK}`,
  not_yet: claims => `The grant of this data source begins at ${day(claims!.notBefore)} UTC.`,
  expired: claims => `The grant of this data source ended at ${day(claims!.expires)} UTC. ${ASK}`,
  revoked: () => `The grant of this data source was revoked. ${ASK}`,
};
const deny = (code: DenialCode & keyof typeof MESSAGES, claims: GrantClaims | null = null): never => { throw new Denied(MESSAGES[code]!(claims), code); };

/** Checks a grant for its bearer. Throws Denied with the reason's code; nothing of other organisations stands in the message. */
export function verifyGrant(token: string, ring: KeyRing, bearer: GrantBearer, revoked: (id: string) => boolean): Grant {
  const read = readGrant(token, ring);
  if (!read.ok) return deny(read.why);
  const { claims } = read;
  if (claims.workspace !== bearer.workspace) return deny('workspace');
  if (claims.orgId !== bearer.orgId) return deny('organisation');
  if (bearer.uid === null || claims.uid !== bearer.uid) return deny('data_source');
  if (revoked(claims.id)) return deny('revoked');
  if (bearer.now < claims.notBefore) return deny('not_yet', claims);
  if (bearer.now >= claims.expires) return deny('expired', claims);
  return { ...claims, keyId: read.keyId } as unknown as Grant;
}
