import { Temporal } from 'temporal-polyfill';
import type { AssetRow, ObservationRow } from '../../../src/model';
import type { CoverageWorld } from '../../worlds/coverage';

/** Coverage in plain loops over canonical rows, straight from metrics.md §1. Slow and obvious; shares nothing with the product but row types. */
const H = 3_600_000;
const D = 24 * H;
const midnights = new Map<string, number>();
const midnight = (day: number, zone: string): number => {
  const key = `${zone} ${day}`;
  if (!midnights.has(key)) midnights.set(key, Temporal.PlainDate.from('1970-01-01').add({ days: day }).toZonedDateTime(zone).epochMilliseconds);
  return midnights.get(key)!;
};
export interface OracleDay { readonly asset: string; readonly client: string; readonly kind: string; readonly day: number; readonly state: string; readonly otherwise: string; readonly weak: boolean; readonly degraded: boolean; readonly reason: string | null; readonly criticality: string | null; readonly requirement: string }
export interface Merged { id: string; client: string; kind: string; role: string | null; group: string | null; criticality: string | null; records: AssetRow[]; from: number; to: number; exclusion: AssetRow['exclusion'] }

const bad = (v: string): boolean => v === 'to be filled by o.e.m.';
const idsOf = (r: AssetRow): string[] => r.identifiers.map(i => i.value.toLowerCase()).filter(v => !bad(v));
const end = (r: AssetRow): number => Math.min(r.retiredAt ?? Infinity, r.gone ?? Infinity);
export const inPrefix = (address: string, prefix: string): boolean => { const [net, bits] = prefix.split('/'); const n = Number(bits) / 8; return address.split('.').slice(0, n).join('.') === net!.split('.').slice(0, n).join('.'); };

export function mergedOf(rows: readonly AssetRow[]): Merged[] {
  const out: Merged[] = [];
  for (const client of new Set(rows.map(r => r.client))) {
    const real = rows.filter(r => r.client === client && !(r.kind === 'network_segment' && (r.container || rows.some(o => o !== r && o.client === r.client && o.source === r.source && o.kind === 'network_segment' && (o.vrf ?? '') === (r.vrf ?? '') && end(o) === Infinity
      && Number(o.prefix!.split('/')[1]) > Number(r.prefix!.split('/')[1]) && inPrefix(o.prefix!.split('/')[0]!, r.prefix!)))));
    const parts = real.map(r => [r]);
    const joinBy = (of: (r: AssetRow) => string[]): void => {
      for (const key of new Set(real.flatMap(of))) {
        const holders = real.filter(r => of(r).includes(key));
        if (['nb', 'cmdb'].some(s => holders.filter(h => h.source === s).length > 1)) continue;
        const touching = parts.filter(p => p.some(r => holders.includes(r)));
        for (const p of touching.slice(1)) { touching[0]!.push(...p); parts.splice(parts.indexOf(p), 1); }
      }
    };
    joinBy(r => idsOf(r));
    joinBy(r => (r.fqdn ? [r.fqdn] : []));
    for (const p of parts) {
      p.sort((a, b) => (a.source === b.source ? (a.id < b.id ? -1 : 1) : a.source === 'nb' ? -1 : 1));
      const top = p.filter(r => r.source === p[0]!.source);
      const first = <T>(of: (r: AssetRow) => T | null): T | null => p.map(of).find(v => v !== null) ?? null;
      const exclusion = first(r => r.exclusion);
      out.push({
        id: `asset:${p[0]!.id}`, client, kind: p[0]!.kind, role: first(r => r.role), group: first(r => r.group), criticality: first(r => r.criticality), records: p,
        from: Math.min(...p.map(r => r.registeredAt)), to: Math.max(...top.map(end)), exclusion: exclusion && { ...exclusion, to: Math.min(exclusion.to, exclusion.from + 90 * D) },
      });
    }
  }
  return out;
}

/** The time an asset was one asset of one client. Records have versions: each holds from its `changed` on, the oldest from ever. */
export interface Life { id: string; client: string; from: number; to: number; began: 'moved_client' | null; ended: 'moved_client' | 'merged' | null; at: Map<number, Merged> }
export interface Estate { edges: number[]; lives: Life[]; interval(t: number): number }
export function livesOf(rows: readonly AssetRow[]): Estate {
  const ids = [...new Set(rows.map(r => r.id))];
  const versions = (id: string): AssetRow[] => rows.filter(r => r.id === id).sort((a, b) => a.changed - b.changed);
  const edges = [...new Set(ids.flatMap(id => versions(id).slice(1).map(v => v.changed)))].sort((a, b) => a - b);
  const seen: { top: string; client: string; first: number; last: number; at: Map<number, Merged> }[] = [];
  for (let i = 0; i <= edges.length; i++) {
    const then = ids.map(id => {
      const all = versions(id);
      const v = [...all].reverse().find(r => r.changed <= (edges[i - 1] ?? -Infinity)) ?? all[0]!;
      // Times, group and addresses as its registry says them now; of a client it left, as it said them last there: the rest is the other client's.
      const gone = all.findIndex(r => r.changed > v.changed && r.client !== v.client);
      const now = all[gone < 0 ? all.length - 1 : gone - 1]!;
      return { ...now, client: v.client, kind: v.kind, role: v.role, criticality: v.criticality, exclusion: v.exclusion, identifiers: v.identifiers, hostname: v.hostname, fqdn: v.fqdn };
    });
    for (const m of mergedOf(then)) {
      const top = m.records[0]!.id;
      const run = seen.find(r => r.top === top && r.client === m.client && r.last === i - 1);
      if (run) { run.last = i; run.at.set(i, m); } else seen.push({ top, client: m.client, first: i, last: i, at: new Map([[i, m]]) });
    }
  }
  // Where its leading record came from another client, or went to one.
  const moves = (top: string): number[] => versions(top).filter((v, i, all) => i > 0 && all[i - 1]!.client !== v.client).map(v => v.changed);
  const spans = seen.map(run => {
    const [since, until] = [run.first === 0 ? -Infinity : edges[run.first - 1]!, run.last === edges.length ? Infinity : edges[run.last]!];
    const left = moves(run.top).find(t => t >= until);
    return { ...run, since, until, came: moves(run.top).includes(since), moved: left === until, base: `asset:${run.top}${left === undefined ? '' : `@${left}`}` };
  });
  const lives = spans.map((run): Life => {
    // Its end is what its registry says of it now; its beginning, that of what it was first.
    const m = run.at.get(run.last)!;
    const later = spans.some(o => o.base === run.base && o.first > run.last);
    return {
      id: later ? `${run.base}@${run.until}` : run.base, client: run.client, from: Math.max(run.at.get(run.first)!.from, run.since), to: Math.min(m.to, run.until),
      began: run.came ? 'moved_client' : null, ended: m.to < run.until || run.until === Infinity ? null : run.moved ? 'moved_client' : 'merged', at: run.at,
    };
  });
  return { edges, lives, interval: t => edges.filter(e => e <= t).length };
}
/** What a life was at an instant; nothing while it was another client's, or part of another asset. */
export function asOf(life: Life, i: number): Merged | null {
  const then = life.at.get(i);
  return then === undefined ? null : { ...then, from: life.from, to: life.to };
}

/** Which machine an observation names at an instant: [asset, weak]. */
export function machineOf(o: ObservationRow, at: number, assets: readonly Merged[]): [Merged, boolean] | null {
  const all = assets.filter(a => a.client === o.client && a.kind !== 'network_segment');
  const then = (list: Merged[]): Merged | 'no' => {
    const order = [...list].sort((a, b) => a.from - b.from || (a.id < b.id ? -1 : 1));
    if (order.some((a, i) => i > 0 && order[i - 1]!.to > a.from)) return 'no';
    return [...order].reverse().find(a => a.from <= at) ?? order[0]!;
  };
  const sharing: Merged[][] = [];
  const strong = new Set<Merged>();
  for (const i of o.identifiers) {
    const v = i.value.toLowerCase();
    const holders = bad(v) ? [] : all.filter(a => a.records.some(r => idsOf(r).includes(v)));
    if (holders.length === 1) strong.add(holders[0]!); else if (holders.length > 1) sharing.push(holders);
  }
  if (strong.size === 1) return [[...strong][0]!, false];
  if (strong.size > 1) return null;
  if (o.fqdn) { const holders = all.filter(a => a.records.some(r => r.fqdn === o.fqdn)); if (holders.length === 1) return [holders[0]!, false]; if (holders.length > 1) sharing.push(holders); }
  for (const s of sharing) { const one = then(s); if (one !== 'no') return [one, false]; }
  const host = o.hostname ?? o.fqdn?.split('.')[0] ?? null;
  if (host) {
    const holders = all.filter(a => a.records.some(r => r.hostname === host));
    if (holders.length === 1) return [holders[0]!, true];
    if (holders.length > 1) { const one = then(holders); return one === 'no' ? null : [one, true]; }
  }
  if (!o.address) return null;
  const held = all.flatMap(a => a.records.flatMap(r => r.addresses.filter(x => x.address === o.address && (x.static || x.from !== null)
    && (x.from ?? -Infinity) <= at && at < (x.to ?? Infinity) && (x.static || (a.from <= at && at < a.to))).map(() => a)));
  return new Set(held).size === 1 ? [held[0]!, true] : null;
}
/** What is retired leaves its addresses to the prefix around it; of two that hold one prefix, whichever is registered then. */
export function segmentOf(o: ObservationRow, at: number, assets: readonly Merged[]): Merged | null {
  if (o.evidence !== 'flow' || !o.address) return null;
  const fits = assets.filter(a => a.client === o.client && a.kind === 'network_segment' && at < a.to && inPrefix(o.address!, a.records[0]!.prefix!) && (o.vrf === null || (a.records[0]!.vrf ?? '') === o.vrf));
  const best: (Merged | null)[] = [];
  for (const vrf of new Set(fits.map(f => f.records[0]!.vrf ?? ''))) {
    const own = fits.filter(f => (f.records[0]!.vrf ?? '') === vrf);
    const bits = (f: Merged): number => Number(f.records[0]!.prefix!.split('/')[1]);
    const longest = own.filter(f => own.every(o => bits(o) <= bits(f)));
    const then = longest.length === 1 ? longest : longest.filter(f => f.from <= at);
    best.push(then.length === 1 ? then[0]! : null);
  }
  return best.length === 1 ? best[0]! : null;
}

/** The running day at an instant: sources may lag by so much; what went dark with a source by the last complete day stays so. */
export interface Running { readonly at: number; readonly lag: number; readonly days: readonly OracleDay[] }
export function coverageOracle(world: CoverageWorld, estate = livesOf(world.assets), running: Running | null = null): OracleDay[] {
  const zoneOf = (c: string): string => world.settings.clients.find(x => x.id === c)!.zone;
  const evidenceOf: Record<string, string> = { edr: 'agent_events', logs: 'host_logs', console: 'heartbeat', flows: 'flow', audit: 'audit_log' };
  const read = new Map<string, Set<number>>(Object.keys(evidenceOf).map(s => [s, new Set(world.days.filter(d => d.source === s).map(d => d.day))]));
  // What the settings read no longer ended where it was last read; of a client of which it never carried anything it is no source.
  const exists = (source: string, client: string): boolean => world.settings.sources.some(s => s.id === source && s.enabled) || world.days.some(d => d.source === source && d.rows.some(r => r.client === client));
  const ended = new Map(Object.keys(evidenceOf).map(s => [s, world.settings.sources.some(x => x.id === s && x.enabled) ? Infinity : (Math.max(...read.get(s)!) + 1) * D]));
  const allSizes = new Map<string, [number, number][]>(Object.keys(evidenceOf).map(s => [s, world.days.filter(d => d.source === s).map(d => [d.day, new Set(d.rows.map(r => r.id)).size] as [number, number]).sort((a, b) => a[0] - b[0])]));
  const lostOn = (s: string, day: number): boolean => {
    const list = allSizes.get(s)!;
    const at = list.findIndex(x => x[0] === day);
    for (let i = 0; i < at; i++) if (list[i]![1] > 0 && day - list[i]![0] <= 28 && list.slice(i + 1, at + 1).every(x => x[1] <= list[i]![1] * 0.1)) return true;
    return false;
  };
  const requirementOf = (a: Merged, day: number) => {
    const started = world.settings.policy.coverage.requirements.filter(r => r.kind === a.kind && Math.round(Date.parse(r.effectiveFrom) / D) <= day);
    const own = started.filter(r => r.client === a.client);
    const list = own.length > 0 ? own : started.filter(r => r.client === '*');
    return [...list].sort((x, y) => (x.effectiveFrom < y.effectiveFrom ? 1 : x.effectiveFrom > y.effectiveFrom ? -1 : 0))[0];
  };
  const groupsOf = (a: Merged, day: number): string[][] => {
    const own = requirementOf(a, day);
    const groups = own ? own.groups.map(g => [...g] as string[]) : a.kind === 'endpoint' ? [['agent_events', 'host_logs']] : a.kind === 'cloud_workload' ? [['agent_events', 'audit_log', 'flow_log']] : [['sensor', 'flow', 'firewall']];
    return own && own.acceptHeartbeatFrom.includes('console') ? groups.map(g => [...g, 'heartbeat']) : groups;
  };
  const windowOf = (a: Merged): number => (a.kind === 'endpoint' && a.role === 'workstation' ? 7 * D : D);
  type Sight = { source: string; evidence: string; day: number; ends: number[]; count: number; weak: boolean };
  const sights = new Map<Life, Sight[]>();
  const put = (a: Life, s: Sight): void => { sights.set(a, [...(sights.get(a) ?? []), s]); };
  for (const d of world.days) for (const o of d.rows) {
    const ends = [o.first, o.last];
    const here = ends.map((t): [Life, boolean] | null => {
      const then = estate.lives.flatMap(life => { const m = asOf(life, estate.interval(t)); return m ? [{ life, m }] : []; });
      const found = machineOf(o, t, then.map(x => x.m));
      return found && [then.find(x => x.m === found[0])!.life, found[1]];
    });
    for (const a of new Set(here.flatMap(h => (h ? [h[0]] : [])))) put(a, { source: o.source, evidence: o.evidence, day: o.day, ends: ends.filter((_, i) => here[i]?.[0] === a), count: o.count, weak: here.find(h => h?.[0] === a)![1] });
    const fell = ends.map((t): Life | null => {
      const then = estate.lives.flatMap(life => { const m = asOf(life, estate.interval(t)); return m ? [{ life, m }] : []; });
      const s = segmentOf(o, t, then.map(x => x.m));
      return s && then.find(x => x.m === s)!.life;
    });
    for (const life of new Set(fell.filter(l => l !== null))) put(life, { source: o.source, evidence: o.evidence, day: o.day, ends: ends.filter((_, i) => fell[i] === life), count: o.count, weak: false });
  }
  const measuredFrom = (a: Merged, day: number): number => Math.min(...Object.entries(evidenceOf).filter(([s, e]) => exists(s, a.client) && groupsOf(a, day).some(g => g.includes(e))).flatMap(([s]) => [...read.get(s)!])) * D;
  const measuredUntil = (a: Merged, day: number): number => Math.min(...groupsOf(a, day).map(g => Math.max(-Infinity, ...Object.entries(evidenceOf).filter(([s, e]) => exists(s, a.client) && g.includes(e)).map(([s]) => ended.get(s)!))));
  const unread = (source: string, t: number, w: number): boolean => {
    const days = read.get(source)!;
    if (t > ended.get(source)!) return false;
    if (running) {
      // Read to within the lag, without a gap that matters before.
      const newest = (Math.max(...days) + 1) * D;
      if (newest < t - running.lag) return true;
      t = newest;
    }
    if (days.size === 0) return true;
    if (t <= Math.min(...days) * D) return false;
    if (!days.has(Math.floor((t - 1) / D))) return true;
    let missing = 0;
    for (let d = Math.floor((t - w) / D); d * D < t; d++) if (!days.has(d)) missing += Math.min(t, (d + 1) * D) - Math.max(t - w, d * D);
    return missing > w / 6;
  };
  const volumes = new Map<string, Map<number, number>>();
  const judge = (life: Life, a: Merged, t: number, on: number): Omit<OracleDay, 'asset' | 'client' | 'kind' | 'day' | 'otherwise' | 'criticality' | 'requirement'> => {
    const w = windowOf(a);
    const own = sights.get(life) ?? [];
    const fresh = (s: Sight): boolean => s.ends.some(x => x > t - w && x <= t);
    const no = { weak: false, degraded: false };
    const groups = groupsOf(a, on);
    const hits = groups.map(g => own.filter(s => g.includes(s.evidence) && fresh(s)));
    if (hits.every(h => h.length > 0)) {
      // A host-day of UTC is spread evenly between its ends; what falls between two local midnights is that local day's.
      const zone = zoneOf(a.client);
      const part = (s: Sight, day: number): number => {
        const [x, y] = [s.ends[0]!, s.ends[s.ends.length - 1]!];
        const [from, to] = [midnight(day, zone), midnight(day + 1, zone)];
        return x === y ? (x >= from && x < to ? s.count : 0) : s.count * Math.max(0, Math.min(y, to) - Math.max(x, from)) / (y - x);
      };
      const name = `${life.id} ${a.client} ${JSON.stringify(groups)}`;
      const known = volumes.get(name) ?? new Map<number, number>();
      volumes.set(name, known);
      const volume = (day: number): number => {
        if (!known.has(day)) known.set(day, own.filter(s => s.evidence !== 'heartbeat' && groups.flat().includes(s.evidence)).reduce((n, s) => n + part(s, day), 0));
        return known.get(day)!;
      };
      let day = Math.floor(t / D) + 1;
      while (midnight(day + 1, zone) > t) day--;
      const past: number[] = [];
      for (let d = day - 28; d < day; d++) if (volume(d) > 0) past.push(volume(d));
      past.sort((x, y) => x - y);
      const median = past.length % 2 ? past[(past.length - 1) / 2]! : (past[past.length / 2 - 1]! + past[past.length / 2]!) / 2;
      return { state: 'covered', weak: hits.some(h => h.every(s => s.weak)), degraded: past.length >= 7 && volume(day) > 0 && volume(day) < 0.1 * median, reason: null };
    }
    const waiting = groups.map((g, i) => (hits[i]!.length > 0 ? null : Object.keys(evidenceOf).filter(s => g.includes(evidenceOf[s]!) && exists(s, a.client) && unread(s, t, w)))).filter(x => x !== null);
    if (waiting.every(x => x.length > 0)) return { state: 'unknown', ...no, reason: `unread:${[...new Set(waiting.flat())].sort().join(',')}` };
    if (own.some(s => s.evidence === 'heartbeat' && fresh(s))) return { state: 'agent_only', ...no, reason: null };
    let newest: { at: number; source: string } | null = null;
    for (const s of own) if (groups.flat().includes(s.evidence) && s.day >= Math.floor(t / D) - 28) for (const x of s.ends) if (x <= t && (!newest || x > newest.at || (x === newest.at && s.source < newest.source))) newest = { at: x, source: s.source };
    if (running) { const before = running.days.filter(d => d.asset === life.id && d.client === life.client).sort((x, y) => y.day - x.day)[0]; if (before?.otherwise === 'dark' && before.reason?.startsWith('with_source:')) return { state: 'dark', ...no, reason: before.reason }; }
    if (!running && newest && lostOn(newest.source, Math.floor((t - 1) / D))) return { state: 'dark', ...no, reason: `with_source:${newest.source}` };
    return { state: own.some(fresh) ? 'dark' : 'absent', ...no, reason: null };
  };
  const out: OracleDay[] = [];
  const pools = new Map<string, { client: string; day: number; group: string; list: { v: ReturnType<typeof judge>; excluded: boolean }[] }>();
  const firstDay = Math.min(...world.days.map(d => d.day)) - 2;
  const lastDay = Math.max(...world.days.map(d => d.day)) + 3;
  for (const life of estate.lives) for (let day = firstDay; day <= lastDay; day++) {
    const [midnights, next] = [midnight(day, zoneOf(life.client)), midnight(day + 1, zoneOf(life.client))];
    if (running && !(midnights < running.at && running.at <= next)) continue;
    const [from, to] = running ? [Math.min(midnights, running.at - H), running.at] : [midnights, next];
    const known = [...life.at.keys()];
    const a = life.at.get(Math.min(Math.max(estate.interval(to - 1), Math.min(...known)), Math.max(...known)))!;
    const t = Math.min(to, life.to);
    if (to > world.now || t - Math.max(from, life.from) < H || t <= measuredFrom(a, day) || to > measuredUntil(a, day)) continue;
    const v = judge(life, a, t, day);
    const excluded = a.exclusion !== null && a.exclusion.from < t && t <= a.exclusion.to;
    const own = requirementOf(a, day);
    const requirement = own ? `${own.name}${own.effectiveFrom === '1970-01-01' ? '' : ` (from ${own.effectiveFrom})`}` : 'default';
    if (a.kind === 'cloud_workload' && a.group && t - life.from < D) {
      const key = `${life.client}|${a.group}|${day}`;
      pools.set(key, { client: life.client, day, group: a.group, list: [...(pools.get(key)?.list ?? []), { v, excluded }] });
    } else {
      out.push({ asset: life.id, client: life.client, kind: a.kind, criticality: a.criticality, requirement, day, ...v, state: excluded ? 'excluded' : v.state, otherwise: v.state, reason: excluded ? a.exclusion!.reason : v.reason });
    }
  }
  for (const p of pools.values()) {
    const free = p.list.filter(x => !x.excluded);
    const list = free.length > 0 ? free : p.list;
    const k = (s: string): number => list.filter(x => x.v.state === s).length;
    const state = k('covered') / list.length >= 0.95 ? 'covered' : (k('covered') + k('unknown')) / list.length >= 0.95 ? 'unknown' : k('agent_only') ? 'agent_only' : k('covered') + k('dark') ? 'dark' : 'absent';
    out.push({
      asset: `group:${p.client}:${p.group}`, client: p.client, kind: 'cloud_workload', criticality: null, requirement: 'default', day: p.day, state: free.length > 0 ? state : 'excluded', otherwise: state,
      weak: state === 'covered' && list.filter(x => x.v.state === 'covered' && !x.v.weak).length / list.length < 0.95, degraded: state === 'covered' && list.some(x => x.v.degraded), reason: `${k('covered')} of ${list.length}`,
    });
  }
  return out;
}
