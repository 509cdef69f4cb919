import type { MetricRequest } from '../metric';
import type { ScopedReader } from '../../scope/reader';
import { sql } from '../../store/sql';

/**
 * A rule with its predecessors (metrics.md, Rows and vocabulary, Rule): rows of the rule list joined by a configured predecessor or the
 * same query hash are one rule in every metric of rules. The policy may name a predecessor that the rule list does not tell. It carries the name and id of the one in force.
 */
export interface Lineage {
  readonly id: string;
  readonly name: string;
  /** Switched on now; null where the source does not tell. */
  readonly enabled: boolean | null;
  /** True where every member vanished from the rule list. */
  readonly removed: boolean;
  /** Since when it is switched off or removed (ms); null while it is on, or where nobody saw the change. */
  readonly offSince: number | null;
  readonly members: readonly number[];
}

interface RuleRecord {
  readonly rule_key: number; readonly id: string | null; readonly name: string | null; readonly enabled: boolean | null; readonly enabled_intervals: string | null;
  readonly predecessor: string | null; readonly query_hash: string | null; readonly changed: number | null; readonly gone: number | null;
}

export class Lineages {
  private readonly byKey = new Map<number, Lineage>();
  constructor(readonly all: readonly Lineage[]) { for (const l of all) for (const key of l.members) this.byKey.set(key, l); }

  /** Null for alerts that name no rule. */
  of(ruleKey: number): Lineage | null { return this.byKey.get(ruleKey) ?? null; }

  /** The request with its rule filter widened to predecessors and successors: who asks for one asks for the whole. */
  widened<R extends Pick<MetricRequest, 'filters'>>(request: R): R {
    const { rule } = request.filters;
    if (rule === undefined) return request;
    const found = this.all.filter(l => rule.some(asked => this.ids.get(l)!.includes(asked)));
    return { ...request, filters: { ...request.filters, rule: [...rule, ...found.flatMap(l => this.ids.get(l)!)] } };
  }
  /** Ids and names of the members. */
  readonly ids = new Map<Lineage, readonly string[]>();
}

/** Rules in scope, predecessors joined. Empty where none is known. */
export async function lineages(reader: ScopedReader, signal?: AbortSignal): Promise<Lineages> {
  const rows = (await reader.query<RuleRecord>(sql`
    select rule_key, id, name, enabled, case when enabled is not true or gone is not null then enabled_intervals end as enabled_intervals, predecessor, query_hash, changed, gone from ${reader.relation('rule')} r`, signal)).filter(r => r.id !== null && r.rule_key !== 0)
    .map(r => ({ ...r, predecessor: reader.policy.predecessors[r.id!] ?? r.predecessor }));
  const families = joined(rows);
  const result = new Lineages(families.map(toLineage));
  families.forEach((family, i) => result.ids.set(result.all[i]!, family.flatMap(r => (r.name === null ? [r.id!] : [r.id!, r.name]))));
  return result;
}

/** Rules connected by a predecessor or a query hash, whatever the order. */
function joined(rows: readonly RuleRecord[]): RuleRecord[][] {
  const parent = new Map<string, string>();
  const root = (name: string): string => { let at = name; while (parent.has(at) && parent.get(at) !== at) at = parent.get(at)!; return at; };
  const tie = (a: string, b: string) => { const [x, y] = [root(a), root(b)]; if (x !== y) parent.set(x, y); };
  for (const r of rows) {
    if (r.predecessor !== null) tie(`id ${r.id!}`, `id ${r.predecessor}`);
    if (r.query_hash !== null) tie(`id ${r.id!}`, `hash ${r.query_hash}`);
  }
  const families = new Map<string, RuleRecord[]>();
  for (const r of rows) { const name = root(`id ${r.id!}`); const known = families.get(name); if (known) known.push(r); else families.set(name, [r]); }
  return [...families.values()];
}

function toLineage(family: readonly RuleRecord[]): Lineage {
  const replaced = new Set(family.map(r => r.predecessor));
  const rank = (r: RuleRecord) => [r.gone === null ? 0 : 1, replaced.has(r.id) ? 1 : 0, r.enabled === true ? 0 : 1, -(r.changed ?? 0)];
  const [head] = [...family].sort((a, b) => { const [x, y] = [rank(a), rank(b)]; const i = x.findIndex((v, k) => v !== y[k]); return i < 0 ? (a.id! < b.id! ? -1 : 1) : x[i]! - y[i]!; });
  const removed = family.every(r => r.gone !== null);
  const enabled = family.some(r => r.enabled === true && r.gone === null) ? true : head!.enabled;
  const ends = family.flatMap(r => [r.gone, ...(JSON.parse(r.enabled_intervals ?? '[]') as { to: number | null }[]).map(i => i.to)]).filter((t): t is number => t !== null);
  return {
    id: head!.id!, name: head!.name ?? head!.id!, enabled: removed ? false : enabled, removed,
    offSince: (removed || enabled === false) && ends.length > 0 ? Math.max(...ends) : null, members: family.map(r => r.rule_key).sort((a, b) => a - b),
  };
}
