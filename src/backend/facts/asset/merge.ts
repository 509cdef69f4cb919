import type { AssetAddress, AssetKind, AssetRow, EndpointRole, Ms } from '../../../model';
import { hostNames, identifierKey, placeholderSet } from './identity';
import { rowBefore, sameIdentity, type Life } from './lives';
import { parsePrefix } from './prefix';

/** What decides how an asset is judged and where it counts; registries change it, and then days before keep what was said then. */
export interface AssetClass {
  readonly kind: AssetKind;
  readonly role: EndpointRole | null;
  readonly criticality: string | null;
  /** `to` is at most 90 days after `from`; `asked` is what the registry says. */
  readonly exclusion: { readonly reason: string; readonly agreedBy: 'client' | 'soc'; readonly from: Ms; readonly to: Ms; readonly asked: Ms } | null;
}
/** An asset: the registry records of one client that speak of one thing (metrics.md §1, Asset). */
export interface Asset extends AssetClass {
  /** `asset:` + the smallest id among the records of its most trusted registry. */
  readonly id: string;
  readonly client: string;
  readonly name: string;
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
  /** Classes before the present one, oldest first, each until an instant. */
  readonly past: readonly (AssetClass & { readonly until: Ms })[];
  /** Its registration began by a move from another client, or ended by a move or by merging into another asset. */
  readonly beganAs: 'moved_client' | null;
  readonly endedAs: 'moved_client' | 'merged' | null;
  /** Until when its records stood for several assets, and what they were: itself as it was, and the others. */
  readonly before: { readonly until: Ms; readonly self: Asset; readonly others: readonly Asset[] } | null;
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

/** Records by id → their versions with this client; a record that is missing has only the present one. */
export type Lives = ReadonlyMap<string, Life>;

/** Merges the records of ONE client. The order of the records does not matter. */
export function mergeRecords(rows: readonly AssetRow[], policy: MergePolicy, lives: Lives = new Map()): Asset[] {
  const extra = placeholderSet(policy.placeholders);
  const none = notAssets(rows);
  const assets = parts(rows.filter(row => !none.has(row.id)), policy, extra).map(part => {
    const asset = assemble(part.map(p => p.row), [...new Set(part.flatMap(p => p.keys.strong))], extra, lives);
    const before = part.length > 1 ? beforeMerge(asset, part.map(p => p.row), policy, extra, lives) : null;
    return before === null ? asset : { ...asset, before, registeredAt: before.self.registeredAt };
  });
  return assets.sort((a, b) => (a.id < b.id ? -1 : 1));
}

interface Keyed { readonly row: AssetRow; readonly keys: ReturnType<typeof joinKeys> }
/** Records that speak of one thing, each part most trusted first. */
function parts(rows: readonly AssetRow[], policy: MergePolicy, extra: ReadonlySet<string>): Keyed[][] {
  const records = [...rows].sort((a, b) => (a.id < b.id ? -1 : 1));
  const parent = records.map((_, i) => i);
  const find = (i: number): number => { while (parent[i] !== i) { parent[i] = parent[parent[i]!]!; i = parent[i]!; } return i; };
  const keys = records.map(row => joinKeys(row, extra));
  const join = (of: (i: number) => readonly string[]): void => {
    const holders = new Map<string, number[]>();
    records.forEach((_, i) => of(i).forEach(key => { const list = holders.get(key); if (list) list.push(i); else holders.set(key, [i]); }));
    for (const list of holders.values()) {
      if (new Set(list.map(i => records[i]!.source)).size < list.length) continue;
      for (const i of list) parent[find(i)] = find(list[0]!);
    }
  };
  join(i => keys[i]!.strong);
  join(i => (keys[i]!.fqdn === null ? [] : [keys[i]!.fqdn!]));
  const found = new Map<number, number[]>();
  records.forEach((_, i) => { const root = find(i); const list = found.get(root); if (list) list.push(i); else found.set(root, [i]); });
  const rankOf = (source: string): number => { const at = policy.rank.indexOf(source); return at < 0 ? policy.rank.length : at; };
  return [...found.values()].map(part => part.map(i => ({ row: records[i]!, keys: keys[i]! }))
    .sort((a, b) => rankOf(a.row.source) - rankOf(b.row.source) || (a.row.source < b.row.source ? -1 : a.row.source > b.row.source ? 1 : 0) || (a.row.id < b.row.id ? -1 : 1)));
}

/** The newest time at which these records did not yet speak of one thing, and what they were then. */
function beforeMerge(asset: Asset, rows: readonly AssetRow[], policy: MergePolicy, extra: ReadonlySet<string>, lives: Lives): Asset['before'] {
  const changes = rows.flatMap(row => (lives.get(row.id)?.past ?? []).map(p => p.until)).sort((a, b) => b - a);
  for (const until of changes) {
    const then = rows.map(row => { const life = lives.get(row.id); return life ? { ...rowBefore(life, until), id: row.id, registeredAt: row.registeredAt, retiredAt: row.retiredAt, gone: row.gone } : row; });
    if (then.every((row, i) => sameIdentity(row, rows[i]!))) continue;
    const apart = parts(then, policy, extra);
    if (apart.length < 2) continue;
    const made = apart.map(part => {
      const one = assemble(part.map(p => p.row), [...new Set(part.flatMap(p => p.keys.strong))], extra, lives, until);
      return one.id === asset.id ? one : { ...one, retiredAt: Math.min(one.retiredAt ?? Infinity, until), endedAs: one.retiredAt !== null && one.retiredAt < until ? one.endedAs : 'merged' as const };
    });
    return { until, self: made.find(a => a.id === asset.id)!, others: made.filter(a => a.id !== asset.id) };
  }
  return null;
}

/** Kind, role, criticality and exclusion by rank: the most trusted registry that knows a value gives it. */
function classOf(rows: readonly AssetRow[]): AssetClass {
  const first = <T>(of: (row: AssetRow) => T | null): T | null => { for (const row of rows) { const v = of(row); if (v !== null) return v; } return null; };
  const kind = rows[0]!.kind;
  const exclusion = first(row => row.exclusion);
  return {
    kind, role: kind === 'endpoint' ? first(row => row.role) : null, criticality: first(row => row.criticality),
    exclusion: exclusion === null ? null : { ...exclusion, to: Math.min(exclusion.to, exclusion.from + EXCLUSION_LIMIT), asked: exclusion.to },
  };
}
/** Classes before the present one. What a version said counts until the next one came. */
function pastOf(rows: readonly AssetRow[], lives: Lives, before: Ms): Asset['past'] {
  const changes = [...new Set(rows.flatMap(row => (lives.get(row.id)?.past ?? []).map(p => p.until)))].filter(t => t < before).sort((a, b) => a - b);
  const out: (AssetClass & { until: Ms })[] = [];
  for (const until of changes) {
    const then = classOf(rows.map(row => { const life = lives.get(row.id); return life ? rowBefore(life, until) : row; }));
    const before = out[out.length - 1];
    if (before && sameClass(before, then)) before.until = until; else out.push({ ...then, until });
  }
  while (out.length > 0 && sameClass(out[out.length - 1]!, classOf(rows))) out.pop();
  return out;
}
const sameClass = (a: AssetClass, b: AssetClass): boolean => JSON.stringify([a.kind, a.role, a.criticality, a.exclusion]) === JSON.stringify([b.kind, b.role, b.criticality, b.exclusion]);

/** Fields by rank: the most trusted registry that knows a value gives it; the others only add identifiers. */
function assemble(rows: readonly AssetRow[], identifiers: readonly string[], extra: ReadonlySet<string>, lives: Lives, before: Ms = Infinity): Asset {
  const top = rows[0]!;
  const trusted = rows.filter(row => row.source === top.source);
  const first = <T>(of: (row: AssetRow) => T | null): T | null => { for (const row of rows) { const v = of(row); if (v !== null) return v; } return null; };
  const ends = trusted.map(endOf);
  const names = rows.map(row => hostNames(row.hostname ?? (/^[\w.-]+$/.test(row.name) ? row.name : null), row.fqdn, extra));
  const segment = top.kind === 'network_segment';
  const distinct = (values: readonly unknown[]): boolean => new Set(values).size > 1;
  const disagreement = [
    distinct(rows.map(r => r.kind)) && 'kind',
    distinct(rows.map(r => r.criticality).filter(c => c !== null)) && 'criticality',
    distinct(rows.map(r => endOf(r) !== null)) && 'retirement',
    rows.length > new Set(rows.map(r => r.source)).size && 'two records of one registry',
  ].filter(d => d !== false);
  const retiredAt = ends.some(end => end === null) ? null : Math.max(...(ends as number[]));
  const life = lives.get(top.id);
  return {
    id: `asset:${top.id}`, client: top.client, name: top.name, ...classOf(rows), past: pastOf(rows, lives, before), group: first(row => row.group),
    prefix: segment ? top.prefix : null, vrf: segment ? top.vrf : null, url: top.url, source: top.source,
    records: rows.map(r => r.id), registries: [...new Set(rows.map(r => r.source))], identifiers,
    fqdns: unique(names.map(n => n.fqdn)), hostnames: segment ? [] : unique(names.map(n => n.hostname)),
    addresses: segment ? [] : rows.flatMap(r => r.addresses),
    registeredAt: Math.min(...rows.map(r => r.registeredAt)), retiredAt,
    beganAs: life?.cameFrom ? 'moved_client' : null, endedAs: life?.wentTo && retiredAt === top.gone ? 'moved_client' : null, before: null,
    disagreement,
  };
}
const unique = (values: readonly (string | null)[]): string[] => [...new Set(values.filter(v => v !== null))];
