/**
 * The demo's managed SOC as facts, before any vendor's API. Upstreams (demo/upstreams/<system>/) serve these as the vendors do;
 * they alone know vendors' shapes. Everything is a function of (anchor date, seed): the same call gives the same answer.
 * Times are epoch ms, UTC.
 */
export interface WorldClient { readonly id: string; readonly name: string; readonly zone: string; readonly tenantSlug: string; readonly jiraProject: string }

export interface WorldRule {
  readonly stableId: string; readonly uuid: string; readonly name: string; readonly severity: 'low' | 'medium' | 'high' | 'critical';
  readonly attack: readonly string[]; readonly enabled: boolean; readonly query: string;
  /** Revisions, oldest first. */
  readonly revisions: readonly { readonly revision: number; readonly from: number }[];
}

export interface WorldAlert {
  readonly id: string; readonly client: string; readonly rule: string; readonly host: string | null;
  readonly event: number; readonly detected: number; readonly readable: number;
  readonly severity: 'low' | 'medium' | 'high' | 'critical';
  /** Workflow changes in the SIEM by time; actor 'human' or 'automation'. */
  readonly workflow: readonly { readonly at: number; readonly status: 'acknowledged' | 'closed'; readonly reason: string | null; readonly actor: 'human' | 'automation' }[];
  readonly suppressed: number;
}

export interface WorldTicketChange {
  readonly at: number;
  readonly actor: 'human' | 'automation';
  readonly field: 'status' | 'severity' | 'resolution' | 'alert_ids' | 'merged_into' | 'comment' | 'noise';
  readonly from: string | null; readonly to: string | null;
}
export interface WorldTicket {
  readonly id: number; readonly key: string; readonly client: string; readonly title: string;
  readonly created: number; readonly severity: 'low' | 'medium' | 'high' | 'critical' | null;
  /** Alert ids quoted at creation (later ones come by `alert_ids` changes: from/to are `;`-joined lists). */
  readonly alertIds: readonly string[];
  /** Where the ids stand: the custom field, a label, or the description text. */
  readonly quotedIn: 'field' | 'label' | 'text' | 'none';
  readonly origin: 'alert' | 'user' | 'client' | 'third_party' | 'hunt';
  /** Ordered by time. Statuses: New, Acknowledged, In Progress, Waiting for client, Escalated, Contained, Resolved, Closed. Resolutions: see metrics.md dispositions in vendors' words. */
  readonly changes: readonly WorldTicketChange[];
  /** Deleted at its source at this instant, or null. */
  readonly deletedAt: number | null;
}

export interface WorldAsset {
  readonly id: number; readonly registry: 'netbox' | 'cmdb'; readonly type: 'device' | 'vm' | 'prefix'; readonly client: string;
  readonly name: string; readonly fqdn: string | null; readonly role: 'workstation' | 'server' | 'network' | 'cloud' | 'node' | null;
  readonly agentId: string | null; readonly instanceId: string | null; readonly serial: string | null; readonly mac: string | null; readonly address: string | null;
  readonly prefix: string | null; readonly container: boolean; readonly vrf: string | null; readonly group: string | null; readonly criticality: 'high' | 'normal' | 'low';
  readonly created: number; readonly updated: number;
  /** Status changes by time; `deleted` removes it from the registry (the change log keeps the event). */
  readonly changes: readonly { readonly at: number; readonly status: 'active' | 'decommissioning' | 'offline' | 'deleted' }[];
}

/** One host (or segment address) as one telemetry source saw it on one UTC day. */
export interface WorldSeen {
  readonly host: string; readonly fqdn: string | null; readonly agentId: string | null; readonly instanceId: string | null; readonly address: string | null;
  readonly client: string; readonly first: number; readonly last: number; readonly count: number;
}
export type TelemetryStream = 'agent_events' | 'host_logs' | 'audit_log' | 'flow' | 'heartbeat';

export interface World {
  readonly seed: number;
  /** Midnight UTC of the anchor day; history ends "now", which moves on from here. */
  readonly anchor: number;
  readonly historyDays: number;
  readonly clients: readonly WorldClient[];
  readonly rules: readonly WorldRule[];
  /** All alerts readable before `now`, ordered by readable. Cheap to call again: only new minutes are made. */
  alerts(now: number): readonly WorldAlert[];
  tickets(now: number): readonly WorldTicket[];
  assets(now: number): readonly WorldAsset[];
  /** Null: the source was out and delivered nothing readable that day (connector outage), as opposed to an empty list. */
  seen(stream: TelemetryStream, day: number, now: number): readonly WorldSeen[] | null;
}
