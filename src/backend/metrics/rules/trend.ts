import { rulesTrend } from '../../../catalog/rules-trend';
import { bucketDay, bucketEdges, DAY, dayStart, localDay, type VerdictBucket } from '../../../model';
import type { ScopedReader } from '../../scope/reader';
import { bucketOf } from '../../store/buckets';
import { and, column, join, sql } from '../../store/sql';
import { defineQuery, type Cell, type MetricRequest } from '../metric';
import { alertFilters, ofClients, unfiltered } from '../shared/conditions';
import { zoneCuts, type ZoneCut } from '../shared/zones';
import { alertsAsked, byName, cutsDecisions, grouping, groupsOf, headOf, isDecided, KEY_OF, namesOf, noCounts, type Groupable, type Names, type Raw, type RuleCounts } from './counts';
import { MIN_DECISIONS, rateCells, ratios, type RuleRatios } from './ratios';

/** Every alert gets the same time to be judged, so that weeks can be compared (metrics.md §2). */
export const JUDGED_WITHIN = 14 * DAY;

interface Week { readonly counts: RuleCounts; later: number; undated: number }

/** rules.trend (metrics.md §2, Weekly values; docs/adr/014): one row per begun week and group that alerted in range. */
export const rulesTrendQuery = defineQuery(rulesTrend, async (reader, request, signal) => {
  const named = await namesOf(reader, request, signal);
  const asked = named.rules.widened(request);
  const groups = groupsOf(asked);
  const cuts = zoneCuts(reader, asked.range, groups.includes('client'), asked.filters.client);
  const parts = (await Promise.all(cuts.map(cut => weeksOf(reader, asked, groups, cut, named, signal)))).flat();
  parts.sort((a, b) => a.time - b.time || byName(a.of, b.of));
  const young = new Map<RuleCounts, number>();
  for (const p of parts) if (p.row.provisional) young.set(p.of, 1 + (young.get(p.of) ?? 0));
  const provisional = Math.max(0, ...young.values());
  const notices = [
    ...(provisional > 0 ? [{ severity: 'info' as const, text: `The last ${provisional === 1 ? 'week is' : `${provisional} weeks are`} provisional: verdicts set within 14 days of detection are still coming in.` }] : []),
    ...(parts.length > asked.limit ? [{ severity: 'warning' as const, text: `${parts.length - asked.limit} further rows are not shown; take a shorter range or filter.` }] : []),
  ];
  return { rows: parts.slice(0, asked.limit).map(p => p.row), ...(notices.length > 0 && { notices }) };
});

async function weeksOf(reader: ScopedReader, request: MetricRequest, groups: readonly Groupable[], cut: ZoneCut, named: Names, signal?: AbortSignal) {
  const { asOf } = request;
  const edges = bucketEdges(cut.range, 'week', cut.zone);
  const byGroup = new Map<string, { of: RuleCounts; weeks: Week[] }>();
  const groupOf = grouping(named, groups, ({ group, rule }) => {
    const key = JSON.stringify(group);
    let known = byGroup.get(key);
    if (!known) byGroup.set(key, known = { of: noCounts(group, rule), weeks: edges.slice(1).map(() => ({ counts: noCounts(group, rule), later: 0, undated: 0 })) });
    return known;
  });
  const weekOf = (row: Raw): Week => groupOf(row).weeks[Number(row.week)]!;
  const apart = unfiltered(reader, request.filters);
  const [dated, alerts, decisions] = await Promise.all([
    judgedRows(reader, request, groups, cut, edges, apart, signal), apart ? alertRows(reader, request, groups, cut, edges, signal) : null, cutsDecisions(request) ? firstOfCutDecisions(reader, request, groups, cut, edges, signal) : [],
  ]);
  for (const row of alerts ?? dated) {
    const week = weekOf(row);
    const [n, bucket] = [Number(row.n), String(row.bucket) as VerdictBucket];
    week.counts.alerts += n;
    // Of verdicts the rows below tell when they came; what they leave has no time.
    if (isDecided(bucket)) week.undated += n; else week.counts.buckets[bucket] += n;
  }
  for (const row of dated) {
    const [week, n, bucket] = [weekOf(row), Number(row.n), String(row.bucket)];
    if (!isDecided(bucket) || row.in_time === null) continue;
    week.undated -= n;
    if (!row.in_time) { week.later += n; continue; }
    week.counts.buckets[bucket] += n;
    week.counts.decisions[bucket] += Number(row.d);
  }
  for (const row of decisions) if (isDecided(String(row.bucket))) weekOf(row).counts.decisions[String(row.bucket) as 'true'] += Number(row.d);

  const monday = (at: number): boolean => dayStart(bucketDay(localDay(at, cut.zone), 'week'), cut.zone) === at;
  return [...byGroup.values()].flatMap(({ of, weeks }) => weeks.flatMap((week, w) => {
    const [from, to] = [edges[w]!, edges[w + 1]!];
    if (from > asOf) return [];
    return [{ time: from, of, row: { time: from, ...headOf(of), ...cells(week, reader.policy.thresholds.reviewCompleteness), provisional: to + JUDGED_WITHIN > asOf, complete: monday(from) && monday(to) && to <= asOf } }];
  }));
}

function cells({ counts, later, undated }: Week, threshold: number): Record<string, Cell> {
  const { true: t, benign, false: f, duplicate, test } = counts.buckets;
  const r = ratios(counts, threshold);
  return {
    alerts: counts.alerts, true: t, benign, false: f, later, undated, unreviewed: counts.alerts - t - benign - f - later - undated - duplicate - test, duplicate, test,
    ...rateCells(r), reason: reasonOf(counts, undated, r),
  };
}
const reasonOf = (counts: RuleCounts, undated: number, r: RuleRatios): string | null =>
  counts.alerts === 0 ? 'no_alerts' : r.decided === 0 ? (undated > 0 ? 'undated' : 'no_decisions') : r.decided < MIN_DECISIONS ? 'few_decisions' : null;

/** Whether a verdict came within 14 days of detection and by the question's instant. */
export const judgedInTime = (asOf: number) => sql`verdict_at <= a.at + ${JUDGED_WITHIN} and verdict_at <= ${asOf}`;
/** How an alert counts in its week. */
export const JUDGED = (asOf: number) => sql`case when bucket not in ('true', 'benign', 'false') then 'none' when verdict_at is null then 'undated' when ${judgedInTime(asOf)} then 'in time' else 'later' end`;

/** Alerts by week, group and verdict. */
function alertRows(reader: ScopedReader, request: MetricRequest, groups: readonly Groupable[], cut: ZoneCut, edges: readonly number[], signal?: AbortSignal): Promise<Raw[]> {
  const keys = join([sql`week`, ...groups.map(g => column(KEY_OF[g])), sql`bucket`]);
  return reader.query<Raw>(sql`select ${keys}, count(*) as n from (select a.*, ${bucketOf(sql`a.at`, edges)} as week from ${reader.relation('alert')} a where ${alertsAsked(reader, request, cut)}) x group by ${keys}`, signal);
}

/**
 * The same by whether the verdict came in time, null: it has no time; `dated`: only of those that have one, which are few of all, so that the others
 * are not judged. A decision counts with its first alert (`d`), which heads it.
 */
function judgedRows(reader: ScopedReader, request: MetricRequest, groups: readonly Groupable[], cut: ZoneCut, edges: readonly number[], dated: boolean, signal?: AbortSignal): Promise<Raw[]> {
  const keys = join([sql`week`, ...groups.map(g => column(KEY_OF[g])), sql`bucket`, sql`in_time`]);
  return reader.query<Raw>(sql`
    select ${keys}, count(*) as n, ${cutsDecisions(request) ? sql`0` : sql`count(*) filter (where decision_head)`} as d from (
      select a.*, ${bucketOf(sql`a.at`, edges)} as week, ${judgedInTime(request.asOf)} as in_time from ${reader.relation('alert')} a where ${dated ? sql`verdict_at is not null` : sql`true`} and ${alertsAsked(reader, request, cut)}) x group by ${keys}`, signal);
}

/** Where a filter or group takes only some alerts of a decision, its first is the first of those, be it before the range. */
function firstOfCutDecisions(reader: ScopedReader, request: MetricRequest, groups: readonly Groupable[], cut: ZoneCut, edges: readonly number[], signal?: AbortSignal): Promise<Raw[]> {
  const own = groups.map(g => column(KEY_OF[g]));
  const keys = join([sql`week`, ...own, sql`bucket`]);
  const asked = and([ofClients(reader, cut.clients), alertFilters(reader, request.filters)]);
  // What began before the range matters only for decisions that reach into it.
  const reaching = sql`select decision_key from ${reader.relation('alert')} a where ${alertsAsked(reader, request, cut)} and decision_head_at < ${cut.range.from}`;
  const where = and([sql`a.at < ${Math.min(cut.range.to, request.asOf + 1)}`, sql`decision_key is not null`, sql`a.at >= ${cut.range.from} or decision_key in (${reaching})`, asked]);
  return reader.query<Raw>(sql`
    select ${keys}, count(*) as d from (
      select a.*, ${bucketOf(sql`a.at`, edges)} as week, row_number() over (partition by ${join([sql`decision_key`, ...own])} order by a.at, alert_key) as place
      from ${reader.relation('alert')} a where ${where}) a where place = 1 and week is not null and ${judgedInTime(request.asOf)} group by ${keys}`, signal);
}
