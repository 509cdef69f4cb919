import type { Ms } from '../../../model';
import { parseAddress, parsePrefix } from './prefix';
import { endOfAsset, type Asset } from './merge';

/** What an address falls into through some time; `ambiguous` when no VRF is known and several fit, or two registered assets have one prefix. */
export interface SegmentPiece { readonly from: Ms; readonly to: Ms; readonly segment: Asset | 'ambiguous' | null }
export interface SegmentIndex {
  /** Segments an inside address falls into, oldest first, without gaps from ever to ever. */
  find(address: string, vrf: string | null): readonly SegmentPiece[];
}
export const NOWHERE: readonly SegmentPiece[] = [{ from: -Infinity, to: Infinity, segment: null }];
/** What it fell into at an instant. */
export const segmentAt = (pieces: readonly SegmentPiece[], at: Ms): SegmentPiece['segment'] => pieces.find(p => p.from <= at && at < p.to)!.segment;

/** A prefix's asset, from its coming to the client until it ended: what is retired leaves its addresses to the prefix around it. */
interface Holder { readonly asset: Asset; readonly from: Ms; readonly to: Ms }

/** Longest match within one client and VRF (metrics.md §1, Segment). A record without VRF fits every VRF. */
export function segmentIndex(assets: readonly Asset[]): SegmentIndex {
  const tables = new Map<string, Map<string, Holder[]>>();
  const lengths = new Map<string, number[]>();
  const vrfs = new Set<string>();
  for (const asset of assets) {
    const prefix = asset.kind === 'network_segment' && asset.prefix !== null ? parsePrefix(asset.prefix) : null;
    if (prefix === null) continue;
    const vrf = asset.vrf ?? '';
    vrfs.add(vrf);
    const scope = `${vrf}|${prefix.width}`;
    const entries = tables.get(scope) ?? new Map<string, Holder[]>();
    tables.set(scope, entries);
    const known = asset.known[asset.known.length - 1]!;
    entries.set(prefix.key, [...(entries.get(prefix.key) ?? []), { asset, from: asset.known[0]!.from, to: Math.min(known.to, endOfAsset(asset)) }]);
    const bits = lengths.get(scope) ?? [];
    if (!bits.includes(prefix.bits)) lengths.set(scope, [...bits, prefix.bits].sort((a, b) => b - a));
  }
  return {
    find(text, vrf) {
      const address = parseAddress(text);
      if (address === null) return NOWHERE;
      // By VRF: holders of each prefix around the address, longest first.
      const around = (vrf === null ? [...vrfs] : [vrf]).map(name => {
        const scope = `${name}|${address.width}`;
        return (lengths.get(scope) ?? []).flatMap(bits => {
          const shift = BigInt(address.width - bits);
          const hit = tables.get(scope)!.get(`${address.width}/${(address.value >> shift) << shift}/${bits}`);
          return hit === undefined ? [] : [hit];
        });
      });
      const edges = around.flat(2).flatMap(h => [h.from, h.to, ...(h.asset.registeredAt > h.from ? [h.asset.registeredAt] : [])]).filter(t => Math.abs(t) !== Infinity);
      const at = [-Infinity, ...[...new Set(edges)].sort((a, b) => a - b), Infinity];
      return joined(at.slice(1).map((to, i) => ({ from: at[i]!, to, segment: within(around, at[i]!) })));
    },
  };
}

function within(around: readonly (readonly (readonly Holder[])[])[], at: Ms): SegmentPiece['segment'] {
  const found = around.flatMap(chain => {
    for (const holders of chain) {
      const here = holders.filter(h => h.from <= at && at < h.to);
      if (here.length === 0) continue;
      // A prefix that was given up and registered anew: whichever was registered then.
      const then = here.length === 1 ? here : here.filter(h => h.asset.registeredAt <= at);
      return [then.length === 1 ? then[0]!.asset : 'ambiguous' as const];
    }
    return [];
  });
  return found.length === 0 ? null : found.length > 1 ? 'ambiguous' : found[0]!;
}
function joined(pieces: readonly SegmentPiece[]): SegmentPiece[] {
  const out: SegmentPiece[] = [];
  for (const next of pieces) {
    const before = out[out.length - 1];
    if (before?.segment === next.segment) out[out.length - 1] = { ...before, to: next.to }; else out.push(next);
  }
  return out;
}
