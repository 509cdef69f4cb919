import type { StoreRow, TableName } from '../../store/schema';
import type { Transaction } from '../../store/port';
import type { StoreDimensions } from '../dimensions';
import type { Stream, Window } from '../../connectors/stream';
import type { Touched } from '../facts';

/** Exports: ApplyContext, Applied, newest, byKey. What laying a page over the store needs and what it did. */
export interface ApplyContext {
  readonly tx: Transaction;
  readonly dimensions: StoreDimensions;
  readonly touched: Touched;
  /** True where `changed` is the time of reading (full lists, days): a row that differs in nothing else is the same row. */
  readonly changedIsReading: boolean;
  /** A first load: facts of rows never seen before are left for `nextPending`; rows already known are touched as always. A telemetry day never read before is not compared with the store. */
  readonly defer?: boolean;
  /** Hook of a stream without history, and the interval between the last whole read and this one. */
  readonly observe?: { readonly hook: NonNullable<Stream['observe']>; readonly seen: Window };
}
export interface Applied { written: number; same: number; older: number; deferred?: number }

/** One row per id: of several in a page the newest `changed`; of equal ones the later in the page. */
export function newest<R extends { readonly id: string; readonly changed: number }>(rows: readonly R[]): R[] {
  const kept = new Map<string, R>();
  for (const row of rows) {
    const other = kept.get(row.id);
    if (!other || row.changed >= other.changed) kept.set(row.id, row);
  }
  return [...kept.values()];
}

/** Stored rows by key. `few`: hardly any is expected to stand there (a first load), so the keys alone are asked for before whole rows. */
export async function byKey<T extends TableName>(tx: Transaction, table: T, column: keyof StoreRow<T> & string, keys: readonly bigint[], few = false): Promise<Map<bigint, StoreRow<T>>> {
  const there = few ? (await tx.lookup(table, column, keys, [column])).map(row => row[column] as unknown as bigint) : keys;
  const rows = await tx.lookup(table, column, there);
  return new Map(rows.map(row => [row[column] as unknown as bigint, row]));
}
