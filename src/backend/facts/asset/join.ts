import type { AssetRow } from '../../../model';
import { hostNames, identifierKey, type HostNames } from './identity';
import { hostOf } from './lives';
import { parsePrefix } from './prefix';

export interface MergePolicy {
  /** Registry source ids, most trusted first; others follow by id. */
  readonly rank: readonly string[];
  readonly placeholders: readonly string[];
}
/** A record with what joins it to others: strong identifiers, FQDN, and for a segment its prefix within the VRF. */
export interface Keyed { readonly row: AssetRow; readonly strong: readonly string[]; readonly fqdn: string | null; /** How hosts name it. */ readonly names: HostNames }

export function keyed(row: AssetRow, extra: ReadonlySet<string>): Keyed {
  if (row.kind === 'network_segment') {
    const prefix = row.prefix === null ? null : parsePrefix(row.prefix);
    return { row, strong: prefix === null ? [] : [`prefix:${row.vrf ?? ''}|${prefix.key}`], fqdn: null, names: { hostname: null, fqdn: hostNames(row.hostname, row.fqdn, extra).fqdn } };
  }
  const strong = row.identifiers.map(i => identifierKey(i, extra)).filter(k => k !== null);
  return { row, strong: [...new Set(strong)], fqdn: hostNames(row.hostname, row.fqdn, extra).fqdn, names: hostNames(hostOf(row), row.fqdn, extra) };
}

/** Numbers 0 … n-1 in sets. */
export function sets(n: number): { join(a: number, b: number): void; all(): number[][] } {
  const parent = Array.from({ length: n }, (_, i) => i);
  const find = (i: number): number => { while (parent[i] !== i) { parent[i] = parent[parent[i]!]!; i = parent[i]!; } return i; };
  return {
    join: (a, b) => { parent[find(a)] = find(b); },
    all: () => {
      const found = new Map<number, number[]>();
      parent.forEach((_, i) => { const root = find(i); const list = found.get(root); if (list) list.push(i); else found.set(root, [i]); });
      return [...found.values()];
    },
  };
}

/** Records that speak of one thing at one time, each part most trusted first (metrics.md §1, Asset). */
export function parts(given: readonly Keyed[], policy: MergePolicy): Keyed[][] {
  const records = [...given].sort((a, b) => (a.row.id < b.row.id ? -1 : 1));
  const together = sets(records.length);
  const join = (of: (k: Keyed) => readonly string[]): void => {
    const holders = new Map<string, number[]>();
    records.forEach((k, i) => of(k).forEach(key => { const list = holders.get(key); if (list) list.push(i); else holders.set(key, [i]); }));
    for (const list of holders.values()) {
      // Held by two records of one registry, it joins nothing.
      if (new Set(list.map(i => records[i]!.row.source)).size < list.length) continue;
      for (const i of list) together.join(i, list[0]!);
    }
  };
  join(k => k.strong);
  join(k => (k.fqdn === null ? [] : [k.fqdn]));
  const rankOf = (source: string): number => { const at = policy.rank.indexOf(source); return at < 0 ? policy.rank.length : at; };
  return together.all().map(part => part.map(i => records[i]!)
    .sort((a, b) => rankOf(a.row.source) - rankOf(b.row.source) || (a.row.source < b.row.source ? -1 : a.row.source > b.row.source ? 1 : 0) || (a.row.id < b.row.id ? -1 : 1)));
}
