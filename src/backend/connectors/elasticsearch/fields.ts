import type { ElasticSettings } from '../../../settings/sources';
import { isObject } from '../own';

export type AlertField = 'id' | 'rule' | 'ruleName' | 'ruleRevision' | 'event' | 'detected' | 'readable' | 'severity' | 'status' | 'statusUpdated' | 'disposition' | 'changed' | 'suppressed' | 'buildingBlock';

/** Elastic Security's own names (metrics.md, Times of an alert). Each can be replaced for another alert index. */
export const ELASTIC_SECURITY: Readonly<Record<AlertField, string>> = {
  id: 'kibana.alert.uuid', rule: 'kibana.alert.rule.rule_id', ruleName: 'kibana.alert.rule.name', ruleRevision: 'kibana.alert.rule.revision',
  event: 'kibana.alert.original_time', detected: 'kibana.alert.rule.execution.timestamp', readable: 'kibana.alert.start', severity: 'kibana.alert.severity',
  status: 'kibana.alert.workflow_status', statusUpdated: 'kibana.alert.workflow_status_updated_at', disposition: 'kibana.alert.workflow_reason',
  changed: '@timestamp', suppressed: 'kibana.alert.suppression.docs_count', buildingBlock: 'kibana.alert.building_block_type',
};
/** Verdicts that analysts set as tags, read where the reason is absent; a tag counts only if the disposition map knows it. */
export const TAGS = 'kibana.alert.workflow_tags';

type Alerts = NonNullable<ElasticSettings['alerts']>;
export const alertFields = (alerts: Alerts): Readonly<Record<AlertField, string>> => ({ ...ELASTIC_SECURITY, ...alerts.fields });

/** True when the index is Elastic Security's: no field was renamed. */
export const isElasticSecurity = (alerts: Alerts): boolean => alerts.fields.id === undefined && alerts.fields.changed === undefined && alerts.fields.rule === undefined;

/**
 * A field of a document whose keys may be dotted, nested, or both at once ("kibana.alert.uuid" beside "event":{"code"}):
 * every way to cut the path is tried, the longest literal key first. Undefined where no way leads to a value.
 */
export function pick(document: unknown, path: string): unknown {
  if (!isObject(document)) return undefined;
  if (Object.hasOwn(document, path)) return document[path];
  for (let cut = path.lastIndexOf('.'); cut > 0; cut = path.lastIndexOf('.', cut - 1)) {
    const head = path.slice(0, cut);
    if (!Object.hasOwn(document, head)) continue;
    const found = pick(document[head], path.slice(cut + 1));
    if (found !== undefined) return found;
  }
  return undefined;
}

/** First value of a field that may hold a list. */
export const first = (value: unknown): unknown => (Array.isArray(value) ? value[0] : value);

/** Text, number or boolean as text; null for absent, blank and structured values. */
export function textIn(document: unknown, path: string): string | null {
  const value = first(pick(document, path));
  if (typeof value === 'number' || typeof value === 'boolean') return String(value);
  return typeof value === 'string' && value.trim() !== '' ? value : null;
}

/** Every text of a field that may hold a list. */
export function textsIn(document: unknown, path: string): string[] {
  const value = pick(document, path);
  return (Array.isArray(value) ? value : [value]).filter((v): v is string => typeof v === 'string' && v.trim() !== '');
}

/** Absent and broken are two things: a broken date is somebody's mistake and is rejected with its text. */
export type DateIn = { readonly ms: number | null; readonly broken: string | null };

/** What names no zone, in the order year to second with - or / and T or a blank between (the formats an index has unless it is told others). */
const ZONELESS = /^(\d{4})(?:[-/](\d\d)(?:[-/](\d\d))?)?(?:[T ](\d\d:\d\d(?::\d\d(?:[.,]\d{1,9})?)?))?$/;

/** A date of Elasticsearch: without a zone it is UTC there, a number is epoch ms. JavaScript would read many of the former as local time. */
export function dateIn(document: unknown, path: string): DateIn {
  const value = first(pick(document, path));
  if (value === undefined || value === null || value === '') return { ms: null, broken: null };
  if (typeof value === 'number') return Number.isFinite(value) ? { ms: Math.round(value), broken: null } : { ms: null, broken: String(value) };
  if (typeof value !== 'string') return { ms: null, broken: JSON.stringify(value).slice(0, 100) };
  if (/^\d{11,14}$/.test(value)) return { ms: Number(value), broken: null };
  const ms = /(z|[+-]\d\d:?\d\d)$/i.test(value) && !/^\d{4}-\d\d(-\d\d)?$/.test(value) ? zoned(value) : zoneless(value);
  return Number.isNaN(ms) ? { ms: null, broken: value.slice(0, 100) } : { ms, broken: null };
}
/** What a mapping with ignore_malformed let through: 30 February is read as 2 March. */
function zoned(value: string): number {
  const [, year, month, day] = /^(\d{4})-(\d\d)-(\d\d)/.exec(value) ?? [];
  return year !== undefined && Number(day) > new Date(Date.UTC(Number(year), Number(month), 0)).getUTCDate() ? Number.NaN : Date.parse(value);
}
function zoneless(value: string): number {
  const [, year, month = '01', day = '01', time = '00:00'] = ZONELESS.exec(value) ?? [];
  if (year === undefined) return Number.NaN;
  const ms = Date.parse(`${year}-${month}-${day}T${time.replace(',', '.')}Z`);
  // 30 February is read as 2 March.
  return Number.isNaN(ms) || new Date(ms).getUTCDate() !== Number(day) ? Number.NaN : ms;
}
