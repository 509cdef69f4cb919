import { parseAddress, parsePrefix } from './prefix';
import type { Asset } from './merge';

export interface SegmentIndex {
  /** Segment an inside address falls into; `ambiguous` when no VRF is known and several fit, or two assets have one prefix. */
  find(address: string, vrf: string | null): Asset | 'ambiguous' | null;
}

/** Longest match within one client and VRF (metrics.md §1, Segment). A record without VRF fits every VRF. */
export function segmentIndex(assets: readonly Asset[]): SegmentIndex {
  const tables = new Map<string, Map<string, Asset | 'ambiguous'>>();
  const lengths = new Map<string, number[]>();
  const vrfs = new Set<string>();
  for (const asset of assets) {
    const prefix = asset.kind === 'network_segment' && asset.prefix !== null ? parsePrefix(asset.prefix) : null;
    if (prefix === null) continue;
    const vrf = asset.vrf ?? '';
    vrfs.add(vrf);
    const scope = `${vrf}|${prefix.width}`;
    const entries = tables.get(scope) ?? new Map<string, Asset | 'ambiguous'>();
    tables.set(scope, entries);
    entries.set(prefix.key, entries.has(prefix.key) ? 'ambiguous' : asset);
    const bits = lengths.get(scope) ?? [];
    if (!bits.includes(prefix.bits)) lengths.set(scope, [...bits, prefix.bits].sort((a, b) => b - a));
  }
  return {
    find(text, vrf) {
      const address = parseAddress(text);
      if (address === null) return null;
      const found: (Asset | 'ambiguous')[] = [];
      for (const name of vrf === null ? vrfs : [vrf]) {
        const scope = `${name}|${address.width}`;
        for (const bits of lengths.get(scope) ?? []) {
          const shift = BigInt(address.width - bits);
          const hit = tables.get(scope)!.get(`${address.width}/${(address.value >> shift) << shift}/${bits}`);
          if (hit !== undefined) { found.push(hit); break; }
        }
      }
      return found.length === 0 ? null : found.length > 1 ? 'ambiguous' : found[0]!;
    },
  };
}
