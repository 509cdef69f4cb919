import { DEMO_NETBOX_TOKEN, netboxDemoSource, startNetboxUpstream, type NetboxTraps } from '../../../demo/upstreams/netbox';
import type { RunningUpstream } from '../../../demo/upstreams/http';
import type { World, WorldAsset } from '../../../demo/world/types';
import { createNetboxConnector } from '../../../src/backend/connectors/netbox';
import { createSyncRunner, FACT_PIPELINE } from '../../../src/backend/sync';
import { openDuckDb } from '../../../src/backend/store/duckdb';
import type { Store } from '../../../src/backend/store/port';
import { sql } from '../../../src/backend/store/sql';
import { table } from '../../../src/backend/store/table';
import type { AssetRow } from '../../../src/model';
import { workspaceSchema } from '../../../src/settings/schema';
import type { NetboxSettings } from '../../../src/settings/sources';
import { contextFor } from './read';
import { NOW, smallWorld } from './world';

/** Deletions end to end: the real engine and store over the real connector and HTTP. */
const MINUTE = 60_000, HOUR = 60 * MINUTE, DAY = 24 * HOUR;
const old = smallWorld();
const base = old.assets(NOW)[7]!;
const vm = (id: number, created: number, deleted: number | null): WorldAsset => ({
  ...base, id, role: 'node', name: `node-${id}`, fqdn: null, agentId: null, instanceId: `i-${id}`, mac: null, group: 'pool-z', address: `10.7.0.${id % 250}`, created, updated: created,
  changes: deleted === null ? [] : [{ at: deleted, status: 'deleted' }],
});
/** 950 came and went before the first load, 951 is there and goes later, 952 comes and goes between two runs, 953 stays. */
const more = [vm(950, NOW - 5 * DAY, NOW - 5 * DAY + 3 * HOUR), vm(951, NOW - HOUR, NOW + 2 * HOUR), vm(952, NOW + HOUR, NOW + 3 * HOUR), vm(953, NOW - 700 * DAY, null)];
const world: World = smallWorld({ assets: now => [...old.assets(now), ...more.filter(a => a.created < now)] });

let clock: number;
let store: Store;
let upstream: RunningUpstream<NetboxTraps>;
beforeEach(async () => {
  clock = NOW;
  store = await openDuckDb({ path: ':memory:' });
  upstream = await startNetboxUpstream({ world, now: () => clock });
});
afterEach(async () => { await upstream.close(); await store.close(); });

async function sync(): Promise<void> {
  const settings = workspaceSchema.parse({
    zone: 'UTC', clients: world.clients.map(({ id, name, zone }) => ({ id, name, zone })), sources: [{ ...netboxDemoSource(upstream.url, { clients: world.clients }), historyDays: 90 }], policy: { sla: { targets: [] } },
  });
  const source = settings.sources[0] as NetboxSettings;
  const runner = await createSyncRunner({
    store, settings, version: 1, ...FACT_PIPELINE, now: () => clock,
    sources: [{ settings: source, connector: createNetboxConnector(source, world.clients, { pageSize: 4 }), http: contextFor(source, { secret: DEMO_NETBOX_TOKEN }).http }],
  });
  try { await runner.once(); } finally { await runner.stop(); }
}
const records = async () => new Map((await store.query<{ id: string; gone: number | null; row: string }>(sql`select id, gone, "row" from ${table('asset_record')}`))
  .map(r => [r.id.replace('netbox:asset:', ''), { gone: r.gone, ...pickRow(JSON.parse(r.row) as AssetRow) }]));
const pickRow = (row: AssetRow) => ({ addresses: row.addresses.length, group: row.group, client: row.client });

test('a registry is whole after the first load, however old; what goes is marked with its instant; what came and went is there', async () => {
  await sync();
  const first = await records();
  expect([...first.keys()].sort()).toEqual([...world.assets(NOW).map(a => `${a.type}:${a.id}`)].sort());
  // Registered 700 days ago and unchanged since, with a history of 90 days.
  expect(first.get('vm:953')).toEqual({ gone: null, addresses: 1, group: 'pool-z', client: base.client });
  expect(first.get('vm:950')).toEqual({ gone: NOW - 5 * DAY + 3 * HOUR, addresses: 0, group: 'pool-z', client: base.client });
  expect(first.get('vm:951')).toEqual({ gone: null, addresses: 1, group: 'pool-z', client: base.client });
  expect([...first.values()].filter(r => r.gone !== null).length).toBe(2);

  clock = NOW + 4 * HOUR;
  await sync();
  const second = await records();
  // Read alive: keeps its address; the change log gives the instant.
  expect(second.get('vm:951')).toEqual({ gone: NOW + 2 * HOUR, addresses: 1, group: 'pool-z', client: base.client });
  expect(second.get('vm:952')).toEqual({ gone: NOW + 3 * HOUR, addresses: 0, group: 'pool-z', client: base.client });
  expect([...second.values()].filter(r => r.gone !== null).length).toBe(4);
  expect(await store.query(sql`select stream, error, "current" as done from ${table('stream_state')}`)).toEqual([{ stream: 'assets', error: null, done: true }]);
});

test('with the change log pruned the listing tells what vanished, and nothing that is still there', async () => {
  upstream.traps.retentionDays = 0.02;
  await sync();
  expect([...(await records()).keys()]).not.toContain('vm:950');
  clock = NOW + 30 * HOUR;
  await sync();
  const after = await records();
  expect(after.get('vm:951')!.gone).toBe(clock);
  expect([...after].filter(([, r]) => r.gone !== null).map(([id]) => id)).toEqual(['vm:951']);
});
