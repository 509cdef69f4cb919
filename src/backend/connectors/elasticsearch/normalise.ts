import { normaliseAlertId, rowId, ruleId, UNASSIGNED, type ActorKind, type AlertRow } from '../../../model';
import type { ElasticSettings } from '../../../settings/sources';
import { mapClient, mapDisposition, mapTier, type Mapped } from '../../../settings/value-maps';
import type { Disposition } from '../../../model';
import type { Reject } from '../stream';
import type { Hit } from './client';
import type { Counts } from './counts';
import { alertFields, dateIn, isElasticSecurity, pick, TAGS, textIn, textsIn, type AlertField } from './fields';

export interface AlertPlan {
  readonly settings: ElasticSettings;
  readonly alerts: NonNullable<ElasticSettings['alerts']>;
  readonly fields: Readonly<Record<AlertField, string>>;
  readonly elasticSecurity: boolean;
  readonly clients: ReadonlySet<string>;
  readonly system: string;
}
export const alertPlan = (settings: ElasticSettings, alerts: NonNullable<ElasticSettings['alerts']>, clients: ReadonlySet<string>): AlertPlan =>
  ({ settings, alerts, fields: alertFields(alerts), elasticSecurity: isElasticSecurity(alerts), clients, system: settings.system });

/** The fields a search asks for; nothing else of a document, people least of all, leaves the source. */
export const wantedFields = ({ fields, alerts, elasticSecurity }: AlertPlan): string[] =>
  [...new Set([...Object.values(fields), ...(elasticSecurity ? [TAGS] : []), ...(alerts.client.field ? [alerts.client.field] : []), ...(alerts.automation ? [alerts.automation.field] : [])])];

/** A hit → an alert row, a reject, or null for a building block (which is no alert and is counted). */
export function normaliseAlert(hit: Hit, plan: AlertPlan, counts: Counts): AlertRow | Reject | null {
  const { fields, settings, alerts } = plan;
  const reject = (field: string, reason: string, sample: string | null = null): Reject => ({ nativeId: hit.id || null, field, reason, sample });
  const text = (name: AlertField): string | null => textIn(hit.source, fields[name]);
  if (hit.id === '') return reject('_id', 'the document has no id');
  if (pick(hit.source, fields.buildingBlock) != null) { counts.add('building_block', fields.buildingBlock, null); return null; }

  const times = { event: dateIn(hit.source, fields.event), detected: dateIn(hit.source, fields.detected), readable: dateIn(hit.source, fields.readable), changed: dateIn(hit.source, fields.changed), status: dateIn(hit.source, fields.statusUpdated) };
  for (const [name, field] of [['event', fields.event], ['detected', fields.detected], ['readable', fields.readable], ['changed', fields.changed], ['status', fields.statusUpdated]] as const) {
    const { broken } = times[name];
    if (broken !== null) return reject(field, 'not a date; expected ISO 8601 or epoch milliseconds', broken);
  }
  if (times.changed.ms === null) return reject(fields.changed, 'the document has no time in this field; map "changed" to the field that holds one');
  const joinId = normaliseAlertId(text('id') ?? hit.id);
  if (joinId === null) return reject(fields.id, 'the alert id is empty');

  const stable = text('rule') ?? (plan.elasticSecurity ? textIn(hit.source, 'kibana.alert.rule.uuid') : null);
  const severity = text('severity');
  const tier = mapTier(severity, settings.maps.tier);
  if (!tier.known) counts.add('unknown_severity', fields.severity, severity);
  const { sourceClient, client } = clientOf(hit.source, alerts.client, plan, counts);
  const verdict = dispositionOf(hit.source, plan, counts);
  const status = text('status');
  const closed = status !== null && alerts.closedStatuses.includes(status);
  const acknowledged = status !== null && alerts.acknowledgedStatuses.includes(status);
  const moved = times.status.ms;
  const actor = actorOf(hit.source, alerts.automation);
  const suppressed = Number(text('suppressed') ?? 0);
  return {
    id: rowId(settings.id, 'alert', hit.id), source: settings.id, nativeId: hit.id, url: urlOf(alerts.url, hit, times.changed.ms), changed: Math.max(times.changed.ms, moved ?? 0), gone: null,
    joinId, rule: stable === null ? null : ruleId(plan.system, stable), ruleName: text('ruleName'), ruleRevision: text('ruleRevision'),
    event: times.event.ms, detected: times.detected.ms, readable: times.readable.ms ?? times.changed.ms,
    sourceSeverity: severity, tier: tier.value, sourceClient, client, sourceStatus: status,
    // Only the last change of status is known: a closed alert's earlier acknowledgement is kept by keepAcknowledgement (alerts.ts).
    acknowledgedAt: acknowledged ? moved : null, acknowledgedBy: acknowledged && moved !== null ? actor : null,
    sourceDisposition: verdict.source, disposition: verdict.value,
    dispositionAt: verdict.value === null ? null : moved, dispositionBy: verdict.value === null ? null : verdict.value === 'auto_closed' ? 'automation' : actor,
    closedAt: closed ? moved : null, suppressed: Number.isFinite(suppressed) && suppressed > 0 ? Math.trunc(suppressed) : 0,
  };
}

/** Client of a document by the configured rule. A value that no map knows → unassigned, counted. */
export function clientOf(source: unknown, rule: { fixed?: string | undefined; field?: string | undefined }, plan: { settings: ElasticSettings; clients: ReadonlySet<string> }, counts: Counts): { sourceClient: string | null; client: string } {
  if (rule.field === undefined) return { sourceClient: null, client: rule.fixed ?? UNASSIGNED };
  return mapped(textIn(source, rule.field), rule, plan, counts);
}
export function mapped(value: string | null, rule: { fixed?: string | undefined; field?: string | undefined }, plan: { settings: ElasticSettings; clients: ReadonlySet<string> }, counts: Counts): { sourceClient: string | null; client: string } {
  const client = mapClient(value, plan.settings.maps.client, plan.clients);
  if (client === null && value !== null) counts.add('unknown_client', rule.field ?? null, value);
  return { sourceClient: value, client: client ?? (value === null ? rule.fixed : undefined) ?? UNASSIGNED };
}

/** The alert's own verdict: its closing reason, else the first tag that the disposition map knows. Other tags are no verdict. */
function dispositionOf(document: unknown, plan: AlertPlan, counts: Counts): { source: string | null; value: Disposition | null } {
  const map = plan.settings.maps.disposition;
  // Kibana writes automated_closure where metrics.md says "automated closure".
  const look = (text: string): Mapped<Disposition | null> => { const exact = mapDisposition(text, map); return exact.known ? exact : mapDisposition(text.replace(/_/g, ' '), map); };
  const reason = textsIn(document, plan.fields.disposition);
  const known = reason.find(text => look(text).known);
  if (known !== undefined) return { source: known, value: look(known).value };
  if (reason[0] !== undefined && plan.fields.disposition !== TAGS) {
    counts.add('unknown_disposition', plan.fields.disposition, reason[0]);
    return { source: reason[0], value: 'undetermined' };
  }
  const tag = plan.elasticSecurity ? textsIn(document, TAGS).find(text => look(text).known) : undefined;
  return tag === undefined ? { source: null, value: null } : { source: tag, value: look(tag).value };
}

/** Only the kind of the actor: the value that tells is compared and forgotten. Without a marker every change is a human's. */
function actorOf(document: unknown, automation: { field: string; values: readonly string[] } | undefined): ActorKind {
  if (!automation) return 'human';
  const values = textsIn(document, automation.field);
  if (values.length === 0) return 'unknown';
  return values.some(value => automation.values.includes(value)) ? 'automation' : 'human';
}

function urlOf(template: string | undefined, hit: Hit, at: number): string | null {
  if (!template || !/^https?:\/\//i.test(template)) return null;
  const full = template.includes('{id}') ? template : `${template.replace(/\/+$/, '')}/app/security/alerts/redirect/{id}?index={index}&timestamp={timestamp}`;
  return full.replace('{id}', encodeURIComponent(hit.id)).replace('{index}', encodeURIComponent(hit.index)).replace('{timestamp}', encodeURIComponent(new Date(at).toISOString()));
}
