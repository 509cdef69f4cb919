import type { Dimension } from '../../../catalog/types';
import { VERDICT_BUCKETS, type VerdictBucket } from '../../../model';
import type { ScopedReader } from '../../scope/reader';
import { alias, and, column, join, sql, type Sql } from '../../store/sql';
import type { MetricRequest } from '../metric';
import { alertFilters, ofClients } from '../shared/conditions';
import { zoneCuts, type ZoneCut } from '../shared/zones';

/** Alerts and decisions of one group. Counts only: every ratio is made of these by `ratios`. */
export interface RuleCounts {
  readonly group: Readonly<Partial<Record<'client' | 'tier' | 'rule' | 'source', string>>>;
  readonly ruleName: string | null;
  readonly ruleEnabled: boolean | null;
  readonly alerts: number;
  readonly buckets: Readonly<Record<VerdictBucket, number>>;
  readonly decisions: { readonly true: number; readonly benign: number; readonly false: number };
  readonly conflictsWithTrue: number;
  readonly suppressed: number;
}

/** Group of the alerts that name no rule. */
export const NO_RULE = 'no rule named';

const KEY_OF = { client: 'client_key', tier: 'tier', rule: 'rule_key', source: 'source_key' } as const;
type Groupable = keyof typeof KEY_OF;
const DECIDED = ['true', 'benign', 'false'] as const;
type Raw = Record<string, string | number | null>;

/**
 * Counts per group over alerts detected in range (metrics.md §2). A decision counts once where any of its alerts lies in range:
 * heads in range are counted as they stand; decisions whose head lies before the range are found apart, so that the common
 * case needs no distinct count. Groups or filters that could cut a decision (tier, source) count distinct keys instead.
 */
export async function ruleCounts(reader: ScopedReader, request: MetricRequest, signal?: AbortSignal): Promise<RuleCounts[]> {
  const groups = request.groupBy.filter((d): d is Groupable => Object.hasOwn(KEY_OF, d));
  const cuts = zoneCuts(reader, request.range, groups.includes('client'), request.filters.client);
  const parts = await Promise.all(cuts.map(cut => countCut(reader, request, groups, cut, signal)));
  return parts.flat();
}

async function countCut(reader: ScopedReader, request: MetricRequest, groups: Groupable[], cut: ZoneCut, signal?: AbortSignal): Promise<RuleCounts[]> {
  const cutsDecisions = (['tier', 'source'] as Dimension[]).some(d => (groups as Dimension[]).includes(d) || request.filters[d] !== undefined);
  const to = Math.min(cut.range.to, request.asOf + 1);
  const where = and([sql`a.at >= ${cut.range.from}`, sql`a.at < ${to}`, ofClients(reader, cut.clients), alertFilters(reader, request.filters)]);
  const keys = groups.map(g => column(KEY_OF[g]));
  const grouped = keys.length === 0 ? sql`` : sql` group by ${join(keys)}`;
  const buckets = VERDICT_BUCKETS.map(b => sql`count(*) filter (where bucket = ${b}) as ${alias(`b_${b}`)}`);
  const decided = DECIDED.map(b => cutsDecisions
    ? sql`count(distinct decision_key) filter (where bucket = ${b}) as ${alias(`d_${b}`)}`
    : sql`count(*) filter (where bucket = ${b} and decision_head) as ${alias(`d_${b}`)}`);
  const head = (columns: readonly Sql[]): Sql => join([...keys, ...columns]);
  const rows = await reader.query<Raw>(sql`
    select ${head([sql`count(*) as alerts`, ...buckets, ...decided, sql`count(*) filter (where conflict_with_true) as conflicts_true`, sql`coalesce(sum(suppressed), 0) as suppressed_sum`])}
    from ${reader.relation('alert')} a where ${where}${grouped}`, signal);
  const strays = cutsDecisions ? [] : await reader.query<Raw>(sql`
    select ${head(DECIDED.map(b => sql`count(distinct decision_key) filter (where bucket = ${b}) as ${alias(`d_${b}`)}`))}
    from ${reader.relation('alert')} a where ${where} and decision_head_at < ${cut.range.from}${grouped}`, signal);
  const strayOf = new Map(strays.map(s => [groups.map(g => s[KEY_OF[g]]).join('|'), s]));
  const names = await namesOf(reader, groups, signal);

  return rows.filter(r => Number(r.alerts) > 0).map(row => {
    const stray = strayOf.get(groups.map(g => row[KEY_OF[g]]).join('|'));
    const decisions = (b: (typeof DECIDED)[number]) => Number(row[`d_${b}`]) + Number(stray?.[`d_${b}`] ?? 0);
    const rule = groups.includes('rule') ? names.rules.get(Number(row.rule_key)) : undefined;
    return {
      group: Object.fromEntries(groups.map(g => [g,
        g === 'tier' ? String(row.tier) : g === 'client' ? names.clients.get(Number(row.client_key)) ?? 'unassigned'
        : g === 'source' ? names.sources.get(Number(row.source_key)) ?? '' : rule?.id ?? NO_RULE])),
      ruleName: rule?.name ?? null,
      ruleEnabled: rule?.enabled ?? null,
      alerts: Number(row.alerts),
      buckets: Object.fromEntries(VERDICT_BUCKETS.map(b => [b, Number(row[`b_${b}`])])) as Record<VerdictBucket, number>,
      decisions: { true: decisions('true'), benign: decisions('benign'), false: decisions('false') },
      conflictsWithTrue: Number(row.conflicts_true),
      suppressed: Number(row.suppressed_sum),
    };
  });
}

async function namesOf(reader: ScopedReader, groups: readonly Groupable[], signal?: AbortSignal) {
  const [clients, sources, rules] = await Promise.all([
    groups.includes('client') ? reader.query<{ client_key: number; id: string }>(sql`select client_key, id from ${reader.relation('client')} c`, signal) : [],
    groups.includes('source') ? reader.query<{ source_key: number; id: string }>(sql`select source_key, id from ${reader.relation('source')} s`, signal) : [],
    groups.includes('rule') ? reader.query<{ rule_key: number; id: string; name: string | null; enabled: boolean | null }>(sql`select rule_key, id, name, enabled from ${reader.relation('rule')} r`, signal) : [],
  ]);
  return { clients: new Map(clients.map(c => [c.client_key, c.id])), sources: new Map(sources.map(s => [s.source_key, s.id])), rules: new Map(rules.map(r => [r.rule_key, r])) };
}
