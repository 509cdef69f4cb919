import { VERDICT_BUCKETS } from '../../model';
import { alias, join, sql, type Sql } from './sql';

/**
 * Exports: AT_CLOSING, monthRules, monthDecisions, verdictInputs. Verdicts of local months as they stood at an instant, in the words that two readers
 * need alike: the metrics and the freezing of reported months. Facts hold the instant at which a verdict was given, so a verdict given later is told
 * apart (`later`); what an alert was before it is not known.
 */
export const AT_CLOSING = [...VERDICT_BUCKETS, 'later'] as const;
const determined = sql`a.bucket in ('true', 'benign', 'false')`;
const later = sql`(${determined} and coalesce(a.verdict_at > p.judged_at, false))`;
const within = sql`p.client_key = a.client_key and a."at" >= p.begins and a."at" < p.ends and a."at" <= p.judged_at`;

/** Alerts by client, month and rule, and what had become of them. `months` as monthRows makes them. */
export const monthRules = (alerts: Sql, months: Sql): Sql => sql`
  select client_key, month, rule_key, count(*)::integer as alerts, ${join(AT_CLOSING.map(b => sql`count(*) filter (where said = ${b})::integer as ${alias(`bucket_${b}`)}`))}, coalesce(sum(suppressed), 0)::bigint as suppressed
  from (select p.client_key, p.month, a.rule_key, a.suppressed, case when ${later} then 'later' else cast(a.bucket as varchar) end as said from ${alerts} a join ${months} p on ${within}) x group by client_key, month, rule_key`;

/** Decisions with an alert in the month whose verdict was given by then, named by the first such alert; a decision counts in every month it has alerts in. */
export const monthDecisions = (alerts: Sql, months: Sql): Sql => sql`
  select p.client_key, p.month, a.rule_key, a.decision_key, a.bucket as verdict, first(a.alert_key order by a."at", a.alert_key) as alert_key, count(*)::integer as alerts, first(a.gone order by a."at", a.alert_key) as gone
  from ${alerts} a join ${months} p on ${within} where a.decision_key is not null and ${determined} and not ${later} group by p.client_key, p.month, a.rule_key, a.decision_key, a.bucket`;

/**
 * Fingerprint of the words an alert's verdict follows from, its own and those of its tickets with one step of their merges, and how many tickets
 * quote it. Hashed together, so that fingerprints of alerts in one ticket do not cancel each other when they are added up. The source's own words: an edited value map changes the verdict and leaves them. `few`: of a page of alerts, whose links are
 * found first; of all, that would be a join more.
 */
export const verdictInputs = (alerts: Sql, links: Sql, tickets: Sql, few = false): Sql => sql`
  select a.alert_key, coalesce(w.tickets, 0)::integer as tickets, md5_number_lower(concat_ws('|', a.alert_key, coalesce(a.source_disposition, ''), coalesce(a.disposition_at, 0), coalesce(w.said, 0::ubigint))) as inputs
  from ${alerts} a left join (
    select l.join_key, count(*) as tickets, bit_xor(md5_number_lower(concat_ws('|', t.ticket_key, coalesce(t.source_disposition, ''), coalesce(t.disposition_at, 0), coalesce(t.merged_into, ''), coalesce(m.source_disposition, ''), coalesce(m.disposition_at, 0)))) as said
    from ${links} l join ${tickets} t on t.ticket_key = l.ticket_key left join ${tickets} m on m.id = t.merged_into where not coalesce(l.removed, false)${few ? sql` and l.join_key in (select k.join_key from ${alerts} k)` : sql``} group by l.join_key) w on w.join_key = a.join_key`;
