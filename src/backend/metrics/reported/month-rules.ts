import { DAY } from '../../../model';
import type { ScopedReader } from '../../scope/reader';
import type { AT_CLOSING } from '../../store/month-verdicts';
import { and, integer, join, sql, type Sql } from '../../store/sql';
import { ofClients } from '../shared/conditions';
import { lies, partsOf, segmentsOf, windowsOf, type Month, type Window } from './segments';

/** Alerts of a month that had come to the same when it was judged, and the decisions counted with them; `rule_key` 0: of all rules together. Rows of one name add up. */
export interface MonthVerdicts { readonly client_key: number; readonly month: number; readonly rule_key: number; readonly said: (typeof AT_CLOSING)[number]; readonly alerts: number; readonly decisions: number }

/**
 * What monthRules and monthDecisions (store/month-verdicts) count, for months that are open. Alerts are counted by segments of time as they stand, and decisions with
 * them by their heads, of which each has one. A decision that began before the month is counted by its members there. Where a verdict was given after the month was
 * judged, those alerts are read again and moved to `later`, and what their heads no longer say is asked of the members. `clients` null = all in scope; no month is judged after `asOf`.
 */
export async function verdictsByMonth(reader: ScopedReader, months: readonly Month[], byRule: boolean, clients: readonly string[] | null, asOf: number, signal?: AbortSignal): Promise<MonthVerdicts[]> {
  const segments = segmentsOf(months);
  const begun = { from: segments.range.from, to: Math.min(segments.range.to, asOf + 1) };
  const windows = windowsOf(months).filter(w => w.from < begun.to).map(w => ({ ...w, to: Math.min(w.to, begun.to) }));
  const parts = partsOf(begun, windows, months);
  const [alert, asked] = [reader.relation('alert'), ofClients(reader, clients)];
  const rule = byRule ? sql`a.rule_key` : sql`0 as rule_key`;
  const first = await oldest(reader, signal);
  const whole = Math.max(first, asOf - (reader.retentionDays - 1) * DAY);
  const head = whole > Math.max(first, begun.from) ? sql`(a.decision_head and a."at" >= ${integer(whole)})` : sql`a.decision_head`;
  const [determined, later, since] = [sql`a.bucket in ('true', 'benign', 'false')`, sql`coalesce(a.verdict_at > p.judged_at, false)`, sql`greatest(p.begins, ${whole})`];
  const within = (some: readonly Window[], where: (w: Window) => Sql): Sql => join(some.map(w => sql`select a.client_key, ${rule}, a."at", a.bucket, a.verdict_at, a.decision_key, a.decision_head_at, ${head} as head from ${alert} a
    where ${and([asked, lies(sql`a."at"`, w), where(w), determined])}`), sql` union all `);
  const month = sql`join ${segments.months} p on p.client_key = a.client_key and a."at" >= p.begins and a."at" < p.ends`;
  const decided = sql`cast(a.bucket as varchar) as said, 0 as alerts, count(distinct a.decision_key) as decisions`;
  const [counted, began] = await Promise.all([
    reader.query<MonthVerdicts & { latest: number | null }>(sql`
      with c as (${join(parts.map(part => sql`select a.client_key, ${segments.of(sql`a."at"`, part)} as segment, ${rule}, a.bucket, count(*) as n, count_if(${head}) as d, max(a.verdict_at) as latest from ${alert} a where ${asked} and ${lies(sql`a."at"`, part)} group by all`), sql` union all `)})
      select p.client_key, p.month, c.rule_key, cast(c.bucket as varchar) as said, sum(c.n) as alerts, sum(c.d) as decisions, max(c.latest) as latest
      from c join ${segments.months} p on p.client_key = c.client_key and c.segment >= p.first_segment and c.segment < p.past_segment group by p.client_key, p.month, c.rule_key, c.bucket`, signal),
    reader.query<MonthVerdicts>(sql`
      select p.client_key, p.month, a.rule_key, ${decided} from (${within(windows, w => sql`a.decision_head_at < ${integer(Math.max(w.begun, whole))}`)}) a ${month} where a.decision_head_at < ${since} and not ${later} group by all`, signal),
  ]);
  const judgedAt = new Map(months.map(m => [`${m.client}|${m.month}`, m.at]));
  const passed = new Set(counted.filter(r => r.latest !== null && r.latest > judgedAt.get(`${r.client_key}|${r.month}`)!).map(r => r.month));
  const late = windows.filter(w => w.months.some(m => passed.has(m)));
  const moved = late.length === 0 ? [] : await reader.query<MonthVerdicts>(sql`
    with too_late as materialized (select p.month, a.* from (${within(late, w => sql`a.verdict_at > ${integer(w.judged)}`)}) a ${month} where ${later}),
      members as (select a.client_key, ${rule}, a."at", a.bucket, a.verdict_at, a.decision_key, a.decision_head_at from ${alert} a where ${asked} and ${lies(sql`a."at"`, begun)} and a.decision_key in (select decision_key from too_late where head) and ${determined})
    select a.client_key, a.month, a.rule_key, cast(a.bucket as varchar) as said, -count(*) as alerts, -count_if(a.head) as decisions from too_late a group by all
    union all select a.client_key, a.month, a.rule_key, 'later', count(*), 0 from too_late a group by all
    union all select p.client_key, p.month, a.rule_key, ${decided} from members a ${month} where a.decision_head_at >= ${since} and not ${later} group by all`, signal);
  return [...counted, ...began, ...moved];
}

/** The instant of the oldest alert in scope: heads before it have left with age, and their members stand alone. */
async function oldest(reader: ScopedReader, signal?: AbortSignal): Promise<number> {
  // Of the whole table the engine knows it; of some rows the first in order is found with fewer read than the least.
  const first = reader.operator ? sql`min(a."at") as first from ${reader.relation('alert')} a` : sql`a."at" as first from ${reader.relation('alert')} a order by a."at" limit 1`;
  return (await reader.query<{ first: number | null }>(sql`select ${first}`, signal))[0]?.first ?? 0;
}
