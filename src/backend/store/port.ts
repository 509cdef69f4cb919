import type { Sql } from './sql';
import type { StoreRow, TableName } from './schema';

/** A value that SQL may carry as a bound parameter. */
export type SqlValue = string | number | bigint | boolean | null | readonly (string | number | bigint | boolean)[];
export type SqlRow = Record<string, string | number | bigint | boolean | null>;

/**
 * What an engine must do. Everything runs through one shared instance; writers are serialised, and a slot is kept for them.
 * BIGINT columns come back as number (all our integers are below 2^53), UBIGINT columns as bigint.
 */
export interface Store {
  /** Reads. `signal` interrupts the statement; `timeoutMs` likewise, with an error that says so. */
  query<R = SqlRow>(statement: Sql, options?: { signal?: AbortSignal; timeoutMs?: number; maxRows?: number }): Promise<R[]>;
  /** One writer at a time; all or nothing. */
  transaction<T>(work: (tx: Transaction) => Promise<T>): Promise<T>;
  /** The number of the last commit since opening, or of the last that wrote one of these tables: at one revision every reading of them says the same. */
  revision(tables?: readonly TableName[]): number;
  checkpoint(): Promise<void>;
  close(): Promise<void>;
  /** Bytes on disk, or null where unknown. */
  size(): Promise<number | null>;
  /** Another bound of memory, MB, from the next statement on. Whoever asks meanwhile waits. */
  limitMemory(mb: number): Promise<void>;
}

export interface Transaction {
  query<R = SqlRow>(statement: Sql): Promise<R[]>;
  execute(statement: Sql): Promise<number>;
  /**
   * Insert or replace whole rows by key. Rows of one call may hold one key only once. Missing columns are refused. With `widen`, a row
   * that is stored already keeps every column but those named, which take the lesser, the greater or the new value.
   */
  upsert<T extends TableName>(table: T, rows: readonly StoreRow<T>[], widen?: { readonly [C in keyof StoreRow<T>]?: 'least' | 'greatest' | 'replace' }): Promise<void>;
  /**
   * Rows whose keys were looked for in this transaction and stand nowhere (a first load): no row is compared with a stored one, which is
   * nearly half of an upsert. A key that does stand there fails the whole transaction.
   */
  insert<T extends TableName>(table: T, rows: readonly StoreRow<T>[]): Promise<void>;
  /** Writes some columns of rows that exist (read in this transaction); the others are left alone. Keys and named columns are required. */
  update<T extends TableName>(table: T, columns: readonly (keyof StoreRow<T> & string)[], rows: readonly Partial<StoreRow<T>>[]): Promise<void>;
  /** All rows whose column holds one of the keys; of wide rows the named columns only. */
  lookup<T extends TableName>(table: T, keyColumn: keyof StoreRow<T> & string, keys: readonly (bigint | number | string)[]): Promise<StoreRow<T>[]>;
  lookup<T extends TableName, C extends keyof StoreRow<T> & string>(table: T, keyColumn: keyof StoreRow<T> & string, keys: readonly (bigint | number | string)[], columns: readonly C[]): Promise<Pick<StoreRow<T>, C>[]>;
  remove<T extends TableName>(table: T, keyColumn: keyof StoreRow<T> & string, keys: readonly (bigint | number | string)[]): Promise<void>;
}
