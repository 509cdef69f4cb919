import type { AssetAddress, AssetKind, AssetRow, EndpointRole, Ms } from '../../../model';
import { placeholderSet } from './identity';
import type { MergePolicy } from './join';
import { asItWas, type Lives } from './lives';
import { notAssets, parents } from './parents';
import { runsOf, type Run, type Stage } from './runs';

/** What decides how an asset is judged and where it counts; registries change it, and then days before keep what was said then. */
export interface AssetClass {
  readonly kind: AssetKind;
  readonly role: EndpointRole | null;
  readonly criticality: string | null;
  /** `to` is at most 90 days after `from`; `asked` is what the registry says. */
  readonly exclusion: { readonly reason: string; readonly agreedBy: 'client' | 'soc'; readonly from: Ms; readonly to: Ms; readonly asked: Ms } | null;
}
/** How hosts name an asset from one instant to another. */
export interface Named { readonly from: Ms; readonly to: Ms; readonly identifiers: readonly string[]; readonly fqdns: readonly string[]; readonly hostnames: readonly string[]; readonly addresses: readonly AssetAddress[] }
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
  /** What named it and when, oldest first, without gaps. */
  readonly known: readonly Named[];
  /** False: its records are another asset's now. */
  readonly current: boolean;
  /** Fields on which its registries disagree: kind, criticality, retirement, client of two records in one registry. */
  readonly disagreement: readonly string[];
}
export const EXCLUSION_LIMIT = 90 * 86_400_000;
/** End of an asset's registration as a number: Infinity while it runs. */
export const endOfAsset = (asset: Asset): number => asset.retiredAt ?? Infinity;

/** End of a record's registration: retired or vanished, whichever came first. */
export const endOf = (row: AssetRow): Ms | null => (row.retiredAt === null ? row.gone : row.gone === null ? row.retiredAt : Math.min(row.retiredAt, row.gone));

/** Merges the records of ONE client: every asset they stand for or stood for. The order of the records does not matter. */
export function mergeRecords(rows: readonly AssetRow[], policy: MergePolicy, lives: Lives = new Map(), hidden = parents(rows, lives)): Asset[] {
  const none = notAssets(hidden, lives);
  return runsOf(rows.filter(row => !none.has(row.id)), policy, placeholderSet(policy.placeholders), lives, hidden).map(run => assemble(run, lives)).sort((a, b) => (a.id < b.id ? -1 : 1));
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
function pastOf({ stages }: Run, now: AssetClass, lives: Lives): Asset['past'] {
  const out: (AssetClass & { until: Ms })[] = [];
  stages.forEach((stage, i) => {
    const within = stage.rows.flatMap(({ row }) => (lives.get(row.id)?.past ?? []).map(p => p.until)).filter(t => t > stage.from && t < stage.to);
    const ends = [...new Set([...within, ...(i < stages.length - 1 ? [stage.to] : [])])].sort((a, b) => a - b);
    for (const until of ends) {
      const then = classOf(stage.rows.map(({ row }) => asItWas(row, lives.get(row.id), until)));
      const before = out[out.length - 1];
      if (before && sameClass(before, then)) before.until = until; else out.push({ ...then, until });
    }
  });
  while (out.length > 0 && sameClass(out[out.length - 1]!, now)) out.pop();
  return out;
}
const sameClass = (a: AssetClass, b: AssetClass): boolean => JSON.stringify([a.kind, a.role, a.criticality, a.exclusion]) === JSON.stringify([b.kind, b.role, b.criticality, b.exclusion]);

const unique = (values: readonly (string | null)[]): string[] => [...new Set(values.filter(v => v !== null))];
function namesIn({ from, to, rows }: Stage): Named {
  const machines = rows.filter(({ row }) => row.kind !== 'network_segment');
  return {
    from, to, identifiers: unique(rows.flatMap(r => r.strong)), fqdns: unique(rows.map(r => r.names.fqdn)), hostnames: unique(machines.map(r => r.names.hostname)), addresses: machines.flatMap(r => r.row.addresses),
  };
}
/** Fields by rank: the most trusted registry that knows a value gives it; the others only add identifiers. */
function assemble(run: Run, lives: Lives): Asset {
  const last = run.stages[run.stages.length - 1]!;
  const rows = last.rows.map(r => r.row);
  const top = rows[0]!;
  const first = <T>(of: (row: AssetRow) => T | null): T | null => { for (const row of rows) { const v = of(row); if (v !== null) return v; } return null; };
  const ends = rows.filter(row => row.source === top.source).map(endOf);
  const segment = top.kind === 'network_segment';
  const distinct = (values: readonly unknown[]): boolean => new Set(values).size > 1;
  const disagreement = [
    distinct(rows.map(r => r.kind)) && 'kind',
    distinct(rows.map(r => r.criticality).filter(c => c !== null)) && 'criticality',
    distinct(rows.map(r => endOf(r) !== null)) && 'retirement',
    rows.length > new Set(rows.map(r => r.source)).size && 'two records of one registry',
  ].filter(d => d !== false);
  const end = ends.some(e => e === null) ? null : Math.max(...(ends as number[]));
  // It is no more: its records became another asset's, or went to another client. It ends there, unless it had ended before.
  const ended = !run.current && (end === null || end >= last.to);
  const retiredAt = ended ? last.to : end;
  const life = lives.get(top.id);
  const since = run.stages[0]!.from;
  const known: Named[] = [];
  for (const next of run.stages.map(namesIn)) {
    const before = known[known.length - 1];
    if (before && JSON.stringify({ ...before, from: 0, to: 0 }) === JSON.stringify({ ...next, from: 0, to: 0 })) known[known.length - 1] = { ...before, to: next.to };
    else known.push(next);
  }
  const { identifiers, fqdns, hostnames, addresses } = known[known.length - 1]!;
  const now = classOf(rows);
  return {
    id: run.id, client: top.client, name: top.name, ...now, past: pastOf(run, now, lives), group: first(row => row.group),
    prefix: segment ? top.prefix : null, vrf: segment ? top.vrf : null, url: top.url, source: top.source,
    records: rows.map(r => r.id), registries: [...new Set(rows.map(r => r.source))], identifiers, fqdns, hostnames, addresses, known, current: run.current,
    registeredAt: Math.max(Math.min(...run.stages[0]!.rows.map(r => r.row.registeredAt)), since), retiredAt,
    beganAs: life !== undefined && life.since !== -Infinity && life.since >= since ? 'moved_client' : null, endedAs: life !== undefined && life.until === retiredAt ? 'moved_client' : ended ? 'merged' : null,
    disagreement,
  };
}
