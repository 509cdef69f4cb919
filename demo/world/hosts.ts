import type { Rng } from './rng';
import type { WorldAsset } from './types';

/** Endpoints and cloud workloads of each client, for alerts to happen on. */
export type EstateIndex = readonly (readonly WorldAsset[])[];

/** A host of a client that was registered at that time; a few hosts draw many alerts. Null: the alert names no host. */
export function hostFor(estate: EstateIndex, clientIndex: number, at: number, rng: Rng): string | null {
  const hosts = estate[clientIndex]!;
  if (rng.chance(0.05) || hosts.length === 0) return null;
  for (let tries = 0; tries < 4; tries++) {
    const host = hosts[Math.floor(hosts.length * rng.next() ** 1.7)]!;
    if (host.created <= at && !host.changes.some(change => change.at <= at && change.status !== 'active')) return host.name;
  }
  return null;
}
