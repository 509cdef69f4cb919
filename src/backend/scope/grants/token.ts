import { createHmac, timingSafeEqual } from 'node:crypto';
import { claimsSchema, type GrantClaims } from './claims';
import { keyFor, type GrantKey, type KeyRing } from './keys';

/**
 * The written form: `socg1.<key id>.<claims>.<signature>`, both parts base64url. HMAC-SHA-256 over everything before the last dot,
 * with a key derived for the workspace, so that one server key serves several workspaces and none can speak for another.
 */
const VERSION = 'socg1';
/** A thousand clients of 63 letters fit; nothing longer is even looked at. */
const LONGEST = 100_000;
const FORM = /^socg1\.([0-9a-f]{8})\.([A-Za-z0-9_-]{1,99000})\.([A-Za-z0-9_-]{43})$/;

const signatureOf = (signed: string, workspace: string, key: GrantKey): Buffer => createHmac('sha256', keyFor(key, workspace)).update(signed).digest();

/** Signs claims with the ring's first key. */
export function signGrant(claims: GrantClaims, ring: KeyRing): string {
  const key = ring.current();
  const signed = `${VERSION}.${key.id}.${Buffer.from(JSON.stringify(claims), 'utf8').toString('base64url')}`;
  return `${signed}.${signatureOf(signed, claims.workspace, key).toString('base64url')}`;
}

export type ReadGrant = { readonly ok: true; readonly claims: GrantClaims; readonly keyId: string } | { readonly ok: false; readonly why: 'malformed' | 'unknown_key' | 'signature' };

/** Claims as written, unverified: only to know which workspace's keys to ask. Never a reason to show anything. */
export function peekGrant(token: string): { readonly claims: GrantClaims; readonly keyId: string } | null {
  if (token.length > LONGEST) return null;
  const [, keyId, body] = FORM.exec(token) ?? [];
  if (!keyId || !body) return null;
  try {
    const parsed = claimsSchema.safeParse(JSON.parse(Buffer.from(body, 'base64url').toString('utf8')));
    return parsed.success ? { claims: parsed.data, keyId } : null;
  } catch { return null; }
}

/** Claims whose signature holds. Compared in constant time; one spelling of the base64 only, or one grant would have many texts. */
export function readGrant(token: string, ring: KeyRing): ReadGrant {
  const peeked = peekGrant(token);
  if (!peeked) return { ok: false, why: 'malformed' };
  const key = ring.byId(peeked.keyId);
  if (!key) return { ok: false, why: 'unknown_key' };
  const cut = token.lastIndexOf('.');
  const expected = signatureOf(token.slice(0, cut), peeked.claims.workspace, key);
  const given = Buffer.from(token.slice(cut + 1), 'base64url');
  const same = given.length === expected.length && timingSafeEqual(given, expected) && given.toString('base64url') === token.slice(cut + 1);
  return same ? { ok: true, claims: peeked.claims, keyId: key.id } : { ok: false, why: 'signature' };
}
