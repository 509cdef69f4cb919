import type { ScopedReader } from '../../scope/reader';
import { sql } from '../../store/sql';

/** A grant as the workspace knows it; the signed text is kept nowhere. Times epoch ms; null organisation: revoked before it was ever met. */
export interface KnownGrant {
  readonly id: string; readonly orgId: number | null; readonly uid: string | null; readonly clients: readonly string[];
  readonly notBefore: number | null; readonly expires: number | null; readonly minted: number | null; readonly lastUsed: number | null;
  readonly revoked: number | null; readonly revokedReason: string | null; readonly replacedBy: string | null; readonly keyId: string | null;
}
interface Row { grant_id: string; org_id: number | null; uid: string | null; clients: string | null; not_before: number | null; expires: number | null; key_id: string | null; minted: number | null; last_used: number | null; revoked: number | null; revoked_reason: string | null; replaced_by: string | null }

/** Throws Denied for every scope but the operators' own. */
export async function knownGrants(reader: ScopedReader, signal?: AbortSignal): Promise<KnownGrant[]> {
  const rows = await reader.query<Row>(sql`select grant_id, org_id, uid, clients, not_before, expires, key_id, minted, last_used, revoked, revoked_reason, replaced_by from ${reader.relation('grant')} g order by grant_id`, signal);
  return rows.map(r => ({
    id: r.grant_id, orgId: r.org_id, uid: r.uid, clients: JSON.parse(r.clients ?? '[]') as string[], notBefore: r.not_before, expires: r.expires, minted: r.minted, lastUsed: r.last_used,
    revoked: r.revoked, revokedReason: r.revoked_reason, replacedBy: r.replaced_by, keyId: r.key_id,
  }));
}

export type GrantState = 'in force' | 'not yet' | 'expired' | 'revoked';
/** What a grant was at an instant: [not before, expires), unless revoked by then. */
export const stateAt = (g: KnownGrant, at: number): GrantState =>
  (g.revoked !== null && g.revoked <= at ? 'revoked' : g.expires !== null && at >= g.expires ? 'expired' : g.notBefore !== null && at < g.notBefore ? 'not yet' : 'in force');

/** Organisation numbers in order, as text: they name, they do not count. */
export const organisations = (grants: readonly KnownGrant[]): string | null =>
  [...new Set(grants.flatMap(g => (g.orgId === null ? [] : [g.orgId])))].sort((a, b) => a - b).join(', ') || null;
