import type { ActorKind, AlertRow, Disposition, SeverityTier } from '../../../model';
import { keyOf } from '../../store/key';
import type { StoreRow } from '../../store/schema';
import type { Dimensions } from '../facts';

/** Exports: alertKey, joinKey, alertColumns, alertOf. Canonical alert ↔ the canonical columns of `alert`. */
export const alertKey = (id: string): bigint => keyOf(id);
/** Key of a normalised alert id as alerts have it and tickets quote it. */
export const joinKey = (joinId: string): bigint => keyOf(joinId);

export function alertColumns(row: AlertRow, dimensions: Dimensions) {
  return {
    alert_key: alertKey(row.id), id: row.id, native_id: row.nativeId, join_key: joinKey(row.joinId), join_id: row.joinId,
    source_key: dimensions.sourceKey(row.source), client_key: dimensions.clientKey(row.client), rule_key: dimensions.ruleKey(row.rule),
    rule_name: row.ruleName, rule_revision: row.ruleRevision, tier: row.tier, event: row.event, detected: row.detected, readable: row.readable,
    source_severity: row.sourceSeverity, source_client: row.sourceClient, source_status: row.sourceStatus,
    acknowledged_at: row.acknowledgedAt, acknowledged_by: row.acknowledgedBy,
    source_disposition: row.sourceDisposition, disposition: row.disposition, disposition_at: row.dispositionAt, disposition_by: row.dispositionBy,
    closed_at: row.closedAt ?? null, suppressed: row.suppressed, url: row.url, changed: row.changed, gone: row.gone,
  } satisfies Partial<StoreRow<'alert'>>;
}

/** The canonical row back, as the connector gave it. */
export const alertOf = (row: StoreRow<'alert'>, dimensions: Dimensions): AlertRow => ({
  id: row.id!, source: dimensions.sourceId(row.source_key!), nativeId: row.native_id!, url: row.url, changed: row.changed!, gone: row.gone,
  joinId: row.join_id!, rule: dimensions.ruleId(row.rule_key!), ruleName: row.rule_name, ruleRevision: row.rule_revision,
  event: row.event, detected: row.detected, readable: row.readable, sourceSeverity: row.source_severity, tier: row.tier as SeverityTier,
  sourceClient: row.source_client, client: dimensions.clientId(row.client_key!), sourceStatus: row.source_status,
  acknowledgedAt: row.acknowledged_at, acknowledgedBy: row.acknowledged_by as ActorKind | null,
  sourceDisposition: row.source_disposition, disposition: row.disposition as Disposition | null, dispositionAt: row.disposition_at,
  dispositionBy: row.disposition_by as ActorKind | null, closedAt: row.closed_at, suppressed: row.suppressed!,
});
