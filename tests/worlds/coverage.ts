import { DAY, dayNumber, dayStart, HOUR, isoDay, rowId, type AssetRow, type EvidenceKind, type Identifier, type ObservationRow } from '../../src/model';
import { withMoves } from './moved';
import { withRenames } from './renamed';
import { workspaceSchema, type WorkspaceSettings } from '../../src/settings/schema';

/** Random small estates: registries, telemetry by UTC day, days that were not read. Boundary-heavy on purpose. */
export interface TelemetryDay { readonly source: string; readonly stream: string; readonly day: number; readonly rows: readonly ObservationRow[]; /** Hosts the source carried that day, where other clients' rows were taken away; else as many as rows. */ readonly hosts?: number }
export interface CoverageWorld { readonly settings: WorkspaceSettings; readonly now: number; readonly assets: readonly AssetRow[]; readonly days: readonly TelemetryDay[] }

export function random(seed: number): () => number {
  let a = seed * 2654435761 >>> 0;
  return () => { a = (a + 0x6d2b79f5) >>> 0; let t = a; t = Math.imul(t ^ (t >>> 15), t | 1); t ^= t + Math.imul(t ^ (t >>> 7), t | 61); return ((t ^ (t >>> 14)) >>> 0) / 4294967296; };
}
const STREAMS: readonly (readonly [string, EvidenceKind])[] = [['edr', 'agent_events'], ['logs', 'host_logs'], ['console', 'heartbeat'], ['flows', 'flow'], ['audit', 'audit_log']];
export const CLIENTS = [{ id: 'berlin', name: 'Berlin', zone: 'Europe/Berlin' }, { id: 'york', name: 'New York', zone: 'America/New_York' }] as const;

/** Far from UTC on either side, with half hours and changes of clocks. */
const ZONES: Readonly<Record<'berlin' | 'york', readonly string[]>> = { berlin: ['Europe/Berlin', 'Australia/Sydney', 'Asia/Singapore', 'Asia/Kolkata'], york: ['America/New_York', 'America/Los_Angeles'] };

export function worldSettings(extra: Record<string, unknown> = {}, clients: readonly { readonly id: string; readonly name: string; readonly zone: string }[] = CLIENTS): WorkspaceSettings {
  const files = (id: string, kind: string, columns: Record<string, string>) => ({ id, system: 'files', streams: [{ name: 'all', kind, path: `${id}.csv`, format: 'csv', columns }] });
  return workspaceSchema.parse({
    zone: 'UTC', clients,
    sources: [files('cmdb', 'asset', {}), files('nb', 'asset', {}), ...STREAMS.map(([id, e]) => files(id, 'observation', { evidence: `=${e}` }))],
    policy: { coverage: { registryRank: ['nb', 'cmdb'], ...extra } },
  });
}
export function asset(source: string, nativeId: string, given: Partial<AssetRow>): AssetRow {
  return {
    id: rowId(source, 'asset', nativeId), source, nativeId, url: null, changed: 1, gone: null, name: nativeId, kind: 'endpoint', role: 'server', hostname: null, fqdn: null, identifiers: [], addresses: [], prefix: null, vrf: null,
    container: false, sourceClient: null, client: 'berlin', criticality: null, group: null, sourceStatus: null, registeredAt: 0, retiredAt: null, exclusion: null, ...given,
  };
}
export function seen(source: string, evidence: EvidenceKind, day: number, first: number, last: number, given: Partial<ObservationRow>): ObservationRow {
  const who = given.hostname ?? given.fqdn ?? given.address ?? given.identifiers?.[0]?.value ?? 'x';
  const nativeId = `${evidence}-${day}-${given.client ?? 'berlin'}-${who}`;
  return { id: rowId(source, 'observation', nativeId), source, nativeId, url: null, changed: 1, gone: null, evidence, day, first, last, count: 100, sourceClient: null, client: 'berlin', hostname: null, fqdn: null, identifiers: [], address: null, vrf: null, ...given };
}

export function coverageWorld(seed: number): CoverageWorld {
  const next = random(seed);
  const pick = <T>(list: readonly T[]): T => list[Math.floor(next() * list.length)]!;
  const chance = (p: number): boolean => next() < p;
  const start = dayNumber(pick(['2025-10-20', '2025-10-28', '2025-09-30', '2026-03-01', '2026-03-22', '2026-03-30', '2026-06-01'])) + Math.floor(next() * 4);
  const length = 11;
  const last = start + length - 1;
  // Most worlds have one client: small worlds find as much and run quickly.
  const clients = (chance(0.25) ? CLIENTS : [pick(CLIENTS)]).map(c => ({ ...c, zone: pick(ZONES[c.id]) }));
  const settings = worldSettings({
    ...(chance(0.3) && { requirements: [{ name: 'strict', kind: 'endpoint', client: 'york', groups: [['agent_events'], ['host_logs']] }] }),
    ...(chance(0.2) && { requirements: [{ name: 'logs', kind: 'endpoint', groups: [['host_logs']], effectiveFrom: isoDay(start + 3 + Math.floor(next() * 6)) }] }),
    ...(chance(0.2) && { requirements: [{ name: 'beats', kind: 'endpoint', groups: [['agent_events', 'host_logs']], acceptHeartbeatFrom: ['console'] }] }),
  }, clients);
  const assets: AssetRow[] = [];
  const names: { client: string; zone: string; hostname: string; fqdn: string | null; agent: string; address: string; rest: boolean; mode: number }[] = [];
  const edge = (zone: string): number => dayStart(start + Math.floor(next() * length), zone) + pick([0, 0, -HOUR, HOUR, -HOUR + 1, HOUR - 1, 1, -1, Math.floor(next() * DAY)]);
  for (const { id: client, zone } of clients) for (let i = 0; i < 6; i++) {
    const hostname = chance(0.1) ? `dup-${client}` : `h${i}-${client}`;
    const fqdn = chance(0.4) ? `${hostname}.${client}.example` : null;
    const agent = chance(0.08) ? 'To be filled by O.E.M.' : chance(0.08) ? 'clone' : `a-${client}-${i}`;
    const identifiers: Identifier[] = chance(0.6) ? [{ type: 'agent', value: agent }] : [];
    const address = `10.${client === 'york' ? 2 : 1}.${i % 2}.${10 + i}`;
    const kind = chance(0.7) ? 'endpoint' as const : 'cloud_workload' as const;
    const registeredAt = chance(0.7) ? 0 : edge(zone);
    const retiredAt = chance(0.2) ? Math.max(registeredAt, edge(zone)) : null;
    const given: Partial<AssetRow> = {
      client, kind, role: kind === 'endpoint' ? pick(['server', 'workstation', null] as const) : null, hostname, fqdn, identifiers, criticality: pick(['high', 'low', null]), registeredAt, retiredAt,
      addresses: chance(0.5) ? [{ address, static: chance(0.5), from: chance(0.5) ? edge(zone) : null, to: chance(0.5) ? edge(zone) : null }] : [],
      exclusion: chance(0.2) ? { reason: 'lab', agreedBy: 'soc', from: edge(zone), to: edge(zone) } : null,
    };
    // Older versions of the record: another class, no exclusion yet, another client.
    const other = clients.find(c => c.id !== client);
    const before = chance(0.35) ? edge(zone) : 1;
    if (before > 1) {
      const earlier = pick<Partial<AssetRow>>([{ kind: kind === 'endpoint' ? 'cloud_workload' : 'endpoint', role: null }, { criticality: 'lower' }, { role: 'workstation' }, { exclusion: null }, other ? { client: other.id } : { criticality: null }]);
      assets.push(asset('nb', `n${client}${i}`, { ...given, ...earlier }));
      // A version between two equal ones that comes last is not told apart (docs/adr/020): registries hand out their present row only.
      const differs = (Object.keys(earlier) as (keyof AssetRow)[]).some(k => JSON.stringify(earlier[k]) !== JSON.stringify(given[k]));
      if (chance(0.3) && differs) assets.push(asset('nb', `n${client}${i}`, { ...given, criticality: 'between', changed: Math.min(before - 1, Math.floor(before / 2) + Math.floor(dayStart(start, zone) / 2)) }));
    }
    assets.push(asset('nb', `n${client}${i}`, { ...given, changed: before }));
    if (before === 1 && identifiers.length > 0 && agent.startsWith('a-') && chance(0.4)) {
      // Another registry knew it under other names, until it learnt its agent id.
      const old = { hostname: `old-${hostname}-${i}`, fqdn: null, identifiers: [{ type: 'agent' as const, value: `old-${agent}` }] };
      assets.push(asset('cmdb', `c${client}${i}`, { ...given, ...old, addresses: [], group: null }), asset('cmdb', `c${client}${i}`, { ...given, addresses: [], changed: edge(zone) }));
      names.push({ client, zone, hostname: old.hostname, fqdn: null, agent: `old-${agent}`, address: `10.9.9.${i}`, rest: false, mode: Math.floor(next() * 4) });
    } else if (chance(0.4)) assets.push(asset('cmdb', `c${client}${i}`, { ...given, criticality: pick(['high', 'low', null]), retiredAt: chance(0.7) ? given.retiredAt ?? null : null, identifiers: chance(0.7) ? identifiers : [] }));
    names.push({ client, zone, hostname, fqdn, agent, address, rest: chance(0.3), mode: Math.floor(next() * 6) });
  }
  for (const { id: client, zone } of clients) {
    const n = client === 'york' ? 2 : 1;
    for (const [name, prefix, given] of [['all', `10.${n}.0.0/16`, { container: chance(0.5) }], ['zero', `10.${n}.0.0/24`, {}], ['one', `10.${n}.1.0/24`, { vrf: chance(0.3) ? 'blue' : null }]] as const) {
      assets.push(asset('nb', `${name}-${client}`, { client, kind: 'network_segment', role: null, prefix, ...given, retiredAt: chance(0.15) ? edge(zone) : null }));
    }
    for (let i = 0; i < 4; i++) {
      const from = edge(zone);
      assets.push(asset('nb', `node${client}${i}`, { client, kind: 'cloud_workload', role: null, hostname: `node${i}-${client}`, group: chance(0.8) ? 'pool' : null, registeredAt: from, retiredAt: from + pick([HOUR, HOUR - 1, 3 * HOUR, 30 * HOUR]) }));
      names.push({ client, zone, hostname: `node${i}-${client}`, fqdn: null, agent: '', address: `10.${n}.0.${200 + i}`, rest: false, mode: 0 });
    }
  }
  for (const { id: client, zone } of clients) for (let i = 0; i < 2; i++) names.push({ client, zone, hostname: `stranger${i}`, fqdn: null, agent: '', address: `10.1.1.${90 + i}`, rest: false, mode: i });
  const days: TelemetryDay[] = [];
  const loss = chance(0.3) ? { stream: pick(['edr', 'logs']), from: start + 5 + Math.floor(next() * 5) } : null;
  for (const [source, evidence] of STREAMS) {
    const from = start - 1 + (chance(0.3) ? Math.floor(next() * 4) : 0);
    const outage = chance(0.35) ? start + Math.floor(next() * length) : -1;
    const lapsed = chance(0.15) ? last - Math.floor(next() * 4) : Infinity;
    for (let day = from; day <= last + 1; day++) {
      if (day === outage || day > lapsed) continue;
      const rows: ObservationRow[] = [];
      for (const h of names) {
        const silent = (source === 'edr' && h.mode === 1) || (source === 'logs' && h.mode < 4) || (source !== 'console' && h.mode === 2 && evidence !== 'flow') || (h.mode === 3 && day > start + 6) || (h.mode === 5) || (evidence === 'audit_log' && !h.hostname.startsWith('node'));
        if (silent || (h.rest && [0, 6].includes((day + 4) % 7)) || chance(0.15)) continue;
        if (loss && loss.stream === source && day >= loss.from && rows.length > 0) continue;
        const at = chance(0.3) ? Math.min(Math.max(dayStart(day, h.zone) + pick([-1, 0, 1]), day * DAY), (day + 1) * DAY - 1) : day * DAY + Math.floor(next() * DAY);
        const until = Math.min((day + 1) * DAY - 1, at + Math.floor(next() * DAY * (chance(0.5) ? 1 : 0.1)));
        const network = evidence === 'flow';
        const way = next();
        rows.push(seen(source, evidence, day, at, until, {
          client: h.client, count: chance(0.15) ? 3 : 100,
          ...(network ? { address: h.address, vrf: chance(0.3) ? 'blue' : null } : way < 0.4 && h.agent ? { identifiers: [{ type: 'agent', value: h.agent }], hostname: h.hostname } : way < 0.6 && h.fqdn ? { fqdn: h.fqdn } : way < 0.85 ? { hostname: h.hostname } : { address: h.address }),
        }));
      }
      const byId = new Map(rows.map(r => [r.id, r]));
      days.push({ source, stream: 'all', day, rows: [...byId.values()] });
    }
  }
  const later = random(seed + 303_031);
  const zoneOf = (client: string): string => clients.find(c => c.id === client)!.zone;
  const renamed = withRenames({ assets, days }, later, client => dayStart(start + Math.floor(later() * length), zoneOf(client)) + [0, -1, 1, Math.floor(later() * DAY)][Math.floor(later() * 4)]!);
  const moving = random(seed + 505_051);
  const moved = withMoves(renamed, clients.map(c => c.id), moving, client => dayStart(start + Math.floor(moving() * length), zoneOf(client)) + [0, -1, 1, Math.floor(moving() * DAY)][Math.floor(moving() * 4)]!);
  return { settings, now: (last + 2) * DAY + 6 * HOUR, ...moved };
}
