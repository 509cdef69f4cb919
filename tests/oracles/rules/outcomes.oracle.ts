import type { AlertRow, TicketRow } from '../../../src/model';
import type { CaseWorld } from '../../worlds/cases';

/**
 * rules.outcomes the slow way: plain loops over canonical rows, straight from the sentences of metrics.md (The join, §2).
 * Shares nothing with facts or metrics.
 */
type Bucket = 'true' | 'benign' | 'false' | 'duplicate' | 'test' | 'undetermined' | 'auto_closed' | 'unclassified' | 'pending' | 'unmatched' | 'conflict';
export interface Judgement { bucket: Bucket; ticket: TicketRow | null; at: number | null; own: boolean; withTrue: boolean }

const NAMES: Record<string, Bucket> = { true_positive: 'true', benign_positive: 'benign', false_positive: 'false' };

export function survivor(ticket: TicketRow, all: readonly TicketRow[]): TicketRow {
  const been = [ticket.id];
  let at = ticket;
  for (;;) {
    const next = all.find(t => t.id === at.mergedInto);
    if (at.mergedInto === null || !next || been.includes(next.id)) return at;
    been.push(next.id);
    at = next;
  }
}

export function ticketsOf(alert: AlertRow, all: readonly TicketRow[]): TicketRow[] {
  const out: TicketRow[] = [];
  for (const ticket of all) for (const quote of ticket.quotes) if (quote.alert === alert.joinId) {
    const s = survivor(ticket, all);
    if (!out.includes(s)) out.push(s);
  }
  return out;
}

export function judge(alert: AlertRow, all: readonly TicketRow[]): Judgement {
  const tickets = ticketsOf(alert, all);
  const said: { value: string; by: string | null; at: number | null; ticket: TicketRow | null }[] = [];
  if (alert.disposition !== null) said.push({ value: alert.disposition, by: alert.dispositionBy, at: alert.dispositionAt, ticket: null });
  for (const t of tickets) if (t.disposition !== null) said.push({ value: t.disposition, by: t.dispositionBy, at: t.dispositionAt, ticket: t });
  const byHuman = said.filter(s => s.value in NAMES && s.by !== 'automation');
  const times = byHuman.map(s => s.at).filter((t): t is number => t !== null);
  const at = times.length === 0 ? null : Math.min(...times);
  const distinct = [...new Set(byHuman.map(s => s.value))];
  if (distinct.length > 1) return { bucket: 'conflict', ticket: null, at, own: false, withTrue: distinct.includes('true_positive') };
  if (distinct.length === 1) {
    const from = byHuman.map(s => s.ticket).filter((t): t is TicketRow => t !== null).sort((a, b) => a.created - b.created || (a.id < b.id ? -1 : 1));
    return { bucket: NAMES[distinct[0]!]!, ticket: from[0] ?? null, at, own: byHuman.some(s => s.ticket === null), withTrue: false };
  }
  const none = (bucket: Bucket): Judgement => ({ bucket, ticket: null, at: null, own: false, withTrue: false });
  for (const t of tickets) if (!t.done) return none('pending');
  for (const s of said) if (s.value === 'undetermined') return none('undetermined');
  for (const s of said) if (s.value === 'auto_closed' || (s.value in NAMES && s.by === 'automation')) return none('auto_closed');
  for (const t of tickets) if (t.done && t.disposition === null) return none('unclassified');
  if (tickets.length === 0 && alert.closedAt != null && alert.disposition === null) return none('unclassified');
  for (const s of said) if (s.value === 'duplicate') return none('duplicate');
  for (const s of said) if (s.value === 'test') return none('test');
  return none('unmatched');
}

/** Name of the decision an alert belongs to: same rule, client and verdict; from one ticket, or own verdicts chained by gaps of ≤ 60 s over ALL alerts. Null: no verdict. */
export function decisionName(alert: AlertRow, world: CaseWorld): string | null {
  const j = judge(alert, world.tickets);
  if (j.bucket !== 'true' && j.bucket !== 'benign' && j.bucket !== 'false') return null;
  const group = `${j.bucket}/${alert.rule}/${alert.client}`;
  if (j.ticket) return `${group}/${j.ticket.id}`;
  if (j.at === null) return `${group}/alone/${alert.id}`;
  // Walk back through neighbours until a gap of more than a minute: the first of the chain names the decision.
  const mates = world.alerts.filter(a => a.rule === alert.rule && a.client === alert.client).map(a => judge(a, world.tickets))
    .filter(m => m.bucket === j.bucket && m.ticket === null && m.at !== null).map(m => m.at!);
  let first = j.at;
  for (let moved = true; moved;) {
    moved = false;
    for (const t of mates) if (t < first && first - t <= 60_000) { first = t; moved = true; }
  }
  return `${group}/own/${first}`;
}

/** Decisions among the alerts given. */
export function decisions(alerts: readonly AlertRow[], world: CaseWorld): Record<'true' | 'benign' | 'false', number> {
  const names = new Set(alerts.map(a => decisionName(a, world)).filter((n): n is string => n !== null));
  const count = (bucket: string) => [...names].filter(n => n.startsWith(`${bucket}/`)).length;
  return { true: count('true'), benign: count('benign'), false: count('false') };
}

/** Wilson's interval from its quadratic: the p for which |p̂ − p| = z·√(p(1 − p)/n), found by bisection. */
export function wilsonByBisection(k: number, n: number): [number, number] {
  const z = 1.959963984540054;
  const inside = (p: number) => Math.abs(k / n - p) <= z * Math.sqrt((p * (1 - p)) / n);
  const edge = (from: number, to: number) => { for (let i = 0; i < 200; i++) { const m = (from + to) / 2; if (inside(m)) from = m; else to = m; } return from; };
  return [k === 0 ? 0 : edge(k / n, 0), k === n ? 1 : edge(k / n, 1)];
}
