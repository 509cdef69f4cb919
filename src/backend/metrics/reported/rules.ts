import { reportedRules } from '../../../catalog/reported-rules';
import { AT_CLOSING } from '../../store/month-verdicts';
import { alias, column, join, sql, type Sql } from '../../store/sql';
import { defineQuery, type Cell } from '../metric';
import { isDecided, NO_RULE } from '../rules/counts';
import { lineages } from '../rules/lineage';
import { MIN_DECISIONS, ratios } from '../rules/ratios';
import { zoneCuts } from '../shared/zones';
import { decisionsNow, restatedDecisions } from './decisions';
import { causeCells, freezeCells, freezeReason, MonthGroups, type MonthGroup } from './group';
import { verdictsByMonth } from './month-rules';
import { partMonths, partRows } from './months';
import type { Cause } from './restated';

type Verdict = 'true' | 'benign' | 'false';
type Buckets = Record<(typeof AT_CLOSING)[number], number>;
type Alerts = { client_key: number; month: number; rule_key: number; alerts: number } & Record<`bucket_${(typeof AT_CLOSING)[number]}`, number>;
interface Counted { client_key: number; month: number; rule_key: number; verdict: Verdict; n: number }
interface Group { alerts: number; buckets: Buckets; said: Record<Verdict, number>; now: Record<Verdict, number>; causes: Cause[]; name: string }
const verdicts = (): Record<Verdict, number> => ({ true: 0, benign: 0, false: 0 });

/** reported.rules (metrics.md, Rule 10 and §2). A total over clients or rules is the sum of its parts: a decision is of one rule and client. */
export const reportedRulesQuery = defineQuery(reportedRules, async (reader, request, signal) => {
  const months = await partMonths(reader, 'verdicts', request.range, request.asOf, request.filters.client ?? null, signal);
  if (months.length === 0) return { rows: [] };
  const frozen = months.filter(m => m.frozen);
  const open = months.filter(m => !m.frozen);
  // Of a month that is compared, today's count is what was reported with the differences: what counts the same is not counted a second time.
  const compared = new Set(frozen.filter(m => m.kept).map(m => `${m.client}|${m.month}`));
  const pruned = frozen.filter(m => !m.kept);
  const wanted = request.filters.rule;
  // Clients times months times rules are many; where nobody asks for rules, the engine adds them up.
  const byRule = request.groupBy.includes('rule') || wanted !== undefined;
  const rule = byRule ? sql`rule_key` : sql`0 as rule_key`;
  const alertsBy = (of: Sql): Sql => sql`select client_key, month, ${rule}, sum(alerts)::integer as alerts, ${join(AT_CLOSING.map(b => sql`sum(${column(`bucket_${b}`)})::integer as ${alias(`bucket_${b}`)}`))} from (${of}) x group by all`;
  const decisionsBy = (of: Sql): Sql => sql`select client_key, month, ${rule}, cast(verdict as varchar) as verdict, count(*) as n from (${of}) x where verdict is not null group by all`;
  const [rules, was, decided, live, after, changed] = await Promise.all([
    lineages(reader, signal),
    frozen.length === 0 ? [] : reader.query<Alerts>(alertsBy(sql`select f.* from ${reader.relation('reported_rule')} f join ${partRows(frozen)} p on p.client_key = f.client_key and p.month = f.month`), signal),
    frozen.length === 0 ? [] : reader.query<Counted>(decisionsBy(sql`select f.* from ${reader.relation('reported_decision')} f join ${partRows(frozen)} p on p.client_key = f.client_key and p.month = f.month`), signal),
    open.length === 0 ? [] : verdictsByMonth(reader, open, byRule, request.filters.client ?? null, request.asOf, signal),
    pruned.length === 0 ? [] : reader.query<Counted>(decisionsBy(sql`select client_key, month, rule_key, "now" as verdict from (${decisionsNow(reader, pruned)}) d`), signal),
    restatedDecisions(reader, months, signal),
  ]);
  const groups = new MonthGroups<Group>(months, () => ({ alerts: 0, buckets: Object.fromEntries(AT_CLOSING.map(b => [b, 0])) as Buckets, said: verdicts(), now: verdicts(), causes: [], name: '' }));
  const group = (r: { client_key: number; month: number; rule_key: number }): Group | null => {
    const known = rules.of(r.rule_key);
    if (wanted && !(known ? rules.ids.get(known)!.some(id => wanted.includes(id)) : wanted.includes(NO_RULE))) return null;
    const found = groups.at(r, m => ({ ...(request.groupBy.includes('client') && { client: m.id }), ...(request.groupBy.includes('rule') && { rule: known?.id ?? NO_RULE }) }));
    if (found) found.of.name = known?.name ?? NO_RULE;
    return found?.of ?? null;
  };
  for (const r of was) { const g = group(r); if (!g) continue; g.alerts += r.alerts; for (const b of AT_CLOSING) g.buckets[b] += r[`bucket_${b}`]; }
  for (const r of decided) { const g = group(r); if (g) { g.said[r.verdict] += r.n; if (compared.has(`${r.client_key}|${r.month}`)) g.now[r.verdict] += r.n; } }
  for (const r of after) { const g = group(r); if (g) g.now[r.verdict] += r.n; }
  for (const r of live) {
    const g = group(r);
    if (!g) continue;
    g.alerts += r.alerts;
    g.buckets[r.said] += r.alerts;
    // Of a month that is open there is one count alone.
    if (isDecided(r.said)) { g.said[r.said] += r.decisions; g.now[r.said] += r.decisions; }
  }
  for (const r of changed) {
    const g = group(r);
    if (!g) continue;
    g.causes.push(r.cause);
    if (r.was !== null) g.now[r.was as Verdict]--;
    if (r.now !== null) g.now[r.now as Verdict]++;
  }
  const { zone } = zoneCuts(reader, request.range, false, request.filters.client)[0]!;
  return { rows: groups.all().map(g => toRow(g, request.asOf, zone, reader.policy.thresholds.reviewCompleteness)).slice(0, request.limit) };
});

function toRow(group: MonthGroup<Group>, asOf: number, zone: string, threshold: number): Record<string, Cell> {
  const { alerts, buckets, said, now, causes, name } = group.of;
  const r = ratios({ alerts, buckets, decisions: said }, threshold);
  const later = now.true + now.benign + now.false;
  const kept = [...group.months].every(m => m.kept);
  // Object.assign: a literal spread of as many columns takes ten times as long, and rows are thousands.
  return Object.assign(freezeCells(group, asOf, zone), group.head.rule !== undefined ? { rule_name: name } : {}, { alerts }, Object.fromEntries(AT_CLOSING.map(b => [`bucket_${b}`, buckets[b]])), {
    decisions: r.decided, confirmed: r.kOfN, confirmation: r.confirmation, false_share: r.falseShare, review: r.review,
    now: kept && later >= MIN_DECISIONS ? now.true / later : null, decisions_now: kept ? later : null,
  }, causeCells(group, causes), { reason: freezeReason(group, asOf) ?? (r.confirmation === null ? 'few' : null) });
}
