import type { ClientSettings } from '../../../src/settings/schema';
import type { Cell } from '../../../src/backend/metrics/metric';
import { local, midnight, MIN, nextMidnight } from './naive-time';
import { oracleItems, oracleOutcome, oraclePeriod, oracleUntracked, type OracleItem, type Rows } from './oracle';

/** sla.* in plain loops. A question as the tests ask it; `clients` null = an operator's whole scope. */
export interface Question {
  groupBy: readonly string[]; clocks: readonly string[]; clients: readonly string[] | null;
  /** Who may be seen at all; `clients` is that, narrowed by a filter. */
  scope: readonly string[] | null; tiers: readonly string[] | null; sources: readonly string[] | null;
  range: { from: number; to: number }; asOf: number; untrackedDays?: number;
}
type Row = Record<string, Cell>;
const TIERS = ['critical', 'high', 'medium', 'low', 'informational', 'untiered'];
const CLOCKS = ['acknowledge', 'decide', 'notify', 'contain', 'resolve'];
const share = (k: number, n: number): number | null => (n > 0 ? k / n : null);

export const sees = (rows: Rows, q: Question, client: string): boolean => (q.clients === null ? client === 'unassigned' || rows.settings.clients.some(c => c.id === client) : q.clients.includes(client));
function wanted(rows: Rows, q: Question): OracleItem[] {
  return oracleItems(rows).filter(i => sees(rows, q, i.client) && q.clocks.includes(i.clock) && (q.tiers === null || q.tiers.includes(i.tier)) && (q.sources === null || q.sources.includes(i.source)) && i.start <= q.asOf);
}
/** The zone a value is cut in: the client's own where there is one client, else the SOC's. */
export function zoneFor(rows: Rows, q: Question, client: string): string {
  const of = (id: string) => rows.settings.clients.find((c: ClientSettings) => c.id === id)?.zone ?? rows.settings.zone;
  if (q.groupBy.includes('client')) return of(client);
  return q.clients?.length === 1 ? of(q.clients[0]!) : rows.settings.zone;
}
export const periodOf = (rows: Rows, q: Question, client: string) => {
  const zone = zoneFor(rows, q, client);
  return { from: midnight(q.range.from, zone), to: nextMidnight(q.range.to - 1, zone) };
};

function ratios(items: OracleItem[], asOf: number, running: number, noTarget: number, left: number) {
  const by = (o: string) => items.filter(i => oracleOutcome(i, asOf) === o);
  const fell = [...by('met'), ...by('missed'), ...by('overdue')];
  const hold = by('on_hold').length;
  const adherence = share(by('met').length, fell.length);
  return {
    met: by('met').length, missed: by('missed').length, overdue: by('overdue').length, on_hold: hold, left, no_target: noTarget, running,
    adherence,
    gross_adherence: share(fell.filter(i => i.stop !== null && i.stop <= i.grossDue!).length, fell.length + hold),
    first_close_adherence: share(fell.filter(i => i.firstStop !== null && i.firstStop <= i.due!).length, fell.length),
    reason: adherence !== null ? null : hold > 0 ? 'only_on_hold' : running > 0 ? 'only_running' : noTarget > 0 && left === 0 ? 'no_target' : 'nothing_due',
    fell,
  };
}

export function oracleAdherence(rows: Rows, q: Question): Row[] {
  const items = wanted(rows, q);
  const groupOf = (i: OracleItem): Row => ({
    ...(q.groupBy.includes('client') && { client: i.client }), tier: i.tier, clock: i.clock, ...(q.groupBy.includes('shift') && { shift: i.shift ?? 'none' }), ...(q.groupBy.includes('weekend') && { weekend: i.day }),
  });
  const cells = new Map<string, { group: Row; items: OracleItem[]; untracked: Set<string> }>();
  const cell = (group: Row) => {
    const key = JSON.stringify(Object.keys(group).sort().map(k => [k, group[k]]));
    if (!cells.has(key)) cells.set(key, { group, items: [], untracked: new Set() });
    return cells.get(key)!;
  };
  for (const i of items) {
    const { from, to } = periodOf(rows, q, i.client);
    const at = oraclePeriod(i);
    if (oracleOutcome(i, q.asOf) === 'running' || (at >= from && at < to && at < q.asOf)) cell(groupOf(i)).items.push(i);
  }
  const withUntracked = !q.groupBy.includes('shift') && !q.groupBy.includes('weekend');
  if (withUntracked && q.clocks.includes('decide')) {
    for (const { alert, due } of oracleUntracked(rows)) {
      if (!sees(rows, q, alert.client) || (q.tiers !== null && !q.tiers.includes(alert.tier)) || (q.sources !== null && !q.sources.includes(alert.source))) continue;
      const { from, to } = periodOf(rows, q, alert.client);
      if (due < from || due >= to || due >= q.asOf) continue;
      const zone = rows.settings.clients.find(c => c.id === alert.client)?.zone ?? rows.settings.zone;
      cell({ ...(q.groupBy.includes('client') && { client: alert.client }), tier: alert.tier, clock: 'decide' }).untracked.add(`${alert.rule}|${alert.client}|${local(due, zone).date}`);
    }
  }
  return [...cells.values()].map(({ group, items: mine, untracked }) => {
    const running = mine.filter(i => oracleOutcome(i, q.asOf) === 'running').length;
    const { fell, reason, ...r } = ratios(mine, q.asOf, running, mine.filter(i => oracleOutcome(i, q.asOf) === 'no_target').length, mine.filter(i => oracleOutcome(i, q.asOf) === 'left').length);
    const values: Row = {
      ...r, untracked: withUntracked && group.clock === 'decide' ? untracked.size : null, floor: withUntracked && group.clock === 'decide' ? share(r.met, fell.length + untracked.size) : null,
      from_creation: fell.filter(i => i.fromCreation).length, unknown_stop: fell.filter(i => i.unknownStop).length, reopened: fell.filter(i => i.reopened > 0).length, gone: fell.filter(i => i.gone).length,
    };
    if (q.groupBy.includes('shift')) {
      const zone = q.groupBy.includes('client') ? periodOf(rows, q, String(group.client)) : periodOf(rows, q, '');
      const days = Math.round((zone.to - zone.from) / (1440 * MIN));
      const why = days < 28 ? 'short_range' : fell.length < 20 ? 'small_cell' : null;
      if (why) return { ...group, ...Object.fromEntries(Object.keys(values).map(k => [k, null])), reason: why };
    }
    return { ...group, ...values, reason };
  });
}

/** Bucket starts of a zone, minute by minute. */
export function bucketStarts(range: { from: number; to: number }, bucket: string, zone: string): number[] {
  const out = [range.from];
  for (let day = nextMidnight(range.from, zone); day < range.to; day = nextMidnight(day, zone)) {
    const l = local(day, zone);
    if (bucket === 'day' || (bucket === 'week' && l.weekday === 'mon') || (bucket === 'month' && l.date.endsWith('-01'))) out.push(day);
  }
  return out;
}

export function oracleTrend(rows: Rows, q: Question, bucket: string): Row[] {
  const groups = new Map<string, { group: Row; client: string; items: OracleItem[] }>();
  for (const i of wanted(rows, q)) {
    const { from, to } = periodOf(rows, q, i.client);
    const at = oraclePeriod(i);
    if (at < from || at >= to || (oracleOutcome(i, q.asOf) !== 'running' && at >= q.asOf)) continue;
    const group: Row = { ...(q.groupBy.includes('client') && { client: i.client }), tier: i.tier, clock: i.clock };
    const key = JSON.stringify(group);
    if (!groups.has(key)) groups.set(key, { group, client: i.client, items: [] });
    groups.get(key)!.items.push(i);
  }
  const out: Row[] = [];
  for (const { group, client, items } of groups.values()) {
    const range = periodOf(rows, q, client);
    const starts = bucketStarts(range, bucket, zoneFor(rows, q, client));
    starts.forEach((at, b) => {
      const end = starts[b + 1] ?? range.to;
      const mine = items.filter(i => oraclePeriod(i) >= at && oraclePeriod(i) < end);
      const n = (o: string) => mine.filter(i => oracleOutcome(i, q.asOf) === o).length;
      if (at >= q.asOf && n('running') === 0) return;
      const { fell: _fell, ...r } = ratios(mine, q.asOf, n('running'), n('no_target'), n('left'));
      out.push({ time: at, ...group, ...r, complete: end <= q.asOf });
    });
  }
  return out;
}

export function oracleAtRisk(rows: Rows, q: Question): Row[] {
  const out: Row[] = [];
  for (const i of wanted(rows, q)) {
    const outcome = oracleOutcome(i, q.asOf);
    if ((outcome !== 'running' && outcome !== 'on_hold') || i.gone || (i.stop !== null && i.stop <= q.asOf)) continue;
    const paused = i.due === null && i.pausedSince! <= q.asOf;
    const own = i.ticket !== null && sees(rows, { ...q, clients: q.scope }, i.ticket.client);
    out.push({
      state: !paused ? 'running' : outcome === 'on_hold' ? 'on_hold' : 'paused', client: i.client, tier: i.tier, clock: i.clock, ticket: own ? i.ticket!.key : null, title: own ? i.ticket!.title : null,
      link: own ? i.ticket!.url : i.alert?.url ?? null, rule: null, alerts: i.alerts, start: i.start, due: i.due, time_left: i.due === null ? null : (i.due - q.asOf) / 1000, age: (q.asOf - i.start) / 1000,
      paused_for: paused ? (q.asOf - i.pausedSince!) / 1000 : null,
    });
  }
  if (q.clocks.includes('decide') && (q.tiers === null || q.tiers.includes('critical'))) {
    const lost = new Map<string, { due: number; at: number; n: number; client: string; rule: string | null }>();
    for (const { alert, due } of oracleUntracked(rows)) {
      if (alert.tier !== 'critical' || due >= q.asOf || due < q.asOf - (q.untrackedDays ?? 14) * 1440 * MIN || !sees(rows, q, alert.client) || (q.sources !== null && !q.sources.includes(alert.source))) continue;
      const zone = rows.settings.clients.find(c => c.id === alert.client)?.zone ?? rows.settings.zone;
      const key = `${alert.rule}|${alert.client}|${local(due, zone).date}`;
      const at = alert.detected ?? alert.readable ?? alert.event ?? alert.changed;
      const known = lost.get(key) ?? { due, at, n: 0, client: alert.client, rule: alert.rule };
      lost.set(key, { ...known, due: Math.min(known.due, due), at: Math.min(known.at, at), n: known.n + 1 });
    }
    for (const l of lost.values()) {
      out.push({
        state: 'untracked', client: l.client, tier: 'critical', clock: 'decide', ticket: null, title: null, link: null, rule: l.rule === null ? 'no rule named' : l.rule.replace('test:r', 'Rule '), alerts: l.n,
        start: l.at, due: l.due, time_left: null, age: (q.asOf - l.at) / 1000, paused_for: null,
      });
    }
  }
  return out;
}
export const sortRows = (rows: readonly Row[]): Row[] => [...rows].sort((a, b) => (stable(a) < stable(b) ? -1 : 1));
const stable = (r: Row): string => JSON.stringify(Object.keys(r).sort().map(k => [k, r[k]]));
export { CLOCKS, TIERS };
