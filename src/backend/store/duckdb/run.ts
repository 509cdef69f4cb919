import type { DuckDBConnection } from '@duckdb/node-api';
import { StoreError } from '../errors';

export interface Limits { readonly signal?: AbortSignal; readonly timeoutMs?: number }

/**
 * Exports: interruptible. Runs work on a connection and interrupts it on abort or timeout. The interrupt is repeated until the work
 * ends, because one that arrives between two statements is forgotten by the engine.
 */
export async function interruptible<T>(connection: DuckDBConnection, { signal, timeoutMs }: Limits, work: () => Promise<T>): Promise<T> {
  if (signal?.aborted) throw new StoreError('cancelled', 'the query was cancelled before it began');
  if (!signal && timeoutMs === undefined) return work();
  let why: StoreError | null = null;
  let again: NodeJS.Timeout | undefined;
  const stop = (reason: StoreError) => {
    if (why) return;
    why = reason;
    connection.interrupt();
    again = setInterval(() => connection.interrupt(), 25);
  };
  const onAbort = () => stop(new StoreError('cancelled', 'the query was cancelled'));
  signal?.addEventListener('abort', onAbort, { once: true });
  const timer = timeoutMs === undefined ? undefined
    : setTimeout(() => stop(new StoreError('timeout', `the query took longer than ${timeoutMs / 1000} s and was stopped; ask for a shorter range or fewer groups, or raise limits.queryTimeoutSeconds`)), timeoutMs);
  try {
    const result = await work();
    if (why) throw why;
    return result;
  } catch (error) {
    throw why ?? error;
  } finally {
    clearTimeout(timer);
    clearInterval(again);
    signal?.removeEventListener('abort', onAbort);
  }
}
