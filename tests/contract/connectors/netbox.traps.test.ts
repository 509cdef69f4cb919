import { DEMO_NETBOX_TOKEN, netboxDemoSource, startNetboxUpstream, type NetboxTraps } from '../../../demo/upstreams/netbox';
import type { World, WorldAsset } from '../../../demo/world/types';
import { createNetboxConnector } from '../../../src/backend/connectors/netbox';
import type { AssetRow } from '../../../src/model';
import { netboxSource } from '../../../src/settings/sources';
import { contextFor, readAll, streamOf } from './read';
import { ANCHOR, NOW, smallWorld } from './world';

const MINUTE = 60_000, HOUR = 60 * MINUTE, DAY = 24 * HOUR;
const all = { from: 0, to: NOW };
const closers: (() => Promise<void>)[] = [];
afterEach(async () => { for (const close of closers.splice(0)) await close(); });

interface Site { version?: string; traps?: Partial<NetboxTraps>; extra?: Record<string, unknown>; world?: World; pageSize?: number }
async function site({ version = '4.6.8', traps = {}, extra = {}, world = smallWorld(), pageSize = 4 }: Site = {}) {
  let now = NOW;
  const upstream = await startNetboxUpstream({ world, now: () => now, version, traps });
  closers.push(() => upstream.close());
  const settings = netboxSource.parse({ ...netboxDemoSource(upstream.url, { clients: world.clients }), ...extra });
  const connector = createNetboxConnector(settings, world.clients, { pageSize });
  const context = contextFor(settings, { secret: DEMO_NETBOX_TOKEN }, () => now);
  const stream = streamOf(connector, 'assets');
  const read = async (window = all) => { const r = await readAll(stream, context, window); return { ...r, rows: r.rows as unknown as AssetRow[], rejects: r.pages.flatMap(p => p.rejects) }; };
  const deletions = async (since: number) => {
    const ids: { nativeId: string; at: number }[] = [];
    for (let cursor: unknown = null; ;) {
      const page = await stream.deletions!(context, since, cursor);
      ids.push(...page.ids);
      if (page.cursor === null) return { ids, complete: page.complete };
      cursor = JSON.parse(JSON.stringify(page.cursor));
    }
  };
  return { upstream, connector, context, stream, read, deletions, move: (to: number) => { now = to; context.cache.clear(); } };
}
const comparable = (rows: readonly AssetRow[]) => [...new Map(rows.map(r => [r.id, { ...r, url: null }])).values()].sort((a, b) => a.id.localeCompare(b.id));
const codes = (notices: readonly { code: string }[]) => new Set(notices.map(n => n.code));
const base = smallWorld().assets(NOW)[7]!;
const node = (over: Partial<WorldAsset>): WorldAsset => ({
  ...base, id: 900, type: 'vm', role: 'node', name: 'pool-a-1f', fqdn: null, agentId: null, instanceId: 'i-0abc', mac: null, group: 'pool-a', created: NOW - 20 * DAY, updated: NOW - 20 * DAY + 3 * HOUR,
  changes: [{ at: NOW - 20 * DAY + 3 * HOUR, status: 'deleted' }], ...over,
});
const withAssets = (...more: WorldAsset[]): World => { const old = smallWorld(); return smallWorld({ assets: now => [...old.assets(now), ...more.filter(a => a.created < now)] }); };

describe.each(['4.6.8', '4.4.2', '3.7.4'])('traps of NetBox %s', version => {
  const reference = async () => comparable((await (await site({ version })).read()).rows);

  it.each<[string, Partial<NetboxTraps>, string | null]>([
    ['next carries a host nobody may reach', { believedHost: 'http://169.254.169.254' }, null],
    ['MAX_PAGE_SIZE below what is asked for', { maxPageSize: 3 }, null],
    ['filters of children are ignored without a word', { ignoredFilters: ['device_id', 'virtual_machine_id', 'id', 'changed_object_type', 'action'] }, null],
    ['filters by time are ignored without a word', { ignoredFilters: ['last_updated__gte', 'last_updated__lte', 'last_updated__empty', 'time_after', 'time_before'] }, 'filter_ignored'],
  ])('%s', async (_name, traps, notice) => {
    const got = await (await site({ version, traps })).read();
    expect(comparable(got.rows)).toEqual(await reference());
    expect(got.complete).toBe(true);
    if (notice) expect(codes(got.notices)).toContain(notice);
  });
  it('ignored filters do not bring rows of other times into a window', async () => {
    const window = { from: NOW - 2 * DAY, to: NOW };
    const got = await (await site({ version, traps: { ignoredFilters: ['*'] } })).read(window);
    const right = await (await site({ version })).read(window);
    expect(comparable(got.rows)).toEqual(comparable(right.rows));
    expect(right.rows.length).toBeLessThan(14);
  });
  it('objects without last_updated are read all the same', async () => {
    const got = await (await site({ version, traps: { timeless: ['device:2', 'prefix:12'] } })).read({ from: NOW - HOUR, to: NOW });
    expect(got.ids).toEqual(['device:2', 'prefix:12']);
    // The same every time it is read: nothing is written again.
    expect(got.rows.map(r => r.changed)).toEqual([ANCHOR - 300 * DAY, ANCHOR - 300 * DAY]);
  });
  it('a new address or a removed one brings its machine, whose own time does not move', async () => {
    const traps = { addedAddresses: [{ asset: 3, address: '10.9.9.9', at: NOW - 10 * MINUTE }], removedAddresses: [{ asset: 8, at: NOW - 5 * MINUTE }] };
    const got = await (await site({ version, traps })).read({ from: NOW - HOUR, to: NOW });
    expect(got.ids).toEqual(['device:3', 'vm:8']);
    const [device, vm] = comparable(got.rows);
    expect(device!.addresses.map(a => a.address)).toEqual(['10.0.0.3', '10.9.9.9']);
    expect(device!.changed).toBe(NOW - 10 * MINUTE);
    expect(vm!.addresses).toEqual([]);
  });
  it('deletions come from the change log, with their instant', async () => {
    // The log must reach back to the asked instant, else a silence in it proves nothing.
    const { deletions } = await site({ version, traps: { tagged: [{ asset: 2, tag: 'rack-9', at: NOW - 60 * DAY }] } });
    expect(await deletions(NOW - 10 * DAY)).toEqual({ ids: [{ nativeId: 'device:7', at: ANCHOR - 3 * DAY }], complete: true });
    expect((await deletions(NOW - DAY)).ids).toEqual([]);
  });
  it('a change log that was pruned proves nothing: the listing decides', async () => {
    const { deletions, stream, context } = await site({ version, traps: { retentionDays: 1 } });
    expect(await deletions(NOW - 10 * DAY)).toEqual({ ids: [], complete: false });
    const ids: string[] = [];
    for (let cursor: unknown = null; ;) {
      const page = await stream.listIds!(context, all, cursor);
      ids.push(...page.ids);
      expect(page.complete).toBe(true);
      if (page.cursor === null) break;
      cursor = page.cursor;
    }
    expect(ids.sort()).toEqual(smallWorld().assets(NOW).filter(a => a.id !== 7).map(a => `${a.type}:${a.id}`).sort());
  });
  it('a node that lived three hours is rebuilt from the change log with role, client, group and its end', async () => {
    const { read } = await site({ version, world: withAssets(node({})) });
    const row = (await read()).rows.find(r => r.nativeId === 'vm:900');
    expect(row).toMatchObject({
      kind: 'cloud_workload', role: null, client: base.client, group: 'pool-a', criticality: 'normal', identifiers: [{ type: 'instance', value: 'i-0abc' }],
      registeredAt: NOW - 20 * DAY, retiredAt: null, gone: NOW - 20 * DAY + 3 * HOUR, sourceStatus: 'active', url: null,
    });
  });
  it('rebuilding gives way to what was read alive, and a pruned log rebuilds nothing', async () => {
    const alive = node({ created: NOW - 2 * HOUR, updated: NOW - 2 * HOUR, changes: [{ at: NOW + HOUR, status: 'deleted' }] });
    const { read, move } = await site({ version, world: withAssets(alive) });
    const before = (await read()).rows.find(r => r.nativeId === 'vm:900')!;
    move(NOW + 2 * HOUR);
    const after = (await read({ from: NOW, to: NOW + 2 * HOUR })).rows.find(r => r.nativeId === 'vm:900')!;
    expect([before.gone, after.gone]).toEqual([null, NOW + HOUR]);
    expect(after.changed).toBeLessThan(before.changed);
    expect((await (await site({ version, world: withAssets(node({})), traps: { retentionDays: 5 } })).read()).ids).not.toContain('vm:900');
  });
  it('roles that may not be read: nothing is guessed, it is counted, and health says so', async () => {
    const { read, connector, context } = await site({ version, world: withAssets(node({})), traps: { forbiddenPaths: ['/api/dcim/device-roles/'] } });
    const got = await read();
    expect(got.ids).not.toContain('vm:900');
    expect(codes(got.notices)).toContain('deleted_not_rebuilt');
    expect((await connector.health(context)).message).toMatch(/device-roles.*403.*permission/);
  });
  it('an exclusion runs from the moment its tag was set, for 90 days', async () => {
    const { read } = await site({ version, traps: { tagged: [{ asset: 1, tag: 'soc-excluded', at: NOW - 4 * DAY }] } });
    const row = (await read()).rows.find(r => r.nativeId === 'device:1')!;
    expect(row.exclusion).toEqual({ reason: 'excluded in the registry', agreedBy: 'client', from: NOW - 4 * DAY, to: NOW + 86 * DAY });
  });
  it('retires at the change of status, and notes where the log no longer tells', async () => {
    const at = NOW - 30 * DAY;
    const world = withAssets({ ...base, id: 901, created: NOW - 200 * DAY, updated: at, changes: [{ at, status: 'decommissioning' }] });
    const exact = await (await site({ version, world })).read();
    expect(exact.rows.find(r => r.nativeId === 'vm:901')).toMatchObject({ retiredAt: at, sourceStatus: 'decommissioning' });
    const pruned = await (await site({ version, world, traps: { retentionDays: 3 } })).read();
    expect(pruned.rows.find(r => r.nativeId === 'vm:901')!.retiredAt).toBe(at);
    expect(codes(pruned.notices)).toContain('retired_by_last_change');
  });
  it('network devices are no assets and no noise in quarantine', async () => {
    const got = await (await site({ version, world: withAssets({ ...base, id: 902, type: 'device', role: 'network' }) })).read();
    expect(got.ids).not.toContain('device:902');
    expect(got.rejects).toEqual([]);
    const bare = await (await site({ version, world: withAssets({ ...base, id: 902, type: 'device', role: 'network' }), extra: { roles: {} } })).read();
    expect(bare.rejects).toEqual([expect.objectContaining({ nativeId: 'device:902', field: 'role', sample: 'network' })]);
  });
  it('many long ids fit the request line', async () => {
    const crowd = Array.from({ length: 260 }, (_, i) => ({ ...base, id: 4_000_000_000 + i, name: `vm-${i}` }));
    const { read, upstream } = await site({ version, world: withAssets(...crowd), pageSize: 200 });
    const got = await read();
    expect(got.ids.filter(id => id.startsWith('vm:4000000')).length).toBe(260);
    expect(got.rows.find(r => r.nativeId === 'vm:4000000259')!.addresses.map(a => a.address)).toEqual([base.address]);
    expect(Math.max(...upstream.requests.map(r => r.length))).toBeLessThan(4_094 - ' HTTP/1.1'.length);
  });
  it('the change log is forbidden: said in health and in the error', async () => {
    const { connector, context, read } = await site({ version, traps: { changesForbidden: true } });
    expect((await connector.health(context)).message).toMatch(/object-changes.*403/);
    await expect(read()).rejects.toMatchObject({ code: 'forbidden' });
  });
  it('a wrong token answered with 403 is a question of the key', async () => {
    const { connector, context } = await site({ version, traps: { refusedAs403: true, unauthorized: true } });
    const health = await connector.health(context);
    expect(health.ok).toBe(false);
    expect(health.message).toMatch(/did not accept the token.*Invalid token/);
  });
  it('an object that leaves the window between two pages takes no other with it', async () => {
    const moved = smallWorld().assets(NOW).map(a => (a.id === 1 ? { ...a, changes: [{ at: NOW + 1_000, status: 'offline' as const }] } : a));
    const { stream, context, move } = await site({ version, world: smallWorld({ assets: () => moved }) });
    const first = await stream.read(context, all, null);
    move(NOW + 5_000);
    const rest = await readAll(stream, context, all, JSON.parse(JSON.stringify(first.cursor)));
    expect(new Set([...first.rows.map(r => r.nativeId), ...rest.ids]).size).toBe(14);
  });
});

it('a first load asks for everything at once, and reads no child twice', async () => {
  const { stream, read, upstream } = await site({ pageSize: 200 });
  expect([stream.slice, stream.history]).toEqual([stream.history, stream.slice]);
  const got = await read({ from: NOW - stream.history!, to: NOW });
  expect(got.ids.length).toBe(14);
  expect(got.rows.length).toBe(14);
  expect(upstream.requests.filter(r => r.includes('/interfaces/') && !r.includes('_id=')).length).toBe(0);
});
