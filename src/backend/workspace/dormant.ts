import type { SyncRunner } from './sync-runner';

/** Stands in for the sync of a workspace that a client's request opened: the settings with their secrets come with the operator's data source. */
export function dormantSync(): SyncRunner & { wake(): void } {
  let waiting: (() => void)[] = [];
  return {
    start: () => undefined,
    once: async () => undefined,
    stop: async () => undefined,
    status: () => ({ streams: [], rebuilding: null }),
    health: async () => [],
    changed: signal => new Promise(done => { waiting.push(done); signal.addEventListener('abort', () => done(), { once: true }); if (signal.aborted) done(); }),
    wake: () => { for (const done of waiting.splice(0)) done(); waiting = []; },
  };
}
