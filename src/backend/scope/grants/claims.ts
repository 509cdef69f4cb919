import { z } from 'zod';
import { createHash, randomBytes } from 'node:crypto';

const id = z.string().regex(/^[a-z0-9][a-z0-9_-]{0,62}$/);
const instant = z.number().int().min(0).max(8_640_000_000_000_000);

/** What a grant says. It is bound to one workspace, one organisation and one data source; times are epoch ms, [notBefore, expires). */
export const claimsSchema = z.strictObject({
  id: z.string().regex(/^g[0-9a-f]{16}$/),
  workspace: id,
  orgId: z.number().int().positive(),
  uid: z.string().min(1).max(100),
  clients: z.array(id).min(1).max(1_000),
  notBefore: instant,
  expires: instant,
  minted: instant,
});
export type GrantClaims = z.infer<typeof claimsSchema>;

/** What is asked for when a grant is minted. */
export interface GrantRequest {
  readonly workspace: string;
  readonly orgId: number;
  readonly uid: string;
  readonly clients: readonly string[];
  /** Epoch ms; default: at once, and a little before for clocks that lag. */
  readonly notBefore?: number | undefined;
  /** Epoch ms; default: a year after its begin. */
  readonly expires?: number | undefined;
}
export const DEFAULT_GRANT_DAYS = 365;
const DAY = 86_400_000;
/** A grant minted on one machine is checked on another; its clock may lag by this much, ms. */
const LEEWAY = 5 * 60_000;

/** A request that no grant can be made of; the message says which value and what to write. */
export class GrantRefused extends Error {
  override name = 'GrantRefused';
}

/** Claims of a request with an id of its own. Throws GrantRefused. Which clients exist is the workspace's to check. */
export function claimsOf(request: GrantRequest, now: number, random: (bytes: number) => Buffer = randomBytes): GrantClaims {
  const notBefore = request.notBefore ?? now - LEEWAY;
  const expires = request.expires ?? Math.max(notBefore, now) + DEFAULT_GRANT_DAYS * DAY;
  if (!(expires > notBefore)) throw new GrantRefused('The grant would end before it begins: give a later end.');
  if (expires <= now) throw new GrantRefused('The grant would have expired already: give an end in the future.');
  const parsed = claimsSchema.safeParse({ id: `g${random(8).toString('hex')}`, workspace: request.workspace, orgId: request.orgId, uid: request.uid, clients: [...new Set(request.clients)].sort(), notBefore, expires, minted: now });
  if (!parsed.success) throw new GrantRefused(`The grant cannot be made: ${parsed.error.issues.map(i => `${i.path.join('.')}: ${i.message}`).join('; ')}.`);
  return parsed.data;
}

/** Short name of a set of clients, for keys of caches: two scopes share one only if they see exactly the same. */
export const scopeHash = (clients: readonly string[] | null): string => (clients === null ? 'all' : createHash('sha256').update(JSON.stringify([...clients].sort())).digest('hex').slice(0, 24));
