import type { AssetAddress, AssetKind, AssetRow, EndpointRole, Ms } from '../../../model';
import { hostNames, identifierKey, placeholderSet } from './identity';
import { parsePrefix } from './prefix';

/** An asset: the registry records of one client that speak of one thing (metrics.md §1, Asset). */
export interface Asset {
  /** `asset:` + the smallest id among the records of its most trusted registry. */
  readonly id: string;
  readonly client: string;
  readonly name: string;
  readonly kind: AssetKind;
  readonly role: EndpointRole | null;
  readonly criticality: string | null;
  readonly group: string | null;
  readonly prefix: string | null;
  readonly vrf: string | null;
  readonly url: string | null;
  readonly source: string;
  /** Record ids, most trusted first. */
  readonly records: readonly string[];
  /** Ids of the registries that list it. */
  readonly registries: readonly string[];
  readonly identifiers: readonly string[];
  readonly fqdns: readonly string[];
  readonly hostnames: readonly string[];
  readonly addresses: readonly AssetAddress[];
  readonly registeredAt: Ms;
  /** End of registration: retired, or gone from its registry; null while registered. */
  readonly retiredAt: Ms | null;
  readonly exclusion: { readonly reason: string; readonly agreedBy: 'client' | 'soc'; readonly from: Ms; readonly to: Ms } | null;
  /** Fields on which its registries disagree: kind, criticality, retirement, client of two records in one registry. */
  readonly disagreement: readonly string[];
}
export interface MergePolicy {
  /** Registry source ids, most trusted first; others follow by id. */
  readonly rank: readonly string[];
  readonly placeholders: readonly string[];
}
export const EXCLUSION_LIMIT = 90 * 86_400_000;
/** End of an asset's registration as a number: Infinity while it runs. */
export const endOfAsset = (asset: Asset): number => asset.retiredAt ?? Infinity;

/** End of a record's registration: retired or vanished, whichever came first. */
export const endOf = (row: AssetRow): Ms | null => (row.retiredAt === null ? row.gone : row.gone === null ? row.retiredAt : Math.min(row.retiredAt, row.gone));

/** Records that are no assets: containers and prefixes with an active child in the same registry, client and VRF. */
export function notAssets(rows: readonly AssetRow[]): Set<string> {
  const out = new Set<string>();
  const scopes = new Map<string, { row: AssetRow; key: string; bits: number; value: bigint; width: number }[]>();
  for (const row of rows) {
    if (row.kind !== 'network_segment') continue;
    if (row.container) out.add(row.id);
    const prefix = row.prefix === null ? null : parsePrefix(row.prefix);
    if (prefix === null) { out.add(row.id); continue; }
    const scope = `${row.source}|${row.vrf ?? ''}|${prefix.width}`;
    scopes.set(scope, [...(scopes.get(scope) ?? []), { row, key: prefix.key, bits: prefix.bits, value: prefix.value, width: prefix.width }]);
  }
  for (const list of scopes.values()) {
    const byKey = new Map<string, string[]>();
    for (const p of list) byKey.set(p.key, [...(byKey.get(p.key) ?? []), p.row.id]);
    for (const child of list) {
      if (endOf(child.row) !== null) continue;
      for (let bits = child.bits - 1; bits >= 0; bits--) {
        const shift = BigInt(child.width - bits);
        for (const id of byKey.get(`${child.width}/${(child.value >> shift) << shift}/${bits}`) ?? []) out.add(id);
      }
    }
  }
  return out;
}

/** What joins a record to others: strong identifiers, FQDN, and for a segment its prefix within the VRF. */
function joinKeys(row: AssetRow, extra: ReadonlySet<string>): { strong: string[]; fqdn: string | null } {
  if (row.kind === 'network_segment') {
    const prefix = row.prefix === null ? null : parsePrefix(row.prefix);
    return { strong: prefix === null ? [] : [`prefix:${row.vrf ?? ''}|${prefix.key}`], fqdn: null };
  }
  const strong = row.identifiers.map(i => identifierKey(i, extra)).filter(k => k !== null);
  return { strong: [...new Set(strong)], fqdn: hostNames(row.hostname, row.fqdn, extra).fqdn };
}

/** Merges the records of ONE client. The order of the records does not matter. */
export function mergeRecords(rows: readonly AssetRow[], policy: MergePolicy): Asset[] {
  const extra = placeholderSet(policy.placeholders);
  const none = notAssets(rows);
  const records = rows.filter(row => !none.has(row.id)).sort((a, b) => (a.id < b.id ? -1 : 1));
  const parent = records.map((_, i) => i);
  const find = (i: number): number => { while (parent[i] !== i) { parent[i] = parent[parent[i]!]!; i = parent[i]!; } return i; };
  const keys = records.map(row => joinKeys(row, extra));
  const join = (of: (i: number) => readonly string[]): Set<string> => {
    const holders = new Map<string, number[]>();
    records.forEach((_, i) => of(i).forEach(key => { const list = holders.get(key); if (list) list.push(i); else holders.set(key, [i]); }));
    const joining = new Set<string>();
    for (const [key, list] of holders) {
      if (new Set(list.map(i => records[i]!.source)).size < list.length) continue;
      joining.add(key);
      for (const i of list) parent[find(i)] = find(list[0]!);
    }
    return joining;
  };
  join(i => keys[i]!.strong);
  join(i => (keys[i]!.fqdn === null ? [] : [keys[i]!.fqdn!]));
  const parts = new Map<number, number[]>();
  records.forEach((_, i) => { const root = find(i); const list = parts.get(root); if (list) list.push(i); else parts.set(root, [i]); });
  const rankOf = (source: string): number => { const at = policy.rank.indexOf(source); return at < 0 ? policy.rank.length : at; };
  return [...parts.values()].map(part => {
    const order = part.map(i => ({ row: records[i]!, keys: keys[i]! }))
      .sort((a, b) => rankOf(a.row.source) - rankOf(b.row.source) || (a.row.source < b.row.source ? -1 : a.row.source > b.row.source ? 1 : 0) || (a.row.id < b.row.id ? -1 : 1));
    return assemble(order.map(o => o.row), [...new Set(order.flatMap(o => o.keys.strong))], extra);
  }).sort((a, b) => (a.id < b.id ? -1 : 1));
}

/** Fields by rank: the most trusted registry that knows a value gives it; the others only add identifiers. */
function assemble(rows: readonly AssetRow[], identifiers: readonly string[], extra: ReadonlySet<string>): Asset {
  const top = rows[0]!;
  const trusted = rows.filter(row => row.source === top.source);
  const first = <T>(of: (row: AssetRow) => T | null): T | null => { for (const row of rows) { const v = of(row); if (v !== null) return v; } return null; };
  const ends = trusted.map(endOf);
  const exclusion = first(row => row.exclusion);
  const names = rows.map(row => hostNames(row.hostname ?? (/^[\w.-]+$/.test(row.name) ? row.name : null), row.fqdn, extra));
  const segment = top.kind === 'network_segment';
  const distinct = (values: readonly unknown[]): boolean => new Set(values).size > 1;
  const disagreement = [
    distinct(rows.map(r => r.kind)) && 'kind',
    distinct(rows.map(r => r.criticality).filter(c => c !== null)) && 'criticality',
    distinct(rows.map(r => endOf(r) !== null)) && 'retirement',
    rows.length > new Set(rows.map(r => r.source)).size && 'two records of one registry',
  ].filter(d => d !== false);
  return {
    id: `asset:${top.id}`, client: top.client, name: top.name, kind: top.kind,
    role: top.kind === 'endpoint' ? first(row => row.role) : null, criticality: first(row => row.criticality), group: first(row => row.group),
    prefix: segment ? top.prefix : null, vrf: segment ? top.vrf : null, url: top.url, source: top.source,
    records: rows.map(r => r.id), registries: [...new Set(rows.map(r => r.source))], identifiers,
    fqdns: unique(names.map(n => n.fqdn)), hostnames: segment ? [] : unique(names.map(n => n.hostname)),
    addresses: segment ? [] : rows.flatMap(r => r.addresses),
    registeredAt: Math.min(...rows.map(r => r.registeredAt)),
    retiredAt: ends.some(end => end === null) ? null : Math.max(...(ends as number[])),
    exclusion: exclusion === null ? null : { ...exclusion, to: Math.min(exclusion.to, exclusion.from + EXCLUSION_LIMIT) },
    disagreement,
  };
}
const unique = (values: readonly (string | null)[]): string[] => [...new Set(values.filter(v => v !== null))];
