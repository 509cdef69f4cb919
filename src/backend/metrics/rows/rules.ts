import { bucketEdges, VERDICT_BUCKETS } from '../../../model';
import { and, sql, type Sql } from '../../store/sql';
import type { MetricRequest } from '../metric';
import { alertFilters, ofClients } from '../shared/conditions';
import { zoneCuts, type ZoneCut } from '../shared/zones';
import { alertsAsked, cutsDecisions, groupsOf, NO_RULE } from '../rules/counts';
import { confirmedElsewhere, confirmedOrigin, confirmedTickets } from '../rules/found-elsewhere';
import { lineages } from '../rules/lineage';
import { judgedInTime, JUDGED } from '../rules/trend';
import { silentPeriods } from '../rules/silent';
import { windowsOf } from '../rules/windows';
import { shape, unite, type Drill, type Part, type Question } from './part';

/** Drills of the metrics of rules: alerts, or the decisions they belong to, by the conditions of the metrics themselves. */
type Asked = { readonly request: MetricRequest<never>; readonly cuts: readonly ZoneCut[]; readonly nameless: Sql };
const REVIEWED = sql`a.bucket in ('true', 'benign', 'false')`;
const REVIEWABLE = sql`a.bucket not in ('duplicate', 'test')`;
const NOWHERE = sql`a.bucket in ('benign', 'false')`;
const is = (bucket: string): Sql => sql`a.bucket = ${bucket}`;
interface Choice { readonly among?: Sql; readonly counted?: Sql; readonly weight?: Sql }
const ALERTS: Readonly<Record<string, Choice>> = {
  alerts: {}, review: { among: REVIEWABLE, counted: REVIEWED }, nowhere: { among: NOWHERE }, unreviewed: { among: sql`${REVIEWABLE} and not ${REVIEWED}` }, suppressed: { among: sql`a.suppressed > 0`, weight: sql`a.suppressed` },
  ...Object.fromEntries(VERDICT_BUCKETS.flatMap(b => [[b, { among: is(b) }], [`bucket_${b}`, { among: is(b) }]])),
};
/** Verdict that is the numerator of a column over decisions. */
const DECISIONS: Readonly<Record<string, string | null>> = { decisions: null, confirmed: 'true', confirmation: 'true', confirmation_low: 'true', confirmation_high: 'true', false_share: 'false' };

async function asked(q: Question): Promise<Asked> {
  const wanted = q.request.filters.rule;
  const rules = await lineages(q.reader, q.signal);
  const nameless = wanted?.includes(NO_RULE) ? sql`a.rule_key = 0` : sql`true`;
  const { rule: _rule, ...others } = q.request.filters;
  const request = wanted?.includes(NO_RULE) ? { ...q.request, filters: others } : rules.widened(q.request);
  return { request, nameless, cuts: zoneCuts(q.reader, request.range, groupsOf(request).includes('client'), request.filters.client) };
}
const alertShape = (choice: Choice): Sql => shape({ key: sql`a.alert_key`, moment: sql`a.at`, countsAs: sql`cast(a.bucket as varchar)`, client: sql`a.client_key`, counted: choice.counted, weight: choice.weight });
type Windowed = (cut: ZoneCut) => ZoneCut['range'];
const inside = (q: Question, { request, cuts, nameless }: Asked, window: Windowed) => cuts.map(cut => and([alertsAsked(q.reader, request, { ...cut, range: window(cut) }), nameless]));

/** Alerts of the value, all of them in one statement. */
function alertPart(q: Question, of: Asked, choice: Choice, window: Windowed): Part {
  return { unit: 'alert', select: unite(inside(q, of, window).map(where => sql`select ${alertShape(choice)} from ${q.reader.relation('alert')} a where ${where} and ${choice.among ?? sql`true`}`)) };
}
/** One row a decision, named by its first alert of the value; the label says how many alerts it is. */
function decisionPart(q: Question, of: Asked, numerator: string | null, window: Windowed): Part {
  const counted = numerator === null ? sql`true` : sql`bool_or(a.bucket = ${numerator})`;
  return { unit: 'decision', select: unite(inside(q, of, window).map(where => sql`
    select ${shape({ key: sql`arg_min(a.alert_key, row(a.at, a.alert_key))`, client: sql`any_value(a.client_key)`, moment: sql`min(a.at)`, counted, countsAs: sql`cast(any_value(a.bucket) as varchar)`, label: sql`count(*)::varchar` })}
    from ${q.reader.relation('alert')} a where ${where} and a.decision_key is not null group by a.decision_key`)) };
}
const whole: Windowed = cut => cut.range;
async function plain(q: Question): Promise<readonly Part[]> {
  const of = await asked(q);
  if (q.column in DECISIONS) return [decisionPart(q, of, DECISIONS[q.column]!, whole)];
  // Bounds: the decisions, and what nobody reviewed taken for all true or all false.
  if (q.column === 'bound_low' || q.column === 'bound_high') return [decisionPart(q, of, 'true', whole), alertPart(q, of, { ...ALERTS.unreviewed, counted: q.column === 'bound_high' ? sql`true` : sql`false` }, whole)];
  return [alertPart(q, of, ALERTS[q.column] ?? {}, whole)];
}
const rates = { decisions: 'count', confirmation: 'share', confirmation_low: 'made of', confirmation_high: 'made of', false_share: 'share', review: 'share', bound_low: 'share', bound_high: 'share' } as const;
const counts = (...names: string[]): Record<string, 'count'> => Object.fromEntries(names.map(n => [n, 'count' as const]));

export const outcomesDrill: Drill = { columns: { ...counts('alerts', ...VERDICT_BUCKETS.map(b => `bucket_${b}`), 'nowhere'), ...rates, suppressed: 'sum' }, parts: plain };
export const backlogDrill: Drill = {
  columns: { ...counts('alerts', 'nowhere', 'false', 'benign', 'decisions'), confirmation_high: 'made of', review: 'share', nowhere_share: 'made of', removed: 'made of', at_risk: 'made of' },
  // A share of all noise, and what adds up over the ranking: this rule's part of it.
  parts: q => plain({ ...q, column: { nowhere_share: 'nowhere', removed: 'nowhere', at_risk: 'confirmation' }[q.column] ?? q.column }),
};
export const unreviewedDrill: Drill = {
  columns: { ...counts('alerts', 'unreviewed', 'unmatched', 'pending', 'unclassified', 'auto_closed', 'undetermined', 'conflict'), review: 'share', share: 'made of', cumulative: 'made of' },
  parts: q => plain({ ...q, column: { share: 'unreviewed', cumulative: 'unreviewed' }[q.column] ?? q.column }),
};
export const reliableDrill: Drill = { columns: { alerts: 'count', ...rates }, parts: plain };

/** Shares of everything asked for: the denominator is the whole question, the numerator the group. */
const OF_ALL: Readonly<Record<string, string>> = { alerts_share: 'alerts', nowhere_share: 'nowhere', decisions_share: 'decisions' };
export const loadDrill: Drill = {
  columns: { ...counts('alerts', 'decisions', 'nowhere'), alerts_share: 'share', nowhere_share: 'share', decisions_share: 'made of', touches: 'made of', touches_per_decision: 'made of' },
  parts: async q => {
    const column = OF_ALL[q.column];
    if (q.column === 'alerts_share' || q.column === 'nowhere_share') {
      const [mine, all] = await Promise.all([asked(q), asked({ ...q, request: q.asked })]);
      const counted = and([ofClients(q.reader, mine.request.filters.client ?? null), alertFilters(q.reader, mine.request.filters), mine.nameless]);
      return [alertPart(q, all, { ...ALERTS[column!], counted }, whole)];
    }
    return plain({ ...q, column: column ?? (q.column.startsWith('touches') ? 'alerts' : q.column) });
  },
};

/** Of a week: verdicts within 14 days of detection count, each decision with its first alert. */
const WEEK: Readonly<Record<string, (judged: Sql) => Choice>> = {
  alerts: () => ({}), later: j => ({ among: sql`${j} = 'later'` }), undated: j => ({ among: sql`${j} = 'undated'` }), unreviewed: j => ({ among: sql`${j} = 'none' and ${REVIEWABLE}` }),
  duplicate: () => ({ among: is('duplicate') }), test: () => ({ among: is('test') }), review: j => ({ among: REVIEWABLE, counted: sql`${j} = 'in time'` }),
  ...Object.fromEntries(['true', 'benign', 'false'].map(b => [b, (j: Sql) => ({ among: sql`${is(b)} and ${j} = 'in time'` })])),
};
export const trendDrill: Drill = {
  columns: { ...counts('alerts', 'true', 'benign', 'false', 'later', 'undated', 'unreviewed', 'duplicate', 'test'), ...rates, bound_low: 'made of', bound_high: 'made of' },
  parts: async q => {
    const of = await asked(q);
    const judged = JUDGED(q.request.asOf);
    const week: Windowed = cut => { const edges = bucketEdges(cut.range, 'week', cut.zone); const at = Math.max(0, edges.findIndex(e => e === q.time)); return { from: edges[at]!, to: edges[at + 1]! }; };
    if (!(q.column in DECISIONS) && !q.column.startsWith('bound')) return [alertPart(q, of, WEEK[q.column]!(judged), week)];
    const numerator = DECISIONS[q.column] ?? (q.column === 'decisions' ? null : 'true');
    const counted = numerator === null ? sql`true` : is(numerator);
    const decided = sql`${REVIEWED} and ${judgedInTime(q.request.asOf)}`;
    if (!cutsDecisions(q.request)) return [{ unit: 'decision', select: unite(inside(q, of, week).map(where => sql`select ${alertShape({ counted })} from ${q.reader.relation('alert')} a where ${where} and a.decision_head and ${decided}`)) }];
    // A filter or group takes some alerts of a decision: its first of those, be it before the range.
    return [{ unit: 'decision', select: unite(of.cuts.map(cut => {
      const { from, to } = week(cut);
      const mine = and([ofClients(q.reader, cut.clients), alertFilters(q.reader, of.request.filters), of.nameless]);
      const reaching = sql`select decision_key from ${q.reader.relation('alert')} a where ${alertsAsked(q.reader, of.request, cut)} and decision_head_at < ${cut.range.from}`;
      return sql`select ${alertShape({ counted })} from (select a.*, row_number() over (partition by decision_key order by a.at, alert_key) as place from ${q.reader.relation('alert')} a
        where ${and([sql`a.at < ${Math.min(cut.range.to, q.request.asOf + 1)}`, sql`decision_key is not null`, sql`a.at >= ${cut.range.from} or decision_key in (${reaching})`, mine])}) a
        where place = 1 and a.at >= ${from} and a.at < ${to} and ${decided}`;
    })) }];
  },
};
export const silentDrill: Drill = {
  columns: { ...counts('before', 'alerts') },
  parts: async q => {
    const of = await asked(q);
    const { period, preceding } = await silentPeriods(q.reader, q.request, q.signal);
    return [alertPart(q, of, {}, q.column === 'before' ? preceding : period)];
  },
};
export const tuningDrill: Drill = {
  keys: ['change'],
  columns: { ...counts('alerts_before', 'alerts_after'), false_before: 'share', false_after: 'share', review_before: 'share', review_after: 'share', difference: 'made of', difference_low: 'made of', difference_high: 'made of', false_difference: 'made of', false_low: 'made of', false_high: 'made of', volume: 'made of' },
  parts: async q => {
    const of = await asked(q);
    const { days } = q.request.options as { days: number };
    const side = (name: 'before' | 'after'): Windowed => cut => windowsOf(Number(q.cell.change), days, cut.zone)[name];
    const [, what, when] = /^(.*)_(before|after)$/.exec(q.column) ?? [];
    if (what === 'alerts') return [alertPart(q, of, {}, side(when as 'before'))];
    if (what === 'review') return [alertPart(q, of, ALERTS.review!, side(when as 'before'))];
    if (what === 'false') return [decisionPart(q, of, 'false', side(when as 'before'))];
    if (q.column === 'volume') return [alertPart(q, of, { counted: sql`false` }, side('before')), alertPart(q, of, {}, side('after'))];
    const numerator = q.column.startsWith('false') ? 'false' : 'true';
    return [decisionPart(q, of, numerator, side('before')), decisionPart(q, of, numerator, side('after'))];
  },
};
/** One quarter of confirmed tickets. `from` says which. */
const ORIGIN: Readonly<Record<string, string>> = { by_alert: 'alert', by_user: 'user', by_client: 'client', by_third_party: 'third_party', by_hunt: 'hunt', by_unknown: 'unknown' };
export const elsewhereDrill: Drill = {
  keys: ['from'], columns: counts('elsewhere', 'confirmed', ...Object.keys(ORIGIN)),
  parts: q => [{ unit: 'ticket', select: unite(zoneCuts(q.reader, q.request.range, q.request.groupBy.includes('client'), q.request.filters.client).flatMap(cut => {
    const where = confirmedTickets(q.reader, q.request, cut, Number(q.cell.from));
    const origin = ORIGIN[q.column];
    const among = q.column === 'elsewhere' ? confirmedElsewhere : origin === undefined ? sql`true` : sql`${confirmedOrigin} = ${origin}`;
    return where === null ? [] : [sql`select ${shape({ key: sql`t.ticket_key`, client: sql`t.client_key`, moment: sql`t.created`, countsAs: confirmedOrigin })} from ${q.reader.relation('ticket')} t where ${where} and ${among}`];
  })) }],
};
