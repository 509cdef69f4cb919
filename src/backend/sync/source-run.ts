import { SourceError } from '../connectors/http/port';
import type { Connector, ReadContext } from '../connectors/stream';
import { isStoreError } from '../store/errors';
import type { Computing } from './computing';
import { reconcile, type ReconcileOptions } from './reconcile';
import type { StreamRun } from './stream-run';

/** Exports: SourceRun. One source: its streams take turns, one window each, so that panels of every kind fill early. */
export interface SourceRunOptions extends ReconcileOptions {
  readonly connector: Connector;
  readonly runs: readonly StreamRun[];
  readonly computing: Computing;
  readonly context: (signal: AbortSignal) => ReadContext;
  readonly log: (level: 'info' | 'warn' | 'error', message: string, fields?: Record<string, unknown>) => void;
}

export class SourceRun {
  private failures = 0;
  constructor(private readonly o: SourceRunOptions, private readonly intervalMs: number) {}

  private running: Promise<unknown> = Promise.resolve();
  /** Schedule and a run by hand never read the same stream at once: the second begins after the first. */
  once(signal: AbortSignal): Promise<{ failed: number; retryAfterMs: number | null }> {
    const next = this.running.catch(() => undefined).then(() => this.runOnce(signal));
    this.running = next;
    return next;
  }

  /** Runs every stream until nothing is left to do. One failing stream does not stop the others. Returns how many failed. */
  private async runOnce(signal: AbortSignal): Promise<{ failed: number; retryAfterMs: number | null }> {
    const context = this.o.context(signal);
    for (const run of this.o.runs) run.begin();
    await this.o.computing.settle(signal);
    const open = new Set(this.o.runs);
    let failed = 0;
    let retryAfterMs: number | null = null;
    while (open.size > 0) {
      for (const run of [...open]) {
        if (signal.aborted) return { failed, retryAfterMs };
        try {
          if (!(await run.step(context))) open.delete(run);
          if (run.wantsFlush(open.has(run))) await this.o.computing.flush();
        } catch (error) {
          if (signal.aborted) return { failed, retryAfterMs };
          // The store's own fate concerns everybody; a source's concerns this source.
          if (isStoreError(error) && (error.code === 'fatal' || error.code === 'closed')) throw error;
          open.delete(run);
          failed++;
          if (error instanceof SourceError) retryAfterMs = Math.max(retryAfterMs ?? 0, error.detail.retryAfterMs ?? 0) || null;
          this.o.log('warn', error instanceof Error ? error.message : String(error), { source: this.o.connector.sourceId });
          await run.failed(error);
          await this.o.computing.settle(signal);
        }
      }
    }
    if (!signal.aborted) await this.o.computing.settle(signal);
    if (failed === 0 && !signal.aborted) {
      try { await reconcile(this.o, context); } catch (error) {
        if (signal.aborted) return { failed, retryAfterMs };
        throw error;
      }
    }
    this.failures = failed === 0 ? 0 : this.failures + 1;
    return { failed, retryAfterMs };
  }

  /** Until the next run: the interval, doubled per failure up to 15 minutes; never less than the source asked for. */
  delay(retryAfterMs: number | null): number {
    const backedOff = Math.min(this.intervalMs * 2 ** Math.min(this.failures, 10), Math.max(this.intervalMs, 15 * 60_000));
    return Math.max(backedOff, retryAfterMs ?? 0);
  }
}
