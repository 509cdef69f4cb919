import { claimsOf, GrantRefused, type GrantClaims } from './claims';
import type { KeyRing } from './keys';
import type { GrantRegistry, ListedGrant } from './registry';
import { signGrant } from './token';

export interface NewGrant { readonly orgId: number; readonly uid: string; readonly clients: readonly string[]; readonly notBefore?: number | undefined; readonly expires?: number | undefined }
/** `grant` is the signed text: shown once, kept nowhere; it belongs into secureJsonData.grant of the client's data source. */
export interface MintedGrant { readonly grant: string; readonly claims: GrantClaims }
export interface DeskParts {
  readonly registry: GrantRegistry;
  readonly ring: KeyRing;
  readonly workspace: string;
  /** Ids of the workspace's clients; a grant for another is refused. */
  readonly clients: readonly string[];
  readonly operatorOrgIds: readonly number[];
  readonly now: () => number;
}

/** Mint, list, revoke, replace: what operators do with the grants of one workspace. Refusals are GrantRefused or KeysRefused. */
export class GrantDesk {
  constructor(private readonly parts: DeskParts) {}
  get workspace(): string { return this.parts.workspace; }

  async mint(wanted: NewGrant): Promise<MintedGrant> {
    const { registry, ring, workspace, clients, operatorOrgIds, now } = this.parts;
    if (operatorOrgIds.includes(wanted.orgId)) throw new GrantRefused(`Organisation ${wanted.orgId} is an operator organisation and sees everything without a grant.`);
    const unknown = wanted.clients.filter(c => !clients.includes(c));
    if (unknown.length > 0) throw new GrantRefused(`No client of this workspace: ${unknown.map(c => `"${c}"`).join(', ')}. It has: ${clients.join(', ') || 'none'}.`);
    const claims = claimsOf({ ...wanted, workspace }, now());
    const grant = signGrant(claims, ring);
    await registry.note(claims, ring.current().id, null);
    return { grant, claims };
  }

  list(): ListedGrant[] { return this.parts.registry.list(this.parts.now()); }

  async revoke(id: string, reason: string): Promise<void> {
    if (!/^g[0-9a-f]{16}$/.test(id)) throw new GrantRefused('A grant id is the letter g and 16 hex digits; the list of grants shows them.');
    await this.parts.registry.revoke(id, reason, this.parts.now());
  }

  /** A new grant with the same clients and length for the same place. The old one ends now, unless `keepOld` leaves it to be replaced in Grafana first. */
  async rotate(id: string, keepOld = false): Promise<MintedGrant> {
    const { registry, now } = this.parts;
    const old = registry.get(id, now());
    if (!old || old.orgId === null || old.uid === null || old.notBefore === null || old.expires === null) throw new GrantRefused(`There is no grant ${id} in this workspace, so it cannot be replaced. Mint a new one.`);
    if (old.state === 'revoked') throw new GrantRefused(`The grant ${id} was revoked. Mint a new one if its organisation may see the workspace again.`);
    const minted = await this.mint({ orgId: old.orgId, uid: old.uid, clients: old.clients, expires: now() + (old.expires - Math.max(old.notBefore, old.minted ?? 0)) });
    if (!keepOld) await registry.revoke(id, 'replaced', now(), minted.claims.id);
    return minted;
  }

  keys(): { readonly current: string; readonly all: readonly string[] } { const current = this.parts.ring.current().id; return { current, all: this.parts.ring.ids() }; }
  /** A new key signs from now on; grants of the older ones hold until those are dropped. */
  rotateKey(): ReturnType<GrantDesk['keys']> { this.parts.ring.rotate(); return this.keys(); }
  dropKey(id: string): ReturnType<GrantDesk['keys']> { this.parts.ring.drop(id); return this.keys(); }
}
