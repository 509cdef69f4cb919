import type { Dimension } from '../../../catalog/types';
import { UNASSIGNED, VERDICT_BUCKETS, type Range, type VerdictBucket } from '../../../model';
import type { ScopedReader } from '../../scope/reader';
import { and, column, join, sql, type Sql } from '../../store/sql';
import type { MetricRequest } from '../metric';
import { alertFilters, before, within, type Span } from '../shared/conditions';
import { zoneCuts, type ZoneCut } from '../shared/zones';
import { lineages, Lineages, type Lineage } from './lineage';

/** What a rule can be grouped by, and the column of the fact table behind it. */
export const KEY_OF = { client: 'client_key', tier: 'tier', rule: 'rule_key', source: 'source_key' } as const;
export type Groupable = keyof typeof KEY_OF;
export type Group = Readonly<Partial<Record<Groupable, string>>>;
export const groupsOf = (request: Pick<MetricRequest, 'groupBy'>): Groupable[] => request.groupBy.filter((d): d is Groupable => Object.hasOwn(KEY_OF, d));

/** Alerts and decisions of one group. Counts only: every ratio is made of these by `ratios`. */
export interface RuleCounts {
  readonly group: Group;
  /** The rule of the group, predecessors joined; null without that grouping and for alerts that name no rule. */
  readonly rule: Lineage | null;
  alerts: number;
  readonly buckets: Record<VerdictBucket, number>;
  readonly decisions: { true: number; benign: number; false: number };
  suppressed: number;
}

/** Group of the alerts that name no rule. */
export const NO_RULE = 'no rule named';
export type Raw = Record<string, string | number | null>;

export const noCounts = (group: Group, rule: Lineage | null): RuleCounts => ({
  group, rule, alerts: 0, buckets: Object.fromEntries(VERDICT_BUCKETS.map(b => [b, 0])) as Record<VerdictBucket, number>, decisions: { true: 0, benign: 0, false: 0 }, suppressed: 0,
});
export const isDecided = (bucket: string): bucket is 'true' | 'benign' | 'false' => bucket === 'true' || bucket === 'benign' || bucket === 'false';

/**
 * A group or filter of these may take some alerts of a decision and leave others: its head says nothing then. Rule, predecessors and
 * client never do, because a decision is of one rule and client.
 */
export const cutsDecisions = (request: MetricRequest): boolean =>
  (['tier', 'source'] as Dimension[]).some(d => request.groupBy.includes(d) || request.filters[d] !== undefined);

/** Another period than the range asked for, cut in the same zone. */
export type Window = (cut: ZoneCut) => Range;

/**
 * Counts per group over alerts detected in range (metrics.md §2). A decision counts once where any of its alerts lies in range:
 * heads in range are counted as they stand; decisions whose head lies before the range are found apart, so that the common
 * case needs no distinct count. Groups or filters that could cut a decision count distinct keys instead.
 */
export async function ruleCounts(reader: ScopedReader, request: MetricRequest, signal?: AbortSignal, { window = cut => cut.range, named }: { window?: Window; named?: Names } = {}): Promise<RuleCounts[]> {
  const names = named ?? await namesOf(reader, request, signal);
  const asked = names.rules.widened(request);
  const groups = groupsOf(asked);
  const cuts = zoneCuts(reader, asked.range, groups.includes('client'), asked.filters.client);
  const counts = new Map<string, RuleCounts>();
  const of = grouping(names, groups, group => tally(counts, group));
  if (cuts.length > 0) for (const row of await countCuts(reader, asked, groups, cuts.map(cut => ({ ...cut, range: window(cut) })), signal)) addRow(of(row), row);
  return [...counts.values()];
}

/** What belongs to the group of a row, found by its keys: names are looked up once a group, not once a row. */
export function grouping<T>(named: Names, groups: readonly Groupable[], make: (group: Pick<RuleCounts, 'group' | 'rule'>) => T): (row: Raw) => T {
  const known = new Map<string, T>();
  return row => {
    const key = groups.map(g => row[KEY_OF[g]]).join('|');
    let found = known.get(key);
    if (found === undefined) known.set(key, found = make(named.group(row, groups)));
    return found;
  };
}

/** The counts of a group, made when it is met first. */
export function tally(counts: Map<string, RuleCounts>, { group, rule }: Pick<RuleCounts, 'group' | 'rule'>): RuleCounts {
  const key = JSON.stringify(group);
  let known = counts.get(key);
  if (!known) counts.set(key, known = noCounts(group, rule));
  return known;
}

/** Adds a row (bucket, n alerts, d decisions, suppressed). */
export function addRow(counts: RuleCounts, row: Raw): void {
  const bucket = String(row.bucket) as VerdictBucket;
  counts.alerts += Number(row.n);
  counts.buckets[bucket] += Number(row.n);
  if (isDecided(bucket)) counts.decisions[bucket] += Number(row.d);
  counts.suppressed += Number(row.suppressed_sum ?? 0);
}

/** The alerts a question is about. */
export const alertsAsked = (reader: ScopedReader, request: MetricRequest, spans: Span | readonly Span[]): Sql =>
  and([within(reader, spans, sql`a.at`), sql`a.at <= ${request.asOf}`, alertFilters(reader, request.filters)]);

async function countCuts(reader: ScopedReader, request: MetricRequest, groups: readonly Groupable[], cuts: readonly ZoneCut[], signal?: AbortSignal): Promise<Raw[]> {
  const cutting = cutsDecisions(request);
  const where = alertsAsked(reader, request, cuts);
  const keys = join([...groups.map(g => column(KEY_OF[g])), sql`bucket`]);
  const distinct = sql`count(distinct decision_key)`;
  const rows = await reader.query<Raw>(sql`
    select ${keys}, count(*) as n, ${cutting ? distinct : sql`count(*) filter (where decision_head)`} as d, sum(suppressed) as suppressed_sum
    from ${reader.relation('alert')} a where ${where} group by ${keys}`, signal);
  // Alerts of a decision that began before the range: their head is not in it.
  const strays = cutting ? [] : await reader.query<Raw>(sql`
    select ${keys}, 0 as n, ${distinct} as d from ${reader.relation('alert')} a where ${where} and ${before(reader, cuts, sql`decision_head_at`)} group by ${keys}`, signal);
  return [...rows, ...strays];
}

export interface Names {
  readonly rules: Lineages;
  /** Ids of the keys in a row. */
  group(row: Raw, groups: readonly Groupable[]): Pick<RuleCounts, 'group' | 'rule'>;
}
/** Names of the clients, sources and rules in scope that a question is by, or filters by. */
export async function namesOf(reader: ScopedReader, { groupBy, filters }: Pick<MetricRequest, 'groupBy' | 'filters'>, signal?: AbortSignal): Promise<Names> {
  const [clients, sources, rules] = await Promise.all([
    groupBy.includes('client') ? reader.query<{ client_key: number; id: string }>(sql`select client_key, id from ${reader.relation('client')} c`, signal) : [],
    groupBy.includes('source') ? reader.query<{ source_key: number; id: string }>(sql`select source_key, id from ${reader.relation('source')} s`, signal) : [],
    groupBy.includes('rule') || filters.rule !== undefined ? lineages(reader, signal) : new Lineages([]),
  ]);
  const client = new Map(clients.map(c => [c.client_key, c.id]));
  const source = new Map(sources.map(s => [s.source_key, s.id]));
  return {
    rules,
    group(row, groups) {
      const rule = groups.includes('rule') ? rules.of(Number(row.rule_key)) : null;
      const named = { client: () => client.get(Number(row.client_key)) ?? UNASSIGNED, tier: () => String(row.tier), source: () => source.get(Number(row.source_key)) ?? '', rule: () => rule?.id ?? NO_RULE };
      return { group: Object.fromEntries(groups.map(g => [g, named[g]()])) as Group, rule };
    },
  };
}

/** The columns that say which group a row is. */
export const headOf = ({ group, rule }: Pick<RuleCounts, 'group' | 'rule'>): Record<string, string> => ({ ...group, ...(group.rule !== undefined && { rule_name: rule?.name ?? group.rule }) });
/** Order of groups by name: the last word where a metric's own order leaves two groups even. */
export const byName = (a: Pick<RuleCounts, 'group'>, b: Pick<RuleCounts, 'group'>): number => {
  const [x, y] = [a, b].map(({ group }) => [group.rule, group.client, group.tier, group.source].map(v => v ?? '').join('|')) as [string, string];
  return x < y ? -1 : x > y ? 1 : 0;
};
