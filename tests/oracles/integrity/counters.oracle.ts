import type { AlertRow, TicketEvent, TicketRow } from '../../../src/model';
import { decisionName, judge, survivor, ticketsOf } from '../rules/outcomes.oracle';
import type { CaseWorld } from '../../worlds/cases';
import { local } from '../sla/naive-time';
import { oracleItems, oracleUntracked, ownDue } from '../sla/oracle';
import { couldBe, hasTicket, instant, kindOf, required, type History } from './orphans.oracle';

/** integrity.counters over alerts and tickets, in plain loops over canonical rows: [k, n] by counter id. */
export type Pair = readonly [number, number];
const count = <T>(rows: readonly T[], where: (row: T) => boolean): number => { let n = 0; for (const r of rows) if (where(r)) n++; return n; };

export function alertCounters(alerts: readonly AlertRow[], world: CaseWorld, asOf: number): Record<string, Pair> {
  const bucket = (a: AlertRow) => judge(a, world.tickets).bucket;
  const own = (a: AlertRow) => a.disposition !== null && a.dispositionBy !== 'automation';
  const n = alerts.length;
  const of = (b: string): Pair => [count(alerts, a => bucket(a) === b), n];
  const must = alerts.filter(a => required(a, world, asOf));
  const ticketed = alerts.filter(a => world.settings.policy.sla.ticketRequired.includes(a.tier) && hasTicket(a, world.tickets));
  const borrowed = alerts.filter(a => decisionName(a, world) !== null && !judge(a, world.tickets).own);
  const compared = alerts.filter(a => a.detected !== null && (a.event !== null || a.readable !== null));
  return {
    join_completeness: [count(must, a => hasTicket(a, world.tickets) || own(a)), must.length],
    orphan_alerts: [count(must, a => !hasTicket(a, world.tickets)), must.length],
    unmatched: of('unmatched'), conflicts: of('conflict'), undetermined: of('undetermined'), unclassified: of('unclassified'), auto_closed: of('auto_closed'),
    conflicts_with_true: [count(alerts, a => judge(a, world.tickets).withTrue), n],
    unassigned: [count(alerts, a => a.client === 'unassigned'), n],
    cross_client_links: [count(alerts, a => ticketsOf(a, world.tickets).some(t => t.client !== a.client)), count(alerts, a => hasTicket(a, world.tickets))],
    review_completeness: [count(alerts, a => ['true', 'benign', 'false'].includes(bucket(a))), count(alerts, a => !['duplicate', 'test'].includes(bucket(a)))],
    late_links: [count(ticketed, a => lateTo(a, world)), ticketed.length],
    bundled: [count(borrowed, a => bundled(a, world)), borrowed.length],
    clock_skew: [count(compared, a => (a.event !== null && a.event > a.detected!) || (a.readable !== null && a.readable < a.detected!)), compared.length],
    no_detection: [count(alerts, a => a.detected === null), n], gone_alerts: [count(alerts, a => a.gone !== null), n],
  };
}

/** Judged before it happened, or days after the first of its rule that got this verdict from this ticket. */
function bundled(alert: AlertRow, world: CaseWorld): boolean {
  const { at } = judge(alert, world.tickets);
  if (at !== null && at < instant(alert)) return true;
  const name = decisionName(alert, world);
  return world.alerts.some(a => decisionName(a, world) === name && instant(alert) - instant(a) > 3 * 86_400_000);
}

/** The first ticket an alert came to: was it there before, and was it judged by then, or the alert's own target gone? */
function lateTo(alert: AlertRow, world: CaseWorld): boolean {
  let first: { at: number; created: number; judged: number | null } | null = null;
  for (const t of world.tickets) for (const q of t.quotes) {
    if (q.alert !== alert.joinId) continue;
    const linked = q.linkedAt ?? instant(alert);
    const way = { at: linked > t.created ? linked : t.created, created: t.created, judged: survivor(t, world.tickets).dispositionAt };
    if (first === null || way.at < first.at || (way.at === first.at && way.created < first.created)) first = way;
  }
  if (first === null || first.at === first.created) return false;
  const due = ownDue(alert, world);
  return (first.judged !== null && first.judged < first.at) || (due !== null && due < first.at);
}

const inOrder = (events: readonly TicketEvent[]) => events.map((e, i) => ({ e, i })).sort((a, b) => a.e.at - b.e.at || a.i - b.i).map(x => x.e);
const isDone = (e: TicketEvent) => e.type === 'resolved' || e.type === 'closed';

/** What happened to one ticket, told from its timeline. */
export function story(ticket: TicketRow) {
  let closedAt: number | null = null;
  let acknowledgedAt: number | null = null;
  let reopens = 0;
  const said: string[] = [];
  for (const e of inOrder(ticket.timeline)) {
    if (isDone(e) && closedAt === null) closedAt = e.at;
    if (e.type === 'reopened' && closedAt !== null) { reopens++; closedAt = null; }
    if (e.type === 'disposition_set' && e.to !== null) said.push(e.to);
    const acts = ['acknowledged', 'notified', 'merged', 'escalated', 'contained', 'resolved', 'closed'].includes(e.type) || (e.type === 'disposition_set' && e.to !== null);
    if (acts && e.actor !== 'automation' && acknowledgedAt === null) acknowledgedAt = e.at;
  }
  const byHand = ticket.timeline.filter(e => e.type !== 'created' && e.actor !== 'automation');
  const closings = byHand.filter(isDone).map(e => e.at);
  const closingOnly = closedAt !== null && closings.length > 0 && byHand.every(e => closings.includes(e.at));
  let redispositions = 0;
  said.forEach((s, i) => { if (i > 0 && s !== said[i - 1]) redispositions++; });
  return { closedAt, acknowledgedAt, reopens, redispositions, closingOnly, unknown: ticket.timeline.some(e => e.type !== 'created' && e.actor === 'unknown') };
}

export function ticketCounters(tickets: readonly TicketRow[], world: CaseWorld, history: History): Record<string, Pair> {
  const held = tickets.filter(t => t.quotes.some(q => world.alerts.some(a => a.joinId === q.alert)));
  const done = tickets.filter(t => story(t).closedAt !== null);
  const closed = tickets.filter(t => story(t).closedAt !== null || story(t).reopens > 0);
  const judged = tickets.filter(t => t.disposition !== null || story(t).redispositions > 0);
  return {
    orphan_tickets: [count(tickets, t => kindOf(t, world.alerts, history) === 'ticket_quotes_unknown'), couldBe(tickets, history).ticket_quotes_unknown!],
    gone: [count(tickets, t => t.gone !== null), tickets.length],
    unknown_actors: [count(tickets, t => story(t).unknown), tickets.length],
    reopens: [count(closed, t => story(t).reopens > 0), closed.length],
    closing_only: [count(done, t => story(t).closingOnly), done.length],
    redispositions: [count(judged, t => story(t).redispositions > 0), judged.length],
    downgrades: [count(held, t => oracleItems(world).some(i => i.ticket === t && i.downgraded)), held.length],
  };
}

/** Over items started in range: pauses of the decide clock are left to cases by hand; acknowledged and left are here. */
export function itemCounters(world: CaseWorld, wanted: (client: string, start: number) => boolean, asOf: number): Record<string, Pair> {
  const items = oracleItems(world).filter(i => i.clock === 'decide' && wanted(i.client, i.start) && i.halfDue !== null && i.halfDue <= asOf);
  return { acknowledged_untouched: [count(items, i => i.untouched === true), items.length] };
}

/** Largest crowd in any ten minutes, how many acts lie in a crowd of at least `least`, and all acts. Acknowledgements and closes apart. */
export function bursts(acts: { acknowledge: readonly number[]; close: readonly number[] }, least: number): { peak: number; k: number; n: number } {
  let peak = 0;
  let k = 0;
  for (const times of [acts.acknowledge, acts.close]) {
    const inCrowd = new Set<number>();
    for (const start of times) {
      const crowd = times.map((t, i) => ({ t, i })).filter(x => x.t >= start && x.t < start + 600_000);
      peak = Math.max(peak, crowd.length);
      if (crowd.length >= least) for (const x of crowd) inCrowd.add(x.i);
    }
    k += inCrowd.size;
  }
  return { peak, k, n: acts.acknowledge.length + acts.close.length };
}

/** Untracked, one per rule, client, tier and local day of the due. */
export function untracked(world: CaseWorld, wanted: (client: string, due: number) => boolean, asOf: number): { client: string }[] {
  const seen = new Map<string, { client: string }>();
  for (const { alert, due } of oracleUntracked(world)) {
    if (due >= asOf || !wanted(alert.client, due)) continue;
    const zone = world.settings.clients.find(c => c.id === alert.client)?.zone ?? world.settings.zone;
    seen.set(`${alert.rule}|${alert.client}|${alert.tier}|${local(due, zone).date}`, { client: alert.client });
  }
  return [...seen.values()];
}
