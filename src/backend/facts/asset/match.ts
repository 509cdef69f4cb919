import type { Ms } from '../../../model';
import { hostNames, identifierKey, normaliseAddress, placeholderSet, type HostIdentity } from './identity';
import { endOfAsset, type Asset } from './merge';
import { segmentIndex, type SegmentIndex } from './segment';

/** How an observation was tied to an asset. `hostname` and `address` are weak: they cover, and their share is shown. */
export const MATCH_KINDS = ['strong', 'fqdn', 'hostname', 'address', 'ambiguous', 'none'] as const;
export type MatchKind = (typeof MATCH_KINDS)[number];
export const isWeak = (via: MatchKind): boolean => via === 'hostname' || via === 'address';

/** Half-open interval during which a match holds: registration of one of several namesakes, a lease, or a name. */
export interface Candidate { readonly asset: Asset; readonly from: Ms; readonly to: Ms; /** Where it differs from the match's own. */ readonly via?: MatchKind }
export interface Match { readonly via: MatchKind; readonly candidates: readonly Candidate[]; /** Where names changed hands: what it was when, oldest first, without gaps; `via` is the newest's. */ readonly pieces?: readonly Piece[] }
interface Piece extends Match { readonly from: Ms; readonly to: Ms }
const NONE: Match = { via: 'none', candidates: [] };
const AMBIGUOUS: Match = { via: 'ambiguous', candidates: [] };
const always = (asset: Asset): Candidate => ({ asset, from: -Infinity, to: Infinity });

/** The asset a match names at an instant; null where none or more than one holds then. */
export function assetAt(match: Match, at: Ms): Asset | null {
  const then = match.candidates.filter(c => c.from <= at && at < c.to);
  return then.length === 1 ? then[0]!.asset : null;
}
/** The match by the names in force at an instant. */
export const matchAt = (match: Match, at: Ms): Match => match.pieces?.find(p => p.from <= at && at < p.to) ?? match;
/** Whether the answer depends on the instant. */
export const isTimed = (match: Match): boolean => match.candidates.some(c => c.from !== -Infinity || c.to !== Infinity);

export interface HostIndex {
  /** Machines: strong identifier, FQDN, host name, static or leased address, in this order (metrics.md §1, Match). */
  host(host: HostIdentity): Match;
  readonly segments: SegmentIndex;
}

/** Who bears a name, and while. */
interface Holder { readonly asset: Asset; readonly from: Ms; readonly to: Ms }
interface Asked { readonly strong: readonly (readonly Holder[])[]; readonly fqdn: readonly Holder[]; readonly hostname: readonly Holder[]; readonly address: readonly Candidate[] }

/** Index over the assets of ONE client. A host is whatever bore its names at the instant at which it was seen. */
export function hostIndex(assets: readonly Asset[], placeholders: readonly string[]): HostIndex {
  const extra = placeholderSet(placeholders);
  const strong = new Map<string, Holder[]>();
  const fqdns = new Map<string, Holder[]>();
  const names = new Map<string, Holder[]>();
  const addresses = new Map<string, Candidate[]>();
  const put = <T>(map: Map<string, T[]>, key: string, value: T): void => { const list = map.get(key); if (list) list.push(value); else map.set(key, [value]); };
  for (const asset of assets) for (const known of asset.kind === 'network_segment' ? [] : asset.known) {
    const holder: Holder = { asset, from: known.from, to: known.to };
    for (const key of known.identifiers) put(strong, key, holder);
    for (const key of known.fqdns) put(fqdns, key, holder);
    for (const key of known.hostnames) put(names, key, holder);
    for (const a of known.addresses) {
      const address = normaliseAddress(a.address);
      if (address === null || (!a.static && a.from === null)) continue;
      // A static address belongs to its asset while that is registered; a lease only while it runs.
      const end = endOfAsset(asset);
      const held = { asset, from: Math.max(a.from ?? -Infinity, a.static ? -Infinity : asset.registeredAt, known.from), to: Math.min(a.to ?? Infinity, a.static ? Infinity : end, known.to) };
      // A lease that was over before it began, or before its asset was registered, never held: it makes nobody ambiguous.
      if (held.from < held.to) put(addresses, address, held);
    }
  }
  return { segments: segmentIndex(assets), host };
  function host(given: HostIdentity): Match {
    const { hostname, fqdn } = hostNames(given.hostname, given.fqdn, extra);
    const address = normaliseAddress(given.address);
    const asked: Asked = {
      strong: given.identifiers.map(i => identifierKey(i, extra)).flatMap(k => (k === null ? [] : [strong.get(k) ?? []])),
      fqdn: fqdn === null ? [] : fqdns.get(fqdn) ?? [], hostname: hostname === null ? [] : names.get(hostname) ?? [], address: address === null ? [] : addresses.get(address) ?? [],
    };
    const edges = new Set([...asked.strong.flat(), ...asked.fqdn, ...asked.hostname].flatMap(h => [h.from, h.to]).filter(t => Math.abs(t) !== Infinity));
    if (edges.size === 0) return find(asked);
    const at = [-Infinity, ...[...edges].sort((a, b) => a - b), Infinity];
    return pieced(at.slice(1).map((to, i) => {
      const from = at[i]!;
      const then = (list: readonly Holder[]): Holder[] => list.filter(h => h.from <= from && to <= h.to);
      const match = find({ strong: asked.strong.map(then), fqdn: then(asked.fqdn), hostname: then(asked.hostname), address: asked.address });
      return { ...match, candidates: match.candidates.map(c => ({ ...c, from: Math.max(c.from, from), to: Math.min(c.to, to) })).filter(c => c.from < c.to), from, to };
    }));
  }
}

/** By rank: strong identifier, FQDN, host name, address (metrics.md §1, Match). */
function find(asked: Asked): Match {
  const known = new Set<Asset>();
  const shared: Asset[][] = [];
  const bearing = (holders: readonly Holder[]): Asset[] => [...new Set(holders.map(h => h.asset))];
  for (const holders of asked.strong.map(bearing)) {
    // An identifier with several holders is one that "joins nothing"; registration may still tell them apart.
    if (holders.length === 1) known.add(holders[0]!); else if (holders.length > 1) shared.push(holders);
  }
  if (known.size === 1) return { via: 'strong', candidates: [always([...known][0]!)] };
  if (known.size > 1) return AMBIGUOUS;
  const full = bearing(asked.fqdn);
  if (full.length === 1) return { via: 'fqdn', candidates: [always(full[0]!)] };
  if (full.length > 1) shared.push(full);
  // Namesakes over time (a machine replaced by one of the same name): whoever was registered at that instant.
  for (const holders of shared) { const timed = namesakes(holders); if (timed) return { via: 'fqdn', candidates: timed }; }
  const short = bearing(asked.hostname);
  if (short.length === 1) return { via: 'hostname', candidates: [always(short[0]!)] };
  if (short.length > 1) { const timed = namesakes(short); return timed ? { via: 'hostname', candidates: timed } : AMBIGUOUS; }
  if (asked.address.length === 0) return NONE;
  const alone = disjoint(asked.address);
  return alone.length === 0 ? AMBIGUOUS : { via: 'address', candidates: alone };
}

/** Pieces as one match: neighbours that say the same of the same assets are one piece, and one piece is a match without any. */
function pieced(list: readonly Piece[]): Match {
  const pieces: Piece[] = [];
  for (const next of list) {
    const before = pieces[pieces.length - 1];
    if (before?.via === next.via && sameAssets(before, next)) pieces[pieces.length - 1] = { ...before, to: next.to, candidates: joined([...before.candidates, ...next.candidates]) };
    else pieces.push(next);
  }
  if (pieces.length === 1) return { via: pieces[0]!.via, candidates: pieces[0]!.candidates };
  return { via: pieces[pieces.length - 1]!.via, candidates: joined(pieces.flatMap(p => p.candidates.map(c => ({ ...c, via: p.via })))), pieces };
}
const sameAssets = (a: Match, b: Match): boolean => { const [x, y] = [new Set(a.candidates.map(c => c.asset)), new Set(b.candidates.map(c => c.asset))]; return x.size === y.size && [...x].every(asset => y.has(asset)); };
/** Candidates that go on where one of the same kind ends are one. */
function joined(list: readonly Candidate[]): Candidate[] {
  const out: Candidate[] = [];
  for (const c of list) {
    const i = out.findIndex(o => o.asset === c.asset && o.to === c.from && o.via === c.via);
    if (i < 0) out.push(c); else out[i] = { ...out[i]!, to: c.to };
  }
  return out;
}

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
