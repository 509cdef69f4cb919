import type { Store } from '../../store/port';
import type { StoreRow } from '../../store/schema';
import { sql } from '../../store/sql';
import { table } from '../../store/table';
import type { GrantClaims } from './claims';

/** A grant as operators see it; `state` at the asked instant. Times epoch ms. */
export interface ListedGrant {
  readonly id: string; readonly orgId: number | null; readonly uid: string | null; readonly clients: readonly string[];
  readonly notBefore: number | null; readonly expires: number | null; readonly keyId: string | null; readonly minted: number | null; readonly lastUsed: number | null;
  readonly revoked: number | null; readonly revokedReason: string | null; readonly replacedBy: string | null;
  readonly state: 'in force' | 'not yet' | 'expired' | 'revoked';
}

type Row = StoreRow<'client_grant'>;
/** Uses are noted this often at most, ms: a grant is checked with every panel. */
const NOTE_EVERY = 3_600_000;

/** The grants a workspace knows, and which are revoked: read once, kept in memory, every change written before it counts. */
export class GrantRegistry {
  private constructor(private readonly store: Store, private readonly rows: Map<string, Row>) {}

  static async open(store: Store): Promise<GrantRegistry> {
    const rows = await store.query<Row>(sql`select * from ${table('client_grant')}`);
    return new GrantRegistry(store, new Map(rows.map(r => [r.grant_id!, r])));
  }

  readonly isRevoked = (id: string): boolean => (this.rows.get(id)?.revoked ?? null) !== null;

  /** Remembers a grant: as minted, or (with `used`) as brought by a data source. */
  async note(claims: GrantClaims | Omit<GrantClaims, 'clients'> & { readonly clients: readonly string[] }, keyId: string, used: number | null): Promise<void> {
    const known = this.rows.get(claims.id);
    if (known?.org_id != null && (used === null || used - (known.last_used ?? 0) < NOTE_EVERY)) return;
    await this.write({
      grant_id: claims.id, org_id: claims.orgId, uid: claims.uid, clients: JSON.stringify(claims.clients), not_before: claims.notBefore, expires: claims.expires, key_id: keyId, minted: claims.minted,
      last_used: used ?? known?.last_used ?? null, revoked: known?.revoked ?? null, revoked_reason: known?.revoked_reason ?? null, replaced_by: known?.replaced_by ?? null,
    });
  }

  /** Ends a grant at once, also one never met. Revoking twice keeps the first time and reason. */
  async revoke(id: string, reason: string, now: number, replacedBy: string | null = null): Promise<void> {
    const known = this.rows.get(id);
    if ((known?.revoked ?? null) !== null) return;
    await this.write({
      grant_id: id, org_id: null, uid: null, clients: '[]', not_before: null, expires: null, key_id: null, minted: null, last_used: null, ...known,
      revoked: now, revoked_reason: reason.slice(0, 500), replaced_by: replacedBy,
    });
  }

  get(id: string, now: number): ListedGrant | null {
    const row = this.rows.get(id);
    return row ? listed(row, now) : null;
  }

  /** All grants, in force first, then by organisation. */
  list(now: number): ListedGrant[] {
    const rank = ['in force', 'not yet', 'expired', 'revoked'];
    return [...this.rows.values()].map(r => listed(r, now)).sort((a, b) => rank.indexOf(a.state) - rank.indexOf(b.state) || (a.orgId ?? 0) - (b.orgId ?? 0) || (a.id < b.id ? -1 : 1));
  }

  private async write(row: Row): Promise<void> {
    const before = this.rows.get(row.grant_id!);
    // In memory first: a revocation must hold for the request that comes while it is being written.
    this.rows.set(row.grant_id!, row);
    try { await this.store.transaction(tx => tx.upsert('client_grant', [row])); } catch (error) {
      // What came meanwhile stands: a revocation above all.
      if (row.revoked === null && this.rows.get(row.grant_id!) === row) { if (before) this.rows.set(row.grant_id!, before); else this.rows.delete(row.grant_id!); }
      throw error;
    }
  }
}

function listed(row: Row, now: number): ListedGrant {
  const state = row.revoked !== null ? 'revoked' : row.expires !== null && now >= row.expires ? 'expired' : row.not_before !== null && now < row.not_before ? 'not yet' : 'in force';
  return {
    id: row.grant_id!, orgId: row.org_id, uid: row.uid, clients: JSON.parse(row.clients ?? '[]') as string[], notBefore: row.not_before, expires: row.expires, keyId: row.key_id, minted: row.minted,
    lastUsed: row.last_used, revoked: row.revoked, revokedReason: row.revoked_reason, replacedBy: row.replaced_by, state,
  };
}
