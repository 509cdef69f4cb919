import { localDay, MINUTE, SLA_DEFINITION } from '../../../model';
import { monthRows } from '../../store/month-coverage';
import { outcomeAt, periodAt } from '../../store/outcome';
import type { Transaction } from '../../store/port';
import { sql, type Sql } from '../../store/sql';
import { table } from '../../store/table';
import type { FactContext, Flush } from '../facts';
import { closings, coverageClosings, factsUnfinished, readThrough, rowOf, type Closing } from './closings';
import { freezeCoverage, freezeVerdicts } from './parts';

/** Exports: freezeReported. */

/** Client-months frozen in one transaction: a first load closes many at once, and other writers wait meanwhile. */
const AT_ONCE = 100;
/** Every zone's offset is a multiple of this, so a bin never straddles a local midnight. */
const BIN = 15 * MINUTE;

/**
 * Freezes months whose closing day has come (metrics.md, Rule 10): each item's outcome at the closing instant, and the untracked days
 * beside them. Driven by the clock, in the sync's own process; a month's rows and its mark stand in one transaction, so a kill repeats
 * or skips nothing. A month waits while a source it rests on is behind: what was not read is not reported.
 */
export const freezeReported: Flush = async (tx, context, midnight) => {
  if (!midnight) return;
  const moreCases = await freezeCases(tx, context);
  const due = await coverageClosings(tx, context);
  await freezeCoverage(tx, context, due.slice(0, AT_ONCE));
  return moreCases || due.length > AT_ONCE ? 'more' : true;
};

/** True when further months wait for the next transaction. */
async function freezeCases(tx: Transaction, context: FactContext): Promise<boolean> {
  const read = await readThrough(tx, context.settings);
  if (!read) return false;
  const all = await closings(tx, context, read);
  const due = all.slice(0, AT_ONCE);
  if (due.length === 0 || await factsUnfinished(tx)) return false;
  await freezeItems(tx, due);
  await freezeUntracked(tx, due);
  await freezeVerdicts(tx, context, due);
  const counts = await tx.query<{ client_key: number; month: number; n: number }>(sql`select client_key, month, count(*) as n from ${table('reported_item')} group by all`);
  const items = new Map(counts.map(c => [`${c.client_key}|${c.month}`, c.n]));
  await tx.upsert('reported_month', due.map(d => ({
    client_key: d.client, month: d.month, begins: d.begins, ends: d.ends, closed_at: d.closes, frozen_at: context.now, settings_version: context.version, definition: SLA_DEFINITION, items: items.get(`${d.client}|${d.month}`) ?? 0, same: null,
  })));
  return all.length > AT_ONCE;
}

/** The months as a relation `p`. */
const pending = (due: readonly Closing[]): Sql => monthRows(due.map(rowOf));

async function freezeItems(tx: Transaction, due: readonly Closing[]): Promise<void> {
  await tx.execute(sql`
    insert into ${table('reported_item')} (month, item_clock_key, client_key, clock, tier, outcome, start, due, stop, target_ms, gone, inputs, item_key, ticket_key, alert_key)
    select p.month, i.item_clock_key, i.client_key, i.clock, i.tier, ${outcomeAt(sql`p.judged_at`)}, i.start, i.due, i.stop, i.target_ms, i.gone, i.inputs, i.item_key, i.ticket_key, i.alert_key
    from ${table('item')} i join ${pending(due)} p on p.client_key = i.client_key and ${periodAt} >= p.begins and ${periodAt} < p.ends
    where i.start <= p.judged_at
    on conflict do nothing`);
}

interface Untracked { client_key: number; month: number; tier: string; rule_key: number; day: number; alert_key: bigint; first_due: number; alerts: number }
/** One per rule, client, tier and local day of the due, as sla.adherence counts them (metrics.md §3, Untracked): each, and how many there are. */
async function freezeUntracked(tx: Transaction, due: readonly Closing[]): Promise<void> {
  const rows = await tx.query<Omit<Untracked, 'day'> & { bin: number }>(sql`
    select p.client_key, p.month, cast(a.tier as varchar) as tier, a.rule_key, cast(floor(a.untracked_due / ${BIN}) as bigint) as bin, count(*) as alerts, min(a.untracked_due) as first_due, arg_min(a.alert_key, row(a.untracked_due, a.alert_key)) as alert_key
    from ${table('alert')} a join ${pending(due)} p on p.client_key = a.client_key and a.untracked_due >= p.begins and a.untracked_due < p.ends group by all`);
  const zones = new Map(due.map(d => [d.client, d.zone]));
  const days = new Map<string, Untracked>();
  for (const { bin, ...r } of rows) {
    const day = localDay(bin * BIN, zones.get(r.client_key)!);
    const key = `${r.client_key}|${r.month}|${r.tier}|${r.rule_key}|${day}`;
    const known = days.get(key);
    const first = known === undefined || r.first_due < known.first_due ? r : known;
    days.set(key, { ...r, day, alert_key: first.alert_key, first_due: first.first_due, alerts: r.alerts + (known?.alerts ?? 0) });
  }
  if (days.size === 0) return;
  await tx.upsert('reported_untracked_day', [...days.values()]);
  const counts = new Map<string, { client_key: number; month: number; tier: string; n: number }>();
  for (const { client_key, month, tier } of days.values()) {
    const key = `${client_key}|${month}|${tier}`;
    counts.set(key, { client_key, month, tier, n: (counts.get(key)?.n ?? 0) + 1 });
  }
  await tx.upsert('reported_untracked', [...counts.values()]);
}
