import { COVERAGE_DEFINITION, DAY, SLA_DEFINITION, utcDay, VERDICT_DEFINITION } from '../../../model';
import { MIGRATIONS } from '../../store/migrations';
import { restatedItems, type FrozenMonth } from '../../store/month-items';
import { changedDecisions } from '../../store/month-unchanged';
import { changedStates, monthRows } from '../../store/month-coverage';
import type { Transaction } from '../../store/port';
import { sql, type Sql } from '../../store/sql';
import { table } from '../../store/table';
import type { Flush } from '../facts';
import { readMeta, writeMeta } from '../meta';
import { factsUnfinished } from './closings';
import { forgetCompared } from './written';

/** Exports: compareReported. */

/** Client-months compared in one transaction: other writers wait meanwhile. */
const AT_ONCE = 50;
const NAME = 'reported.compared';
interface Row { client_key: number; month: number; begins: number; ends: number; closed_at: number }

/**
 * Compares frozen months with what stands in the store, and notes in which nothing differs: a question then compares the others alone, and a month that nobody has
 * looked at since a row of it was written is among the others (sync/reported/written.ts, docs/adr/067). Every day, and after an update, all are compared anew: what
 * was written past the sync, or by a way that says nothing, is found by then.
 */
export const compareReported: Flush = async (tx, context, midnight) => {
  if (!midnight) return;
  const now = [MIGRATIONS.length, SLA_DEFINITION, VERDICT_DEFINITION, COVERAGE_DEFINITION, utcDay(context.now)].join(' ');
  if (await readMeta<string>(tx, NAME) !== now) { await forgetCompared(tx); await writeMeta(tx, NAME, now); }
  const [items, verdicts] = [await pending(tx, sql`select client_key, month, begins, ends, closed_at from ${table('reported_month')} where same is null and frozen_at is not null`), await pending(tx, sql`
    select p.client_key, p.month, m.begins, m.ends, p.closed_at from ${table('reported_part')} p join ${table('reported_month')} m on m.client_key = p.client_key and m.month = p.month
    where p.part = 'verdicts' and p.same is null and p.frozen_at is not null`)];
  const coverage = await pending(tx, sql`select client_key, month, 0 as begins, 0 as ends, closed_at from ${table('reported_part')} where part = 'coverage' and same is null and frozen_at is not null`);
  const all = [items, verdicts, coverage];
  if (all.every(months => months.length === 0) || await factsUnfinished(tx)) return;
  await compareItems(tx, items.slice(0, AT_ONCE));
  await compareVerdicts(tx, verdicts.slice(0, AT_ONCE));
  await compareCoverage(tx, coverage.slice(0, AT_ONCE));
  return all.some(months => months.length > AT_ONCE) ? 'more' : true;
};

const pending = async (tx: Transaction, rows: Sql): Promise<FrozenMonth[]> =>
  (await tx.query<Row>(sql`${rows} order by month, client_key`)).map(r => ({ client: r.client_key, month: r.month, begins: r.begins, ends: r.ends, at: r.closed_at }));

async function compareItems(tx: Transaction, months: readonly FrozenMonth[]): Promise<void> {
  if (months.length === 0) return;
  const differing = await tx.query<Row>(sql`select distinct client_key, month from (${restatedItems({ relation: name => sql`(select * from ${table(name)})` }, months)}) x`);
  await note(tx, 'reported_month', sql`true`, months, differing);
}
async function compareVerdicts(tx: Transaction, months: readonly FrozenMonth[]): Promise<void> {
  if (months.length === 0) return;
  const differing = await tx.query<Row>(changedDecisions(table('alert'), table('reported_decision'), monthRows(months.map(m => ({ ...m, lastDay: m.month }))), months));
  await note(tx, 'reported_part', sql`part = 'verdicts'`, months, differing);
}
/** Of coverage only the days of a month are asked. */
async function compareCoverage(tx: Transaction, months: readonly FrozenMonth[]): Promise<void> {
  if (months.length === 0) return;
  const differing = await tx.query<Row>(sql`select distinct client_key, month from (${changedStates(table('reported_asset'), table('asset_span'), monthRows(months.map(m => ({ ...m, lastDay: lastDayOf(m.month) }))))}) x`);
  await note(tx, 'reported_part', sql`part = 'coverage'`, months, differing);
}
/** Last day of the month that begins with the day. */
function lastDayOf(first: number): number {
  const day = new Date(first * DAY);
  return Date.UTC(day.getUTCFullYear(), day.getUTCMonth() + 1, 0) / DAY;
}
async function note(tx: Transaction, name: 'reported_month' | 'reported_part', which: Sql, months: readonly FrozenMonth[], differing: readonly Row[]): Promise<void> {
  const differs = new Set(differing.map(d => `${d.client_key}|${d.month}`));
  for (const same of [true, false]) {
    const those = months.filter(m => differs.has(`${m.client}|${m.month}`) !== same);
    if (those.length > 0) await tx.execute(sql`update ${table(name)} set same = ${same} where ${which} and (client_key, month) in (select unnest(${those.map(m => m.client)}::integer[]), unnest(${those.map(m => m.month)}::integer[]))`);
  }
}
