import { DAY, HOUR, MINUTE } from '../../src/model/time';
import { dayStart, isoWeekday } from '../../src/model/zoned';
import { agentIdOf, type Known } from './asset-draft';
import { CLIENTS } from './clients';
import type { Node } from './nodes';
import type { Segment } from './prefixes';
import { hash01 } from './rng';
import { OUTAGE, ROLLOUT } from './stories';
import type { TelemetryStream, WorldSeen } from './types';

export interface Estate {
  readonly hosts: readonly Known[];
  readonly segments: readonly Segment[];
  readonly nodes: (day: number) => readonly Node[];
  readonly anchor: number;
}
interface Span { readonly day: number; readonly from: number; readonly to: number }

/** What one telemetry source saw on one UTC day, as far as `now` has come. Null: it delivered nothing readable (outage). */
export function seenOn(estate: Estate, stream: TelemetryStream, day: number, now: number): WorldSeen[] | null {
  const relative = day - Math.floor(estate.anchor / DAY);
  if (stream === OUTAGE.stream && relative >= OUTAGE.fromDay && relative <= OUTAGE.toDay) return null;
  if (day * DAY >= now) return [];
  const rows: WorldSeen[] = [];
  const end = Math.min((day + 1) * DAY, now);
  const spans = CLIENTS.map(client => workSpans(client.zone, day));
  if (stream === 'flow') segmentsSeen(estate, day, end, rows);
  // A server that flow records show may be one of its segment's addresses already: one row per address and day.
  const shown = new Set(stream === 'flow' ? rows.map(row => row.host) : []);
  for (const known of estate.hosts) if (stream !== 'flow' || !shown.has(known.asset.address ?? '')) hostSeen(known, stream, day, end, spans[known.clientIndex]!, rows);
  if (stream === 'audit_log') nodesSeen(estate, day, end, rows);
  if (stream === 'agent_events') strangersSeen(estate, day, end, spans, rows);
  return rows;
}

/** Local working hours that fall into a UTC day. */
function workSpans(zone: string, day: number): Span[] {
  const spans: Span[] = [];
  for (const local of [day - 1, day, day + 1]) {
    const midnight = dayStart(local, zone);
    const from = Math.max(midnight + 7.5 * HOUR, day * DAY);
    const to = Math.min(midnight + 18 * HOUR, (day + 1) * DAY);
    if (to - from > 20 * MINUTE) spans.push({ day: local, from, to });
  }
  return spans;
}

/** Laptops: on at work, mostly off at weekends, off for one to two weeks of vacation twice a year. */
function switchedOn(salt: number, localDay: number, vacations: boolean): boolean {
  if (hash01(salt, localDay, 1) >= (isoWeekday(localDay) >= 6 ? 0.07 : 0.94)) return false;
  if (!vacations) return true;
  const shifted = localDay + Math.floor(hash01(salt, 0, 2) * 190);
  const term = Math.floor(shifted / 190);
  const start = hash01(salt, term, 3) * 170;
  const offset = shifted - term * 190;
  return offset < start || offset >= start + 8 + hash01(salt, term, 4) * 9;
}

function carries(known: Known, stream: TelemetryStream): boolean {
  const { asset, traits } = known;
  switch (stream) {
    case 'agent_events': return traits.mode === 'events' && (asset.role !== 'cloud' || known.salt % 2 === 0);
    case 'heartbeat': return (traits.mode === 'events' || traits.mode === 'heartbeat') && asset.role !== 'cloud' && asset.role !== 'network';
    case 'audit_log': return asset.role === 'cloud' && traits.mode === 'events';
    case 'flow': return traits.mode === 'flow' && asset.address !== null;
    // Where the roll-out failed, host logs would hide it: that client forwards logs of servers without an agent only.
    case 'host_logs': return traits.mode === 'logs' || (asset.role === 'server' && traits.mode === 'events' && asset.client !== ROLLOUT.client && known.salt % 5 < 2);
  }
}

function hostSeen(known: Known, stream: TelemetryStream, day: number, end: number, spans: readonly Span[], rows: WorldSeen[]): void {
  if (!carries(known, stream)) return;
  const { asset, traits, salt } = known;
  const stop = stream !== 'heartbeat' && traits.stopped !== null ? traits.stopped : Infinity;
  const until = Math.min(end, traits.until, stop);
  let first: number;
  let last: number;
  if (traits.mobile) {
    const on = spans.filter(span => switchedOn(salt, span.day, traits.vacations));
    if (on.length === 0) return;
    first = on[0]!.from + hash01(salt, day, 5) * Math.min(1.5 * HOUR, (on[0]!.to - on[0]!.from) / 2);
    last = on[on.length - 1]!.to - hash01(salt, day, 6) * 8 * MINUTE;
  } else {
    if (hash01(salt, day, 7) < 0.002) return;
    first = day * DAY + hash01(salt, day, 5) * 6 * MINUTE;
    last = (day + 1) * DAY - hash01(salt, day, 6) * 6 * MINUTE;
  }
  push(rows, first, last, until, traits.from, salt, day, stream === 'heartbeat' ? 12 : 160, {
    client: asset.client,
    host: stream === 'flow' ? asset.address! : stream === 'host_logs' && asset.client === 'figment' ? asset.name.toUpperCase() : asset.name,
    fqdn: stream === 'host_logs' ? asset.fqdn : null,
    agentId: (stream === 'agent_events' || stream === 'heartbeat') && asset.role !== 'cloud' ? agentIdOf(known.clientIndex, salt % 100_000) : null,
    instanceId: stream === 'audit_log' || asset.role === 'cloud' ? asset.instanceId : null,
    address: stream === 'audit_log' ? null : asset.address,
  });
}

/** Appends a row if anything of it lies before the end; while the day runs, the last event is at most four minutes old. */
function push(rows: WorldSeen[], first: number, last: number, until: number, from: number, salt: number, day: number, perHour: number, host: Omit<WorldSeen, 'first' | 'last' | 'count'>): void {
  const begin = Math.floor(Math.max(first, from));
  const stop = Math.floor(Math.min(last, until - hash01(salt, day, 8) * 4 * MINUTE));
  if (begin >= until || stop < begin) return;
  const count = 1 + Math.floor(((stop - begin) / HOUR) * perHour * (0.6 + 0.8 * hash01(salt, day, 9)));
  rows.push({ host: host.host, fqdn: host.fqdn, agentId: host.agentId, instanceId: host.instanceId, address: host.address, client: host.client, first: begin, last: stop, count });
}

/** Addresses of hosts that work, by the /24 they lie in; the same for every day of an estate. */
const addressed = new WeakMap<readonly Known[], ReadonlyMap<string, readonly string[]>>();
function workingIn(hosts: readonly Known[]): ReadonlyMap<string, readonly string[]> {
  let known = addressed.get(hosts);
  if (!known) {
    const bySegment = new Map<string, string[]>();
    for (const { asset: { address }, traits } of hosts) {
      if (address === null || traits.mode === 'none' || traits.mode === 'flow' || traits.stopped !== null || traits.until !== Infinity) continue;
      const base = address.slice(0, address.lastIndexOf('.') + 1);
      const mine = bySegment.get(base);
      if (mine) { if (!mine.includes(address)) mine.push(address); } else bySegment.set(base, [address]);
    }
    addressed.set(hosts, known = bySegment);
  }
  return known;
}

/** A sensor that sees a segment sees a good part of what is registered there; one in sixteen stands where hardly anything passes. */
function segmentsSeen(estate: Estate, day: number, end: number, rows: WorldSeen[]): void {
  const working = workingIn(estate.hosts);
  for (const { asset, base, seen } of estate.segments) {
    if (!seen || hash01(asset.id, day, 1) < 0.003) continue;
    const shallow = hash01(asset.id, 0, 9) < 1 / 16;
    const here = working.get(base) ?? [];
    // A third of them on any day: enough to be believed, and a third of the records.
    const talking = shallow ? [] : here.slice(0, Math.ceil(here.length * 0.36));
    const addresses = [...new Set([base + (10 + Math.floor(hash01(asset.id, 0, 3) * 60) * 4), ...talking])];
    for (const [n, address] of addresses.entries()) {
      const salt = asset.id * 64 + n;
      push(rows, day * DAY + hash01(salt, day, 4) * 20 * MINUTE, (day + 1) * DAY - hash01(salt, day, 5) * 20 * MINUTE, end, asset.created, salt, day, 900, { host: address, fqdn: null, agentId: null, instanceId: null, address, client: asset.client });
    }
  }
}

function nodesSeen(estate: Estate, day: number, end: number, rows: WorldSeen[]): void {
  for (const node of estate.nodes(day)) {
    if (!node.seen) continue;
    push(rows, node.asset.created + 3 * MINUTE, node.ends - MINUTE, Math.min(end, node.ends), 0, node.asset.id, day, 40, { host: node.asset.name, fqdn: null, agentId: null, instanceId: node.asset.instanceId, address: null, client: node.asset.client });
  }
}

/** Hosts with an agent that no registry knows: one for every forty registered workstations. */
function strangersSeen(estate: Estate, day: number, end: number, spans: readonly Span[][], rows: WorldSeen[]): void {
  let n = 0;
  for (const known of estate.hosts) {
    if (!known.traits.mobile || n++ % 40 !== 7) continue;
    const salt = known.salt + 7_000_000;
    const on = spans[known.clientIndex]!.filter(span => switchedOn(salt, span.day, false));
    if (on.length === 0) continue;
    push(rows, on[0]!.from + 30 * MINUTE * hash01(salt, day, 5), on[on.length - 1]!.to - MINUTE, end, 0, salt, day, 90, {
      host: `${CLIENTS[known.clientIndex]!.short}-own-${String(n % 1000).padStart(3, '0')}`, fqdn: null, agentId: agentIdOf(known.clientIndex, 90_000 + n), instanceId: null, address: null, client: known.asset.client,
    });
  }
}
