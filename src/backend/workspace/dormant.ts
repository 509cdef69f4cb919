import type { Store } from '../store/port';
import { sql } from '../store/sql';
import { table } from '../store/table';
import type { StreamProgress, SyncRunner } from './sync-runner';

/**
 * Stands in for the sync of a workspace that cannot read at the moment: a client's request opened it (the settings with their secrets
 * come with the operator's data source), or its settings were refused. `streams`: where they stood when they were last read.
 */
export function dormantSync(streams: readonly StreamProgress[] = []): SyncRunner & { wake(): void } {
  let waiting: (() => void)[] = [];
  return {
    start: () => undefined,
    once: async () => undefined,
    stop: async () => undefined,
    status: () => ({ streams, rebuilding: null, closing: false }),
    health: async () => [],
    changed: signal => new Promise(done => { waiting.push(done); signal.addEventListener('abort', () => done(), { once: true }); if (signal.aborted) done(); }),
    wake: () => { for (const done of waiting.splice(0)) done(); waiting = []; },
  };
}

/** Streams as a store keeps them. */
export async function storedStreams(store: Pick<Store, 'query'>): Promise<StreamProgress[]> {
  const rows = await store.query<{ source: string; stream: string; rows: number | null; progress: number | null; current: boolean | null; error: string | null; last_success: number | null }>(
    sql`select source, stream, rows, progress, "current", error, last_success from ${table('stream_state')} where kind is distinct from 'ended' order by source, stream`);
  return rows.map(r => ({ source: r.source, stream: r.stream, rows: r.rows ?? 0, expected: null, progress: r.progress ?? 0, etaMs: null, current: r.current === true, error: r.error, lastSuccess: r.last_success }));
}
