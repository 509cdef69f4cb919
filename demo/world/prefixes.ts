import { DAY } from '../../src/model/time';
import { CLIENTS } from './clients';
import { ESTATE } from './asset-draft';
import { Rng } from './rng';
import type { WorldAsset } from './types';

export interface Segment { readonly asset: WorldAsset; readonly base: string; readonly seen: boolean; readonly clientIndex: number }

/**
 * Networks of one client: /16 containers, /20 blocks above each sixteen /24 (every other one not marked as container, a registry's
 * usual slip: its children make it no segment all the same), and the /24 that are the segments.
 */
export function draftPrefixes(seed: number, anchor: number, scale: number, clientIndex: number): { containers: WorldAsset[]; segments: Segment[] } {
  const client = CLIENTS[clientIndex]!;
  const rng = new Rng(seed, 42, clientIndex);
  const count = Math.max(16, Math.round(ESTATE * scale * client.estate * 0.1));
  const created = anchor - 900 * DAY;
  let id = (clientIndex + 1) * 100_000 + 50_000;
  const prefix = (cidr: string, name: string, container: boolean, at: number): WorldAsset => ({
    id: id++, registry: 'netbox', type: 'prefix', client: client.id, name, fqdn: null, role: null, agentId: null, instanceId: null, serial: null, mac: null,
    address: null, prefix: cidr, container, vrf: null, group: null, criticality: 'normal', created: at, updated: at, changes: [],
  });
  const containers: WorldAsset[] = [];
  const segments: Segment[] = [];
  for (let n = 0; n < count; n++) {
    const second = client.octet + (n >> 8);
    const third = n & 255;
    if (third === 0) containers.push(prefix(`10.${second}.0.0/16`, `${client.short} all sites ${n >> 8}`, true, created));
    if (third % 16 === 0) containers.push(prefix(`10.${second}.${third}.0/20`, `${client.short} site ${n >> 4}`, (n >> 4) % 2 === 0, created));
    const at = rng.chance(0.93) ? created : Math.floor(anchor - rng.between(3, 390) * DAY);
    segments.push({ asset: prefix(`10.${second}.${third}.0/24`, `${client.short} segment ${n + 1}`, false, at), base: `10.${second}.${third}.`, seen: rng.chance(0.965), clientIndex });
  }
  return { containers, segments };
}
