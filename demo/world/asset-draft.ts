import { DAY } from '../../src/model/time';
import { CLIENTS, type ClientProfile } from './clients';
import { Rng } from './rng';
import { ROLLOUT } from './stories';
import type { WorldAsset } from './types';

/** How the telemetry sees an asset; the registries do not know it. */
export interface Traits {
  /** events: agent events · logs: host logs only · heartbeat: checks in only · flow: seen by flow records only · none: not seen. */
  readonly mode: 'events' | 'logs' | 'heartbeat' | 'flow' | 'none';
  /** Sends no security event from here on (failed roll-out); null: goes on. */
  readonly stopped: number | null;
  /** Switched off outside working hours, at weekends and on vacation. */
  readonly mobile: boolean;
  readonly vacations: boolean;
  /** First telemetry and the end of it (retirement), ms. */
  readonly from: number;
  readonly until: number;
}
export interface Known { readonly asset: WorldAsset; readonly traits: Traits; readonly clientIndex: number; readonly salt: number }

const SHARE = { workstation: 0.58, server: 0.19, network: 0.02, cloud: 0.11 } as const;
export const ESTATE = 12_800;
const code = (rng: Rng, length: number): string => rng.uuid().replace(/-/g, '').slice(0, length);

/** Endpoints, network devices and cloud workloads of one client, with how telemetry sees them. */
export function draftHosts(seed: number, anchor: number, scale: number, clientIndex: number): Known[] {
  const client = CLIENTS[clientIndex]!;
  const rng = new Rng(seed, 41, clientIndex);
  const size = Math.max(client.id === ROLLOUT.client ? 240 : 70, Math.round(ESTATE * scale * client.estate));
  const hosts: Known[] = [];
  for (const role of ['workstation', 'server', 'network', 'cloud'] as const) {
    const count = Math.max(2, Math.round(size * SHARE[role]));
    for (let n = 0; n < count; n++) hosts.push(draftHost(rng, anchor, client, clientIndex, role, n, count, hosts.length));
  }
  return hosts;
}

const PREFIX = { workstation: 'ws', server: 'srv', network: 'sw', cloud: 'vm' } as const;
function draftHost(rng: Rng, anchor: number, client: ClientProfile, clientIndex: number, role: keyof typeof SHARE, n: number, count: number, serial: number): Known {
  const name = `${client.short}-${PREFIX[role]}-${String(n + 1).padStart(4, '0')}`;
  const created = Math.floor(rng.chance(0.86) ? anchor - rng.between(401, 1500) * DAY : anchor - rng.between(2, 400) * DAY);
  const endpoint = role === 'workstation' || role === 'server';
  const mode = modeOf(rng, client, role, n);
  // The roll-out took every so many-th endpoint: spread evenly, so that the story looks the same at every scale.
  const victim = client.id === ROLLOUT.client && endpoint && mode === 'events' && (n * ROLLOUT.victims) % 1 < ROLLOUT.victims * 1.06 && created < anchor - 30 * DAY;
  const [from, to] = role === 'workstation' ? ROLLOUT.workstationsStopped : ROLLOUT.serversStopped;
  const stopped = victim ? Math.floor(anchor + (from + (to - from) * (n / count)) * DAY) : null;
  const retires = !victim && endpoint && rng.chance(0.06);
  const retired = retires ? Math.floor(Math.max(created + 60 * DAY, anchor - rng.between(1, 380) * DAY)) : null;
  const changes: WorldAsset['changes'][number][] = [];
  if (retired !== null && retired < anchor - DAY) {
    changes.push({ at: retired, status: rng.chance(0.7) ? 'decommissioning' : 'offline' });
    if (rng.chance(0.5)) changes.push({ at: retired + 20 * DAY, status: 'deleted' });
  }
  const segment = endpoint || role === 'network' ? Math.floor(serial / 60) : 200 + Math.floor(serial / 100);
  const asset: WorldAsset = {
    id: (clientIndex + 1) * 100_000 + serial, registry: 'netbox', client: client.id, name, role,
    type: role === 'cloud' || (role === 'server' && n % 2 === 1) ? 'vm' : 'device',
    fqdn: role === 'network' ? null : `${name}.${client.id}.example`,
    agentId: endpoint && mode !== 'none' && rng.chance(0.82) ? agentIdOf(clientIndex, serial) : null,
    instanceId: role === 'cloud' ? `i-${code(rng, 17)}` : null,
    serial: role === 'cloud' ? null : rng.chance(0.01) ? 'To be filled by O.E.M.' : `${client.short.toUpperCase()}${code(rng, 7).toUpperCase()}`,
    mac: endpoint ? `02:${code(rng, 10).replace(/(..)(?=.)/g, '$1:')}` : null,
    address: `10.${client.octet + (segment >> 8)}.${segment & 255}.${10 + (serial % 60) * 4}`,
    prefix: null, container: false, vrf: null, group: null,
    criticality: rng.chance(role === 'server' ? 0.25 : 0.06) ? 'high' : rng.chance(0.15) ? 'low' : 'normal',
    created, updated: changes.length ? changes[changes.length - 1]!.at : created, changes,
  };
  const mobile = role === 'workstation';
  // Some retired hosts run on.
  const until = changes.length === 0 || rng.chance(0.03) ? Infinity : changes[0]!.at;
  return { asset, clientIndex, salt: asset.id, traits: { mode, stopped, mobile, vacations: mobile && rng.chance(client.id === ROLLOUT.client ? 0.25 : 0.45), from: created + rng.between(0, 1.5) * DAY, until } };
}

/** The agent's id as its console knows it, whether or not the registry has it. */
export const agentIdOf = (clientIndex: number, serial: number): string => new Rng(77, clientIndex, serial).uuid();

/** Steps of the golden ratio spread evenly: a client's coverage is the same at every scale, not a matter of luck. */
function modeOf(rng: Rng, client: ClientProfile, role: keyof typeof SHARE, n: number): Traits['mode'] {
  const x = (n * 0.6180339887498949 + client.octet / 100) % 1;
  if (role === 'network') return 'logs';
  if (role === 'cloud') return x < 0.975 ? 'events' : x < 0.985 ? 'heartbeat' : 'none';
  if (x < client.coverage) return role === 'server' && rng.chance(0.12) ? 'logs' : 'events';
  if (x < client.coverage + client.heartbeatOnly) return 'heartbeat';
  return rng.chance(0.4) ? 'flow' : 'none';
}
