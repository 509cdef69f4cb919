import { createHash } from 'node:crypto';
import type { World, WorldAlert, WorldRule } from '../../world/types';
import { login } from '../people';
import { ALERTS_BACKING, AUTOMATION_LOGIN, RULES_INDEX } from './config';
import type { Field, Fields, Value } from './dsl';
import type { ElasticTraps } from './traps';

/** Documents of one kind: what a search needs to filter, sort and write them. */
export interface Collection<D> {
  readonly index: string;
  readonly docs: readonly D[];
  readonly fields: Fields<D>;
  /** Documents stand in the order of this field, then `_id`. */
  readonly ordered: string;
  id(doc: D): string;
  /** Writer of `_source` for a list of includes; null = the whole document. */
  writer(includes: readonly string[] | null): (doc: D) => string;
  /** Answers by query and sort: the same pages are asked again and again. */
  readonly found: Map<string, readonly number[]>;
}

const quoted = JSON.stringify;
/** toISOString with the last day's text kept: a million dates are written in a first load. */
let lastDay = NaN;
let dayText = '';
const two = Array.from({ length: 100 }, (_, n) => String(n).padStart(2, '0'));
export function iso(ms: number): string {
  const day = Math.floor(ms / 86_400_000);
  if (day !== lastDay) { lastDay = day; dayText = new Date(day * 86_400_000).toISOString().slice(0, 11); }
  const rest = ms - day * 86_400_000;
  const part = rest % 1_000;
  const seconds = Math.floor(rest / 1_000);
  return `${dayText}${two[Math.floor(seconds / 3_600)]}:${two[Math.floor(seconds / 60) % 60]}:${two[seconds % 60]}.${part < 100 ? `0${two[part]}` : part}Z`;
}
/** Values that many documents share are quoted once; an alert's own id is shared by none. */
const quotes = new Map<string, string>();
function quotedText(value: string): string {
  if (value.length === 36 || value.length > 60) return JSON.stringify(value);
  let text = quotes.get(value);
  if (text === undefined) { text = JSON.stringify(value); if (quotes.size < 20_000) quotes.set(value, text); }
  return text;
}
const field = <D>(type: Field<D>['type'], get: Field<D>['get']): Field<D> => ({ type, get });
export const hash = (text: string): number => createHash('sha256').update(text).digest().readUInt32BE(0);

/** How times are written into a document. */
type Clock = (ms: number) => string;
function clockOf({ nanoseconds, timesWithoutZone }: ElasticTraps): Clock {
  if (!nanoseconds && !timesWithoutZone) return iso;
  return ms => `${iso(ms).slice(0, -1)}${nanoseconds ? '123456' : ''}${timesWithoutZone ? '' : 'Z'}`;
}

function written(type: Field<unknown>['type'], value: Value | readonly string[], clock: Clock): string | null {
  if (value === null) return null;
  if (type === 'date') return `"${clock(value as number)}"`;
  return typeof value === 'string' ? quotedText(value) : typeof value === 'number' ? String(value) : quoted(value);
}
/** Kibana's keys are dotted, the event's own are nested: both in one document, as recorded. */
const parents = ['organization', 'host'];

/** Includes with `*`, and objects by their name (`host` gives host.name). */
export function wants(includes: readonly string[] | null, name: string): boolean {
  if (includes === null) return true;
  return includes.some(i => i === name || name.startsWith(`${i}.`) || (i.includes('*') && new RegExp(`^${i.split('*').map(p => p.replace(/[.+?^${}()|[\]\\]/g, '\\$&')).join('.*')}$`).test(name)));
}

function sourceWriter<D>(fields: Fields<D>, includes: readonly string[] | null, clock: Clock): (doc: D) => string {
  const flat: [string, Field<D>][] = [];
  const nested = new Map<string, [string, Field<D>][]>();
  for (const [name, f] of Object.entries(fields)) {
    if (name === '_id' || !wants(includes, name)) continue;
    const parent = parents.find(p => name.startsWith(`${p}.`));
    if (parent) nested.set(parent, [...(nested.get(parent) ?? []), [`${quoted(name.slice(parent.length + 1))}:`, f]]);
    else flat.push([`${quoted(name)}:`, f]);
  }
  const part = (list: readonly [string, Field<D>][], doc: D): string => {
    let out = '';
    for (const [key, f] of list) {
      const value = written(f.type, f.get(doc), clock);
      if (value !== null) out += out === '' ? key + value : `,${key}${value}`;
    }
    return out;
  };
  return doc => {
    let out = part(flat, doc);
    for (const [parent, list] of nested) { const inner = part(list, doc); if (inner !== '') out += `${out === '' ? '' : ','}"${parent}":{${inner}}`; }
    return `{${out}}`;
  };
}

const END_OF_TIME = Date.UTC(9999, 11, 31);

/** The alerts as they stand at one instant. `alerts` is never changed by the world: what a point in time holds stays. */
export function alertCollection(world: World, alerts: readonly WorldAlert[], at: number, traps: ElasticTraps): Collection<WorldAlert> {
  const rules = new Map(world.rules.map(r => [r.stableId, r]));
  const slugs = new Map(world.clients.map(c => [c.id, c]));
  const moved = (a: WorldAlert): WorldAlert['workflow'][number] | null => {
    let n = a.workflow.length - 1;
    while (n >= 0 && a.workflow[n]!.at >= at) n -= 1;
    return n < 0 ? null : a.workflow[n]!;
  };
  const grain = traps.equalTimestamps;
  const edits = new Map(traps.severityEdits.filter(e => e.at <= at).map(e => [e.id, e]));
  const endless = new Set(traps.endOfTime);
  const written = edits.size === 0 ? (a: WorldAlert) => a.readable : (a: WorldAlert) => edits.get(a.id)?.at ?? a.readable;
  const time = grain === null ? written : (a: WorldAlert) => Math.floor(written(a) / grain) * grain;
  const blocks = new Set(traps.buildingBlocks);
  const rule = (a: WorldAlert): WorldRule | undefined => rules.get(a.rule);
  const revision = (a: WorldAlert): number => { let last = 0; for (const r of rule(a)?.revisions ?? []) if (r.from <= a.detected) last = r.revision; return last; };
  const actor = (a: WorldAlert): string | null => { const m = moved(a); return m === null ? null : m.actor === 'automation' ? AUTOMATION_LOGIN : login(a.detected); };
  const fields: Fields<WorldAlert> = {
    _id: field('keyword', a => a.id),
    '@timestamp': field('date', time),
    'kibana.alert.uuid': field('keyword', a => a.id),
    'kibana.alert.start': field('date', a => a.readable),
    'kibana.alert.last_detected': field('date', a => a.readable),
    'kibana.alert.original_time': field('date', a => (endless.has(a.id) ? END_OF_TIME : a.event)),
    'kibana.alert.rule.execution.timestamp': field('date', a => a.detected),
    'kibana.alert.rule.rule_id': field('keyword', a => a.rule),
    'kibana.alert.rule.uuid': field('keyword', a => rule(a)?.uuid ?? null),
    'kibana.alert.rule.name': field('keyword', a => rule(a)?.name ?? null),
    'kibana.alert.rule.revision': field('long', revision),
    'kibana.alert.rule.created_by': field('keyword', a => login(a.rule.length + 1)),
    'kibana.alert.rule.author': field('keyword', () => []),
    'kibana.alert.severity': field('keyword', a => edits.get(a.id)?.severity ?? a.severity),
    'kibana.alert.risk_score': field('long', a => ({ low: 21, medium: 47, high: 73, critical: 99 })[a.severity]),
    'kibana.alert.status': field('keyword', () => 'active'),
    'kibana.alert.workflow_status': field('keyword', a => moved(a)?.status ?? 'open'),
    'kibana.alert.workflow_status_updated_at': field('date', a => moved(a)?.at ?? null),
    'kibana.alert.workflow_reason': field('keyword', a => moved(a)?.reason ?? null),
    'kibana.alert.workflow_user': field('keyword', actor),
    'kibana.alert.workflow_assignee_ids': field('keyword', a => (moved(a)?.actor === 'human' ? [login(a.detected)] : [])),
    'kibana.alert.workflow_tags': field('keyword', () => []),
    'kibana.alert.suppression.docs_count': field('long', a => (a.suppressed > 0 ? a.suppressed : null)),
    'kibana.alert.building_block_type': field('keyword', a => (blocks.has(a.id) ? 'default' : null)),
    'kibana.space_ids': field('keyword', () => ['default']),
    'event.kind': field('keyword', () => 'signal'),
    'host.name': field('keyword', a => a.host),
    'organization.id': field('keyword', a => slugs.get(a.client)?.tenantSlug ?? a.client),
    'organization.name': field('keyword', a => slugs.get(a.client)?.name ?? null),
  };
  const late = new Map(traps.lateDocuments.filter(d => d.visibleAt > at).map(d => [d.id, d]));
  const visible = late.size === 0 ? alerts : alerts.filter(a => !late.has(a.id));
  return { index: ALERTS_BACKING, docs: inOrder(visible, time), fields, ordered: '@timestamp', id: a => a.id, writer: includes => sourceWriter(fields, includes, clockOf(traps)), found: new Map() };
}

/** By (time, id). The world gives them so; a trap that changes times asks for a sort. */
function inOrder(alerts: readonly WorldAlert[], time: (a: WorldAlert) => number): readonly WorldAlert[] {
  for (let i = 1; i < alerts.length; i += 1) {
    const [a, b] = [alerts[i - 1]!, alerts[i]!];
    const step = time(b) - time(a);
    if (step < 0 || (step === 0 && b.id < a.id)) return [...alerts].sort((x, y) => time(x) - time(y) || (x.id < y.id ? -1 : 1));
  }
  return alerts;
}

/** The rule list, each rule in its newest revision so far. */
export function ruleCollection(world: World, at: number): Collection<WorldRule> {
  const newest = (r: WorldRule) => r.revisions.filter(v => v.from <= at).at(-1);
  const fields: Fields<WorldRule> = {
    _id: field('keyword', r => r.uuid),
    rule_id: field('keyword', r => r.stableId), id: field('keyword', r => r.uuid), name: field('keyword', r => r.name), severity: field('keyword', r => r.severity),
    revision: field('long', r => newest(r)?.revision ?? 0), enabled: field('boolean', r => r.enabled), query: field('keyword', r => r.query),
    'threat.technique.id': field('keyword', r => r.attack), updated_at: field('date', r => newest(r)?.from ?? r.revisions[0]!.from),
    created_by: field('keyword', r => login(hash(r.stableId))), updated_by: field('keyword', r => login(hash(r.stableId) + 1)),
  };
  return { index: RULES_INDEX, docs: world.rules.filter(r => (r.revisions[0]?.from ?? 0) <= at), fields, ordered: '', id: r => r.uuid, writer: includes => sourceWriter(fields, includes, iso), found: new Map() };
}
