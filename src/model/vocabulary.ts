/** The closed vocabularies of metrics.md ("Rows and vocabulary"). Order matters where said. */

/** Highest first: an index comparison tells which of two tiers is the more severe. `untiered` = no mapped value; never dropped. */
export const SEVERITY_TIERS = ['critical', 'high', 'medium', 'low', 'informational', 'untiered'] as const;
export type SeverityTier = (typeof SEVERITY_TIERS)[number];

export const DISPOSITIONS = [
  'true_positive', 'benign_positive', 'false_positive', 'duplicate', 'test', 'undetermined', 'auto_closed',
] as const;
export type Disposition = (typeof DISPOSITIONS)[number];

/** What a human can determine about an alert; the other dispositions are no verdict. */
export const DETERMINED = ['true_positive', 'benign_positive', 'false_positive'] as const;
export type Determined = (typeof DETERMINED)[number];
export const isDetermined = (value: Disposition | null): value is Determined =>
  value !== null && (DETERMINED as readonly string[]).includes(value);

/** Exactly one per alert; they sum to the number of alerts (metrics.md §2, Buckets). */
export const VERDICT_BUCKETS = [
  'true', 'benign', 'false', 'duplicate', 'test', 'undetermined', 'auto_closed', 'unclassified', 'pending', 'unmatched', 'conflict',
] as const;
export type VerdictBucket = (typeof VERDICT_BUCKETS)[number];
/** Own verdicts of alerts that follow each other within so many milliseconds are one decision (metrics.md §2, Decisions). */
export const DECISION_GAP = 60_000;

/** Only the kind of an actor is kept, never who it was. */
export const ACTOR_KINDS = ['human', 'automation', 'unknown'] as const;
export type ActorKind = (typeof ACTOR_KINDS)[number];

export const TICKET_EVENT_TYPES = [
  'created', 'touched', 'acknowledged', 'disposition_set', 'escalated', 'notified', 'contained', 'severity_changed',
  'paused', 'resumed', 'resolved', 'reopened', 'closed', 'merged',
] as const;
export type TicketEventType = (typeof TICKET_EVENT_TYPES)[number];

export const TICKET_ORIGINS = ['alert', 'user', 'client', 'third_party', 'hunt', 'unknown'] as const;
export type TicketOrigin = (typeof TICKET_ORIGINS)[number];

export const CLOCKS = ['acknowledge', 'decide', 'notify', 'contain', 'resolve'] as const;
export type Clock = (typeof CLOCKS)[number];

/** What an item is at an instant (metrics.md §3, Outcome): exactly one. */
export const OUTCOMES = ['met', 'missed', 'overdue', 'on_hold', 'left', 'no_target', 'running'] as const;
export type Outcome = (typeof OUTCOMES)[number];
/** Yes-or-no of an item that its counts are made of, as bits of one number: a scan then groups by one column instead of asking six conditions of every row. */
export const MARKS = { gross_met: 1, first_met: 2, from_creation: 4, unknown_stop: 8, reopened: 16, gone: 32 } as const;
export type Mark = keyof typeof MARKS;

export const LINK_ORIGINS = ['native', 'field', 'label', 'text'] as const;
export type LinkOrigin = (typeof LINK_ORIGINS)[number];

export const ASSET_KINDS = ['endpoint', 'cloud_workload', 'network_segment'] as const;
export type AssetKind = (typeof ASSET_KINDS)[number];

/** Sub-kind of an endpoint; the freshness window differs (metrics.md §1). */
export const ENDPOINT_ROLES = ['workstation', 'server'] as const;
export type EndpointRole = (typeof ENDPOINT_ROLES)[number];

/** `heartbeat` never covers by default; the others are security events that reached the SIEM or data lake. */
export const EVIDENCE_KINDS = [
  'agent_events', 'host_logs', 'audit_log', 'flow_log', 'sensor', 'flow', 'firewall', 'heartbeat',
] as const;
export type EvidenceKind = (typeof EVIDENCE_KINDS)[number];

export const COVERAGE_STATES = ['covered', 'agent_only', 'dark', 'absent', 'unknown', 'excluded'] as const;
export type CoverageState = (typeof COVERAGE_STATES)[number];

export const IDENTIFIER_TYPES = ['agent', 'instance', 'serial', 'mac'] as const;
export type IdentifierType = (typeof IDENTIFIER_TYPES)[number];

/** Rows that no mapping gives to a client. Operator-only, and counted. */
export const UNASSIGNED = 'unassigned';
