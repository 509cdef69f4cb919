import { keyOf } from '../../../src/backend/store/key';
import type { AlertRow, RuleRow } from '../../../src/model';
import type { CaseWorld } from '../../worlds/cases';
import { local } from '../sla/naive-time';
import { decisionName, judge, wilsonByBisection, type Judgement } from './outcomes.oracle';

/** A question about rules and its answer's parts, in plain loops; nothing of the metrics is used. */
export interface Question {
  readonly world: CaseWorld;
  readonly groupBy: readonly string[];
  /** Clients of a narrowed scope; null: the operator. */
  readonly only: readonly string[] | null;
  readonly filters: Readonly<Record<string, readonly string[] | undefined>>;
  readonly asOf: number;
}
export type Row = Record<string, string | number | boolean | null>;
export const instant = (a: AlertRow): number => a.detected ?? a.readable ?? a.event ?? a.changed;

export const zoneOf = (q: Question, client: string): string => {
  const own = q.world.settings.clients.find(c => c.id === client)?.zone ?? q.world.settings.zone;
  if (q.groupBy.includes('client')) return own;
  // A client outside the scope, or that there is not, is nobody, and one that is named twice is one.
  const chosen = [...new Set(q.filters.client ?? q.only ?? [])].filter(id => (q.only === null ? id === 'unassigned' || q.world.settings.clients.some(c => c.id === id) : q.only.includes(id)));
  return chosen.length === 1 ? q.world.settings.clients.find(c => c.id === chosen[0])?.zone ?? q.world.settings.zone : q.world.settings.zone;
};
export const dateOf = (at: number, zone: string): string => local(at, zone).date;
/** Plain calendar arithmetic on dates. */
export const plusDays = (date: string, days: number): string => new Date(Date.parse(`${date}T00:00:00Z`) + days * 86_400_000).toISOString().slice(0, 10);
export const mondayOf = (date: string): string => plusDays(date, -((new Date(`${date}T00:00:00Z`).getUTCDay() + 6) % 7));

/** Rules one sees: an operator all, a client those that alerted for it, whenever. */
const visible = (q: Question): RuleRow[] => {
  const named = q.world.alerts.filter(a => q.only === null || q.only.includes(a.client)).map(a => a.rule);
  return q.world.rules.filter(r => q.only === null || named.includes(r.rule));
};
const families = new WeakMap<Question, RuleRow[][]>();
/** Families of rules: predecessors and equal hashes, until nothing more joins. A predecessor nobody sees joins its successors all the same. */
export function familiesOf(q: Question): RuleRow[][] {
  const known = families.get(q);
  if (known) return known;
  let groups = visible(q).map(r => [r]);
  for (let changed = true; changed;) {
    changed = false;
    outer: for (const a of groups) for (const b of groups) {
      if (a === b || !a.some(x => b.some(y => x.predecessor === y.rule || y.predecessor === x.rule || (x.predecessor !== null && x.predecessor === y.predecessor) || (x.queryHash !== null && x.queryHash === y.queryHash)))) continue;
      groups = [...groups.filter(g => g !== a && g !== b), [...a, ...b]];
      changed = true;
      break outer;
    }
  }
  families.set(q, groups);
  return groups;
}
export const familyOf = (q: Question, rule: string | null): RuleRow[] | null => familiesOf(q).find(f => f.some(r => r.rule === rule)) ?? null;
/** The rule in force: still listed, not replaced, switched on, changed last, first by id. */
export function inForce(family: readonly RuleRow[]): RuleRow {
  let best = family[0]!;
  const score = (r: RuleRow) => [r.gone === null ? 1 : 0, family.some(o => o.predecessor === r.rule) ? 0 : 1, r.enabled === true ? 1 : 0, r.changed];
  for (const r of family) {
    const [x, y] = [score(r), score(best)];
    const i = x.findIndex((v, k) => v !== y[k]);
    if (i < 0 ? r.rule < best.rule : x[i]! > y[i]!) best = r;
  }
  return best;
}
export const isEnabled = (family: readonly RuleRow[]): boolean | null =>
  family.every(r => r.gone !== null) ? false : family.some(r => r.enabled === true && r.gone === null) ? true : inForce(family).enabled;

/** Alerts that a scope and its filters leave, whenever detected. */
export function alertsOf(q: Question): AlertRow[] {
  const { client, tier, source, rule } = q.filters;
  return q.world.alerts.filter(a => {
    if (q.only !== null && !q.only.includes(a.client)) return false;
    if ((client && !client.includes(a.client)) || (tier && !tier.includes(a.tier)) || (source && !source.includes(a.source))) return false;
    return !rule || (familyOf(q, a.rule) ?? []).some(r => rule.includes(r.rule) || rule.includes(r.name));
  });
}
/** Those detected on the local days [from, to] of their zone and not after the instant. */
export const onDays = (q: Question, from: (zone: string) => string, to: (zone: string) => string): AlertRow[] =>
  alertsOf(q).filter(a => { const zone = zoneOf(q, a.client); const d = dateOf(instant(a), zone); return instant(a) <= q.asOf && d >= from(zone) && d <= to(zone); });
export const firstDay = (q: Question) => (zone: string): string => dateOf(q.world.range.from, zone);
export const lastDay = (q: Question) => (zone: string): string => dateOf(q.world.range.to - 1, zone);
export const inRange = (q: Question): AlertRow[] => onDays(q, firstDay(q), lastDay(q));

export interface Head { readonly key: string; readonly row: Row; readonly rule: RuleRow[] | null }
export function headOf(q: Question, a: AlertRow): Head {
  const family = familyOf(q, a.rule);
  const row: Row = {};
  for (const g of q.groupBy) {
    if (g === 'rule') { row.rule = family ? inForce(family).rule : 'no rule named'; row.rule_name = family ? inForce(family).name : 'no rule named'; }
    if (g === 'client') row.client = a.client;
    if (g === 'tier') row.tier = a.tier;
    if (g === 'source') row.source = a.source;
  }
  return { key: JSON.stringify(row, Object.keys(row).sort()), row, rule: q.groupBy.includes('rule') ? family : null };
}
export function grouped(q: Question, alerts: readonly AlertRow[]): Map<string, { head: Head; alerts: AlertRow[] }> {
  const out = new Map<string, { head: Head; alerts: AlertRow[] }>();
  for (const a of alerts) {
    const head = headOf(q, a);
    const known = out.get(head.key);
    if (known) known.alerts.push(a); else out.set(head.key, { head, alerts: [a] });
  }
  return out;
}

const judgements = new WeakMap<CaseWorld, Map<AlertRow, Judgement>>();
export function judged(q: Question, a: AlertRow): Judgement {
  let all = judgements.get(q.world);
  if (!all) judgements.set(q.world, all = new Map());
  let j = all.get(a);
  if (!j) all.set(a, j = judge(a, q.world.tickets));
  return j;
}
const names = new WeakMap<CaseWorld, Map<AlertRow, string | null>>();
export function decisionOf(q: Question, a: AlertRow): string | null {
  let all = names.get(q.world);
  if (!all) names.set(q.world, all = new Map());
  if (!all.has(a)) all.set(a, decisionName(a, q.world));
  return all.get(a)!;
}
export type Determined = 'true' | 'benign' | 'false';
export const DETERMINED: readonly string[] = ['true', 'benign', 'false'];
export function decisionsAmong(q: Question, alerts: readonly AlertRow[]): Record<Determined, number> {
  const count = (b: Determined) => new Set(alerts.filter(a => judged(q, a).bucket === b).map(a => decisionOf(q, a))).size;
  return { true: count('true'), benign: count('benign'), false: count('false') };
}

/** Rates from counts (metrics.md §2). */
export function rates(d: Record<Determined, number>, alerts: number, leftOut: number, reviewed: number, threshold: number): Row {
  const n = d.true + d.benign + d.false;
  const [low, high] = n < 10 ? [null, null] : wilsonByBisection(d.true, n);
  const reviewable = alerts - leftOut;
  const review = reviewable === 0 ? null : reviewed / reviewable;
  const bounded = n >= 10 && review !== null && review < threshold;
  const open = reviewable - reviewed;
  return {
    decisions: n, confirmed: `${d.true} of ${n}`, confirmation: n < 10 ? null : d.true / n, confirmation_low: low, confirmation_high: high, false_share: n < 10 ? null : d.false / n, review,
    bound_low: bounded ? d.true / (n + open) : null, bound_high: bounded ? (d.true + open) / (n + open) : null,
  };
}
/** The store's key decides between alerts of one instant; nothing else is taken from it. */
export const earlier = (a: AlertRow, b: AlertRow): boolean => instant(a) < instant(b) || (instant(a) === instant(b) && keyOf(a.id) < keyOf(b.id));
