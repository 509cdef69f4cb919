import { TABLES, type StoreRow, type TableName } from '../../store/schema';

/** Exports: emptyRow, overlay, sameColumns. A stored row is canonical columns laid over what stands there: facts stay until they are recomputed. */
const blanks = new Map<TableName, object>();
/** All columns null. One object per table, to be spread, never written to. */
export function emptyRow<T extends TableName>(table: T): Readonly<StoreRow<T>> {
  let blank = blanks.get(table);
  if (!blank) blanks.set(table, blank = Object.freeze(Object.fromEntries(Object.keys(TABLES[table].columns).map(name => [name, null]))));
  return blank as StoreRow<T>;
}

export const overlay = <T extends TableName>(table: T, stored: StoreRow<T> | undefined, canonical: Partial<StoreRow<T>>): StoreRow<T> =>
  ({ ...(stored ?? emptyRow(table)), ...canonical });

/** True when every canonical column stands there already; `except` names columns that do not count (a time of reading). */
export function sameColumns<T extends TableName>(stored: StoreRow<T>, canonical: Partial<StoreRow<T>>, except: readonly string[] = []): boolean {
  for (const name in canonical) {
    if (!except.includes(name) && (stored as Record<string, unknown>)[name] !== (canonical as Record<string, unknown>)[name]) return false;
  }
  return true;
}
