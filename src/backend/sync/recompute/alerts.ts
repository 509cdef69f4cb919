import { DECISION_GAP } from '../../../model';
import { instantOf, verdictOf, type VerdictAlert } from '../../facts/alert';
import { alertMarks } from '../../facts/alert-marks';
import { lateLink } from '../../facts/late-link';
import { decisionsOf, type Judged } from '../../facts/decision';
import type { Transaction } from '../../store/port';
import { keyOf } from '../../store/key';
import { column, join, sql } from '../../store/sql';
import { table } from '../../store/table';
import { breather } from '../breathe';
import type { FactContext, Recompute, Touched } from '../facts';
import { wroteAlerts } from '../reported/written';
import { Neighbourhood } from './linked';
import { ALERT_COLUMNS, type AlertStoreRow } from './linked-rows';
import { ownDue, untrackedOf } from './untracked';

const toVerdictAlert = (row: AlertStoreRow): VerdictAlert => ({
  key: row.alert_key!, rule: row.rule_key!, client: row.client_key!, detected: row.detected, readable: row.readable, event: row.event, changed: row.changed!,
  disposition: row.disposition as VerdictAlert['disposition'], dispositionAt: row.disposition_at, dispositionBy: row.disposition_by as VerdictAlert['dispositionBy'],
  closed: row.closed_at !== null,
});

/**
 * Facts of touched alerts and of every alert whose verdict or decision they can change: alerts of touched tickets, members of the
 * same decisions, neighbours in time of own verdicts. Decisions are only written when they were loaded whole.
 */
export const recomputeAlerts: Recompute = async (tx, touched, context) => {
  const near = new Neighbourhood(tx, context.rows);
  const first = await reach(near, touched);
  if (first.size === 0) return;
  const judged = new Map<bigint, Judged>();
  await judge(near, first, judged);

  // Decisions that verdicts joined or left: their other members get their head anew, so they are loaded whole.
  const joined = new Set<bigint>();
  for (const key of first) { const t = judged.get(key)!.verdict.ticket; if (t) joined.add(t.key); }
  const companions = new Set((await near.alertsOfJoins(await near.joinsOfTickets(joined))).map(a => a.alert_key!));
  const left = [...first].map(k => near.alerts.get(k)!.decision_key).filter((k): k is bigint => k !== null);
  if (left.length > 0) {
    const rows = await tx.lookup('alert', 'decision_key', [...new Set(left)], ALERT_COLUMNS);
    near.keepAlerts(rows);
    for (const row of rows) companions.add(row.alert_key!);
  }
  await judge(near, companions, judged);
  await loadOwnNeighbours(tx, near, judged);
  // A companion may itself lead to a decision that is not loaded whole: such alerts keep their stored decision.
  const whole = (j: Judged) => j.verdict.ticket === null || joined.has(j.verdict.ticket.key);
  const decisions = new Map<bigint, { key: bigint; headAt: number; head: boolean }>();
  for (const d of decisionsOf([...judged.values()].filter(whole))) {
    const key = keyOf('decision', ...d.name);
    for (const m of d.members) decisions.set(m.alert.key, { key, headAt: d.headAt, head: m.alert.key === d.head });
  }

  const changed: AlertStoreRow[] = [];
  const rest = breather();
  for (const [key, j] of judged) {
    await rest();
    if (!first.has(key) && !whole(j)) continue;
    const before = near.alerts.get(key)!;
    // A neighbour whose own facts were left for later (sync/pending.ts) still waits: its SLA item needs it to be touched itself.
    const pending = before.settings_version === null && !touched.alerts.has(key);
    const after = { ...withFact(before, j, near, decisions.get(key) ?? null, context), ...(pending ? { settings_version: null } : {}) };
    if (differs(before, after)) changed.push(after);
  }
  // Taken before what was read is overwritten.
  const moved = changed.flatMap(after => [near.alerts.get(after.alert_key!)!, after]).map(a => ({ client: a.client_key, at: a.at }));
  // The rest of the row is as wide again, and stands there already.
  await tx.update('alert', FACTS, changed);
  context.rows?.wrote(changed);
  await wroteAlerts(tx, moved);
};

async function reach(near: Neighbourhood, touched: Touched): Promise<Set<bigint>> {
  await near.loadAlerts(touched.alerts);
  const joins = new Set(touched.joins);
  for (const key of touched.alerts) { const join = near.alerts.get(key)?.join_key; if (join != null) joins.add(join); }
  for (const join of await near.joinsOfTickets(touched.tickets)) joins.add(join);
  const direct = await near.alertsOfJoins(joins);
  return new Set([...[...touched.alerts].filter(k => near.alerts.has(k)), ...direct.map(a => a.alert_key!)]);
}

async function judge(near: Neighbourhood, keys: Iterable<bigint>, judged: Map<bigint, Judged>): Promise<void> {
  const rows = [...keys].filter(k => !judged.has(k)).map(k => near.alerts.get(k)!);
  await near.loadTicketsOfJoins(rows.map(r => r.join_key).filter((j): j is bigint => j !== null));
  const rest = breather();
  for (const row of rows) {
    await rest();
    const alert = toVerdictAlert(row);
    judged.set(row.alert_key!, { alert, verdict: verdictOf(alert, near.verdictTickets(row)) });
  }
}

/** Own verdicts chain over gaps of up to 60 s: widen the window until its ends stand alone. */
async function loadOwnNeighbours(tx: Transaction, near: Neighbourhood, judged: Map<bigint, Judged>): Promise<void> {
  for (let round = 0; round < 1000; round++) {
    const own = [...judged.values()].filter(j => j.verdict.ticket === null && j.verdict.inherited === false && j.verdict.at !== null);
    if (own.length === 0) return;
    const windows = mergeWindows(own.map(j => j.verdict.at!));
    const known = judged.size;
    const rules = [...new Set(own.map(j => j.alert.rule))];
    const found: AlertStoreRow[] = [];
    for (const batch of chunks(windows, 400)) {
      found.push(...await tx.query<AlertStoreRow>(sql`
        select ${join(ALERT_COLUMNS.map(name => sql`a.${column(name)}`))} from ${table('alert')} a
        join (select unnest(${batch.map(w => w.from)}::bigint[]) as w_from, unnest(${batch.map(w => w.to)}::bigint[]) as w_to) w
          on a.disposition_at >= w.w_from and a.disposition_at <= w.w_to
        where a.disposition is not null and a.rule_key in (select unnest(${rules}::integer[]))`));
    }
    near.keepAlerts(found);
    await judge(near, found.map(r => r.alert_key!), judged);
    if (judged.size === known) return;
  }
}

function mergeWindows(times: number[]): { from: number; to: number }[] {
  const out: { from: number; to: number }[] = [];
  for (const t of [...times].sort((a, b) => a - b)) {
    const last = out[out.length - 1];
    if (last && t - DECISION_GAP <= last.to) last.to = t + DECISION_GAP;
    else out.push({ from: t - DECISION_GAP, to: t + DECISION_GAP });
  }
  return out;
}
const chunks = <T>(all: readonly T[], size: number): T[][] => Array.from({ length: Math.ceil(all.length / size) }, (_, i) => all.slice(i * size, (i + 1) * size));

function withFact(row: AlertStoreRow, j: Judged, near: Neighbourhood, decision: { key: bigint; headAt: number; head: boolean } | null, context: FactContext): AlertStoreRow {
  const links = near.linksOf(row);
  const tickets = near.verdictTickets(row);
  const created = links.map(l => near.tickets.get(l.ticket_key!)?.created).filter((t): t is number => t != null);
  const linked = links.map(l => l.linked_at).filter((t): t is number => t !== null);
  const untracked = untrackedOf(row, j.verdict, tickets.length > 0, context);
  const ways = links.flatMap(l => { const t = near.tickets.get(l.ticket_key!); return t ? [{ created: t.created!, linkedAt: l.linked_at, judgedAt: near.survivor(t).disposition_at }] : []; });
  const at = instantOf(j.alert);
  const [hasTicket, crossClient] = [tickets.length > 0, tickets.some(t => t.client !== row.client_key)];
  const late = untracked.ticket_required ? lateLink(at, () => ownDue(row, context), ways) : null;
  return {
    ...row,
    at, bucket: j.verdict.bucket, inherited: j.verdict.inherited, conflict_with_true: j.verdict.conflictWithTrue, verdict_at: j.verdict.at,
    decision_key: decision?.key ?? null, decision_head_at: decision?.headAt ?? null, decision_head: decision ? decision.head : null,
    has_ticket: hasTicket, first_ticket_created: created.length > 0 ? Math.min(...created) : null, linked_at: linked.length > 0 ? Math.min(...linked) : null,
    tickets: tickets.length, cross_client: crossClient,
    ...untracked, late_link: late, settings_version: context.version,
    marks: alertMarks({
      ...j.alert, at, gone: row.gone, bucket: j.verdict.bucket, inherited: j.verdict.inherited, conflictWithTrue: j.verdict.conflictWithTrue, verdictAt: j.verdict.at, headAt: decision?.headAt ?? null,
      hasTicket, crossClient, ticketRequired: untracked.ticket_required, lateLink: late,
    }),
  };
}

const FACTS: readonly (keyof AlertStoreRow & string)[] = [
  'at', 'bucket', 'inherited', 'conflict_with_true', 'verdict_at', 'decision_key', 'decision_head_at', 'decision_head', 'has_ticket', 'first_ticket_created',
  'linked_at', 'tickets', 'cross_client', 'untracked_due', 'ticket_required', 'late_link', 'settings_version', 'marks',
];
const differs = (a: AlertStoreRow, b: AlertStoreRow): boolean => FACTS.some(c => a[c] !== b[c]);
