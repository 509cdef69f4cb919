import { ACTOR_KINDS, ASSET_KINDS, DAY, ENDPOINT_ROLES, EVIDENCE_KINDS, IDENTIFIER_TYPES, normaliseAlertId, rowId, ruleId, utcDay } from '../../../model';
import type { ActorKind, AlertRow, AssetKind, AssetRow, CanonicalRows, EndpointRole, EvidenceKind, Identifier, Ms, ObservationRow, RowKind, RuleRow } from '../../../model';
import type { FilePlan } from './plan';
import { Fault, type Row } from './row';
import { ticketOf } from './ticket';

/** Exports: normalise. A record → a canonical row; null for one that the settings call no asset. Throws Fault with column and reason. */
type Make<K extends RowKind> = (plan: FilePlan, row: Row, now: Ms) => CanonicalRows[K] | null;
const base = (plan: FilePlan, kind: RowKind, nativeId: string, row: Row, now: Ms) =>
  ({ id: rowId(plan.source, kind, nativeId), source: plan.source, nativeId, url: row.url(), changed: row.ms('changed') ?? now, gone: null });
/** Rules of a system that is read elsewhere can be named by its system, so that both are one rule. */
const ruleOf = (row: Row, id: string): string => ruleId(row.text('system') ?? 'files', id);
const actorKind = (row: Row, field: string): ActorKind => { const text = row.text(field)?.toLowerCase(); return ACTOR_KINDS.find(kind => kind === text) ?? row.actor(field); };

const alert: Make<'alert'> = (plan, row, now): AlertRow => {
  const nativeId = row.need('id');
  const joinId = normaliseAlertId(row.text('joinId') ?? nativeId, plan.stream.idPrefix);
  if (joinId === null) throw new Fault(row.column('joinId'), 'the alert id is empty without its prefix', nativeId);
  const rule = row.text('rule');
  const [detected, readable] = [row.ms('detected'), row.ms('readable')];
  if (detected === null && readable === null) throw new Fault(row.column('detected'), 'neither the time of detection nor when the alert was readable is known', null);
  const verdict = row.disposition();
  const [acknowledgedAt, dispositionAt] = [row.ms('acknowledgedAt'), row.ms('dispositionAt')];
  return {
    ...base(plan, 'alert', nativeId, row, now), joinId, rule: rule === null ? null : ruleOf(row, rule), ruleName: row.text('ruleName'), ruleRevision: row.text('ruleRevision'),
    event: row.ms('event'), detected, readable, ...row.tier(), ...row.client(), sourceStatus: row.text('status'),
    acknowledgedAt, acknowledgedBy: acknowledgedAt === null ? null : actorKind(row, 'acknowledgedBy'), ...verdict,
    dispositionAt: verdict.disposition === null ? null : dispositionAt,
    dispositionBy: verdict.disposition === null ? null : verdict.disposition === 'auto_closed' ? 'automation' : actorKind(row, 'dispositionBy'),
    closedAt: row.ms('closedAt'), suppressed: row.count('suppressed') ?? 0,
  };
};

const rule: Make<'rule'> = (plan, row, now): RuleRow => {
  const nativeId = row.need('id');
  const predecessor = row.text('predecessor');
  return {
    ...base(plan, 'rule', nativeId, row, now), rule: ruleOf(row, nativeId), name: row.text('name') ?? nativeId, revision: row.text('revision'), ...row.tier(), attack: row.list('attack'),
    enabled: row.flag('enabled'), queryHash: row.text('queryHash'), predecessor: predecessor === null ? null : ruleOf(row, predecessor), derived: false,
  };
};

const identifiers = (row: Row): Identifier[] => IDENTIFIER_TYPES.flatMap(type => row.list(type).map(value => ({ type, value })));
const CIDR = /^[0-9a-f.:]+\/\d{1,3}$/i;
/** An agreed exclusion lasts at most this long (metrics.md §1, Exclusions). */
const EXCLUSION = 90 * DAY;

function exclusionOf(row: Row): AssetRow['exclusion'] {
  const reason = row.text('exclusionReason');
  if (reason === null) return null;
  const from = row.ms('exclusionFrom');
  const agreedBy = row.word('exclusionAgreedBy', ['client', 'soc']);
  // Nobody knows when it ends or who agreed: it excludes nothing, and that is counted.
  if (from === null || agreedBy === null) { row.remark('exclusion_incomplete', 'exclusionFrom'); return null; }
  return { reason, agreedBy: agreedBy as 'client' | 'soc', from, to: Math.min(row.ms('exclusionTo') ?? Infinity, from + EXCLUSION) };
}

const asset: Make<'asset'> = (plan, row, now): AssetRow | null => {
  const nativeId = row.need('id');
  const word = row.word('kind', ASSET_KINDS, ['none']);
  if (word === null) throw new Fault(row.column('kind'), 'no value, but kind is needed', null);
  if (word === 'none') { row.remark('no_asset', 'kind', row.text('kind')); return null; }
  const kind = word as AssetKind;
  const segment = kind === 'network_segment';
  const prefix = segment ? row.need('prefix') : null;
  if (prefix !== null && !CIDR.test(prefix)) throw new Fault(row.column('prefix'), 'no CIDR such as 10.1.0.0/16', prefix);
  const name = row.text('name') ?? prefix;
  if (name === null) throw new Fault(row.column('name'), 'no value, but name is needed', null);
  return {
    ...base(plan, 'asset', nativeId, row, now), name, kind, role: kind === 'endpoint' ? row.word('role', ENDPOINT_ROLES) as EndpointRole | null : null,
    hostname: segment ? null : row.text('hostname') ?? name.split('.')[0] ?? name, fqdn: segment ? null : row.text('fqdn'),
    identifiers: segment ? [] : identifiers(row), addresses: segment ? [] : row.list('address').map(a => ({ address: a.split('/')[0]!, static: true, from: null, to: null })),
    prefix, vrf: row.text('vrf'), container: segment && row.flag('container') === true, ...row.client(), criticality: row.text('criticality'), group: row.text('group'), sourceStatus: row.text('status'),
    registeredAt: row.needMs('registeredAt'), retiredAt: row.ms('retiredAt'), exclusion: exclusionOf(row),
  };
};

const observation: Make<'observation'> = (plan, row, now): ObservationRow => {
  row.need('evidence');
  const evidence = row.word('evidence', EVIDENCE_KINDS) as EvidenceKind;
  const last = row.needMs('last');
  const first = row.ms('first') ?? last;
  if (first > last) throw new Fault(row.column('first'), 'first lies after last', new Date(first).toISOString());
  const day = utcDay(last);
  if (utcDay(first) !== day) row.remark('first_on_an_earlier_day', 'first');
  const [hostname, fqdn, address, vrf, ids] = [row.text('hostname'), row.text('fqdn'), row.text('address'), row.text('vrf'), identifiers(row)];
  const client = row.client();
  const who = [...ids.map(i => `${i.type}=${i.value}`), fqdn, hostname, address, vrf].filter(Boolean).join('|');
  if (hostname === null && fqdn === null && address === null && ids.length === 0) throw new Fault(row.column('hostname'), 'the row names no host: no name, address or identifier', null);
  const nativeId = `${day}|${evidence}|${client.client}|${who}`;
  return {
    // A record without a count is one record.
    id: rowId(plan.source, 'observation', nativeId), source: plan.source, nativeId, url: null, changed: now, gone: null,
    evidence, day, first: Math.max(first, day * DAY), last, count: row.count('count') ?? 1, ...client, hostname, fqdn, identifiers: ids, address, vrf,
  };
};

const MAKE: { readonly [K in RowKind]: Make<K> } = { alert, rule, asset, observation, ticket: ticketOf };
/** A record of a stream of any kind but `ticket_audit`, whose tickets are made of many records. */
export const normalise = <K extends RowKind>(kind: K, plan: FilePlan, row: Row, now: Ms): CanonicalRows[K] | null => (MAKE[kind] as Make<K>)(plan, row, now);
