import type { RuleRow, SeverityTier } from '../../../model';
import type { StoreRow } from '../../store/schema';

/** Exports: ruleColumns, derivedRule. A rule is one row of `dim_rule` over all clients; names and enabled intervals are kept over time. */
interface Named { name: string; from: number }
interface Interval { from: number; to: number | null }
const parse = <T>(text: string | null): T[] => (text === null ? [] : (JSON.parse(text) as T[]));

/** A rule list's row over what is known. An older revision never overwrites a newer one: the caller compares `changed`. */
export function ruleColumns(row: RuleRow, ruleKey: number, sourceKey: number, stored: StoreRow<'dim_rule'> | undefined): StoreRow<'dim_rule'> {
  const names = parse<Named>(stored?.names ?? null);
  if (names[names.length - 1]?.name !== row.name) names.push({ name: row.name, from: row.changed });
  const intervals = parse<Interval>(stored?.enabled_intervals ?? null);
  const last = intervals[intervals.length - 1];
  if (row.enabled === true && (!last || last.to !== null)) intervals.push({ from: row.changed, to: null });
  if (row.enabled === false && last && last.to === null) last.to = row.changed;
  return {
    rule_key: ruleKey, id: row.rule, source_key: sourceKey, name: row.name, names: JSON.stringify(names), revision: row.revision, tier: row.tier,
    attack: JSON.stringify(row.attack), enabled: row.enabled, enabled_intervals: JSON.stringify(intervals), query_hash: row.queryHash,
    predecessor: row.predecessor, derived: row.derived, url: row.url, changed: row.changed, gone: row.gone,
  };
}

/** The row of a rule known only from its alerts; a rule list that names it later takes over. */
export function derivedRule(ruleKey: number, id: string, sourceKey: number | null, name: string | null, tier: SeverityTier, revision: string | null, changed: number | null): StoreRow<'dim_rule'> {
  return {
    rule_key: ruleKey, id, source_key: sourceKey, name: name ?? id, names: JSON.stringify(name === null || changed === null ? [] : [{ name, from: changed }]), revision, tier,
    attack: '[]', enabled: null, enabled_intervals: '[]', query_hash: null, predecessor: null, derived: true, url: null, changed, gone: null,
  };
}
