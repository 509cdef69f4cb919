import { MINUTE } from '../../model';
import type { AlertRow, CanonicalRows, RowKind } from '../../model';
import type { WorkspaceSettings } from '../../settings/schema';
import { openDuckDb } from '../store/duckdb';
import type { Store } from '../store/port';
import { sql } from '../store/sql';
import { table } from '../store/table';
import type { GeneratorOptions } from './testing/generator';
import { runnerOf, snapshot, testSettings } from './testing/harness';

/** An edited value map reaches every stored alert, also those that the source no longer keeps (docs/adr/034). */
jest.setTimeout(60_000);
const T0 = Date.UTC(2026, 2, 10, 12);
const world = (given: Partial<GeneratorOptions> = {}): GeneratorOptions => ({ source: 'siem', alerts: 700, tickets: 120, until: T0, pageSize: 400, ...given });
const maps = { tier: { critical: 'low', LOW: 'critical' }, disposition: { benign_positive: 'false_positive', undetermined: null }, client: { acme: 'beta' } } as const;
const edited = (): WorkspaceSettings => { const s = testSettings(['siem']); return { ...s, sources: s.sources.map(one => ({ ...one, maps: { ...one.maps, ...maps } })) }; };
const everyAlert = new Set(Array.from({ length: 700 }, (_, i) => `A${i}`));
const kept = ['alert', 'item', 'link', 'ticket'] as const;

const stores: Store[] = [];
const fresh = async (): Promise<Store> => { const store = await openDuckDb({ path: ':memory:' }); stores.push(store); return store; };
afterEach(() => Promise.all(stores.splice(0).map(s => s.close())));

test('stored alerts are mapped anew where the source gives nothing any more; facts end as if the map had always been so', async () => {
  const store = await fresh();
  const first = await runnerOf(store, [world()], { now: () => T0 });
  await first.once();
  await first.stop();
  const said: string[] = [];
  const shown: (number | null)[] = [];
  const again = await runnerOf(store, [world({ hooks: { vanished: everyAlert, listIncomplete: true } })], {
    now: () => T0 + MINUTE, settings: edited(), version: 2, log: (_level, message) => said.push(message), onProgress: s => { shown.push(s.rebuilding); },
  });
  // Before anything is read or computed: the stored words decide, in one transaction.
  expect(await store.query(sql`select count(*) as n from ${table('alert')} where source_severity in ('critical', 'low') and cast(tier as varchar) = source_severity`)).toEqual([{ n: 0 }]);
  // Marks stand for the words: they are empty until the facts are computed anew.
  const [marks] = await store.query<{ stale: number; kept: number }>(sql`select count(*) filter (where source_severity in ('critical', 'low') or source_disposition = 'undetermined' or source_client = 'acme') as stale, count(*) as kept from ${table('alert')} where marks is not null`);
  expect([marks!.stale, marks!.kept > 0]).toEqual([0, true]);
  expect(said[0]).toMatch(/^siem: its mapping was edited; \d+ values of stored alerts were mapped anew/);
  expect(again.status().rebuilding).toBe(0);
  await again.once();
  expect(again.status().rebuilding).toBeNull();
  await again.stop();
  expect(shown.some(p => p !== null && p > 0 && p < 100)).toBe(true);

  // The same world, read under the new map from its first page on.
  const other = await fresh();
  const mapped = (row: CanonicalRows[RowKind]): CanonicalRows[RowKind] => {
    if (!('joinId' in row)) return row;
    const a = row as AlertRow;
    const tier = a.sourceSeverity === 'critical' ? 'low' as const : a.sourceSeverity === 'low' ? 'critical' as const : a.tier;
    const disposition = a.sourceDisposition === 'benign_positive' ? 'false_positive' as const : a.sourceDisposition === 'undetermined' ? null : a.disposition;
    return { ...a, tier, disposition, client: a.client === 'acme' ? 'beta' : a.client, ...(disposition === null && { dispositionAt: null, dispositionBy: null }) };
  };
  const right = await runnerOf(other, [world({ hooks: { edit: mapped } })], { now: () => T0 + MINUTE, settings: edited(), version: 2 });
  await right.once();
  await right.stop();
  const [is, should] = [await snapshot(store), await snapshot(other)];
  for (const name of kept) expect(is[name]).toEqual(should[name]);
  expect(is.alert!.length).toBe(700);
});

test('what an edit does not name stays, and a start without an edit changes nothing', async () => {
  const store = await fresh();
  const edits: number[] = [];
  for (const [i, settings] of [testSettings(['siem']), edited(), edited()].entries()) {
    const said: string[] = [];
    const before = await snapshot(store);
    const runner = await runnerOf(store, [world({ hooks: { vanished: i === 0 ? new Set() : everyAlert, listIncomplete: true } })], { now: () => T0, settings, log: (_l, m) => said.push(m) });
    if (i === 2) expect(await snapshot(store)).toEqual(before);
    await runner.once();
    await runner.stop();
    edits.push(said.filter(m => m.includes('mapping was edited')).length);
  }
  expect(edits).toEqual([0, 1, 0]);
  expect(await store.query(sql`select count(*) as n from ${table('alert')} where source_severity in ('high', 'medium', 'informational') and cast(tier as varchar) <> source_severity`)).toEqual([{ n: 0 }]);
});
