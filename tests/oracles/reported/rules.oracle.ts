import type { AlertRow } from '../../../src/model';
import { keyOf } from '../../../src/backend/store/key';
import type { Cell } from '../../../src/backend/metrics/metric';
import type { CaseWorld } from '../../worlds/cases';
import { decisionName, judge } from '../rules/outcomes.oracle';
import { familyOf, inForce } from '../rules/question';
import { monthsOf } from './history.oracle';

/** reported.rules in plain loops: a world as it was when its months closed, and as it is now. */
export interface Then { readonly before: CaseWorld; readonly after: CaseWorld; readonly frozenAt: number; readonly asOf: number; readonly closingDay: number }
const BUCKETS = ['true', 'benign', 'false', 'duplicate', 'test', 'undetermined', 'auto_closed', 'unclassified', 'pending', 'unmatched', 'conflict', 'later'];
const instant = (a: AlertRow): number => a.detected ?? a.readable ?? a.event ?? a.changed;
const isVerdict = (bucket: string): boolean => bucket === 'true' || bucket === 'benign' || bucket === 'false';
interface Month { name: string; client: string; begins: number; ends: number; closes: number; frozen: boolean }

const alertsIn = (world: CaseWorld, m: Month, at: number): AlertRow[] => world.alerts.filter(a => a.client === m.client && instant(a) >= m.begins && instant(a) < m.ends && instant(a) <= at);
function said(a: AlertRow, world: CaseWorld, at: number): string {
  const j = judge(a, world.tickets);
  return isVerdict(j.bucket) && j.at !== null && j.at > at ? 'later' : j.bucket;
}
/** Alerts of one instant are told apart by the store's key: it is what the first of a decision is chosen by. */
const first = (list: AlertRow[]): AlertRow => [...list].sort((a, b) => instant(a) - instant(b) || (keyOf(a.id) < keyOf(b.id) ? -1 : 1))[0]!;
/** Decisions given by an instant: name → its alerts of the month. */
function decisionsIn(world: CaseWorld, m: Month, at: number): Map<string, AlertRow[]> {
  const out = new Map<string, AlertRow[]>();
  for (const a of alertsIn(world, m, at)) {
    if (!isVerdict(said(a, world, at))) continue;
    const name = decisionName(a, world)!;
    out.set(name, [...(out.get(name) ?? []), a]);
  }
  return out;
}
/** The source's own words an alert's verdict follows from. */
function words(a: AlertRow, world: CaseWorld): string {
  const quoting = world.tickets.filter(t => t.quotes.some(q => q.alert === a.joinId)).map(t => {
    const into = world.tickets.find(o => o.id === t.mergedInto);
    return [t.id, t.sourceDisposition, t.dispositionAt, t.mergedInto, into?.sourceDisposition, into?.dispositionAt].join();
  });
  return [a.sourceDisposition, a.dispositionAt, ...quoting.sort()].join('|');
}
const ticketsOf = (a: AlertRow, world: CaseWorld): number => world.tickets.filter(t => t.quotes.some(q => q.alert === a.joinId)).length;

interface Group { head: Record<string, Cell>; months: Set<Month>; alerts: number; buckets: Record<string, number>; said: string[]; now: string[]; causes: string[] }
export function oracleReportedRules(r: Then, clients: readonly string[], range: { from: number; to: number }, groupBy: readonly string[]): Record<string, Cell>[] {
  const groups = new Map<string, Group>();
  const ruleOf = (rule: string | null) => { const family = familyOf({ world: r.after, groupBy: [...groupBy], only: null, filters: {}, asOf: r.asOf } as never, rule); return family ? inForce(family).rule : 'no rule named'; };
  const group = (m: Month, rule: string | null): Group => {
    const head = { ...(groupBy.includes('client') && { client: m.client }), ...(groupBy.includes('rule') && { rule: ruleOf(rule) }) };
    const key = JSON.stringify([m.name, head]);
    if (!groups.has(key)) groups.set(key, { head, months: new Set(), alerts: 0, buckets: Object.fromEntries(BUCKETS.map(b => [b, 0])), said: [], now: [], causes: [] });
    const g = groups.get(key)!;
    g.months.add(m);
    return g;
  };
  for (const client of clients) for (const month of monthsOf(r.after, client, range.from, range.to, r.closingDay)) {
    if (month.begins > r.asOf) continue;
    const m: Month = { ...month, frozen: month.closes <= r.frozenAt && month.closes <= r.asOf };
    const at = Math.min(m.closes, r.asOf);
    const world = m.frozen ? r.before : r.after;
    for (const a of alertsIn(world, m, at)) { const g = group(m, a.rule); g.alerts++; g.buckets[said(a, world, at)]!++; }
    const was = [...decisionsIn(world, m, at).values()].map(alerts => ({ alert: first(alerts), verdict: said(first(alerts), world, at) }));
    for (const d of was) { const g = group(m, d.alert.rule); g.said.push(d.verdict); if (!m.frozen) g.now.push(d.verdict); }
    if (!m.frozen) continue;
    const taken = new Set<string>();
    for (const d of was.sort((a, b) => instant(a.alert) - instant(b.alert) || (keyOf(a.alert.id) < keyOf(b.alert.id) ? -1 : 1))) {
      const now = r.after.alerts.find(a => a.id === d.alert.id && a.client === m.client);
      const name = now ? decisionName(now, r.after) : null;
      const stays = name !== null && !taken.has(name);
      if (name !== null) taken.add(name);
      const verdict = stays ? judge(now!, r.after.tickets).bucket : null;
      const g = group(m, d.alert.rule);
      if (verdict !== null) g.now.push(verdict);
      const vanished = d.alert.gone === null && now?.gone != null;
      if (verdict !== d.verdict || vanished) g.causes.push(vanished ? 'gone' : !now || words(now, r.after) !== words(d.alert, r.before) ? 'source_edit' : 'policy');
    }
    for (const [name, alerts] of decisionsIn(r.after, m, at)) {
      if (taken.has(name)) continue;
      const alert = first(alerts);
      const g = group(m, alert.rule);
      g.now.push(said(alert, r.after, at));
      const [x, y] = [alertsIn(r.before, m, m.closes), alertsIn(r.after, m, m.closes)].map(list => list.filter(a => a.rule === alert.rule)) as [AlertRow[], AlertRow[]];
      const pairs = (list: AlertRow[], w: CaseWorld) => list.reduce((n, a) => n + ticketsOf(a, w), 0);
      const all = (list: AlertRow[], w: CaseWorld) => list.map(a => `${a.id}:${words(a, w)}`).sort().join('\n');
      g.causes.push(x.length === 0 || y.length > x.length || pairs(y, r.after) > pairs(x, r.before) ? 'late_data' : all(x, r.before) !== all(y, r.after) ? 'source_edit' : 'policy');
    }
  }
  return [...groups.values()].map(({ head, months, alerts, buckets, said: given, now, causes }) => {
    const list = [...months];
    const frozen = list.every(m => m.frozen);
    const state = frozen ? 'frozen' : list.every(m => m.frozen || m.ends <= r.asOf) ? 'provisional' : 'under way';
    const n = (of: string[], what: string) => of.filter(x => x === what).length;
    const rate = (of: string[], what: string) => (of.length < 10 ? null : n(of, what) / of.length);
    const reviewable = alerts - buckets.duplicate! - buckets.test!;
    const compared = list.some(m => m.frozen);
    const cause = (name: string) => (compared ? n(causes, name) : null);
    return {
      month: list[0]!.name, ...head, state, closes: Math.max(...list.map(m => m.closes)), frozen_at: frozen ? r.frozenAt : null, definition: frozen ? 1 : null, policy_version: frozen ? 1 : null,
      alerts, ...Object.fromEntries(BUCKETS.map(b => [`bucket_${b}`, buckets[b]!])), decisions: given.length, confirmed: `${n(given, 'true')} of ${given.length}`, confirmation: rate(given, 'true'), false_share: rate(given, 'false'),
      review: reviewable > 0 ? (buckets.true! + buckets.benign! + buckets.false!) / reviewable : null, now: rate(now, 'true'), decisions_now: now.length,
      restated: compared ? causes.length : null, late_data: cause('late_data'), source_edit: cause('source_edit'), gone: cause('gone'), policy: cause('policy'), definition_changed: compared ? 0 : null,
      reason: list.some(m => !m.frozen && m.closes <= r.asOf) ? 'not_read' : given.length < 10 ? 'few' : null,
    };
  });
}
