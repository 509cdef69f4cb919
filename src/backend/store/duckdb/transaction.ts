import type { DuckDBConnection } from '@duckdb/node-api';
import { CollisionError, StoreError } from '../errors';
import { IDENTITY } from '../identity';
import type { SqlRow, SqlValue, Transaction } from '../port';
import { TABLES, type StoreRow, type TableName } from '../schema';
import { column, sql, type Sql } from '../sql';
import { table as tableSql, tablesIn } from '../table';
import { appendRows, rowValues } from './chunks';
import { lookupRows, TableSizes } from './lookup';
import { Semaphore } from './mutex';
import { clearStage, collisions, createStage, insertStage, mergeColumns, mergeFew, mergeStage, stageName, type Widen } from './statements';
import { bindStatement, readRows } from './values';

/** Up to this many rows go as parameters. */
const FEW = 3;

/**
 * Exports: DuckDbTransaction. The writer's side of one transaction. Statements of one transaction run one after the other even
 * when asked for at once: a connection holds one result. After the end every call is refused.
 */
export class DuckDbTransaction implements Transaction {
  private readonly turn = new Semaphore(1);
  private open = true;
  private readonly written = new Set<TableName>();
  private anything = false;
  constructor(private readonly connection: DuckDBConnection, private readonly sizes = new TableSizes(), private readonly stages = new Set<TableName>()) {}

  /** Tables written so far; 'any' where a statement names none that is known. */
  get wrote(): ReadonlySet<TableName> | 'any' { return this.anything ? 'any' : this.written; }

  /** Waits for what still runs, then refuses anything later. */
  async end(): Promise<void> {
    this.open = false;
    (await this.turn.acquire())();
  }

  private async alone<T>(work: () => Promise<T>): Promise<T> {
    const release = await this.turn.acquire();
    try {
      if (!this.open) throw new StoreError('closed', 'the transaction has ended; await every call inside the work function');
      return await work();
    } finally { release(); }
  }

  private async run(statement: Sql) {
    const { text, values, types } = bindStatement(statement);
    return values.length === 0 ? this.connection.run(text) : this.connection.run(text, values, types);
  }

  query<R = SqlRow>(statement: Sql): Promise<R[]> {
    return this.alone(async () => (await readRows(await this.run(statement))) as R[]);
  }

  execute(statement: Sql): Promise<number> {
    const named = tablesIn(statement);
    if (named.length === 0) this.anything = true;
    for (const name of named) this.written.add(name);
    return this.alone(async () => (await this.run(statement)).rowsChanged);
  }

  upsert<T extends TableName>(table: T, rows: readonly StoreRow<T>[], widen?: Widen): Promise<void> {
    if (rows.length === 0) return Promise.resolve();
    this.written.add(table);
    return this.alone(async () => {
      const plain = rows as readonly Record<string, unknown>[];
      refuseTwice(table, plain);
      if (rows.length <= FEW && !widen && !IDENTITY[table]) { await this.run(mergeFew(table, rowValues(table, plain))); return; }
      await this.stage(table, plain);
      const { rowsChanged } = await this.run(mergeStage(table, widen));
      if (rowsChanged < rows.length && IDENTITY[table]) {
        const clashes = await readRows(await this.run(collisions(table)));
        if (clashes.length > 0) throw new CollisionError(table, clashes.map(c => ({ id: String(c.id), stored: String(c.stored) })));
      }
      await this.run(clearStage(table));
    });
  }

  insert<T extends TableName>(table: T, rows: readonly StoreRow<T>[]): Promise<void> {
    if (rows.length === 0) return Promise.resolve();
    this.written.add(table);
    return this.alone(async () => {
      const plain = rows as readonly Record<string, unknown>[];
      refuseTwice(table, plain);
      await this.stage(table, plain);
      await this.run(insertStage(table));
      await this.run(clearStage(table));
    });
  }

  update<T extends TableName>(table: T, columns: readonly (keyof StoreRow<T> & string)[], rows: readonly Partial<StoreRow<T>>[]): Promise<void> {
    if (rows.length === 0) return Promise.resolve();
    this.written.add(table);
    return this.alone(async () => {
      const plain = rows as readonly Record<string, unknown>[];
      refuseTwice(table, plain);
      await this.stage(table, plain, [...TABLES[table].key, ...columns]);
      await this.run(mergeColumns(table, columns));
      await this.run(clearStage(table));
    });
  }

  /** Rows into the table's stage. Stages live as long as the connection; a rolled back transaction takes those it made with it. */
  private async stage(table: TableName, rows: readonly Record<string, unknown>[], columns?: readonly string[]): Promise<void> {
    if (!this.stages.has(table)) { await this.run(createStage(table)); this.stages.add(table); }
    const appender = await this.connection.createAppender(stageName(table), null, 'temp');
    try { await appendRows(appender, table, rows, columns); } finally { appender.closeSync(); }
  }

  lookup<T extends TableName>(table: T, keyColumn: keyof StoreRow<T> & string, keys: readonly (bigint | number | string)[], columns?: readonly (keyof StoreRow<T> & string)[]): Promise<StoreRow<T>[]> {
    if (keys.length === 0) return Promise.resolve([]);
    return this.alone(async () => (await lookupRows(async s => readRows(await this.run(s)), this.sizes, table, keyColumn, keys, undefined, columns)) as unknown as StoreRow<T>[]);
  }

  async remove<T extends TableName>(table: T, keyColumn: keyof StoreRow<T> & string, keys: readonly (bigint | number | string)[]): Promise<void> {
    if (keys.length === 0) return;
    await this.execute(sql`delete from ${tableSql(table)} where ${column(keyColumn)} = any(${keys as SqlValue})`);
  }
}

/** Two rows of one key in one call: which of them should win is the caller's matter, not chance. */
function refuseTwice(table: TableName, rows: readonly Record<string, unknown>[]): void {
  const key = TABLES[table].key as readonly string[];
  const [a, b, c] = key as [string, string, string | undefined];
  const seen = new Set<unknown>();
  for (const row of rows) {
    const value = key.length === 1 ? row[a] : key.length > 3 ? key.map(k => String(row[k])).join('\u0000') : c === undefined ? `${row[a]}\u0000${row[b]}` : `${row[a]}\u0000${row[b]}\u0000${row[c]}`;
    if (value === null || value === undefined) throw new StoreError('missing_column', `a row for ${table} has no key (${key.join(', ')})`);
    if (seen.has(value)) throw new StoreError('duplicate_key', `two rows for ${table} in one upsert have the key ${String(value).replace(/\u0000/g, ', ')}; keep the newer one before writing`);
    seen.add(value);
  }
}
