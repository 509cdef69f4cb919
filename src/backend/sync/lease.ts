import { randomUUID } from 'node:crypto';
import { hostname } from 'node:os';
import { sql } from '../store/sql';
import { table } from '../store/table';
import type { Store } from '../store/port';
import { StoreError } from '../store/errors';
import { writeMeta } from './meta';

/**
 * Exports: WriterLease. Only its holder syncs and applies settings. A row in `meta` with a heartbeat; with DuckDB the file's lock already
 * keeps other processes out, so a holder on this host whose process has ended is not waited for.
 */
interface Lease { readonly holder: string; readonly host: string; readonly pid: number; readonly heartbeat: number }
const NAME = 'writer_lease';
const live = new Set<string>();

export class WriterLease {
  private readonly holder = randomUUID();
  constructor(private readonly store: Store, private readonly now: () => number, private readonly ttlMs = 60_000) {}

  private stale(lease: Lease): boolean {
    if (this.now() - lease.heartbeat > this.ttlMs) return true;
    if (lease.host !== hostname()) return false;
    if (lease.pid === process.pid) return !live.has(lease.holder);
    try { process.kill(lease.pid, 0); return false; } catch (error) { return (error as NodeJS.ErrnoException).code === 'ESRCH'; }
  }

  /** Takes the lease, or rejects with who holds it. */
  async take(): Promise<void> {
    await this.store.transaction(async tx => {
      const [row] = await tx.query<{ value: string }>(sql`select value from ${table('meta')} where name = ${NAME}`);
      let other: Lease | null = null;
      try { other = row ? (JSON.parse(row.value) as Lease) : null; } catch { other = null; }
      if (other && other.holder !== this.holder && !this.stale(other)) {
        throw new StoreError('locked', `another process syncs into this store (PID ${other.pid} on ${other.host}, last sign ${Math.round((this.now() - other.heartbeat) / 1000)} s ago). Stop it, or give this one another data_path.`);
      }
      await writeMeta(tx, NAME, this.row());
    });
    live.add(this.holder);
  }

  /** Renews; rejects when somebody took it over meanwhile: then this process must stop writing. */
  async renew(): Promise<void> {
    await this.store.transaction(async tx => {
      const [row] = await tx.query<{ value: string }>(sql`select value from ${table('meta')} where name = ${NAME}`);
      const other = row ? (JSON.parse(row.value) as Lease) : null;
      if (other && other.holder !== this.holder) throw new StoreError('locked', `the writer lease was taken over by PID ${other.pid} on ${other.host}; this process stops syncing`);
      await writeMeta(tx, NAME, this.row());
    });
  }

  async release(): Promise<void> {
    if (!live.delete(this.holder)) return;
    await this.store.transaction(tx => tx.execute(sql`delete from ${table('meta')} where name = ${NAME} and value like ${`%${this.holder}%`}`)).catch(() => undefined);
  }
  private row(): Lease { return { holder: this.holder, host: hostname(), pid: process.pid, heartbeat: this.now() }; }
}
