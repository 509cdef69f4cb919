import { DAY, HOUR, MINUTE, dayNumber, type AssetRow, type ObservationRow } from '../../../src/model';
import { coverageChangeQuery } from '../../../src/backend/metrics/coverage/change';
import { coverageExclusionsQuery } from '../../../src/backend/metrics/coverage/exclusions';
import { coverageGapsQuery } from '../../../src/backend/metrics/coverage/gaps';
import { coverageHistoryQuery } from '../../../src/backend/metrics/coverage/history';
import { coverageNowQuery } from '../../../src/backend/metrics/coverage/now';
import { coverageUnregisteredQuery } from '../../../src/backend/metrics/coverage/unregistered';
import { sql } from '../../../src/backend/store/sql';
import { table } from '../../../src/backend/store/table';
import { asset, seen, worldSettings } from '../../worlds/coverage';
import { Estate } from './harness';

/** Stories with numbers worked out by hand. Client berlin; the SOC's zone is UTC. Day 0 is Monday 1 June 2026. */
const MONDAY = dayNumber('2026-06-01');
const at = (day: number, hours = 0): number => (MONDAY + day) * DAY + hours * HOUR;
let estate: Estate;
afterEach(async () => { await estate.store.close(); });

async function story(o: { assets: readonly AssetRow[]; days: number; sees: (asset: number, day: number) => boolean; unread?: (day: number) => boolean; now?: number; extra?: readonly ObservationRow[]; evidence?: 'agent_events' | 'heartbeat' | 'host_logs'; settings?: Record<string, unknown> }): Promise<void> {
  const now = o.now ?? at(o.days, -1);
  estate = await Estate.open(worldSettings(o.settings), now);
  await estate.assets(o.assets);
  for (const [source, evidence] of [['edr', 'agent_events'], ['logs', 'host_logs'], ['console', 'heartbeat'], ['flows', 'flow'], ['audit', 'audit_log']] as const) {
    const days = Array.from({ length: o.days + 9 }, (_, i) => i - 9).filter(d => !o.unread?.(d)).map(d => ({
      source, stream: 'all', day: MONDAY + d,
      rows: [...(evidence === (o.evidence ?? 'agent_events') ? o.assets.flatMap((a, i) => (a.hostname && o.sees(i, d) ? [seen(source, evidence, MONDAY + d, at(d, 1), Math.min(at(d, 21), now), { hostname: a.hostname })] : [])) : []),
        ...(o.extra ?? []).filter(x => x.source === source && x.day === MONDAY + d)],
    }));
    await estate.telemetry(days.filter(d => (d.day + 1) * DAY <= now));
    const today = days.filter(d => (d.day + 1) * DAY > now && d.day * DAY <= now);
    if (today.length > 0) await estate.telemetry(today, now);
  }
  await estate.flush();
}
const hosts = (n: number, given: Partial<AssetRow> = {}): AssetRow[] => Array.from({ length: n }, (_, i) => asset('nb', `n${i}`, { hostname: `h${i}`, ...given }));
const now = async (given = {}) => (await coverageNowQuery.run(estate.reader(), estate.request(given))).rows;
const history = async (from: number, to: number, bucket: 'day' | 'week' = 'day') => (await coverageHistoryQuery.run(estate.reader(), estate.request({ bucket, range: { from: at(from), to: at(to) }, groupBy: ['client', 'kind'] }))).rows;

test('a failed roll-out: 94 → 88 % in a week is a signal, and now agrees with the list of gaps', async () => {
  await story({ assets: hosts(100), days: 14, sees: (i, d) => i < (d < 4 ? 94 : 88) });
  const rows = await history(0, 13);
  expect(rows.find(r => r.time === at(3, -2))).toMatchObject({ coverage: 0.94, covered: 94, in_scope: 100, absent: 6, signal: 0 });
  expect(rows.find(r => r.time === at(6, -2))).toMatchObject({ coverage: 0.88, signal: 1, largest_part: 'went dark (6)' });
  const [row] = await now();
  expect(row).toMatchObject({ client: 'berlin', kind: 'endpoint', covered: 88, in_scope: 100, coverage: 0.88, reason: null, last_measured: 0.88 });
  const gaps = (await coverageGapsQuery.run(estate.reader(), estate.request())).rows;
  expect(gaps).toHaveLength(12);
  expect(gaps.find(g => g.name === 'n90')).toMatchObject({ state: 'absent', last_seen_by: 'agent_events (edr)', last_seen: at(3, 21), since: at(4, 21) });
  const past = await now({ asOf: at(3, -2), range: { from: at(0), to: at(3, -2) } });
  expect(past[0]).toMatchObject({ covered: 94, coverage: 0.94 });
});

test('laptops off on a Sunday stay covered by their seven days and fire no signal; servers would not', async () => {
  await story({ assets: hosts(40, { role: 'workstation' }), days: 15, sees: (_, d) => (((d % 7) + 7) % 7) < 5 });
  for (const r of await history(0, 14)) expect(r).toMatchObject({ coverage: 1, signal: 0 });
});

test('a lapsed key gives null with its reason, not 0 %, and the last measured value stays with its age', async () => {
  await story({ assets: hosts(10), days: 10, sees: () => true, unread: d => d >= 6 });
  const [row] = await now();
  expect(row).toMatchObject({ coverage: null, reason: 'unread', unknown: 10, in_scope: 10, absent: 0, last_measured: 1 });
  expect(row!.last_measured_age).toBeGreaterThan(3 * 86_400);
  const rows = await history(0, 9);
  expect(rows.find(r => r.time === at(8, -2))).toMatchObject({ coverage: null, days_measured: 0, change: null, signal: null, reason: 'unread' });
  expect((await history(0, 7, 'week'))[0]).toMatchObject({ days: 7, coverage: 1 });
});

test('what was measured last of two clients is the newest day that is over for both', async () => {
  // Seen at 23:00 UTC of the 4th: the day is over in Berlin (22:00), not in New York and not for the SOC (UTC). Berlin sees ten of ten, York eight of ten.
  const york = Array.from({ length: 10 }, (_, i) => asset('nb', `y${i}`, { hostname: `hy${i}`, client: 'york' }));
  const extra = Array.from({ length: 13 }, (_, i) => i - 9).flatMap(d => york.slice(0, 8).map(a => seen('edr', 'agent_events', MONDAY + d, at(d, 1), at(d, 21), { hostname: a.hostname!, client: 'york' })));
  await story({ assets: [...hosts(10), ...york], days: 4, sees: i => i < 10, extra });
  const [total] = await now({ range: { from: at(0), to: at(3, 23) }, groupBy: ['kind'] });
  expect(total).toMatchObject({ in_scope: 20, covered: 18, last_measured: 0.9, last_measured_age: 23 * 3600, days_measured: 3 });
  const each = await now({ range: { from: at(0), to: at(3, 23) }, groupBy: ['client', 'kind'] });
  expect(each.map(r => [r.client, r.last_measured, r.last_measured_age])).toEqual([['berlin', 1, 3600], ['york', 0.8, 19 * 3600]]);
});

test('a source that was read but lost its hosts is a real loss, named', async () => {
  await story({ assets: hosts(20), days: 8, sees: (i, d) => d < 4 || i === 0 });
  const [row] = await now();
  expect(row).toMatchObject({ covered: 1, dark: 19, unknown: 0, coverage: 0.05 });
  const past = (await coverageGapsQuery.run(estate.reader(), estate.request({ asOf: at(6, -2), range: { from: at(0), to: at(6, -2) } }))).rows;
  expect(past).toHaveLength(19);
  expect(new Set(past.map(r => r.reason))).toEqual(new Set(['with_source:edr']));
  const change = (await coverageChangeQuery.run(estate.reader(), estate.request({ range: { from: at(2), to: at(6) }, asOf: at(6, -2), options: { show: 'parts', part: 'all' } as never }))).rows;
  // 20 of 20 to 1 of 20, nothing else moved: −19/20.
  expect(change.filter(r => r.kind === 'endpoint')).toMatchObject([{ part: 'dark_with_source', source: 'edr', assets: 19, delta_covered: -19, delta_scope: 0, contribution: -0.95 }]);
});

test('placeholders join and match nothing; heartbeats alone do not cover; containers are no assets', async () => {
  const oem = [{ type: 'serial' as const, value: 'To be filled by O.E.M.' }];
  await story({
    assets: [asset('nb', 'a', { hostname: 'h0', identifiers: oem }), asset('cmdb', 'b', { hostname: 'h1', identifiers: oem }),
      asset('nb', 'all', { kind: 'network_segment', role: null, prefix: '10.0.0.0/8', container: true }), asset('nb', 'parent', { kind: 'network_segment', role: null, prefix: '10.1.0.0/16' }), asset('nb', 'leaf', { kind: 'network_segment', role: null, prefix: '10.1.2.0/24' })],
    days: 4, sees: () => true, evidence: 'heartbeat', extra: [0, 1, 2, 3].map(d => seen('flows', 'flow', MONDAY + d, at(d, 1), at(d, 22), { address: '10.1.2.9' })),
  });
  const rows = await now();
  expect(rows.find(r => r.kind === 'endpoint')).toMatchObject({ in_scope: 2, agent_only: 2, covered: 0, coverage: 0 });
  expect(rows.find(r => r.kind === 'network_segment')).toMatchObject({ in_scope: 1, covered: 1, coverage: 1 });
});

test.each([
  // Of 20 young instances: how many were seen, how many of those by their agent, and what the group is: 19 of 20 are 95 %.
  [19, 19, { covered: 1, in_scope: 1, coverage: 1, weak_share: 0 }], [18, 18, { covered: 0, dark: 1, coverage: 0 }], [20, 18, { covered: 1, weak_share: 1 }], [20, 19, { covered: 1, weak_share: 0 }],
] as const)('a group of short-lived instances at its edge: %d of 20 seen, %d by their agent', async (known, strong, expected) => {
  const agent = (i: number) => [{ type: 'agent' as const, value: `agent-${i}` }];
  const pool = hosts(20, { kind: 'cloud_workload', role: null, group: 'pool', registeredAt: at(3, 1) }).map((a, i) => ({ ...a, identifiers: agent(i) }));
  const end = at(3, 20);
  await story({ assets: pool, days: 4, sees: () => false, now: end, extra: Array.from({ length: known }, (_, i) => seen('edr', 'agent_events', MONDAY + 3, at(3, 2), at(3, 3), i < strong ? { identifiers: agent(i) } : { hostname: `h${i}` })) });
  expect(await now()).toMatchObject([{ kind: 'cloud_workload', ...expected }]);
});

test.each([
  // The registry ended some unseen ones at 05:00, when everything was read; the last one lives on past what was read: 18 and 1 of 20 could be 95 %.
  [18, 1, { coverage: null, unknown: 1, dark: 0 }], [17, 2, { coverage: 0, unknown: 0, dark: 1 }],
] as const)('a group is not measured while what was not read could lift it to 95 %%: %d of 20 seen, %d ended unseen', async (known, ended, expected) => {
  const pool = hosts(20, { kind: 'cloud_workload', role: null, group: 'pool', registeredAt: at(3, 1) }).map((a, i) => (i >= known && i < known + ended ? { ...a, retiredAt: at(3, 5) } : a));
  await story({ assets: pool, days: 4, sees: () => false, now: at(3, 20), extra: Array.from({ length: known }, (_, i) => seen('edr', 'agent_events', MONDAY + 3, at(3, 2), at(3, 3), { hostname: `h${i}` })) });
  expect((await now({ asOf: at(3, 22) }))[0]).toMatchObject(expected);
});

test('networks that end amid a byte, of IPv6, and of two routing tables: longest match, whatever the spelling', async () => {
  const net = (name: string, prefix: string, vrf: string | null = null) => asset('nb', name, { kind: 'network_segment', role: null, prefix, vrf });
  const flow = (address: string, vrf: string | null = null) => [0, 1, 2, 3].map(d => seen('flows', 'flow', MONDAY + d, at(d, 1), at(d, 22), { address, vrf }));
  await story({
    assets: [net('22 seen', '10.4.0.0/22'), net('22 beyond', '10.4.4.0/22'), net('v6 seen', '2001:DB8:1:2::/64'), net('v6 other', '2001:db8:1:3::/64'), net('v6 odd', '2001:db8:1:8000::/49'), net('parent', '2001:db8::/32'),
      net('red', '10.8.0.0/24', 'red'), net('blue', '10.8.0.0/24', 'blue'), net('red only', '10.9.0.0/24', 'red'), net('no table', '10.9.1.0/24')],
    days: 4, sees: () => false,
    // A mapped address is the IPv4 one; the parent is no asset; without its table an address of two is nobody's, and one that fits a single table is that one's.
    extra: [...flow('::ffff:10.4.3.255'), ...flow('2001:0db8:0001:0002:0:0:0:9'), ...flow('2001:db8:1:ffff::1'), ...flow('2001:db8:2::1'), ...flow('10.8.0.7', 'blue'), ...flow('10.8.0.8'), ...flow('10.9.0.7'), ...flow('10.9.1.7', 'red')],
  });
  const row = (await now()).find(r => r.kind === 'network_segment');
  const gaps = (await coverageGapsQuery.run(estate.reader(), estate.request({ filters: { kind: ['network_segment'] } }))).rows;
  expect(gaps.map(g => g.name).sort()).toEqual(['22 beyond', 'no table', 'red', 'v6 other']);
  expect(row).toMatchObject({ in_scope: 9, covered: 5 });
});

test('a group of short-lived instances that are all excluded is one excluded asset, today as on any other day', async () => {
  const exclusion = { reason: 'trial', agreedBy: 'soc' as const, from: at(0), to: at(20) };
  const pool = (from: number, more: Partial<AssetRow>) => hosts(3, { kind: 'cloud_workload', role: null, group: 'pool', registeredAt: from, exclusion }).map((a, i) => ({ ...a, ...more, id: `${a.id}-${from}`, nativeId: `${a.nativeId}-${from}`, hostname: `h${i}-${from}` }));
  const [yesterday, today] = [pool(at(2, 3), { retiredAt: at(2, 20) }), pool(at(3, 1), {})];
  await story({ assets: [...yesterday, ...today], days: 4, sees: () => false, now: at(3, 20), extra: today.map(a => seen('edr', 'agent_events', MONDAY + 3, at(3, 2), at(3, 19), { hostname: a.hostname })) });
  const [before] = (await history(2, 3)).filter(r => r.time === at(2, -2));
  expect(before).toMatchObject({ in_scope: 0, excluded: 1, coverage: null, reason: 'no_assets' });
  expect((await now())[0]).toMatchObject({ in_scope: 0, excluded: 1, coverage: null, reason: 'no_assets' });
  // One of three that is not excluded counts alone, and is seen.
  await estate.assets([{ ...today[0]!, exclusion: null, changed: 2 }]);
  await estate.flush();
  expect((await now())[0]).toMatchObject({ in_scope: 1, covered: 1, excluded: 0, coverage: 1, coverage_without_exclusions: 1 });
});

test('the depth of a segment: registered addresses in it that network evidence saw', async () => {
  const address = (n: number) => [{ address: `10.1.2.${n}`, static: true, from: null, to: null }];
  await story({
    assets: [asset('nb', 'leaf', { kind: 'network_segment', role: null, prefix: '10.1.2.0/24' }), ...[9, 10, 11, 12].map(n => asset('nb', `m${n}`, { hostname: `m${n}`, addresses: address(n) }))],
    days: 4, sees: () => true, extra: [0, 1, 2, 3].flatMap(d => [9, 99].map(n => seen('flows', 'flow', MONDAY + d, at(d, 1), at(d, 22), { address: `10.1.2.${n}` }))),
  });
  const rows = await now();
  expect(rows.find(r => r.kind === 'network_segment')).toMatchObject({ covered: 1, depth: 0.25 });
  expect(rows.find(r => r.kind === 'endpoint')).toMatchObject({ depth: null });
});

test('retired but seen is counted and not in scope; strangers lower registry completeness', async () => {
  await story({ assets: [...hosts(3), asset('nb', 'old', { hostname: 'old', retiredAt: at(1) })], days: 6, sees: () => true, extra: [seen('edr', 'agent_events', MONDAY + 5, at(5, 1), at(5, 2), { hostname: 'stranger' })] });
  expect((await now())[0]).toMatchObject({ in_scope: 3, covered: 3, weak_share: 1 });
  const [stat] = (await coverageUnregisteredQuery.run(estate.reader(), estate.request({ view: 'stat', filters: { client: ['berlin'] }, range: { from: at(3), to: at(6) } }))).rows;
  expect(stat).toMatchObject({ client: 'berlin', seen: 5, registered: 4, retired_seen: 1, completeness: 0.8 });
  const list = (await coverageUnregisteredQuery.run(estate.reader(), estate.request({ range: { from: at(3), to: at(6) } }))).rows;
  expect(list.map(r => r.name)).toEqual(['stranger']);
});

test('who was silent throughout a range was not seen in it, whatever was seen before and after', async () => {
  const stranger = (d: number) => seen('edr', 'agent_events', MONDAY + d, at(d, 1), at(d, 2), { hostname: 'stranger' });
  const retired = (name: string, day: number) => asset('nb', name, { hostname: name, retiredAt: at(day) });
  // `early` was retired on day 1 and seen on days 0 and 8; `late` on day 7 and seen to the end; `between` on day 2 and seen every day.
  await story({ assets: [...hosts(2), retired('early', 1), retired('late', 7), retired('between', 2)], days: 10, sees: (i, d) => (i === 2 ? d <= 0 || d === 8 : i !== 1 || d !== 4), extra: [stranger(0), stranger(8)] });
  const ask = async (from: number, to: number, view: 'stat' | 'table' = 'stat') => (await coverageUnregisteredQuery.run(estate.reader(), estate.request({ view, filters: { client: ['berlin'] }, range: { from, to }, asOf: Math.min(to, at(9, 23)) }))).rows;
  expect((await ask(at(4, -2), at(5, -2)))[0]).toMatchObject({ seen: 3, registered: 3, retired_seen: 1, completeness: 1 });
  expect(await ask(at(4, -2), at(5, -2), 'table')).toEqual([]);
  expect((await ask(at(8, -2), at(9, -2)))[0]).toMatchObject({ seen: 6, registered: 5, retired_seen: 3 });
  // An hour of a day is the whole of that day in the client's zone (Rule 7).
  expect((await ask(at(8, 12), at(8, 13)))[0]).toMatchObject({ seen: 6, registered: 5, retired_seen: 3 });
});

test('a registry is no evidence for what it registers; without any source the kind is not measured', async () => {
  const settings = { requirements: [{ name: 'x', kind: 'network_segment', groups: [['sensor']] }] };
  await story({ assets: [asset('nb', 'seg', { kind: 'network_segment', role: null, prefix: '10.0.0.0/24' })], days: 3, sees: () => false, settings });
  expect((await now())[0]).toMatchObject({ coverage: null, reason: 'no_source', covered: 0 });
  await estate.store.close();
  await story({ assets: [asset('flows', 'seg', { kind: 'network_segment', role: null, prefix: '10.0.0.0/24' })], days: 3, sees: () => false });
  expect((await now())[0]).toMatchObject({ coverage: null, reason: 'registry_only' });
});

test('an exclusion takes out and shows what coverage would be without it; stamps ahead of the clock are refused and counted', async () => {
  const end = at(4, -1);
  await story({
    assets: hosts(4).map((a, i) => (i === 3 ? { ...a, exclusion: { reason: 'lab', agreedBy: 'client' as const, from: at(0), to: at(80) } } : a)), days: 4, sees: i => i < 2,
    extra: [seen('edr', 'agent_events', MONDAY + 4, end + 2 * HOUR, end + 3 * HOUR, { hostname: 'h2' })], now: end,
  });
  await estate.telemetry([{ source: 'edr', stream: 'all', day: MONDAY + 4, rows: [seen('edr', 'agent_events', MONDAY + 4, end + 65 * MINUTE, end + 3 * HOUR, { hostname: 'h2' })] }], end);
  await estate.flush();
  expect((await now())[0]).toMatchObject({ in_scope: 3, covered: 2, absent: 1, excluded: 1, coverage: 2 / 3, coverage_without_exclusions: 0.5 });
  expect((await estate.dump()).some(l => l.startsWith('asset {') && l.includes('"name":"n2"') && l.includes('"last_event":null'))).toBe(true);
});

test('change by hand: 94 of 100 to 88 of 100 is six assets gone dark, one point each', async () => {
  await story({ assets: hosts(100), days: 14, sees: (i, d) => i < (d < 4 ? 94 : 88) });
  const ask = async (show: 'parts' | 'assets') => (await coverageChangeQuery.run(estate.reader(), estate.request({ range: { from: at(1), to: at(8) }, asOf: at(8), options: { show, part: 'all' } as never }))).rows;
  // n̄ = 100, Δn = 0: (−6 − r̄ · 0) ÷ 100.
  const [row, ...others] = (await ask('parts')).filter(r => r.kind === 'endpoint');
  expect(others).toEqual([]);
  expect(row).toMatchObject({ part: 'went_dark', assets: 6, delta_covered: -6, delta_scope: 0, coverage_before: 0.94, coverage_after: 0.88 });
  expect(row!.contribution).toBeCloseTo(-0.06, 12);
  expect((await ask('assets')).map(r => [r.name, r.before, r.after])).toEqual([88, 89, 90, 91, 92, 93].map(i => [`n${i}`, 'covered', 'absent']));
});

test('change by hand: retiring the uncovered is named, and is worth what the formula says', async () => {
  // 10 of 20 covered; 5 of the uncovered are retired on day 5: 10 of 15.
  await story({ assets: hosts(20).map((a, i) => (i >= 15 ? { ...a, retiredAt: at(5) } : a)), days: 10, sees: i => i < 10 });
  const { rows } = await coverageChangeQuery.run(estate.reader(), estate.request({ range: { from: at(3), to: at(9) }, asOf: at(9), options: { show: 'parts', part: 'all' } as never }));
  const [row] = rows.filter(r => r.kind === 'endpoint');
  // r̄ = (1/2 + 2/3) ÷ 2 = 7/12, n̄ = 17.5: (0 + 7/12 · 5) ÷ 17.5 = 1/6 = 2/3 − 1/2.
  expect(row).toMatchObject({ part: 'retired_uncovered', assets: 5, delta_covered: 0, delta_scope: -5 });
  expect(row!.contribution).toBeCloseTo(1 / 6, 12);
});

test('an exclusion of more than 90 days is cut, marked, and stays on the list when its days are over', async () => {
  const lab = (from: number, to: number) => ({ reason: 'lab', agreedBy: 'client' as const, from: at(from), to: at(to) });
  await story({ assets: hosts(4).map((a, i) => ({ ...a, exclusion: [lab(-10, 300), lab(-200, 300), lab(-5, 20), null][i]! })), days: 6, sees: i => i === 0 });
  const { rows } = await coverageExclusionsQuery.run(estate.reader(), estate.request({ options: {} as never }));
  expect(rows.map(({ name, state, days_left, too_long, would_be_covered }) => ({ name, state, days_left, too_long, would_be_covered }))).toEqual([
    { name: 'n1', state: 'ended', days_left: 0, too_long: true, would_be_covered: null },
    // Now is 23:00 on day 5: 14 whole days until day 20.
    { name: 'n2', state: 'active', days_left: 14, too_long: false, would_be_covered: false },
    { name: 'n0', state: 'active', days_left: 74, too_long: true, would_be_covered: true },
  ]);
  const [stat] = (await coverageExclusionsQuery.run(estate.reader(), estate.request({ view: 'stat', options: {} as never }))).rows;
  expect(stat).toMatchObject({ kind: 'endpoint', excluded: 2, excluded_covered: 1, coverage: 0, coverage_without_exclusions: 0.25 });
});

test('a stricter requirement counts from its date on, and is the part "policy"', async () => {
  const settings = { requirements: [{ name: 'agents', kind: 'endpoint', groups: [['agent_events']], effectiveFrom: '2026-06-05' }] };
  await story({ assets: hosts(10), days: 8, sees: () => true, evidence: 'host_logs', settings });
  const rows = await history(2, 7);
  // Friday 5 June is day 4; the days before keep what was agreed then.
  expect(rows.map(r => r.coverage)).toEqual([1, 1, 0, 0, 0, 0]);
  const change = (await coverageChangeQuery.run(estate.reader(), estate.request({ range: { from: at(2), to: at(6) }, asOf: at(6), options: { show: 'parts', part: 'all' } as never }))).rows;
  expect(change).toMatchObject([{ part: 'policy', assets: 10, delta_covered: -10, delta_scope: 0, contribution: -1 }]);
});

// At 00:00 UTC of day 3 it is 20:00 of day 2 in New York and 02:00 of day 3 in Berlin: on that local day it is with both for an hour or more, or with one.
test.each([['york', 'berlin', [2, 3, 5]], ['berlin', 'york', [3, 2, 4]]] as const)('an asset that moves from %s to %s leaves its days there and begins new ones here, in spans and sums', async (from, to, edges) => {
  const record = asset('nb', 'm', { hostname: 'mover', client: from });
  await story({ assets: [record, asset('nb', 's', { hostname: 'stays', client: to })], days: 6, sees: () => false, extra: [-1, 0, 1, 2, 3, 4, 5].flatMap(d => [from, to].map(client => seen('edr', 'agent_events', MONDAY + d, at(d), at(d, 23), { client, hostname: 'mover' }))) });
  // Judged whole with its first client; only then the registry tells that since day 3 it belongs to the other.
  await estate.assets([{ ...record, client: to, changed: at(3) }]);
  await estate.flush();
  const days = await estate.days();
  const of = (client: string) => days.filter(d => d.client === client && d.asset.startsWith('asset:nb:asset:m')).map(d => d.day - MONDAY).sort((a, b) => a - b);
  expect([Math.max(...of(from)), Math.min(...of(to)), Math.max(...of(to))]).toEqual(edges);
  const sums = await estate.store.query<{ client_key: number; day: number; n: number }>(sql`select client_key, day, sum(n)::integer as n from ${table('coverage_day')} group by all`);
  const counted = new Map<string, number>();
  for (const d of days) { const key = `${d.client} ${d.day}`; counted.set(key, (counted.get(key) ?? 0) + 1); }
  expect(sums.map(r => [`${estate.dimensions.clientId(r.client_key)} ${r.day}`, r.n]).sort()).toEqual([...counted].sort());
});

test.each([
  ['exactly three points and six assets', 200, 6, 1], ['two and a half points', 200, 5, 0], ['eight points, but four assets', 50, 4, 0], ['ten points and exactly five assets', 50, 5, 1],
] as const)('the signal: %s', async (_what, n, silent, signal) => {
  await story({ assets: hosts(n), days: 9, sees: (i, d) => i >= silent || d < 4 });
  // The silent ones send until day 3, 21:00; at the end of day 4 (22:00 UTC) that is 25 hours old. Midnight in UTC is 02:00 of day 8 here.
  const rows = await history(0, 8);
  expect(rows.map(r => [r.covered, r.signal])).toEqual([...Array.from({ length: 4 }, () => [n, 0]), ...Array.from({ length: 5 }, () => [n - silent, signal])]);
});

test('a stamp exactly five minutes ahead of the clock is evidence; a millisecond more is refused and counted', async () => {
  const end = at(4, -4);
  await story({ assets: hosts(3), days: 4, sees: () => false, now: end });
  const ahead = (host: string, by: number) => seen('edr', 'agent_events', MONDAY + 3, end + by, end + by, { hostname: host });
  await estate.telemetry([{ source: 'edr', stream: 'all', day: MONDAY + 3, rows: [ahead('h0', 5 * MINUTE), ahead('h1', 5 * MINUTE + 1)] }], end);
  await estate.flush();
  const of = async (name: string) => (await estate.store.query<{ last_event: number | null }>(sql`select last_event from ${table('asset')} where name = ${name}`))[0]!.last_event;
  expect([await of('n0'), await of('n1'), await of('n2')]).toEqual([end + 5 * MINUTE, null, null]);
  expect(await estate.store.query(sql`select source, code, count from ${table('notice')}`)).toEqual([{ source: 'edr', code: 'clock_ahead', count: 1 }]);
});

test('one asset of a hundred may be unread: the value stays, and what that moves is the part "not read"', async () => {
  // 99 servers send logs; one is known to the agents' console alone, and that was not read on days 4 and 5: 1 of 100 unknown is not past 1 %.
  await story({ assets: hosts(100), days: 7, sees: i => i > 0, evidence: 'host_logs', unread: () => false, extra: [-2, -1, 0, 1, 2, 3].map(d => seen('edr', 'agent_events', MONDAY + d, at(d, 1), at(d, 21), { hostname: 'h0' })) });
  await estate.store.transaction(async tx => { await tx.execute(sql`delete from ${table('source_day')} where source_key = ${estate.dimensions.sourceKey('edr')} and day >= ${MONDAY + 4}`); });
  await estate.rebuild();
  const rows = await history(3, 5);
  expect(rows.map(r => [r.covered, r.unknown, r.coverage, r.reason])).toEqual([[100, 0, 1, null], [99, 1, 0.99, null], [99, 1, 0.99, null]]);
  const change = (await coverageChangeQuery.run(estate.reader(), estate.request({ range: { from: at(4), to: at(6) }, asOf: at(6, -2), options: { show: 'parts', part: 'all' } as never }))).rows;
  expect(change).toMatchObject([{ part: 'not_read', assets: 1, delta_covered: -1, delta_scope: 0 }]);
  expect(change[0]!.contribution).toBeCloseTo(-0.01, 12);
});
