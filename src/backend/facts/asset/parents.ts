import type { AssetRow, Ms } from '../../../model';
import type { Lives } from './lives';
import { parsePrefix } from './prefix';

/** A time through which a record is no asset. */
export interface Span { readonly from: Ms; readonly to: Ms }
const EVER: Span = { from: -Infinity, to: Infinity };

/**
 * Network records that are no assets, and while: containers, and prefixes with an active child in the same registry, client and VRF, as the
 * registry says now; a child that came from another client, or went to one, counts while it was here. Oldest first, without overlap.
 */
export function parents(rows: readonly AssetRow[], lives: Lives): Map<string, readonly Span[]> {
  const out = new Map<string, Span[]>();
  const put = (id: string, span: Span): void => { const list = out.get(id); if (list) list.push(span); else out.set(id, [span]); };
  const scopes = new Map<string, { row: AssetRow; key: string; bits: number; value: bigint; width: number }[]>();
  for (const row of rows) {
    if (row.kind !== 'network_segment') continue;
    if (row.container) put(row.id, EVER);
    const prefix = row.prefix === null ? null : parsePrefix(row.prefix);
    if (prefix === null) { put(row.id, EVER); continue; }
    const scope = `${row.source}|${row.vrf ?? ''}|${prefix.width}`;
    const list = scopes.get(scope) ?? [];
    scopes.set(scope, list);
    list.push({ row, key: prefix.key, bits: prefix.bits, value: prefix.value, width: prefix.width });
  }
  for (const list of scopes.values()) {
    const byKey = new Map<string, string[]>();
    for (const p of list) byKey.set(p.key, [...(byKey.get(p.key) ?? []), p.row.id]);
    for (const child of list) {
      const life = lives.get(child.row.id);
      if (child.row.retiredAt !== null || (child.row.gone !== null && child.row.gone !== life?.until)) continue;
      const here = life === undefined ? EVER : { from: life.since, to: life.until };
      for (let bits = child.bits - 1; bits >= 0; bits--) {
        const shift = BigInt(child.width - bits);
        for (const id of byKey.get(`${child.width}/${(child.value >> shift) << shift}/${bits}`) ?? []) put(id, here);
      }
    }
  }
  return new Map([...out].map(([id, spans]) => [id, union(spans)]));
}
function union(spans: readonly Span[]): Span[] {
  const out: Span[] = [];
  for (const next of [...spans].sort((a, b) => a.from - b.from)) {
    const before = out[out.length - 1];
    if (before && next.from <= before.to) out[out.length - 1] = { from: before.from, to: Math.max(before.to, next.to) }; else out.push(next);
  }
  return out;
}

/** Records that never were an asset while they were this client's. */
export function notAssets(hidden: ReadonlyMap<string, readonly Span[]>, lives: Lives): Set<string> {
  return new Set([...hidden].filter(([id, spans]) => { const life = lives.get(id) ?? { since: -Infinity, until: Infinity }; return spans.some(s => s.from <= life.since && s.to >= life.until); }).map(([id]) => id));
}
