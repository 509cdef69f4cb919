import { DAY, dayNumber, HOUR, type AssetRow, type EvidenceKind, type ObservationRow } from '../../src/model';
import { workspaceSchema, type WorkspaceSettings } from '../../src/settings/schema';
import { storeRow } from '../../src/backend/store/testing/rows';
import { freezeReported } from '../../src/backend/sync/reported/freeze';
import { Estate } from '../oracles/coverage/harness';
import { asset, seen } from '../worlds/coverage';
import { ESTATE_HEADLINES, readHeadlines, type Headline, type Reading } from './read';

/**
 * Exports: ESTATE_STRATEGIES, ESTATE_MONTH_STRATEGIES, estateReading, estateMonthReading, honestEstate. An ordinary estate of one client: 60 servers, of which 52 send events, six only answer their console and two are
 * seen by nobody; ten segments, of which eight are watched. Nobody games here, and no counter is past its threshold.
 */
const FIRST = dayNumber('2026-06-01');
const DAYS = 30;
const at = (day: number, hours = 0): number => (FIRST + day) * DAY + hours * HOUR;
const NOW = at(DAYS - 1, 23);
const STREAMS: readonly (readonly [string, EvidenceKind])[] = [['edr', 'agent_events'], ['logs', 'host_logs'], ['console', 'heartbeat'], ['flows', 'flow']];
const settingsOf = (coverage: Record<string, unknown> = {}): WorkspaceSettings => workspaceSchema.parse({
  zone: 'UTC', clients: [{ id: 'berlin', name: 'Berlin', zone: 'UTC' }],
  sources: [{ id: 'nb', system: 'files', streams: [{ name: 'all', kind: 'asset', path: 'nb.csv', format: 'csv', columns: {} }], },
    ...STREAMS.map(([id, e]) => ({ id, system: 'files', streams: [{ name: 'all', kind: 'observation', path: `${id}.csv`, format: 'csv', columns: { evidence: `=${e}` } }] }))],
  policy: { coverage: { registryRank: ['nb'], ...coverage } },
});

export interface EstateWorld { readonly settings: WorkspaceSettings; readonly assets: readonly AssetRow[]; readonly sees: (stream: string, day: number) => readonly ObservationRow[]; readonly read: (stream: string, day: number) => boolean }
const name = (i: number): string => `srv${i}`;
const agent = (i: number) => [{ type: 'agent' as const, value: `agent-${i}` }];
const addressOf = (i: number): string => `10.1.${i % 10}.${10 + Math.floor(i / 10)}`;
/** Servers 52 to 59 have a gap; the last two are seen by nobody. */
const gap = (i: number): boolean => i >= 52;
const until = (day: number): number => Math.min(at(day, 21), NOW);
const events = (i: number, day: number, count = 100): ObservationRow => seen('edr', 'agent_events', FIRST + day, at(day, 1), until(day), { hostname: name(i), identifiers: agent(i), count });
const beat = (i: number, day: number): ObservationRow => seen('console', 'heartbeat', FIRST + day, at(day, 1), until(day), { hostname: name(i), identifiers: agent(i) });
const flow = (address: string, day: number): ObservationRow => seen('flows', 'flow', FIRST + day, at(day, 1), until(day), { address });
const server = (i: number, more: Partial<AssetRow> = {}): AssetRow => asset('nb', name(i), { hostname: name(i), identifiers: agent(i), addresses: [{ address: addressOf(i), static: true, from: null, to: null }], ...more });
const segment = (i: number, more: Partial<AssetRow> = {}): AssetRow => asset('nb', `seg${i}`, { kind: 'network_segment', role: null, prefix: `10.1.${i}.0/24`, ...more });
const all = Array.from({ length: 60 }, (_, i) => i);

export function honestEstate(): EstateWorld {
  return {
    settings: settingsOf(), assets: [...all.map(i => server(i)), ...Array.from({ length: 10 }, (_, i) => segment(i))], read: () => true,
    sees: (stream, day) => (stream === 'edr' ? all.filter(i => !gap(i)).map(i => events(i, day)) : stream === 'console' ? all.filter(i => i < 58).map(i => beat(i, day)) : stream === 'flows' ? all.filter(i => i % 10 < 8 && !gap(i)).map(i => flow(addressOf(i), day)) : []),
  };
}

/** Registries and telemetry of a world, the running day read up to `now`. */
async function load(estate: Estate, world: EstateWorld, last: number, now: number): Promise<void> {
  await estate.assets(world.assets);
  for (const [source] of STREAMS) {
    const of = (from: number, to: number) => Array.from({ length: to - from }, (_, i) => from + i).filter(d => world.read(source, d)).map(d => ({ source, stream: 'all', day: FIRST + d, rows: world.sees(source, d) }));
    await estate.telemetry(of(-9, last));
    if (world.read(source, last)) await estate.telemetry(of(last, last + 1), now);
  }
  await estate.flush();
}

export async function estateReading(world: EstateWorld): Promise<Reading> {
  const estate = await Estate.open(world.settings, NOW);
  try {
    await load(estate, world, DAYS - 1, NOW);
    return await readHeadlines(estate.reader(), ESTATE_HEADLINES, { from: at(0), to: at(DAYS) }, NOW);
  } finally { await estate.store.close(); }
}

/** A month later: June was frozen on 5 July from the honest estate, then the gamed one took its place. */
const CLOSED = at(DAYS + 4, 21);
export const ESTATE_MONTH_HEADLINES: readonly Headline[] = [
  { name: 'endpoint coverage of June', metric: 'coverage.history', query: { groupBy: ['client', 'kind'], bucket: 'month' }, pick: ofEndpoints, better: 'up' },
  { name: 'June as reported, endpoint coverage', metric: 'reported.coverage', query: { groupBy: ['client', 'kind'], bucket: 'month' }, pick: ofEndpoints, better: 'up' },
];
export async function estateMonthReading(world: EstateWorld): Promise<Reading> {
  const estate = await Estate.open(honestEstate().settings, CLOSED);
  try {
    await load(estate, honestEstate(), DAYS + 4, CLOSED);
    await estate.store.transaction(async tx => {
      await tx.upsert('stream_state', [...STREAMS.map(([source]) => [source, 'observation']), ['nb', 'asset']].map(([source, kind]) => storeRow('stream_state', { source: source!, stream: 'all', kind: kind!, progress: 1, current: true, watermark: CLOSED, backfilled_to: 0 })));
      await freezeReported(tx, { settings: estate.settings, version: 1, dimensions: estate.dimensions, now: CLOSED }, true);
    });
    estate.settings = world.settings;
    await load(estate, { ...world, assets: world.assets.map(a => ({ ...a, changed: CLOSED })) }, DAYS + 4, CLOSED);
    return await readHeadlines(estate.reader(), ESTATE_MONTH_HEADLINES, { from: at(0), to: at(DAYS) }, CLOSED);
  } finally { await estate.store.close(); }
}

function ofEndpoints(rows: readonly Record<string, unknown>[]): number | null { return (rows.find(r => r.kind === 'endpoint' && r.client === 'berlin')?.coverage ?? null) as number | null; }

export interface EstateStrategy { readonly name: string; readonly aims: readonly string[]; readonly play: () => EstateWorld }
const ENDPOINTS = ['endpoint coverage'];
const assets = (change: (a: AssetRow, i: number) => AssetRow | null): EstateWorld => { const w = honestEstate(); return { ...w, assets: w.assets.flatMap((a, i) => { const c = change(a, i); return c ? [c] : []; }) }; };
const uncovered = (a: AssetRow, i: number): boolean => a.kind === 'endpoint' && gap(i);
const more = (stream: string, extra: (day: number) => readonly ObservationRow[]): EstateWorld => { const w = honestEstate(); return { ...w, sees: (s, d) => (s === stream ? [...w.sees(s, d), ...extra(d)] : w.sees(s, d)) }; };
const exclusion = (from: number, to: number) => ({ reason: 'legacy', agreedBy: 'soc' as const, from, to });

/** What is done to June after it was frozen. */
const JUNE = ['endpoint coverage of June', 'June as reported, endpoint coverage'];
export const ESTATE_MONTH_STRATEGIES: readonly EstateStrategy[] = [
  { name: 'Retire last month’s uncovered assets backwards', aims: JUNE, play: () => assets((a, i) => (uncovered(a, i) ? { ...a, retiredAt: at(-5) } : a)) },
  { name: 'Exclude last month’s uncovered assets after the fact', aims: JUNE, play: () => assets((a, i) => (uncovered(a, i) ? { ...a, exclusion: exclusion(at(-1), at(40)) } : a)) },
  { name: 'Reclassify last month’s uncovered servers as cloud workloads', aims: JUNE, play: () => assets((a, i) => (uncovered(a, i) ? { ...a, kind: 'cloud_workload', role: null } : a)) },
  { name: 'Accept check-ins as evidence for last month', aims: JUNE, play: () => ({ ...honestEstate(), settings: settingsOf({ requirements: [{ name: 'console', kind: 'endpoint', groups: [['agent_events', 'host_logs']], acceptHeartbeatFrom: ['console'] }] }) }) },
  { name: 'Deliver evidence for last month late', aims: JUNE, play: () => more('edr', d => all.filter(gap).map(i => events(i, d))) },
];

export const ESTATE_STRATEGIES: readonly EstateStrategy[] = [
  { name: 'Retire uncovered assets', aims: ENDPOINTS, play: () => assets((a, i) => (uncovered(a, i) ? { ...a, retiredAt: at(20) } : a)) },
  { name: 'Exclude uncovered assets after the fact', aims: ENDPOINTS, play: () => assets((a, i) => (uncovered(a, i) ? { ...a, exclusion: exclusion(at(0), at(40)) } : a)) },
  { name: 'Exclude uncovered assets for years', aims: ENDPOINTS, play: () => assets((a, i) => (uncovered(a, i) ? { ...a, exclusion: exclusion(at(-100), at(900)) } : a)) },
  { name: 'Register only what is covered', aims: ENDPOINTS, play: () => assets((a, i) => (uncovered(a, i) ? null : a)) },
  { name: 'Let the agent’s console be the registry', aims: ENDPOINTS, play: () => { const w = honestEstate(); return { ...w, assets: w.assets.flatMap((a, i) => (a.kind !== 'endpoint' ? [a] : gap(i) ? [] : [{ ...a, source: 'edr', id: a.id.replace(/^nb/, 'edr') }])) }; } },
  { name: 'Send heartbeats without events', aims: ENDPOINTS, play: () => more('console', d => [58, 59].map(i => beat(i, d))) },
  { name: 'Unplug the telemetry connector', aims: ENDPOINTS, play: () => ({ ...honestEstate(), read: (s, d) => !['edr', 'logs'].includes(s) || d < 26 }) },
  { name: 'One log line for a whole prefix', aims: ['segment coverage'], play: () => more('flows', d => [8, 9].map(n => flow(`10.1.${n}.200`, d))) },
  { name: 'One event a day from a host that fell silent', aims: ENDPOINTS, play: () => { const w = honestEstate(); return { ...w, sees: (s, d) => (s === 'edr' ? [...all.filter(i => !gap(i)).map(i => events(i, d)), ...all.filter(gap).map(i => events(i, d, d < 20 ? 100 : 1))] : w.sees(s, d)) }; } },
  { name: 'Stamp events ahead of the clock', aims: ENDPOINTS, play: () => more('edr', d => (d === DAYS - 1 ? all.filter(gap).map(i => seen('edr', 'agent_events', FIRST + d, NOW + 3 * HOUR, NOW + 20 * HOUR, { hostname: name(i), identifiers: agent(i) })) : [])) },
  { name: 'Move uncovered assets to another client', aims: ENDPOINTS, play: () => assets((a, i) => (uncovered(a, i) ? { ...a, client: 'unassigned' } : a)) },
  { name: 'Call uncovered servers workstations', aims: ENDPOINTS, play: () => assets((a, i) => (uncovered(a, i) ? { ...a, role: 'workstation' } : a)) },
  { name: 'One event a day from a host that never sent more', aims: ENDPOINTS, play: () => more('edr', d => all.filter(gap).map(i => events(i, d, 1))) },
  { name: 'Accept the console’s check-ins as evidence', aims: ENDPOINTS, play: () => ({ ...honestEstate(), settings: settingsOf({ requirements: [{ name: 'console', kind: 'endpoint', groups: [['agent_events', 'host_logs']], acceptHeartbeatFrom: ['console'] }] }) }) },
];
