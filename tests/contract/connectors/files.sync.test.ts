import { writeFileSync } from 'node:fs';
import { cmdbDemoSource } from '../../../demo/upstreams/cmdb';
import { cmdbCsv, createWorld } from '../../../demo/world';
import { createFilesConnector } from '../../../src/backend/connectors/files';
import { openDuckDb } from '../../../src/backend/store/duckdb';
import type { Store } from '../../../src/backend/store/port';
import { sql } from '../../../src/backend/store/sql';
import { table } from '../../../src/backend/store/table';
import { createSyncRunner, FACT_PIPELINE } from '../../../src/backend/sync';
import { workspaceSchema } from '../../../src/settings/schema';
import { filesSource, type FilesSettings } from '../../../src/settings/sources';
import type { AssetRow } from '../../../src/model';
import { context, folder, NOW } from './files';
import { readAll } from './read';

jest.setTimeout(60_000);

describe('files connector in the engine', () => {
  let dir: ReturnType<typeof folder>;
  let store: Store;
  beforeEach(async () => { dir = folder(); store = await openDuckDb({ path: ':memory:' }); });
  afterEach(async () => { await store.close(); dir.remove(); });

  it('stores the rows, touches nothing while the file stays, and marks rows that vanish from it as gone', async () => {
    const csv = (ids: readonly number[], name = 'host'): string => `id,name,since,owner\n${ids.map(i => `${i},${name}-${i},2025-01-01,Jane`).join('\n')}\n`;
    const file = dir.write('x.csv', csv([1, 2, 3, 4]));
    const settings = workspaceSchema.parse({ clients: [{ id: 'acme', name: 'Acme', zone: 'UTC' }], sources: [{
      id: 'export', system: 'files', historyDays: 90, streams: [{ name: 'assets', kind: 'asset', path: 'x.csv', format: 'csv', columns: { id: 'id', name: 'name', kind: '=endpoint', registeredAt: 'since', client: '=acme' } }],
    }] });
    let clock = NOW;
    let touched = 0;
    const connector = createFilesConnector(settings.sources[0] as FilesSettings, settings.clients, { filesRoots: [dir.path], pageSize: 3 });
    const runner = await createSyncRunner({
      store, settings, version: 1, ...FACT_PIPELINE, recompute: [async (_tx, t) => { touched += t.assetRecords.size; }, ...FACT_PIPELINE.recompute], now: () => clock, reconcileEveryMs: 1,
      sources: [{ settings: settings.sources[0]!, connector, http: context().http }],
    });
    const records = () => store.query<{ id: string; row: string; gone: number | null }>(sql`select id, row, gone from ${table('asset_record')} order by id`);
    const run = async (): Promise<number> => { clock += 60_000; touched = 0; await runner.once(); return touched; };
    try {
      expect(await run()).toBe(4);
      expect((await records()).map(r => [r.id, r.gone])).toEqual([1, 2, 3, 4].map(i => [`export:asset:${i}`, null]));
      expect(await run()).toBe(0);
      writeFileSync(file, csv([1, 2, 4]).replace('host-2', 'renamed'));
      expect(await run()).toBe(2);
      expect((await records()).map(r => [(JSON.parse(r.row) as AssetRow).name, r.gone])).toEqual([['host-1', null], ['renamed', null], ['host-3', clock], ['host-4', null]]);
      // Back again, and a file that is not there marks nothing.
      writeFileSync(file, csv([1, 2, 3, 4]));
      await run();
      dir.remove();
      await run();
      expect((await records()).map(r => r.gone)).toEqual([null, null, null, null]);
      expect(runner.status().streams[0]!.error).toMatch(/export: stream assets: .*files_root/);
    } finally { await runner.stop(); }
  });

  it('a file that shows only how tickets stand: what changed between two readings becomes their history, marked with its uncertainty', async () => {
    const settings = workspaceSchema.parse({
      clients: [{ id: 'acme', name: 'Acme', zone: 'UTC' }], policy: { sla: { targets: [{ hours: { high: { decide: 4 }, critical: { decide: 1 } } }] } },
      sources: [{ id: 'export', system: 'files', historyDays: 90, streams: [{
        name: 'tickets', kind: 'ticket', path: 'x.csv', format: 'csv', columns: { id: 'id', created: 'opened', status: 'status', severity: 'sev', disposition: 'verdict', client: '=acme' },
        states: { Open: 'created', Working: 'acknowledged', Done: 'closed' }, pauseStates: { Waiting: 'waiting for client' },
      }] }],
    });
    const opened = new Date(NOW - 3_600_000).toISOString();
    const write = (status: string, sev: string, verdict = ''): string => dir.write('x.csv', `id,opened,status,sev,verdict\n1,${opened},${status},${sev},${verdict}\n`);
    let clock = NOW;
    const connector = createFilesConnector(settings.sources[0] as FilesSettings, settings.clients, { filesRoots: [dir.path] });
    const runner = await createSyncRunner({ store, settings, version: 1, ...FACT_PIPELINE, now: () => clock, reconcileEveryMs: 1, sources: [{ settings: settings.sources[0]!, connector, http: context().http }] });
    const ticket = async () => (await store.query<{ timeline: string; disposition_at: number | null; acknowledged_at: number | null; decided_at: number | null; closed_at: number | null; reopens: number }>(sql`select timeline, disposition_at, acknowledged_at, decided_at, closed_at, reopens from ${table('ticket')}`))[0]!;
    const run = async (): Promise<number> => { clock += 300_000; await runner.once(); return clock; };
    try {
      write('Open', 'high');
      await run();
      expect(JSON.parse((await ticket()).timeline)).toMatchObject([{ type: 'created' }]);
      write('Working', 'critical');
      const worked = await run();
      write('Waiting', 'critical');
      const waits = await run();
      write('Working', 'critical');
      const goesOn = await run();
      // Read again without a change: nothing is told twice.
      await run();
      write('Done', 'critical', 'False Positive');
      const done = await run();
      expect(await ticket()).toMatchObject({ acknowledged_at: worked, decided_at: done, closed_at: done, disposition_at: done, reopens: 0 });
      write('Open', 'critical', 'False Positive');
      const again = await run();
      const told = await ticket();
      expect(told).toMatchObject({ closed_at: null, disposition_at: done, reopens: 1 });
      const of = (at: number, type: string, more: object = {}) => expect.objectContaining({ at, type, actor: 'unknown', ...more });
      expect(JSON.parse(told.timeline)).toEqual([
        expect.objectContaining({ type: 'created' }), of(worked, 'severity_changed', { from: 'high', to: 'critical', uncertainty: 300_000 }), of(worked, 'acknowledged', { uncertainty: 300_000 }),
        of(waits, 'paused', { reason: 'waiting for client' }), of(goesOn, 'resumed'), of(goesOn, 'acknowledged'), of(done, 'disposition_set', { from: null, to: 'false_positive' }), of(done, 'closed'), of(again, 'reopened'),
      ]);
    } finally { await runner.stop(); }
  });

  it('reads every record of the demo\'s CMDB export, each with its client, kind and role', async () => {
    const world = createWorld({ anchor: '2026-06-01', scale: 0.02 });
    const now = NOW;
    const csv = cmdbCsv(world, now);
    dir.write('cmdb.csv', csv);
    const source = filesSource.parse(cmdbDemoSource({ clients: world.clients }));
    const connector = createFilesConnector(source, world.clients, { filesRoots: [dir.path] });
    expect(await connector.health(context())).toMatchObject({ ok: true });
    const result = await readAll(connector.streams[0]!, context(), { from: 0, to: now });
    const rows = result.rows as unknown as AssetRow[];
    expect([rows.length, result.pages.flatMap(p => p.rejects), result.notices]).toEqual([csv.trim().split('\n').length - 1, [], []]);
    expect(rows.length).toBeGreaterThan(10);
    expect(new Set(rows.map(r => `${r.kind} ${r.role}`))).toEqual(new Set(['endpoint workstation', 'endpoint server']));
    const { clients } = world;
    expect(rows.every(r => clients.some(c => c.id === r.client) && Number.isFinite(r.registeredAt))).toBe(true);
  });
});
