import { statSync } from 'node:fs';
import { isNativeError } from 'node:util/types';
import type { DuckDBConnection, DuckDBInstance } from '@duckdb/node-api';
import { StoreError } from '../errors';
import type { SqlRow, Store, Transaction } from '../port';
import type { TableName } from '../schema';
import type { Sql } from '../sql';
import { classify } from './classify';
import { TableSizes } from './lookup';
import { Semaphore } from './mutex';
import { Revisions } from './revisions';
import { interruptible } from './run';
import { DuckDbTransaction } from './transaction';
import { bindStatement, readRows } from './values';

/** The engine of one file and the one connection that writes. */
export interface Engine { readonly instance: DuckDBInstance; readonly writer: DuckDBConnection }

/**
 * Exports: DuckDbStore, Engine. One instance per path: readers on their own connections, one writer. Each running statement holds a thread
 * of libuv's pool (4), so readers are capped at three and the writer always finds one free.
 */
export class DuckDbStore implements Store {
  private readonly reading: Semaphore;
  private readonly writing = new Semaphore(1);
  private readonly idle: DuckDBConnection[] = [];
  private readonly all = new Set<DuckDBConnection>();
  private state: 'open' | 'closed' | 'fatal' = 'open';
  private readonly sizes = new TableSizes();
  private readonly stages = new Set<TableName>();
  private readonly revisions = new Revisions();
  private dead: StoreError | null = null;
  private memoryMb: number;
  private readonly onFatal: ((error: StoreError) => void)[] = [];

  constructor(private engine: Engine, readonly path: string, private readonly options: { readonly readers?: number; readonly memoryMb: number; readonly reopen?: (memoryMb: number) => Promise<Engine> }) {
    this.reading = new Semaphore(this.readers);
    this.memoryMb = options.memoryMb;
  }
  private get readers(): number { return this.options.readers ?? 3; }
  private get writer(): DuckDBConnection { return this.engine.writer; }

  whenFatal(callback: (error: StoreError) => void): void { this.onFatal.push(callback); }

  private check(): void {
    if (this.dead) throw this.dead;
    if (this.state === 'closed') throw new StoreError('closed', `the store ${this.path} is closed`);
  }

  /** A failed checkpoint (full disk) invalidates the whole instance: everything later would fail, so the process must start again. */
  private failed(error: unknown): StoreError {
    const known = classify(error, this.path);
    if (known.code === 'fatal') this.die(known);
    return known;
  }
  private die(why: StoreError): void {
    if (this.dead) return;
    this.dead = why;
    this.state = 'fatal';
    for (const callback of this.onFatal) callback(why);
  }

  async query<R = SqlRow>(statement: Sql, options: { signal?: AbortSignal; timeoutMs?: number; maxRows?: number } = {}): Promise<R[]> {
    this.check();
    const release = await this.reading.acquire(options.signal);
    let connection: DuckDBConnection | undefined;
    try {
      this.check();
      connection = this.idle.pop() ?? await this.connect();
      const using = connection;
      const { text, values, types } = bindStatement(statement);
      return await interruptible(using, options, async () => (await readRows(await using.stream(text, values, types), options.maxRows)) as R[]);
    } catch (error) {
      // A result left half read would answer the next query on this connection.
      if (connection) { this.drop(connection); connection = undefined; }
      throw this.failed(error);
    } finally {
      if (connection) { if (this.state === 'open') this.idle.push(connection); else this.drop(connection); }
      release();
    }
  }

  async transaction<T>(work: (tx: Transaction) => Promise<T>): Promise<T> {
    this.check();
    const release = await this.writing.acquire();
    try {
      this.check();
      await this.writer.run('begin');
      const tx = new DuckDbTransaction(this.writer, this.sizes, this.stages);
      let result: T;
      try {
        result = await work(tx);
        await tx.end();
      } catch (error) {
        await tx.end();
        this.stages.clear();
        await this.writer.run('rollback').catch(() => undefined);
        throw isDuckError(error) ? this.failed(error) : error;
      }
      try { await this.writer.run('commit'); this.revisions.committed(tx.wrote); } catch (error) {
        this.stages.clear();
        await this.writer.run('rollback').catch(() => undefined);
        throw this.failed(error);
      }
      return result;
    } finally { release(); }
  }

  revision(tables?: readonly TableName[]): number { return this.revisions.of(tables); }

  async checkpoint(): Promise<void> {
    this.check();
    const release = await this.writing.acquire();
    try { await this.writer.run('checkpoint'); } catch (error) { throw this.failed(error); } finally { release(); }
  }

  /**
   * The engine's settings are locked against every statement (security.md, row 9), its bound of memory among them: the file is closed
   * and opened again while nothing runs. A store in memory keeps the bound it has.
   */
  async limitMemory(mb: number): Promise<void> {
    const { reopen } = this.options;
    if (mb === this.memoryMb || !reopen) return;
    const releases = [await this.writing.acquire()];
    try {
      for (let i = 0; i < this.readers; i++) releases.push(await this.reading.acquire());
      this.check();
      for (const connection of this.idle.splice(0)) this.drop(connection);
      await this.writer.run('checkpoint');
      this.writer.closeSync();
      this.engine.instance.closeSync();
      this.stages.clear();
      try { this.engine = await reopen(mb); this.memoryMb = mb; } catch (error) {
        this.die(classify(error, this.path));
        throw this.dead!;
      }
    } finally { for (const release of releases) release(); }
  }

  /** Waits for the running transaction; running reads are interrupted. */
  async close(): Promise<void> {
    if (this.state === 'closed') return;
    const release = await this.writing.acquire();
    this.state = 'closed';
    for (const connection of this.all) connection.interrupt();
    for (const connection of this.idle.splice(0)) this.drop(connection);
    while (this.all.size > 0) await new Promise(resolve => setTimeout(resolve, 5));
    try {
      if (!this.dead) await this.writer.run('checkpoint').catch(() => undefined);
      this.writer.closeSync();
      this.engine.instance.closeSync();
    } finally { release(); }
  }

  /** Bytes of the file and its write-ahead log; null for a store in memory. */
  size(): Promise<number | null> {
    if (this.path === ':memory:') return Promise.resolve(null);
    const bytes = (file: string): number => { try { return statSync(file).size; } catch { return 0; } };
    return Promise.resolve(bytes(this.path) + bytes(`${this.path}.wal`));
  }

  private async connect(): Promise<DuckDBConnection> {
    const connection = await this.engine.instance.connect();
    this.all.add(connection);
    return connection;
  }
  private drop(connection: DuckDBConnection): void {
    this.all.delete(connection);
    connection.closeSync();
  }
}

/** The engine's own errors are plain `Error`s; a work function's errors pass through as they are unless they look like the engine's. */
const isDuckError = (error: unknown): boolean =>
  error instanceof StoreError || (isNativeError(error) && error.name === 'Error' && /^\w+( \w+){0,3} Error: |invalidated|INTERRUPT/i.test(error.message));
