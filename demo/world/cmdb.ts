import { DAY } from '../../src/model/time';
import type { Known } from './asset-draft';
import { CLIENTS } from './clients';
import { Rng } from './rng';
import { TWO_REGISTRIES } from './stories';
import type { World, WorldAsset } from './types';

/** The second registry: endpoints of two clients as another department keeps them, with its own names and its own errors. */
export function draftCmdb(seed: number, anchor: number, hosts: readonly Known[], clientIndex: number): { records: WorldAsset[]; only: Known[] } {
  const client = CLIENTS[clientIndex]!;
  if (!(TWO_REGISTRIES.clients as readonly string[]).includes(client.id)) return { records: [], only: [] };
  const rng = new Rng(seed, 44, clientIndex);
  const records: WorldAsset[] = [];
  const only: Known[] = [];
  let id = 500_000 + clientIndex * 20_000;
  for (const host of hosts) {
    const { asset } = host;
    if ((asset.role !== 'workstation' && asset.role !== 'server') || !rng.chance(0.93)) continue;
    const shout = rng.chance(0.6);
    const serial = asset.serial !== 'To be filled by O.E.M.' && (asset.agentId === null || rng.chance(0.75)) ? asset.serial : null;
    const slip = rng.next();
    const created = asset.created + Math.floor(rng.between(0, 9) * DAY);
    if (created >= anchor) continue;
    const changes = asset.changes.map(change => ({ at: change.at + Math.floor(rng.between(0, 12) * DAY), status: change.status })).filter((_, i) => i === 0);
    records.push({
      ...asset, id: id++, registry: 'cmdb', type: 'device', created, changes: slip < 0.01 ? [] : changes,
      name: shout ? asset.name.toUpperCase() : `${asset.name}.${client.short}.lan`, fqdn: shout ? asset.fqdn : null,
      serial, agentId: serial ? null : asset.agentId, mac: rng.chance(0.5) ? asset.mac : null, address: null,
      criticality: slip >= 0.01 && slip < 0.03 ? (asset.criticality === 'high' ? 'normal' : 'high') : asset.criticality,
      role: slip >= 0.03 && slip < 0.04 ? (asset.role === 'server' ? 'workstation' : 'server') : asset.role,
      updated: changes.length ? changes[0]!.at : created,
    });
    // One in fifty stands in this registry alone.
    if (rng.chance(0.02)) {
      const name = `${client.short}-loan-${String(only.length + 1).padStart(3, '0')}`;
      const loan: WorldAsset = { ...asset, id: id++, registry: 'cmdb', type: 'device', name, fqdn: `${name}.${client.id}.example`, agentId: null, serial: `LN${rng.uuid().slice(0, 8).toUpperCase()}`, mac: null, address: null, changes: [], updated: asset.created };
      records.push(loan);
      only.push({ ...host, asset: loan, salt: loan.id, traits: { ...host.traits, mode: rng.chance(0.85) ? 'events' : 'none', stopped: null, until: Infinity } });
    }
  }
  return { records, only };
}

const COLUMNS = ['id', 'client', 'name', 'fqdn', 'role', 'serial', 'agent_id', 'mac', 'criticality', 'status', 'created', 'updated', 'retired'] as const;
/**
 * The cmdb as the CSV export that the demo writes to a file: one line per record, times in ISO 8601 UTC, empty = not known.
 * Records deleted from it are absent.
 */
export function cmdbCsv(world: World, now: number): string {
  const iso = (ms: number) => new Date(ms).toISOString();
  const lines = [COLUMNS.join(',')];
  for (const a of world.assets(now)) {
    if (a.registry !== 'cmdb') continue;
    const last = a.changes[a.changes.length - 1];
    if (last?.status === 'deleted') continue;
    const retired = a.changes.find(change => change.status !== 'active');
    lines.push([a.id, a.client, a.name, a.fqdn, a.role, a.serial, a.agentId, a.mac, a.criticality, last?.status ?? 'active', iso(a.created), iso(a.updated), retired ? iso(retired.at) : null].map(v => v ?? '').join(','));
  }
  return lines.join('\n') + '\n';
}
