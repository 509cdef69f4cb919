import { DAY, type AssetKind, type EvidenceKind, type Ms } from '../../../model';
import { lostDays, oldestDay, readAt, type StreamReading } from './reading';
import { NETWORK_EVIDENCE, requirementOf, windowOf, type CoveragePolicy, type Requirement } from './requirement';

/** Everything that judges the assets of one client, kind and role; made once per run because the streams' days are walked only once. */
export interface Rules {
  readonly client: string;
  /** The client's zone: days of volume are local. */
  readonly zone: string;
  readonly kind: AssetKind;
  readonly requirement: Requirement;
  readonly window: Ms;
  readonly degradedBelow: number;
  /** Sources that register this kind: their telemetry is no evidence for it. */
  readonly registries: ReadonlySet<string>;
  /** By group: the streams that could meet it. */
  readonly streams: readonly (readonly StreamReading[])[];
  /** Why the kind cannot be measured at all; null when it can. */
  readonly impossible: 'no_source' | 'registry_only' | null;
  /** First instant with any reading; null = none. */
  readonly measuredFrom: Ms | null;
  /** Where a group has nothing that is still read: when the last of what it had ended. Else Infinity. */
  readonly measuredUntil: Ms;
  /** By group: ids of sources not read over the window before t, each once, sorted. Remembered by t. */
  unread(t: Ms): readonly (readonly string[])[];
  /** The source of this evidence was read on the UTC day but had lost nine tenths of its hosts. */
  lost(source: string, evidence: EvidenceKind, day: number): boolean;
}

/** Rules as they stood on a local day of the client. */
export function makeRules(policy: CoveragePolicy, { id: client, zone }: { readonly id: string; readonly zone: string }, kind: AssetKind, role: string | null, registries: ReadonlySet<string>, all: readonly StreamReading[], day: number): Rules {
  const requirement = requirementOf(policy, kind, client, day);
  const window = windowOf(policy, kind, role);
  const can = (s: StreamReading, group: readonly EvidenceKind[]): boolean =>
    (s.client === null || s.client === client)
    && (s.evidence === null || s.evidence.some(e => group.includes(e) || (e === 'heartbeat' && requirement.acceptHeartbeatFrom.includes(s.source))));
  const streams = requirement.groups.map(group => all.filter(s => !registries.has(s.source) && can(s, group)));
  const alive = (s: StreamReading): boolean => s.endedAt === undefined;
  const onlyRegistries = requirement.groups.some((group, i) => !streams[i]!.some(alive) && all.some(s => alive(s) && registries.has(s.source) && can(s, group)));
  const impossible = streams.every(list => list.some(alive)) ? null : onlyRegistries ? 'registry_only' as const : 'no_source' as const;
  // What the settings read no longer was read while it lasted: days until then stay as they were judged.
  const measuredUntil = Math.min(...streams.map(list => (list.some(alive) ? Infinity : Math.max(-Infinity, ...list.map(s => s.endedAt!)))));
  const starts = [...new Set(streams.flat())].map(oldestDay).filter(d => d !== null);
  const remembered = new Map<Ms, readonly (readonly string[])[]>();
  const losses = new Map(all.filter(s => s.client === null || s.client === client).map(s => [s, lostDays(s)] as const));
  return {
    client, zone, kind, requirement, window, degradedBelow: policy.degradedBelow, registries, streams, impossible,
    measuredFrom: measuredUntil === -Infinity || starts.length === 0 ? null : Math.min(...starts) * DAY, measuredUntil,
    unread(t) {
      let known = remembered.get(t);
      if (!known) {
        known = streams.map(list => [...new Set(list.filter(s => readAt(s, t, window) === 'unread').map(s => s.source))].sort());
        remembered.set(t, known);
      }
      return known;
    },
    lost(source, evidence, day) {
      for (const [s, days] of losses) if (s.source === source && (s.evidence === null || s.evidence.includes(evidence)) && days.has(day)) return true;
      return false;
    },
  };
}
export const isNetworkEvidence = (evidence: EvidenceKind): boolean => NETWORK_EVIDENCE.includes(evidence);
