import { TABLES, type ColumnType, type StoreRow, type TableName } from '../schema';

/** A row of a table with every column null but those given: for tests that write tables directly. */
export function storeRow<T extends TableName>(table: T, given: Partial<StoreRow<T>>): StoreRow<T> {
  const row: Record<string, unknown> = {};
  for (const name of Object.keys(TABLES[table].columns as Record<string, ColumnType>)) row[name] = null;
  return { ...row, ...given } as StoreRow<T>;
}
