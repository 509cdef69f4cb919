import type { Ms } from '../../../model';
import { hostNames, identifierKey, normaliseAddress, placeholderSet, type HostIdentity } from './identity';
import { endOfAsset, type Asset } from './merge';
import { segmentIndex, type SegmentIndex } from './segment';

/** How an observation was tied to an asset. `hostname` and `address` are weak: they cover, and their share is shown. */
export const MATCH_KINDS = ['strong', 'fqdn', 'hostname', 'address', 'ambiguous', 'none'] as const;
export type MatchKind = (typeof MATCH_KINDS)[number];
export const isWeak = (via: MatchKind): boolean => via === 'hostname' || via === 'address';

/** Half-open interval during which a match holds: registration of one of several namesakes, or a lease. */
export interface Candidate { readonly asset: Asset; readonly from: Ms; readonly to: Ms; /** Where it differs from the match's own. */ readonly weak?: boolean }
export interface Match { readonly via: MatchKind; readonly candidates: readonly Candidate[] }
const NONE: Match = { via: 'none', candidates: [] };
const AMBIGUOUS: Match = { via: 'ambiguous', candidates: [] };
const always = (asset: Asset): Candidate => ({ asset, from: -Infinity, to: Infinity });

/** The asset a match names at an instant; null where none or more than one holds then. */
export function assetAt(match: Match, at: Ms): Asset | null {
  const then = match.candidates.filter(c => c.from <= at && at < c.to);
  return then.length === 1 ? then[0]!.asset : null;
}
/** Whether the answer depends on the instant. */
export const isTimed = (match: Match): boolean => match.candidates.some(c => c.from !== -Infinity || c.to !== Infinity);

export interface HostIndex {
  /** Machines: strong identifier, FQDN, host name, static or leased address, in this order (metrics.md §1, Match). */
  host(host: HostIdentity): Match;
  readonly segments: SegmentIndex;
}

/** Index over the assets of ONE client. */
export function hostIndex(assets: readonly Asset[], placeholders: readonly string[]): HostIndex {
  const extra = placeholderSet(placeholders);
  const strong = new Map<string, Asset[]>();
  const fqdns = new Map<string, Asset[]>();
  const names = new Map<string, Asset[]>();
  const addresses = new Map<string, Candidate[]>();
  const put = <T>(map: Map<string, T[]>, key: string, value: T): void => { const list = map.get(key); if (list) list.push(value); else map.set(key, [value]); };
  const split = assets.filter(a => a.before !== null);
  for (const asset of assets) {
    // What became part of another asset is found through it, for the time before.
    if (asset.kind === 'network_segment' || asset.endedAs === 'merged') continue;
    for (const key of asset.identifiers) put(strong, key, asset);
    for (const key of asset.fqdns) put(fqdns, key, asset);
    for (const key of asset.hostnames) put(names, key, asset);
    for (const a of asset.addresses) {
      const address = normaliseAddress(a.address);
      if (address === null || (!a.static && a.from === null)) continue;
      // A static address belongs to its asset while that is registered; a lease only while it runs.
      const end = endOfAsset(asset);
      const held = { asset, from: Math.max(a.from ?? -Infinity, a.static ? -Infinity : asset.registeredAt), to: Math.min(a.to ?? Infinity, a.static ? Infinity : end) };
      // A lease that was over before it began, or before its asset was registered, never held: it makes nobody ambiguous.
      if (held.from < held.to) put(addresses, address, held);
    }
  }
  const earlier = new Map(split.map(a => [a, lazy(() => hostIndex([{ ...a.before!.self, before: null }, ...a.before!.others.map(o => ({ ...o, endedAs: null }))], placeholders))] as const));
  /** Before its records were merged, a host belonged to whichever of them it named then. */
  const apart = (host: HostIdentity, match: Match): Match => {
    if (match.via !== 'none') {
      if (!match.candidates.some(c => c.asset.before)) return match;
      return { ...match, candidates: match.candidates.flatMap(c => (c.asset.before === null ? [c] : [...then(c.asset, c, host), { ...c, from: Math.max(c.from, c.asset.before.until) }]).filter(x => x.from < x.to)) };
    }
    // A name that only an older version bears.
    for (const asset of split) {
      const found = then(asset, always(asset), host);
      if (found.length > 0) return { via: found.some(c => !c.weak) ? 'strong' : 'hostname', candidates: found };
    }
    return match;
  };
  const then = (asset: Asset, { from, to }: Candidate, host: HostIdentity): Candidate[] => {
    const match = earlier.get(asset)!().host(host);
    const { until, others } = asset.before!;
    return match.candidates.map(o => ({ weak: isWeak(match.via), asset: o.asset.id === asset.id ? asset : others.find(x => x.id === o.asset.id)!, from: Math.max(from, o.from), to: Math.min(to, o.to, until) })).filter(x => x.from < x.to);
  };
  return { segments: segmentIndex(assets), host: host => apart(host, find(host)) };
  function find(host: HostIdentity): Match {
    const keys = host.identifiers.map(i => identifierKey(i, extra)).filter(k => k !== null);
    const known = new Set<Asset>();
    const shared: Asset[][] = [];
    for (const key of keys) {
      const holders = strong.get(key);
      // An identifier with several holders is one that "joins nothing"; registration may still tell them apart.
      if (holders?.length === 1) known.add(holders[0]!); else if (holders) shared.push(holders);
    }
    if (known.size === 1) return { via: 'strong', candidates: [always([...known][0]!)] };
    if (known.size > 1) return AMBIGUOUS;
    const { hostname, fqdn } = hostNames(host.hostname, host.fqdn, extra);
    if (fqdn !== null) {
      const holders = fqdns.get(fqdn);
      if (holders?.length === 1) return { via: 'fqdn', candidates: [always(holders[0]!)] };
      if (holders) shared.push(holders);
    }
    // Namesakes over time (a machine replaced by one of the same name): whoever was registered at that instant.
    for (const holders of shared) { const timed = namesakes(holders); if (timed) return { via: 'fqdn', candidates: timed }; }
    if (hostname !== null) {
      const holders = names.get(hostname);
      if (holders?.length === 1) return { via: 'hostname', candidates: [always(holders[0]!)] };
      if (holders) { const timed = namesakes(holders); return timed ? { via: 'hostname', candidates: timed } : AMBIGUOUS; }
    }
    const address = normaliseAddress(host.address);
    const held = address === null ? undefined : addresses.get(address);
    if (!held) return NONE;
    const alone = disjoint(held);
    return alone.length === 0 ? AMBIGUOUS : { via: 'address', candidates: alone };
  }
}
const lazy = <T>(make: () => T): (() => T) => { let made: T | undefined; return () => made ??= make(); };

/** Where exactly one asset holds an address; what two hold at once is nobody's. Two records of one asset are one holder. */
function disjoint(held: readonly Candidate[]): Candidate[] {
  const edges = [...new Set(held.flatMap(c => [c.from, c.to]))].sort((a, b) => a - b);
  const out: Candidate[] = [];
  for (let i = 0; i + 1 < edges.length; i++) {
    const [from, to] = [edges[i]!, edges[i + 1]!];
    const holders = new Set(held.filter(c => c.from <= from && to <= c.to).map(c => c.asset));
    if (holders.size !== 1) continue;
    const [asset] = [...holders];
    const before = out[out.length - 1];
    if (before && before.asset === asset && before.to === from) out[out.length - 1] = { ...before, to };
    else out.push({ asset: asset!, from, to });
  }
  return out;
}

/** Several assets of one name: usable when their registrations do not overlap. */
function namesakes(holders: readonly Asset[]): Candidate[] | null {
  const order = [...holders].sort((a, b) => a.registeredAt - b.registeredAt || (a.id < b.id ? -1 : 1));
  for (let i = 1; i < order.length; i++) if (endOfAsset(order[i - 1]!) > order[i]!.registeredAt) return null;
  return order.map((asset, i) => ({ asset, from: i === 0 ? -Infinity : asset.registeredAt, to: i === order.length - 1 ? Infinity : order[i + 1]!.registeredAt }));
}
