import type { Transaction } from '../../store/port';
import { sql } from '../../store/sql';
import { table } from '../../store/table';

/**
 * Exports: Written, wroteItems, wroteAlerts, Judged, judgedDays, forgetCompared. Whoever writes, moves or removes an item or an alert says where it stood and stands, in the same transaction:
 * a frozen month that holds it is no longer known to be as it was reported (docs/adr/067).
 */
export interface Written { readonly client: number | null; /** Instant that puts the row into a month; null: into none. */ readonly at: number | null }

export const wroteItems = (tx: Transaction, rows: readonly Written[]): Promise<void> => written(tx, 'items', rows);
export const wroteAlerts = (tx: Transaction, rows: readonly Written[]): Promise<void> => written(tx, 'verdicts', rows);

async function written(tx: Transaction, what: 'items' | 'verdicts', rows: readonly Written[]): Promise<void> {
  if (!rows.some(r => r.at !== null)) return;
  const known = what === 'items' ? sql`${table('reported_month')}` : sql`(select m.client_key, m.month, m.begins, m.ends, p.same from ${table('reported_part')} p join ${table('reported_month')} m on m.client_key = p.client_key and m.month = p.month where p.part = 'verdicts')`;
  // During a first load no month is frozen, and what is written day by day is younger than any that is.
  const [last] = await tx.query<{ ends: number | null }>(sql`select max(ends) as ends from ${known} k where same is not null`);
  const inside = last!.ends === null ? [] : rows.filter((r): r is { client: number; at: number } => r.client !== null && r.at !== null && r.at < last!.ends!);
  if (inside.length === 0) return;
  const held = sql`select k.client_key, k.month from ${known} k join (select unnest(${inside.map(r => r.client)}::integer[]) as client_key, unnest(${inside.map(r => r.at)}::bigint[]) as "at") w
    on w.client_key = k.client_key and w."at" >= k.begins and w."at" < k.ends where k.same is not null`;
  await tx.execute(what === 'items' ? sql`update ${table('reported_month')} set same = null where (client_key, month) in (${held})` : sql`update ${table('reported_part')} set same = null where part = 'verdicts' and (client_key, month) in (${held})`);
}

/** Local days of a client, first and last, on which an asset is not in the state any more that it was in. */
export interface Judged { readonly client: number; readonly first: number; readonly last: number }
const LONGEST_MONTH = 31;
/** Coverage: days that were judged anew and came out otherwise. Days of a month that is judged day by day are younger than any that is frozen. */
export async function judgedDays(tx: Transaction, days: readonly Judged[]): Promise<void> {
  if (days.length === 0) return;
  const held = sql`select k.client_key, k.month from ${table('reported_part')} k join (select unnest(${days.map(d => d.client)}::integer[]) as client_key, unnest(${days.map(d => d.first)}::integer[]) as "first", unnest(${days.map(d => d.last)}::integer[]) as "last") d
    on d.client_key = k.client_key and d."last" >= k.month and d."first" < k.month + ${LONGEST_MONTH} where k.part = 'coverage' and k.same is not null`;
  await tx.execute(sql`update ${table('reported_part')} set same = null where part = 'coverage' and (client_key, month) in (${held})`);
}

/** Nothing is known of any month any more. */
export async function forgetCompared(tx: Transaction): Promise<void> {
  await tx.execute(sql`update ${table('reported_month')} set same = null where same is not null`);
  await tx.execute(sql`update ${table('reported_part')} set same = null where same is not null`);
}
