import { randomBytes } from 'node:crypto';
import { monthDecisions } from './month-verdicts';
import { integer, sql, type Sql } from './sql';

/** Exports: changedDecisions. Frozen months whose decisions may count otherwise now: for the metrics, over relations of a scope, and for the sync, over tables. */

/**
 * One number of a decision: its first alert in the month, its verdict, and when that alert vanished. Mixed before it is hashed, because numbers that are put
 * together by `bit_xor` must not fall apart into one of the alerts and one of the verdicts: two verdicts that changed places would cancel. The salt is drawn
 * for each question: who knew the numbers could choose some seventy verdicts to turn whose numbers cancel, and restate a month unseen.
 */
const mark = (of: Sql, salt: bigint): Sql => sql`hash(xor(xor(${of}.alert_key, hash(enum_code(${of}.verdict)::bigint + 16 * coalesce(${of}.gone, -1))), ${salt}::ubigint))`;
const sums = (of: Sql, salt: bigint): Sql => sql`select d.client_key, d.month, count(*) as n, bit_xor(${mark(sql`d`, salt)}) as marks from ${of} d group by d.client_key, d.month`;

/** The months (client_key, month) of `of` whose decisions of today, in their number and their marks, are not those that were reported. `months`: when those of `of` begin and end. */
export function changedDecisions(alerts: Sql, reported: Sql, of: Sql, months: readonly { readonly begins: number; readonly ends: number }[]): Sql {
  const salt = BigInt.asUintN(63, randomBytes(8).readBigUInt64LE());
  const alert = sql`(select * from ${alerts} x where x."at" >= ${integer(Math.min(...months.map(m => m.begins)))} and x."at" < ${integer(Math.max(...months.map(m => m.ends)))})`;
  return sql`
    select coalesce(n.client_key, w.client_key) as client_key, coalesce(n.month, w.month) as month from (${sums(sql`(${monthDecisions(alert, of)})`, salt)}) n
    full join (${sums(sql`(select f.* from ${reported} f join ${of} p on p.client_key = f.client_key and p.month = f.month)`, salt)}) w on w.client_key = n.client_key and w.month = n.month
    where n.n is distinct from w.n or n.marks is distinct from w.marks`;
}
