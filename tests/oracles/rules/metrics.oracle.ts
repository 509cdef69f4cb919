import type { AlertRow, RuleRow } from '../../../src/model';
import { local, midnight } from '../sla/naive-time';
import {
  alertsOf, dateOf, decisionOf, decisionsAmong, DETERMINED, earlier, firstDay, grouped, headOf, inForce, inRange, instant, isEnabled, judged, lastDay, mondayOf, onDays, plusDays, rates, zoneOf,
  type Determined, type Question, type Row,
} from './question';
import { wilsonByBisection } from './outcomes.oracle';

/** The metrics of rules in plain loops, straight from the sentences of metrics.md §2 and docs/adr/014. Rows in no order. */
const THRESHOLD = 0.8;
const BUCKETS = ['true', 'benign', 'false', 'duplicate', 'test', 'undetermined', 'auto_closed', 'unclassified', 'pending', 'unmatched', 'conflict'];
const within14 = 14 * 86_400_000;

const tally = (q: Question, alerts: readonly AlertRow[]) => {
  const of = (b: string) => alerts.filter(a => judged(q, a).bucket === b).length;
  return { of, d: decisionsAmong(q, alerts), leftOut: of('duplicate') + of('test'), reviewed: of('true') + of('benign') + of('false'), nowhere: of('false') + of('benign') };
};
const ratesOf = (q: Question, alerts: readonly AlertRow[]): Row => { const t = tally(q, alerts); return rates(t.d, alerts.length, t.leftOut, t.reviewed, THRESHOLD); };
const total = (d: Record<Determined, number>): number => d.true + d.benign + d.false;
const enabled = (rule: readonly RuleRow[] | null): boolean | null => (rule === null ? null : isEnabled(rule));

export function outcomes(q: Question): Row[] {
  return [...grouped(q, inRange(q)).values()].map(({ head, alerts }) => {
    const t = tally(q, alerts);
    const n = total(t.d);
    return {
      ...head.row, alerts: alerts.length, ...Object.fromEntries(BUCKETS.map(b => [`bucket_${b}`, t.of(b)])), ...ratesOf(q, alerts), nowhere: t.nowhere,
      suppressed: alerts.reduce((s, a) => s + a.suppressed, 0), reason: n >= 10 ? null : n === 0 ? 'no decision in range' : `under 10 decisions: ${t.d.true} of ${n} confirmed`,
    };
  });
}

export function trend(q: Question): Row[] {
  const out: Row[] = [];
  const judgedInTime = (a: AlertRow): boolean => { const { at } = judged(q, a); return at !== null && at <= instant(a) + within14 && at <= q.asOf; };
  for (const { head, alerts } of grouped(q, inRange(q)).values()) {
    const zone = zoneOf(q, alerts[0]!.client);
    // A decision counts with its earliest alert; where a filter or group takes only some of them, with the earliest of those.
    const cut = q.groupBy.some(g => g === 'tier' || g === 'source') || q.filters.tier !== undefined || q.filters.source !== undefined;
    const pool = (cut ? alertsOf(q) : q.world.alerts).filter(a => !cut || headOf(q, a).key === head.key);
    const isFirst = (a: AlertRow) => !pool.some(o => o !== a && decisionOf(q, o) === decisionOf(q, a) && earlier(o, a) && (!cut || instant(o) <= q.asOf));
    const last = dateOf(Math.min(q.asOf, q.world.range.to - 1), zone);
    for (let monday = mondayOf(firstDay(q)(zone)); monday <= mondayOf(lastDay(q)(zone)); monday = plusDays(monday, 7)) {
      const from = monday < firstDay(q)(zone) ? firstDay(q)(zone) : monday;
      if (from > last && midnightOf(from, zone) > q.asOf) continue;
      const own = alerts.filter(a => mondayOf(dateOf(instant(a), zone)) === monday);
      const decided = own.filter(a => DETERMINED.includes(judged(q, a).bucket));
      const inTime = decided.filter(judgedInTime);
      const of = (b: string, among: readonly AlertRow[]) => among.filter(a => judged(q, a).bucket === b).length;
      const heads = inTime.filter(isFirst);
      const d = { true: of('true', heads), benign: of('benign', heads), false: of('false', heads) };
      const undated = decided.filter(a => judged(q, a).at === null).length;
      const [duplicate, test] = [of('duplicate', own), of('test', own)];
      const next = midnightOf(plusDays(monday, 7), zone);
      const end = plusDays(monday, 6) > lastDay(q)(zone) ? midnightOf(plusDays(lastDay(q)(zone), 1), zone) : next;
      out.push({
        week: from, ...head.row, alerts: own.length, true: of('true', inTime), benign: of('benign', inTime), false: of('false', inTime), later: decided.length - inTime.length - undated, undated,
        unreviewed: own.length - decided.length - duplicate - test, duplicate, test, ...rates(d, own.length, duplicate + test, inTime.length, THRESHOLD),
        provisional: end + within14 > q.asOf, complete: from === monday && end === next && end <= q.asOf,
        reason: own.length === 0 ? 'no_alerts' : total(d) === 0 ? (undated > 0 ? 'undated' : 'no_decisions') : total(d) < 10 ? 'few_decisions' : null,
      });
    }
  }
  return out;
}
/** First instant of a local date. */
export function midnightOf(date: string, zone: string): number {
  let at = Date.parse(`${date}T00:00:00Z`) - 14 * 3_600_000;
  while (local(at, zone).date < date) at += 900_000;
  return midnight(at, zone);
}

export function reliable(q: Question): Row[] {
  const cells = [...grouped(q, inRange(q)).values()].filter(c => c.head.rule !== null);
  const sizes = cells.map(c => c.alerts.length).sort((a, b) => a - b);
  const median = (sizes[Math.floor((sizes.length - 1) / 2)]! + sizes[Math.ceil((sizes.length - 1) / 2)]!) / 2;
  return cells.flatMap(({ head, alerts }) => {
    const { d } = tally(q, alerts);
    if (alerts.length >= median || total(d) === 0 || wilsonByBisection(d.true, total(d))[0] <= 0.4) return [];
    return [{ ...head.row, enabled: enabled(head.rule), alerts: alerts.length, median, ...ratesOf(q, alerts), reason: total(d) < 10 ? 'few_decisions' : null }];
  });
}

export function silent(q: Question): Row[] {
  const last = (zone: string) => { const [end, now] = [lastDay(q)(zone), dateOf(q.asOf, zone)]; return end < now ? end : now; };
  const days = (zone: string) => Math.max(0, (Date.parse(last(zone)) - Date.parse(firstDay(q)(zone))) / 86_400_000 + 1);
  const before = grouped(q, onDays(q, zone => plusDays(firstDay(q)(zone), -days(zone)), zone => plusDays(firstDay(q)(zone), -1)));
  const now = grouped(q, onDays(q, firstDay(q), last));
  return [...grouped(q, alertsOf(q).filter(a => instant(a) <= q.asOf))].flatMap(([key, { head, alerts }]): Row[] => {
    if (head.rule === null) return [];
    const [b, n] = [before.get(key)?.alerts ?? [], now.get(key)?.alerts ?? []];
    const gone = head.rule.every(r => r.gone !== null);
    const state = gone ? 'removed' : isEnabled(head.rule) === false ? 'disabled' : b.length > 0 && n.length === 0 ? 'fell_silent' : null;
    if (state === null) return [];
    const { d } = tally(q, b);
    const ends = head.rule.map(r => r.gone).filter(t => t !== null);
    return [{
      state, ...head.row, enabled: enabled(head.rule), before: b.length, confirmed_before: `${d.true} of ${total(d)}`, alerts: n.length, last_alert: Math.max(...alerts.map(instant)),
      off_since: (gone || isEnabled(head.rule) === false) && ends.length > 0 ? Math.max(...ends) : null,
    }];
  });
}

const HUMAN = (by: string | null) => by !== 'automation';
export function load(q: Question): Row[] {
  const cells = [...grouped(q, inRange(q)).values()].map(c => ({ ...c, t: tally(q, c.alerts) }));
  const sum = (of: (c: (typeof cells)[number]) => number) => cells.reduce((s, c) => s + of(c), 0);
  const share = (k: number, n: number) => (n === 0 ? null : k / n);
  return cells.map(({ head, alerts, t }) => {
    let touches = 0;
    for (const ticket of q.world.tickets) {
      if (ticket.created > q.asOf || !alerts.some(a => a.client === ticket.client && ticket.quotes.some(quote => quote.alert === a.joinId))) continue;
      touches += ticket.timeline.filter(e => e.type !== 'created' && HUMAN(e.actor)).length;
    }
    touches += new Set(alerts.filter(a => a.acknowledgedAt !== null && HUMAN(a.acknowledgedBy)).map(a => a.acknowledgedAt)).size;
    const said = alerts.filter(a => a.disposition !== null && HUMAN(a.dispositionBy));
    touches += new Set(said.filter(a => a.dispositionAt !== null).map(a => a.dispositionAt)).size + said.filter(a => a.dispositionAt === null).length;
    const n = total(t.d);
    return {
      ...head.row, ...(q.groupBy.includes('rule') && { enabled: enabled(head.rule) }), alerts: alerts.length, alerts_share: share(alerts.length, sum(c => c.alerts.length)), decisions: n, decisions_share: share(n, sum(c => total(c.t.d))),
      nowhere: t.nowhere, nowhere_share: share(t.nowhere, sum(c => c.t.nowhere)), touches, touches_per_decision: n < 10 ? null : touches / n, hours: null, reason: 'no_work_log',
    };
  });
}

/** Newcombe's interval of p₂ − p₁ from two Wilson intervals found by bisection. */
export function newcombe(k1: number, n1: number, k2: number, n2: number): [number, number, number] {
  const [[l1, u1], [l2, u2]] = [wilsonByBisection(k1, n1), wilsonByBisection(k2, n2)];
  const [p1, p2] = [k1 / n1, k2 / n2];
  return [p2 - p1, p2 - p1 - Math.sqrt((p2 - l2) ** 2 + (u1 - p1) ** 2), p2 - p1 + Math.sqrt((u2 - p2) ** 2 + (p1 - l1) ** 2)];
}

interface Change { head: Row; rule: readonly RuleRow[]; at: number; day: string; zone: string; revision: string | null; others: (from: string, to: string) => number; among: readonly AlertRow[] }
export function tuning(q: Question, options: { date: string; days: number }): Row[] {
  const changes: Change[] = [];
  for (const { head, alerts } of grouped(q, alertsOf(q).filter(a => instant(a) <= q.asOf)).values()) {
    if (head.rule === null) continue;
    const zone = zoneOf(q, alerts[0]!.client);
    const shared = { head: head.row, rule: head.rule, zone, among: alerts };
    if (options.date !== '') { changes.push({ ...shared, at: midnightOf(options.date, zone), day: options.date, revision: null, others: () => 0 }); continue; }
    // Versions: rule and revision, by their first alert. A rule that tells a revision anywhere is taken by those that do.
    const versions = new Map<string, { revision: string | null; first: number }>();
    for (const a of alerts) {
      if (a.ruleRevision === null && alerts.some(o => o.rule === a.rule && o.ruleRevision !== null)) continue;
      const key = `${a.rule}/${a.ruleRevision}`;
      versions.set(key, { revision: a.ruleRevision, first: Math.min(instant(a), versions.get(key)?.first ?? Infinity) });
    }
    const ordered = [...versions.values()].sort((a, b) => a.first - b.first || (String(a.revision) < String(b.revision) ? -1 : 1)).slice(1);
    for (const v of ordered) {
      const day = dateOf(v.first, zone);
      if (day < firstDay(q)(zone) || day > lastDay(q)(zone)) continue;
      changes.push({ ...shared, at: v.first, day, revision: v.revision, others: (from, to) => ordered.filter(o => o !== v && dateOf(o.first, zone) >= from && dateOf(o.first, zone) <= to).length });
    }
  }
  return changes.flatMap(c => {
    // Seven days lie between the windows: the six before the day of the change, and that day.
    const [b0, b1, a0, a1] = [plusDays(c.day, -6 - options.days), plusDays(c.day, -7), plusDays(c.day, 1), plusDays(c.day, options.days)];
    const on = (from: string, to: string) => c.among.filter(a => { const d = dateOf(instant(a), c.zone); return d >= from && d <= to; });
    const [before, after] = [on(b0, b1), on(a0, a1)];
    if (options.date !== '' && before.length + after.length === 0) return [];
    const [rb, ra, db, da] = [ratesOf(q, before), ratesOf(q, after), tally(q, before).d, tally(q, after).d];
    const ended = midnightOf(plusDays(a1, 1), c.zone) <= q.asOf;
    const reviewed = (r: Row) => r.review !== null && Number(r.review) >= THRESHOLD;
    const reason = !ended ? 'not_ended' : before.length === 0 || after.length === 0 ? 'no_alerts' : !reviewed(rb) || !reviewed(ra) ? 'not_reviewed' : total(db) < 10 || total(da) < 10 ? 'few_decisions' : null;
    const [difference, low, high] = reason === null ? newcombe(db.true, total(db), da.true, total(da)) : [null, null, null];
    const [falsely, falseLow, falseHigh] = reason === null ? newcombe(db.false, total(db), da.false, total(da)) : [null, null, null];
    return [{
      ...c.head, enabled: enabled(c.rule), change: c.at, revision: c.revision, alerts_before: before.length, confirmed_before: rb.confirmed!, false_before: rb.false_share!, review_before: rb.review!,
      alerts_after: after.length, confirmed_after: ra.confirmed!, false_after: ra.false_share!, review_after: ra.review!,
      difference, difference_low: low, difference_high: high, false_difference: falsely, false_low: falseLow, false_high: falseHigh,
      volume: ended && before.length > 0 ? after.length / before.length - 1 : null, result: low === null ? null : low > 0 ? 'better' : high! < 0 ? 'worse' : 'no difference shown', other_changes: c.others(b0, a1), reason,
    }];
  });
}

export function foundElsewhere(q: Question): Row[] {
  const quarter = (date: string) => `${date.slice(0, 4)}-Q${Math.ceil(Number(date.slice(5, 7)) / 3)}`;
  const chosen = (q.filters.client ?? q.world.settings.clients.map(c => c.id)).filter(c => (q.only === null || q.only.includes(c)) && (c === 'unassigned' || q.world.settings.clients.some(k => k.id === c)));
  const clients = q.groupBy.includes('client') ? [...new Set([...chosen, ...(q.only === null && q.filters.client === undefined ? ['unassigned'] : [])])] : ['*'];
  const out: Row[] = [];
  for (const client of clients) {
    const zone = zoneOf(q, client);
    const seen = new Set<string>();
    for (let date = firstDay(q)(zone); date <= lastDay(q)(zone); date = plusDays(date, 1)) {
      const name = quarter(date);
      const first = `${name.slice(0, 4)}-${String((Number(name[6]) - 1) * 3 + 1).padStart(2, '0')}-01`;
      if (seen.has(name) || midnightOf(first, zone) > q.asOf) continue;
      seen.add(name);
      const tickets = q.world.tickets.filter(t => {
        if (client === '*' ? (q.only !== null && !q.only.includes(t.client)) || (q.filters.client && !q.filters.client.includes(t.client)) : t.client !== client) return false;
        if ((q.filters.tier && !q.filters.tier.includes(t.tier)) || (q.filters.source && !q.filters.source.includes(t.source))) return false;
        return t.created <= q.asOf && quarter(dateOf(t.created, zone)) === name && t.disposition === 'true_positive' && t.dispositionBy !== 'automation' && t.mergedInto === null;
      });
      const origin = (t: (typeof tickets)[number]) => (t.origin === 'unknown' && q.world.alerts.some(a => t.quotes.some(quote => quote.alert === a.joinId)) ? 'alert' : t.origin);
      const by = (o: string) => tickets.filter(t => origin(t) === o).length;
      const k = by('user') + by('client') + by('third_party') + by('hunt');
      if (client === 'unassigned' && tickets.length === 0) continue;
      const next = Number(name[6]) === 4 ? `${Number(name.slice(0, 4)) + 1}-01-01` : `${name.slice(0, 4)}-${String(Number(name[6]) * 3 + 1).padStart(2, '0')}-01`;
      out.push({
        quarter: name, from: midnightOf(first, zone), ...(client !== '*' && { client }), k_of_n: tickets.length === 0 ? null : `${k} of ${tickets.length}`, elsewhere: k, confirmed: tickets.length, by_alert: by('alert'), by_user: by('user'), by_client: by('client'),
        by_third_party: by('third_party'), by_hunt: by('hunt'), by_unknown: by('unknown'), complete: midnightOf(next, zone) <= q.asOf, reason: tickets.length === 0 ? 'none_confirmed' : null,
      });
    }
  }
  return out;
}
export { inForce };
