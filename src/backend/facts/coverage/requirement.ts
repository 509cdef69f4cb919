import { dayNumber, HOUR, type AssetKind, type EndpointRole, type EvidenceKind } from '../../../model';
import type { Policy } from '../../../settings/schema';

export type CoveragePolicy = Policy['coverage'];

/** What covers an asset: one evidence kind of EACH group (metrics.md §1, Evidence). */
export interface Requirement {
  /** With the day it was agreed from, where it has one: two versions are two requirements. */
  readonly name: string;
  readonly groups: readonly (readonly EvidenceKind[])[];
  /** Sources whose heartbeats the client accepts as evidence for every group. */
  readonly acceptHeartbeatFrom: readonly string[];
}
const DEFAULTS: Record<AssetKind, Requirement> = {
  endpoint: { name: 'default', groups: [['agent_events', 'host_logs']], acceptHeartbeatFrom: [] },
  cloud_workload: { name: 'default', groups: [['agent_events', 'audit_log', 'flow_log']], acceptHeartbeatFrom: [] },
  network_segment: { name: 'default', groups: [['sensor', 'flow', 'firewall']], acceptHeartbeatFrom: [] },
};
/** Evidence about addresses: the only kinds that cover a segment; host telemetry never does, whatever a policy lists. */
export const NETWORK_EVIDENCE: readonly EvidenceKind[] = ['sensor', 'flow', 'firewall'];

const FOREVER = '1970-01-01';
/** Local days from which some requirement applies, oldest first; before the first of them the default did. */
export const requirementDays = (policy: CoveragePolicy): number[] => [...new Set(policy.requirements.map(r => dayNumber(r.effectiveFrom)))].sort((a, b) => a - b);

/** The requirement for a kind on a local day: the client's own, else that for every client, else the default; of several the one agreed last. */
export function requirementOf(policy: CoveragePolicy, kind: AssetKind, client: string, day: number): Requirement {
  const newest = (of: string) => policy.requirements.filter(r => r.kind === kind && r.client === of && dayNumber(r.effectiveFrom) <= day).reduce<CoveragePolicy['requirements'][number] | null>((best, r) => (best === null || r.effectiveFrom > best.effectiveFrom ? r : best), null);
  const own = newest(client) ?? newest('*');
  const chosen = own === null ? DEFAULTS[kind] : { ...own, name: own.effectiveFrom === FOREVER ? own.name : `${own.name} (from ${own.effectiveFrom})` };
  if (kind !== 'network_segment') return chosen;
  return { ...chosen, groups: chosen.groups.map(group => group.filter(k => NETWORK_EVIDENCE.includes(k))), acceptHeartbeatFrom: [] };
}

/** Freshness window, ms. An endpoint without a role is held to the server's: the stricter one flatters nobody. */
export function windowOf(policy: CoveragePolicy, kind: AssetKind, role: EndpointRole | string | null): number {
  const hours = policy.windowHours;
  if (kind === 'endpoint') return (role === 'workstation' ? hours.workstation : hours.server) * HOUR;
  return (kind === 'cloud_workload' ? hours.cloud_workload : hours.network_segment) * HOUR;
}
