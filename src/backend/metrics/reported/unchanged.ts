import { randomBytes } from 'node:crypto';
import type { ScopedReader } from '../../scope/reader';
import { monthDecisions } from '../../store/month-verdicts';
import { sql, type Sql } from '../../store/sql';
import { partRows, type PartMonth } from './months';
import { lies } from './segments';

/**
 * One number of a decision: its first alert in the month, its verdict, and when that alert vanished. Mixed before it is hashed, because numbers that are put
 * together by `bit_xor` must not fall apart into one of the alerts and one of the verdicts: two verdicts that changed places would cancel. The salt is drawn
 * for each question: who knew the numbers could choose some seventy verdicts to turn whose numbers cancel, and restate a month unseen.
 */
const mark = (of: Sql, salt: bigint): Sql => sql`hash(xor(xor(${of}.alert_key, hash(enum_code(${of}.verdict)::bigint + 16 * coalesce(${of}.gone, -1))), ${salt}::ubigint))`;
const sums = (of: Sql, salt: bigint): Sql => sql`select d.client_key, d.month, count(*) as n, bit_xor(${mark(sql`d`, salt)}) as marks from ${of} d group by d.client_key, d.month`;

/**
 * The months among the frozen that may count otherwise now: those whose decisions of today, in their number and their marks, are not those that were reported. In any
 * other, every reported decision is found again by its first alert, with its verdict, and no other counts (docs/adr/063).
 */
export async function maybeChanged(reader: ScopedReader, frozen: readonly PartMonth[], signal?: AbortSignal): Promise<PartMonth[]> {
  if (frozen.length === 0) return [];
  const of = partRows(frozen);
  const salt = BigInt.asUintN(63, randomBytes(8).readBigUInt64LE());
  const alert = sql`(select * from ${reader.relation('alert')} x where ${lies(sql`x."at"`, { from: Math.min(...frozen.map(m => m.begins)), to: Math.max(...frozen.map(m => m.ends)) })})`;
  const rows = await reader.query<{ client_key: number; month: number }>(sql`
    select coalesce(n.client_key, w.client_key) as client_key, coalesce(n.month, w.month) as month from (${sums(sql`(${monthDecisions(alert, of)})`, salt)}) n
    full join (${sums(sql`(select f.* from ${reader.relation('reported_decision')} f join ${of} p on p.client_key = f.client_key and p.month = f.month)`, salt)}) w on w.client_key = n.client_key and w.month = n.month
    where n.n is distinct from w.n or n.marks is distinct from w.marks`, signal);
  const changed = new Set(rows.map(r => `${r.client_key}|${r.month}`));
  return frozen.filter(m => changed.has(`${m.client}|${m.month}`));
}
