import type {
  ActorKind, AssetKind, Disposition, EndpointRole, EvidenceKind, IdentifierType, LinkOrigin, SeverityTier, TicketEventType, TicketOrigin,
} from './vocabulary';

/**
 * Canonical rows: what connectors produce and the store keeps. Times are epoch milliseconds, UTC. `null` means the source
 * does not know; it never stands for zero. `source*` fields keep the source's own value of a mapped field so that an edited
 * value map can be applied without reading the source again. There is no field for a person, by design.
 */
export type Ms = number;

export interface RowBase {
  /** `source:kind:nativeId`, deterministic: the same record always has the same id. */
  readonly id: string;
  /** Id of the configured source. */
  readonly source: string;
  readonly nativeId: string;
  /** The record's page at its source (http or https), or null. */
  readonly url: string | null;
  /** The source's own "last changed", or the time of reading where it has none. */
  readonly changed: Ms;
  /** When the row was found to have vanished at its source; null while it is there. */
  readonly gone: Ms | null;
}

export interface AlertRow extends RowBase {
  /** What tickets quote, normalised by `normaliseAlertId`. */
  readonly joinId: string;
  /** Rule id `system:stableId`, or null where the alert names no rule. */
  readonly rule: string | null;
  readonly ruleName: string | null;
  readonly ruleRevision: string | null;
  readonly event: Ms | null;
  readonly detected: Ms | null;
  readonly readable: Ms | null;
  readonly sourceSeverity: string | null;
  readonly tier: SeverityTier;
  readonly sourceClient: string | null;
  readonly client: string;
  readonly sourceStatus: string | null;
  readonly acknowledgedAt: Ms | null;
  readonly acknowledgedBy: ActorKind | null;
  readonly sourceDisposition: string | null;
  /** The alert's own verdict in the SIEM; a source's default value is null, not undetermined. */
  readonly disposition: Disposition | null;
  readonly dispositionAt: Ms | null;
  readonly dispositionBy: ActorKind | null;
  /** When the SIEM closed the alert, whatever the reason; null while it is open or where the source does not tell. */
  readonly closedAt?: Ms | null;
  /** The source's own count of suppressed alerts behind this one; in no ratio. */
  readonly suppressed: number;
}

export interface RuleRow extends RowBase {
  /** `system:stableId`: one rule over all clients and re-imports. Equals `AlertRow.rule`. */
  readonly rule: string;
  readonly name: string;
  readonly revision: string | null;
  readonly tier: SeverityTier;
  readonly sourceSeverity: string | null;
  readonly attack: readonly string[];
  readonly enabled: boolean | null;
  readonly queryHash: string | null;
  readonly predecessor: string | null;
  /** True where the source has no rule list and the rule was derived from its alerts. */
  readonly derived: boolean;
}

export interface Quote {
  /** Normalised alert id as the ticket quotes it. */
  readonly alert: string;
  readonly found: LinkOrigin;
  /** When the link was made, as the source tells or as observed; null = unknown. */
  readonly linkedAt: Ms | null;
}

export interface TicketEvent {
  readonly at: Ms;
  readonly type: TicketEventType;
  /** Tier, disposition or source status before and after, by type; null where it has none. */
  readonly from: string | null;
  readonly to: string | null;
  readonly actor: ActorKind;
  /** Source's word for a pause reason, or null. */
  readonly reason?: string | null;
  /** Set where our own observation supplied the event: the sync interval, in ms, as its uncertainty. */
  readonly uncertainty?: number;
}

export interface TicketRow extends RowBase {
  /** What people call it (SOC-123); the id of the source may differ. */
  readonly key: string;
  /** Operator-only: never crosses to another client. */
  readonly title: string | null;
  readonly created: Ms;
  readonly sourceSeverity: string | null;
  /** The tier now; the tier at creation is the timeline's matter. */
  readonly tier: SeverityTier;
  readonly sourceClient: string | null;
  readonly client: string;
  readonly sourceStatus: string | null;
  /** True while the ticket stands in a done state. */
  readonly done: boolean;
  readonly sourceDisposition: string | null;
  readonly disposition: Disposition | null;
  readonly dispositionAt: Ms | null;
  readonly dispositionBy: ActorKind | null;
  readonly origin: TicketOrigin;
  readonly quotes: readonly Quote[];
  /** Ordered by time; ties keep the source's order. */
  readonly timeline: readonly TicketEvent[];
  /** Id of the ticket this one was merged into, or null. */
  readonly mergedInto: string | null;
}

export interface Identifier { readonly type: IdentifierType; readonly value: string }
export interface AssetAddress { readonly address: string; readonly static: boolean; readonly from: Ms | null; readonly to: Ms | null }

/** One record of one asset registry. Records are merged into assets by facts (metrics.md §1, Asset). */
export interface AssetRow extends RowBase {
  readonly name: string;
  readonly kind: AssetKind;
  readonly role: EndpointRole | null;
  readonly hostname: string | null;
  readonly fqdn: string | null;
  readonly identifiers: readonly Identifier[];
  readonly addresses: readonly AssetAddress[];
  /** CIDR for network segments, null otherwise. */
  readonly prefix: string | null;
  readonly vrf: string | null;
  /** True for a prefix the registry marks as container: no asset. */
  readonly container: boolean;
  readonly sourceClient: string | null;
  readonly client: string;
  readonly criticality: string | null;
  /** Scaling group or node pool of a short-lived workload. */
  readonly group: string | null;
  readonly sourceStatus: string | null;
  readonly registeredAt: Ms;
  readonly retiredAt: Ms | null;
  /** Exclusion agreed for this record, from a registry tag or file; null = none. */
  readonly exclusion: { readonly reason: string; readonly agreedBy: 'client' | 'soc'; readonly from: Ms; readonly to: Ms } | null;
}

/** What one telemetry source saw of one host (or segment) on one UTC day. Never per event. */
export interface ObservationRow extends RowBase {
  readonly evidence: EvidenceKind;
  /** UTC day, as days since 1970-01-01. */
  readonly day: number;
  readonly first: Ms;
  readonly last: Ms;
  readonly count: number;
  readonly sourceClient: string | null;
  readonly client: string;
  readonly hostname: string | null;
  readonly fqdn: string | null;
  readonly identifiers: readonly Identifier[];
  readonly address: string | null;
  readonly vrf: string | null;
}

export interface CanonicalRows {
  alert: AlertRow;
  rule: RuleRow;
  ticket: TicketRow;
  asset: AssetRow;
  observation: ObservationRow;
}
export type RowKind = keyof CanonicalRows;
export const ROW_KINDS: readonly RowKind[] = ['alert', 'rule', 'ticket', 'asset', 'observation'];
