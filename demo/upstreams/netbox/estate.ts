import type { World, WorldAsset } from '../../world/types';
import type { NetboxTraps } from './traps';

export type Status = 'active' | 'decommissioning' | 'offline' | 'container';
/** One asset as NetBox has it now. */
export interface Registered { readonly asset: WorldAsset; readonly status: Status; readonly updated: number; readonly tags: readonly string[] }
export interface LogEntry { readonly id: number; readonly at: number; readonly action: 'create' | 'update' | 'delete'; readonly asset: WorldAsset; readonly from: Status | null; readonly to: Status | null; readonly what: 'object' | 'address' | 'tag'; readonly tag?: string }

/** The registry at the world's clock: lists by type ordered by id, and the change log. Made anew only when time has moved something. */
export class Estate {
  private at = -Infinity;
  private nextChange = -Infinity;
  private traps = '';
  private count = -1;
  lists: Readonly<Record<WorldAsset['type'], readonly Registered[]>> = { device: [], vm: [], prefix: [] };
  byId = new Map<number, Registered>();
  log: readonly LogEntry[] = [];

  constructor(private readonly world: World, private readonly now: () => number, private readonly settings: NetboxTraps) {}

  refresh(): this {
    const now = this.now();
    const traps = JSON.stringify([this.settings.addedAddresses, this.settings.removedAddresses, this.settings.tagged]);
    const assets = now === this.at && traps === this.traps ? null : this.world.assets(now).filter(a => a.registry === 'netbox' && a.created <= now);
    if (assets === null || (assets.length === this.count && now < this.nextChange && now >= this.at && traps === this.traps)) { this.at = now; return this; }
    [this.at, this.traps, this.count, this.nextChange] = [now, traps, assets.length, Infinity];
    const all = assets.map(asset => this.register(asset, now)).filter((r): r is Registered => r !== null).sort((a, b) => a.asset.id - b.asset.id);
    this.lists = { device: all.filter(r => r.asset.type === 'device'), vm: all.filter(r => r.asset.type === 'vm'), prefix: all.filter(r => r.asset.type === 'prefix') };
    this.byId = new Map(all.map(r => [r.asset.id, r]));
    this.log = this.entries(assets, now);
    return this;
  }

  private register(asset: WorldAsset, now: number): Registered | null {
    let status: WorldAsset['changes'][number]['status'] | 'container' = asset.container ? 'container' : 'active';
    let updated = Math.max(asset.created, asset.updated <= now ? asset.updated : asset.created);
    for (const change of asset.changes) {
      if (change.at > now) { this.nextChange = Math.min(this.nextChange, change.at); break; }
      status = change.status;
      updated = Math.max(updated, change.at);
    }
    if (asset.updated > now) this.nextChange = Math.min(this.nextChange, asset.updated);
    const tags = this.settings.tagged.filter(t => t.asset === asset.id && t.at <= now);
    for (const t of tags) updated = Math.max(updated, t.at);
    return status === 'deleted' ? null : { asset, status, updated, tags: tags.map(t => t.tag) };
  }

  private entries(assets: readonly WorldAsset[], now: number): LogEntry[] {
    const raw: Omit<LogEntry, 'id'>[] = [];
    for (const asset of assets) {
      raw.push({ at: asset.created, action: 'create', asset, from: null, to: asset.container ? 'container' : 'active', what: 'object' });
      let from: Status = asset.container ? 'container' : 'active';
      for (const change of asset.changes) {
        if (change.at > now) break;
        if (change.status === 'deleted') raw.push({ at: change.at, action: 'delete', asset, from, to: null, what: 'object' });
        else { raw.push({ at: change.at, action: 'update', asset, from, to: change.status, what: 'object' }); from = change.status; }
      }
    }
    const find = (id: number) => assets.find(a => a.id === id);
    for (const gone of this.settings.removedAddresses) { const asset = find(gone.asset); if (asset && gone.at <= now) raw.push({ at: gone.at, action: 'delete', asset, from: null, to: null, what: 'address' }); }
    for (const tag of this.settings.tagged) { const asset = find(tag.asset); if (asset && tag.at <= now) raw.push({ at: tag.at, action: 'update', asset, from: 'active', to: 'active', what: 'tag', tag: tag.tag }); }
    return raw.sort((a, b) => a.at - b.at || a.asset.id - b.asset.id).map((entry, i) => ({ ...entry, id: i + 1 }));
  }
}
