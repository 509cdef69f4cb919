import { ASSET_KINDS, ENDPOINT_ROLES, EVIDENCE_KINDS } from '../../../model';
import type { FilesSettings } from '../../../settings/sources';

export type FileStream = FilesSettings['streams'][number];
export type FileKind = FileStream['kind'];

/** What `columns` may map, by kind. `needed`: without it the stream cannot be read. `oneOf`: at least one of each group. */
export interface KindFields { readonly needed: readonly string[]; readonly may: readonly string[]; readonly oneOf: readonly (readonly string[])[] }

const IDENTIFIERS = ['agent', 'instance', 'serial', 'mac'];
export const FIELDS: Readonly<Record<FileKind, KindFields>> = {
  alert: {
    needed: ['id'], oneOf: [['detected', 'readable']],
    may: ['joinId', 'rule', 'ruleName', 'ruleRevision', 'system', 'event', 'detected', 'readable', 'severity', 'client', 'status', 'acknowledgedAt', 'acknowledgedBy',
      'disposition', 'dispositionAt', 'dispositionBy', 'closedAt', 'suppressed', 'changed', 'url'],
  },
  rule: { needed: ['id'], oneOf: [], may: ['system', 'name', 'revision', 'severity', 'attack', 'enabled', 'queryHash', 'predecessor', 'changed', 'url'] },
  ticket: {
    needed: ['id', 'created'], oneOf: [],
    may: ['key', 'title', 'severity', 'client', 'status', 'done', 'disposition', 'origin', 'alerts', 'linkedAt', 'mergedInto', 'mergedAt', 'acknowledgedAt', 'escalatedAt', 'notifiedAt',
      'containedAt', 'dispositionAt', 'resolvedAt', 'closedAt', 'actor', 'changed', 'url'],
  },
  ticket_audit: { needed: ['id', 'at', 'state'], oneOf: [], may: ['order', 'created', 'key', 'title', 'severity', 'client', 'disposition', 'origin', 'alerts', 'actor', 'url'] },
  asset: {
    needed: ['id', 'kind', 'registeredAt'], oneOf: [['name', 'prefix']],
    may: ['role', 'hostname', 'fqdn', ...IDENTIFIERS, 'address', 'vrf', 'container', 'client', 'criticality', 'group', 'status', 'retiredAt',
      'exclusionReason', 'exclusionAgreedBy', 'exclusionFrom', 'exclusionTo', 'changed', 'url', 'name', 'prefix'],
  },
  observation: {
    needed: ['evidence', 'last'], oneOf: [['hostname', 'fqdn', 'address', ...IDENTIFIERS]],
    may: ['first', 'count', 'client', 'hostname', 'fqdn', ...IDENTIFIERS, 'address', 'vrf'],
  },
};

/** What is wrong with a stream's mapping, in words for the operator; null where nothing is. */
export function mappingProblem({ kind, columns, values }: FileStream): string | null {
  const { needed, may, oneOf } = FIELDS[kind];
  const known = new Set([...needed, ...may]);
  const unknown = Object.keys(columns).find(f => !known.has(f));
  if (unknown !== undefined) return `columns.${unknown} is no field of kind ${kind}; use some of: ${[...known].join(', ')}.`;
  const missing = needed.filter(f => !Object.hasOwn(columns, f));
  if (missing.length > 0) return `kind ${kind} needs ${missing.map(f => `columns.${f}`).join(', ')}; map it to a column, or give a constant as =text.`;
  for (const group of oneOf) if (!group.some(f => Object.hasOwn(columns, f))) return `kind ${kind} needs one of ${group.map(f => `columns.${f}`).join(', ')}; map it to a column.`;
  const stray = Object.keys(values).find(f => !known.has(f));
  return stray === undefined ? wordProblem(values) : `values.${stray} is no field of kind ${kind}.`;
}

/** What `values` may lead to, by field; every other field has its map elsewhere, or none. */
const WORDS: Readonly<Record<string, readonly string[]>> = { kind: [...ASSET_KINDS, 'none'], role: ENDPOINT_ROLES, evidence: EVIDENCE_KINDS, exclusionAgreedBy: ['client', 'soc'] };
const MAPS: Readonly<Record<string, string>> = { severity: 'maps.tier', disposition: 'maps.disposition', client: 'maps.client', origin: 'maps.origin', state: 'states', status: 'states' };

function wordProblem(values: FileStream['values']): string | null {
  for (const [field, map] of Object.entries(values)) {
    const words = Object.hasOwn(WORDS, field) ? WORDS[field]! : null;
    if (words === null) return `values.${field} is not used${Object.hasOwn(MAPS, field) ? `; put these values under ${MAPS[field]}` : `; only ${Object.keys(WORDS).join(', ')} have values`}.`;
    const wrong = Object.entries(map).find(([, word]) => !words.includes(word));
    if (wrong) return `values.${field}: "${wrong[0]}" leads to "${wrong[1]}", which is not one of ${words.join(', ')}.`;
  }
  return null;
}
