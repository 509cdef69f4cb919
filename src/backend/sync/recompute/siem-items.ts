import { chains, markOf, MARK_GAP, siemItems, type LooseAlert } from '../../facts/siem-item';
import type { SlaPolicy } from '../../facts/sla-policy';
import { keyOf } from '../../store/key';
import type { Transaction } from '../../store/port';
import type { StoreRow } from '../../store/schema';
import { sql } from '../../store/sql';
import { table } from '../../store/table';
import { breather } from '../breathe';
import type { FactContext } from '../facts';
import { lookup, type ItemGraph } from './item-graph';
import { itemRow, writeItems, type ItemStoreRow } from './item-rows';
import type { AlertStoreRow } from './linked';

type MarkRow = StoreRow<'siem_mark'>;
const partOf = (m: MarkRow): string => `${m.rule_key}|${m.client_key}|${m.kind}`;

/**
 * Items of alerts that a human handled in the SIEM without a ticket (metrics.md §3, Item). `siem_mark` remembers which alert stands
 * in which item, so that a changed mark finds both the group it leaves and the one it joins.
 */
export async function recomputeSiemItems(tx: Transaction, graph: ItemGraph, considered: ReadonlySet<bigint>, policy: SlaPolicy, context: FactContext): Promise<void> {
  if (considered.size === 0) return;
  await graph.loadAlerts(considered);
  const alerts = new Map<bigint, AlertStoreRow>();
  for (const key of considered) { const known = graph.alerts.get(key); if (known) alerts.set(key, known); }
  const old = await lookup(tx, 'siem_mark', 'alert_key', considered);
  const fresh = [...alerts.values()].flatMap(a => toMark(a, graph));
  if (old.length === 0 && fresh.length === 0) return;

  const loaded = await neighbours(tx, [...old, ...fresh], considered);
  const all = [...loaded, ...fresh].sort((a, b) => a.marked_at! - b.marked_at! || (a.alert_key! < b.alert_key! ? -1 : 1));
  const groups = new Map<string, MarkRow[]>();
  for (const mark of all) { const group = groups.get(partOf(mark)); if (group) group.push(mark); else groups.set(partOf(mark), [mark]); }

  const left = new Set(old.map(m => m.item_key!));
  const dirty: { key: bigint; members: MarkRow[] }[] = [];
  for (const group of groups.values()) {
    for (const chain of chains(group.map(mark => ({ at: mark.marked_at!, mark })))) {
      const members = chain.map(c => c.mark);
      const key = keyOf('siem', partOf(members[0]!), members[0]!.alert_key!);
      if (members.some(m => considered.has(m.alert_key!) || m.item_key !== key || left.has(m.item_key!))) dirty.push({ key, members });
    }
  }
  const missing = dirty.flatMap(d => d.members.map(m => m.alert_key!)).filter(k => !alerts.has(k));
  for (const row of await lookup(tx, 'alert', 'alert_key', missing)) alerts.set(row.alert_key!, row);

  const touchedItems = new Set([...left, ...dirty.map(d => d.key), ...dirty.flatMap(d => d.members.map(m => m.item_key!))]);
  const before = new Map((await lookup(tx, 'item', 'item_key', touchedItems)).map(r => [r.item_clock_key!, r]));
  const after = new Map<bigint, ItemStoreRow>();
  const marks: MarkRow[] = [];
  const rest = breather();
  for (const { key, members } of dirty) {
    await rest();
    const rows = members.map(m => alerts.get(m.alert_key!)!);
    const first = members.map(m => ({ at: m.marked_at!, row: alerts.get(m.alert_key!)! })).sort((a, b) => a.at - b.at || (a.row.id! < b.row.id! ? -1 : 1))[0]!.row;
    const loose = rows.map(r => toLoose(r, graph));
    const inputs = keyOf('inputs', ...loose.map(l => JSON.stringify(l)).sort());
    // An item is gone only when the SIEM dropped every alert of it.
    const gone = rows.every(r => r.gone !== null) ? Math.max(...rows.map(r => r.gone!)) : null;
    const origin = { ticket_key: null, alert_key: first.alert_key, source_key: first.source_key, gone };
    for (const fact of siemItems(loose, policy)) {
      const row = itemRow(fact, key, inputs, origin, context);
      after.set(row.item_clock_key!, row);
    }
    for (const m of members) if (considered.has(m.alert_key!) || m.item_key !== key) marks.push({ ...m, item_key: key });
  }
  const kept = new Set(fresh.map(m => m.alert_key!));
  const removed = old.filter(m => !kept.has(m.alert_key!)).map(m => m.alert_key!);
  if (removed.length > 0) await tx.remove('siem_mark', 'alert_key', removed);
  if (marks.length > 0) await tx.upsert('siem_mark', marks);
  await writeItems(tx, before, after);
}

function toLoose(row: AlertStoreRow, graph: ItemGraph): LooseAlert {
  return {
    id: row.id!, client: graph.clientOf(row.client_key!), tier: row.tier as LooseAlert['tier'], detected: row.detected ?? row.readable,
    acknowledgedAt: row.acknowledged_at, acknowledgedBy: row.acknowledged_by as LooseAlert['acknowledgedBy'],
    disposition: row.disposition as LooseAlert['disposition'], dispositionAt: row.disposition_at, dispositionBy: row.disposition_by as LooseAlert['dispositionBy'],
  };
}
function toMark(row: AlertStoreRow, graph: ItemGraph): MarkRow[] {
  if (graph.ticketsOf(row).length > 0) return [];
  const mark = markOf(toLoose(row, graph));
  return mark ? [{ alert_key: row.alert_key, item_key: 0n, rule_key: row.rule_key, client_key: row.client_key, kind: mark.kind, marked_at: mark.at }] : [];
}

/** Stored marks of the same rule, client and kind that chain to these over gaps of up to 60 s; the considered ones themselves left out. */
async function neighbours(tx: Transaction, seeds: readonly MarkRow[], considered: ReadonlySet<bigint>): Promise<MarkRow[]> {
  const parts = new Set(seeds.map(partOf));
  const rules = [...new Set(seeds.map(m => m.rule_key!))];
  const found = new Map<bigint, MarkRow>();
  let frontier: readonly MarkRow[] = seeds;
  while (frontier.length > 0) {
    const windows = merge(frontier.map(m => m.marked_at!));
    const next: MarkRow[] = [];
    const rows = await tx.query<MarkRow>(sql`
      select m.* from ${table('siem_mark')} m
      join (select unnest(${windows.map(w => w.from)}) as w_from, unnest(${windows.map(w => w.to)}) as w_to) w on m.marked_at >= w.w_from and m.marked_at <= w.w_to
      where m.rule_key = any(${rules})`);
    for (const row of rows) {
      if (considered.has(row.alert_key!) || found.has(row.alert_key!) || !parts.has(partOf(row))) continue;
      found.set(row.alert_key!, row);
      next.push(row);
    }
    frontier = next;
  }
  return [...found.values()];
}
function merge(times: readonly number[]): { from: number; to: number }[] {
  const out: { from: number; to: number }[] = [];
  for (const t of [...times].sort((a, b) => a - b)) {
    const last = out.at(-1);
    if (last && t - MARK_GAP <= last.to) last.to = t + MARK_GAP; else out.push({ from: t - MARK_GAP, to: t + MARK_GAP });
  }
  return out;
}
