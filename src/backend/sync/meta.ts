import type { Store, Transaction } from '../store/port';
import { sql } from '../store/sql';
import { table } from '../store/table';

/** Exports: readMeta, writeMeta. Small facts of the store itself, as JSON by name. A damaged value reads as null. */
export async function readMeta<T>(store: Pick<Store, 'query'>, name: string): Promise<T | null> {
  const [row] = await store.query<{ value: string | null }>(sql`select value from ${table('meta')} where name = ${name}`);
  if (!row?.value) return null;
  try { return JSON.parse(row.value) as T; } catch { return null; }
}
export const writeMeta = (tx: Transaction, name: string, value: unknown): Promise<void> => tx.upsert('meta', [{ name, value: JSON.stringify(value) }]);
