import type { RuleRow, SeverityTier } from '../../../model';
import type { StoreRow } from '../../store/schema';

/** Exports: ruleColumns, derivedRule, withAlert. A rule is one row of `dim_rule` over all clients; names and enabled intervals are kept over time. */
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

/** The row of a rule known only by its id; alerts and rule lists fill it. */
export const derivedRule = (ruleKey: number, id: string): StoreRow<'dim_rule'> => ({
  rule_key: ruleKey, id, source_key: null, name: id, names: '[]', revision: null, tier: 'untiered', attack: '[]', enabled: null, enabled_intervals: '[]',
  query_hash: null, predecessor: null, derived: true, url: null, changed: null, gone: null,
});

const MAX_NAMES = 50;
/** A derived rule after one more of its alerts; null when that alert says nothing new. Of two alerts of one instant the greater text wins. */
export function withAlert(rule: StoreRow<'dim_rule'>, alert: { name: string | null; revision: string | null; tier: SeverityTier; sourceKey: number; at: number }): StoreRow<'dim_rule'> | null {
  const say = (name: string | null, revision: string | null, tier: string | null): string => JSON.stringify([name, revision, tier]);
  const name = alert.name ?? rule.name;
  const newer = rule.changed === null || alert.at > rule.changed || (alert.at === rule.changed && say(name, alert.revision, alert.tier) > say(rule.name, rule.revision, rule.tier));
  const names = parse<Named>(rule.names);
  const seen = names.find(n => n.name === alert.name);
  const earlier = alert.name !== null && (seen ? alert.at < seen.from : names.length < MAX_NAMES);
  if (!newer && !earlier) return null;
  if (earlier) {
    if (seen) seen.from = alert.at; else names.push({ name: alert.name!, from: alert.at });
    names.sort((a, b) => a.from - b.from || (a.name < b.name ? -1 : 1));
  }
  const base = { ...rule, names: JSON.stringify(names) };
  return newer ? { ...base, name, revision: alert.revision, tier: alert.tier, source_key: alert.sourceKey, changed: alert.at } : base;
}
