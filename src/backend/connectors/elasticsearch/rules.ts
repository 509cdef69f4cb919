import { createHash } from 'node:crypto';
import { rowId, ruleId, type RuleRow } from '../../../model';
import type { ElasticSettings } from '../../../settings/sources';
import { mapTier } from '../../../settings/value-maps';
import type { Reject, Stream } from '../stream';
import type { Hit } from './client';
import { Counts } from './counts';
import { dateIn, textIn, textsIn } from './fields';
import { readHits, type PageCursor } from './paging';

const DEFAULTS = { id: 'rule_id', name: 'name', revision: 'revision', severity: 'severity', enabled: 'enabled', query: 'query', attack: 'threat.technique.id', changed: 'updated_at' };
export type RuleFields = typeof DEFAULTS;
export const ruleFields = (rules: NonNullable<ElasticSettings['rules']>): RuleFields => ({ ...DEFAULTS, ...rules.fields });

/** The whole list of an index that holds rules, every run. Without such an index rules are derived from alerts, elsewhere. */
export function ruleStream(settings: ElasticSettings, rules: NonNullable<ElasticSettings['rules']>, pageSize = 500): Stream<'rule'> {
  const fields = ruleFields(rules);
  return {
    name: 'rules', kind: 'rule', mode: 'full', overlap: 0, lag: 0,
    async read(context, _window, cursor) {
      const page = await readHits(settings, context, { index: rules.index, time: fields.changed, unique: fields.id, query: { match_all: {} }, fields: Object.values(fields), size: pageSize }, cursor as PageCursor | null);
      const counts = new Counts();
      const made = page.hits.map(hit => normaliseRule(hit, settings, fields, context.now(), counts));
      return {
        kind: 'rule', rows: made.filter((m): m is RuleRow => 'derived' in m), rejects: made.filter((m): m is Reject => 'reason' in m),
        notices: [...page.notices, ...counts.list()], cursor: page.cursor, expected: page.expected, complete: page.complete,
      };
    },
  };
}

export function normaliseRule(hit: Hit, settings: ElasticSettings, fields: RuleFields, now: number, counts: Counts): RuleRow | Reject {
  const stable = textIn(hit.source, fields.id);
  if (stable === null) return { nativeId: hit.id || null, field: fields.id, reason: 'the rule has no id in this field', sample: null };
  const changed = dateIn(hit.source, fields.changed);
  if (changed.broken !== null) return { nativeId: stable, field: fields.changed, reason: 'not a date; expected ISO 8601 or epoch milliseconds', sample: changed.broken };
  const severity = textIn(hit.source, fields.severity);
  const tier = mapTier(severity, settings.maps.tier);
  if (!tier.known) counts.add('unknown_severity', fields.severity, severity);
  const enabled = textIn(hit.source, fields.enabled);
  const query = textIn(hit.source, fields.query);
  return {
    id: rowId(settings.id, 'rule', stable), source: settings.id, nativeId: stable, url: null, changed: changed.ms ?? now, gone: null,
    rule: ruleId(settings.system, stable), name: textIn(hit.source, fields.name) ?? stable, revision: textIn(hit.source, fields.revision), tier: tier.value, sourceSeverity: severity,
    attack: textsIn(hit.source, fields.attack), enabled: enabled === null ? null : enabled === 'true', queryHash: query === null ? null : createHash('sha256').update(query).digest('hex'), predecessor: null, derived: false,
  };
}
