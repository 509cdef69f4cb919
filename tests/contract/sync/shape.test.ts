import type { SyncRunner as Wanted } from '../../../src/backend/workspace/sync-runner';
import type { SyncRunner } from '../../../src/backend/sync/runner';
import { openDuckDb } from '../../../src/backend/store/duckdb';
import { runnerOf } from '../../../src/backend/sync/testing/harness';

jest.setTimeout(60_000);
const now = () => Date.UTC(2026, 2, 10);

test('the runner is what the workspace wants; changed resolves with progress and with stop; a stop ends a run by hand', async () => {
  const store = await openDuckDb({ path: ':memory:' });
  const runner: SyncRunner = await runnerOf(store, [{ source: 'siem', alerts: 50, tickets: 10, until: now(), pageSize: 5 }], { now });
  const wanted: Wanted = runner;
  const never = new AbortController().signal;
  const change = wanted.changed(never);
  const run = wanted.once();
  await change;
  expect(wanted.status().streams[0]).toMatchObject({ source: 'siem', stream: 'alerts', current: false, error: null });
  await Promise.all([wanted.stop(), run]);
  expect(wanted.status().streams[0]!.rows).toBeLessThan(50);
  await wanted.changed(never);
  expect(await wanted.health()).toEqual([{ source: 'siem', ok: true, message: 'generated' }]);
  await store.close();
});

test('a run by hand during the schedule reads nothing twice at once', async () => {
  const store = await openDuckDb({ path: ':memory:' });
  let reading = 0;
  let most = 0;
  const runner = await runnerOf(store, [{ source: 'siem', alerts: 60, tickets: 0, until: now(), pageSize: 10, before: async () => { most = Math.max(most, ++reading); await new Promise(r => setImmediate(r)); reading--; } }], { now });
  runner.start();
  await Promise.all([runner.once(), runner.once()]);
  await runner.stop();
  expect(most).toBe(1);
  await store.close();
});
