import { HOUR, type AssetKind, type EndpointRole, type EvidenceKind } from '../../../model';
import type { Policy } from '../../../settings/schema';

export type CoveragePolicy = Policy['coverage'];

/** What covers an asset: one evidence kind of EACH group (metrics.md §1, Evidence). */
export interface Requirement {
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

/** The client's own requirement for the kind, else that for every client, else the default. */
export function requirementOf(policy: CoveragePolicy, kind: AssetKind, client: string): Requirement {
  const own = policy.requirements.find(r => r.kind === kind && r.client === client) ?? policy.requirements.find(r => r.kind === kind && r.client === '*');
  const chosen = own ?? DEFAULTS[kind];
  if (kind !== 'network_segment') return chosen;
  return { ...chosen, groups: chosen.groups.map(group => group.filter(k => NETWORK_EVIDENCE.includes(k))), acceptHeartbeatFrom: [] };
}

/** Freshness window, ms. An endpoint without a role is held to the server's: the stricter one flatters nobody. */
export function windowOf(policy: CoveragePolicy, kind: AssetKind, role: EndpointRole | string | null): number {
  const hours = policy.windowHours;
  if (kind === 'endpoint') return (role === 'workstation' ? hours.workstation : hours.server) * HOUR;
  return (kind === 'cloud_workload' ? hours.cloud_workload : hours.network_segment) * HOUR;
}
