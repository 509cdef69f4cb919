/** What an edit of the settings makes new: a source's rows, every fact, or nothing. */
import { DAY, MINUTE } from '../../model';
import type { WorkspaceSettings } from '../../settings/schema';
import { sql } from '../store/sql';
import { table } from '../store/table';
import { fresh, T0 } from './testing/fresh';
import type { GeneratorOptions } from './testing/generator';
import { runnerOf, testSettings } from './testing/harness';

jest.setTimeout(60_000);
const at = fresh();
const { now } = at;
const world = (given: Partial<GeneratorOptions> = {}): GeneratorOptions => ({ source: 'siem', alerts: 300, tickets: 60, until: T0, pageSize: 50, ...given });
async function syncOnce(of: GeneratorOptions): Promise<void> {
  const runner = await runnerOf(at.store, [of], { now });
  try { await runner.once(); } finally { await runner.stop(); }
}
const alerts = async () => (await at.store.query<{ n: number }>(sql`select count(*) as n from ${table('alert')}`))[0]!.n;

test('edited settings of a source are read again from the start; stored rows stay meanwhile', async () => {
  await syncOnce(world());
  at.clock += MINUTE;
  const seen: number[] = [];
  const settings = testSettings(['siem']);
  const edited = { ...settings, sources: settings.sources.map(s => ({ ...s, maps: { ...s.maps, tier: { weird: 'high' as const } } })) };
  const runner = await runnerOf(at.store, [world({ before: (_s, w) => { seen.push(w.from); } })], { now, settings: edited });
  expect(await alerts()).toBe(300);
  await runner.once();
  await runner.stop();
  expect(Math.min(...seen)).toBeLessThan(T0 - 80 * DAY);
});

test('a policy edit rebuilds every fact in slices, resumably, and says how far it is', async () => {
  await syncOnce(world());
  const policy = testSettings(['siem'], { policy: { sla: { targets: [{ hours: { critical: { decide: 99 } } }] } } });
  const abort = new AbortController();
  const shown: (number | null)[] = [];
  const runner = await runnerOf(at.store, [world()], { now, settings: policy, version: 2, onProgress: s => { shown.push(s.rebuilding); if (shown.length === 1) abort.abort(); } });
  expect(runner.status().rebuilding).toBe(0);
  await runner.once(abort.signal);
  await runner.stop();
  expect(shown[0]).toBeGreaterThan(0);
  const again = await runnerOf(at.store, [world()], { now, settings: policy, version: 2 });
  expect(again.status().rebuilding).toBe(shown[0]);
  await again.once();
  expect(again.status().rebuilding).toBeNull();
  await again.stop();
  expect(await at.store.query(sql`select settings_version as v, count(*) as n from ${table('alert')} group by 1`)).toEqual([{ v: 2, n: 300 }]);
  expect(await at.store.query(sql`select distinct settings_version as v from ${table('item')}`)).toEqual([{ v: 2 }]);
});

test('an edit of limits or of how a source is reached computes no fact anew, not even amid a rebuild', async () => {
  await syncOnce(world());
  const edit = (given: Record<string, unknown>, reach: Record<string, unknown>): WorkspaceSettings => { const s = testSettings(['siem'], given); return { ...s, sources: s.sources.map(source => ({ ...source, ...reach })) }; };
  const open = (settings: WorkspaceSettings, version: number) => runnerOf(at.store, [world()], { now, settings, version });
  const versions = () => at.store.query(sql`select settings_version as v, count(*) as n from ${table('alert')} group by 1 order by 1`);
  const limits = await open(edit({ limits: { memoryMb: 900, maxRows: 5 } }, { intervalSeconds: 600, name: 'The SIEM' }), 2);
  expect(limits.status().rebuilding).toBeNull();
  await limits.once();
  await limits.stop();
  expect(await versions()).toEqual([{ v: 1, n: 300 }]);

  const policy = { policy: { sla: { targets: [{ hours: { critical: { decide: 99 } } }] } } };
  const abort = new AbortController();
  const half = await runnerOf(at.store, [world()], { now, settings: edit(policy, {}), version: 3, onProgress: () => abort.abort() });
  await half.once(abort.signal);
  const done = half.status().rebuilding;
  await half.stop();
  expect(done).toBeGreaterThan(0);
  const rest = await open(edit({ ...policy, limits: { memoryMb: 901 } }, {}), 4);
  expect(rest.status().rebuilding).toBe(done);
  await rest.once();
  expect(rest.status().rebuilding).toBeNull();
  await rest.stop();
  expect(await versions()).toEqual([{ v: 3, n: expect.any(Number) as number }, { v: 4, n: expect.any(Number) as number }]);
});
