import { DAY, HOUR, MINUTE } from '../../src/model/time';
import { CLIENTS, clientIndex } from './clients';
import { Rng } from './rng';
import { NODES } from './stories';
import type { WorldAsset } from './types';

export interface Node { readonly asset: WorldAsset; readonly ends: number; readonly seen: boolean; readonly clientIndex: number }
const LIFE = 3 * HOUR;

/** Nodes of the scaling groups that started on one UTC day; each lives three hours and is then deleted from the registry. */
export function nodesOf(seed: number, anchor: number, scale: number, day: number): Node[] {
  const relative = day - Math.floor(anchor / DAY);
  if (relative < NODES.fromDay) return [];
  const nodes: Node[] = [];
  NODES.groups.forEach((group, number) => {
    const index = clientIndex(group.client);
    const slots = Math.max(1, Math.round(group.slots * Math.min(1, Math.max(scale, 0.3))));
    for (let slot = 0; slot < slots; slot++) {
      for (let turn = 0; turn < 8; turn++) {
        const rng = new Rng(seed, 43, day, number * 1000 + slot * 10 + turn);
        const created = day * DAY + turn * LIFE + Math.floor((slot * 7 + rng.between(0, 6)) * MINUTE);
        const ends = created + LIFE - Math.floor(rng.between(1, 5) * MINUTE);
        nodes.push({
          clientIndex: index, ends, seen: rng.chance(0.975),
          asset: {
            id: 1_000_000 + (relative - NODES.fromDay) * 1000 + number * 200 + slot * 8 + turn, registry: 'netbox', type: 'vm', client: group.client,
            name: `${group.name}-${rng.uuid().slice(0, 6)}`, fqdn: null, role: 'node', agentId: null, instanceId: `i-${rng.uuid().replace(/-/g, '').slice(0, 17)}`, serial: null, mac: null,
            address: `10.${CLIENTS[index]!.octet + 8}.${number}.${10 + slot * 8 + turn}`, prefix: null, container: false, vrf: null, group: group.name, criticality: 'normal',
            created, updated: ends, changes: [{ at: ends, status: 'deleted' }],
          },
        });
      }
    }
  });
  return nodes;
}
