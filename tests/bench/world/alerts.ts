import { ALERT_FLAGS, ALERT_VERDICTS, alertMarksOf, BUNDLE_SPAN, HOUR, MINUTE, SECOND } from '../../../src/model';
import { integer, join, sql, type Sql } from '../../../src/backend/store/sql';
import { table } from '../../../src/backend/store/table';
import { dice, keyOf } from './draft';
import { HOURS } from './settings';

const text = (value: Sql): Sql => sql`(${value})::varchar`;
/** Delay from detection to a human's verdict in the SIEM. */
const judgedAfter = sql`(${integer(2 * MINUTE)} + ${dice(sql`a.i`, 25, 40 * MINUTE)})`;
const decideHours = sql`case a.tier when 'critical' then ${integer(HOURS.critical!.decide * HOUR)} when 'high' then ${integer(HOURS.high!.decide * HOUR)} end`;

/** Marks of a row with every other fact (facts/alert-marks.ts): a generated alert is detected, at its source still, in no conflict and linked in time to tickets of its own client. */
const place = (verdict: (typeof ALERT_VERDICTS)[number]): Sql => integer(alertMarksOf('undetected', verdict, []));
const marks = sql`(case when bucket in ('true', 'benign', 'false') then case when not inherited then ${place('own')} when verdict_at < "at" or "at" > decision_head_at + ${integer(BUNDLE_SPAN)} then ${place('bundled')} else ${place('inherited')} end
    ${join(ALERT_VERDICTS.filter(v => !['own', 'inherited', 'bundled', 'conflict', 'conflict_with_true'].includes(v)).map(v => sql`when bucket = ${v} then ${place(v)}`), sql` `)} end
  + ${integer(alertMarksOf('in_order', 'own', []))} + case when event > detected then ${integer(alertMarksOf('skewed', 'own', []) - alertMarksOf('in_order', 'own', []))} else 0 end
  + case when ticket_required then ${integer(ALERT_FLAGS.ticket_required)} else 0 end + case when has_ticket then ${integer(ALERT_FLAGS.has_ticket)} else 0 end
  + case when disposition is not null and disposition_by = 'human' then ${integer(ALERT_FLAGS.own_verdict)} else 0 end)`;

/** draft_alert and draft_ticket → `alert`, facts included. */
export const insertAlerts = sql`
  insert into ${table('alert')} by name
  select *, ${marks}::integer as marks from (select * exclude (place, k, ticket_id, head_at), case when bucket not in ('true', 'benign', 'false') then null
      when k is not null then ${keyOf(sql`'decision'`, sql`'ticket'`, sql`rule_key || '|' || client_key || '|' || bucket || '|' || ticket_id`)}
      else ${keyOf(sql`'decision'`, sql`'own'`, sql`rule_key || '|' || client_key || '|' || bucket`, text(sql`disposition_at`))} end as decision_key,
    case when bucket in ('true', 'benign', 'false') then coalesce(head_at, detected) end as decision_head_at,
    case when bucket in ('true', 'benign', 'false') then place = 0 end as decision_head
  from (
    select a.place, a.k, t.id as ticket_id, h.detected as head_at,
      ${keyOf(sql`a.id`)} as alert_key, a.id, a.native_id, ${keyOf(sql`'join'`, sql`a.native_id`)} as join_key, a.native_id as join_id, 1 as source_key, a.client_key, a.rule_key,
      'Rule ' || a.rule_key as rule_name, '1' as rule_revision, a.tier,
      case when ${dice(sql`a.i`, 21, 50)} = 0 then null when ${dice(sql`a.i`, 21, 200)} = 1 then a.detected + ${integer(30 * SECOND)} else a.detected - ${integer(5 * SECOND)} - ${dice(sql`a.i`, 22, 10 * MINUTE)} end as event,
      a.detected, a.detected + ${integer(3 * SECOND)} + ${dice(sql`a.i`, 23, MINUTE)} as readable,
      a.tier as source_severity, 'tenant-' || a.client_key as source_client, case a.fate when 't' then 'open' when 'bare' then 'open' else 'closed' end as source_status,
      case a.fate when 'judged' then a.detected + ${integer(MINUTE)} end as acknowledged_at, case a.fate when 'judged' then 'human' end as acknowledged_by,
      case a.fate when 'judged' then case when ${dice(sql`a.i`, 24, 10)} < 7 then 'false_positive' else 'benign_positive' end when 'robot' then 'false_positive' end as disposition,
      case a.fate when 'judged' then case when ${dice(sql`a.i`, 24, 10)} < 7 then 'False positive' else 'Expected' end when 'robot' then 'False positive' end as source_disposition,
      case a.fate when 'judged' then a.detected + ${judgedAfter} when 'robot' then a.detected + ${integer(MINUTE)} end as disposition_at,
      case a.fate when 'judged' then 'human' when 'robot' then 'automation' end as disposition_by,
      case a.fate when 'judged' then a.detected + ${judgedAfter} when 'robot' then a.detected + ${integer(MINUTE)} when 'closed' then a.detected + ${integer(5 * MINUTE)} end as closed_at,
      case when ${dice(sql`a.i`, 26, 20)} = 0 then 3 else 0 end as suppressed, 'https://siem.example/app/security/alerts/redirect/' || a.native_id as url,
      a.detected + ${integer(HOUR)} as changed, a.detected as "at",
      case a.fate when 'judged' then case when ${dice(sql`a.i`, 24, 10)} < 7 then 'false' else 'benign' end when 'robot' then 'auto_closed' when 'closed' then 'unclassified' when 'bare' then 'unmatched'
        else case t.disposition when 'true_positive' then 'true' when 'benign_positive' then 'benign' when 'false_positive' then 'false'
          else case when not t.done then 'pending' when t.disposition = 'undetermined' then 'undetermined' when t.disposition is null then 'unclassified' else t.disposition end end end as bucket,
      case when a.fate = 'judged' then false when t.disposition in ('true_positive', 'benign_positive', 'false_positive') then true end as inherited, false as conflict_with_true,
      case when a.fate = 'judged' then a.detected + ${judgedAfter} when t.disposition in ('true_positive', 'benign_positive', 'false_positive') then t.disposed_at end as verdict_at,
      a.fate = 't' as has_ticket, t.created as first_ticket_created, t.created as linked_at, case when a.fate = 't' then 1 else 0 end as tickets, false as cross_client,
      case when a.fate = 'bare' and a.tier in ('critical', 'high') then a.detected + ${decideHours} end as untracked_due, a.tier in ('critical', 'high') as ticket_required, 1 as settings_version
    from draft_alert a left join draft_ticket t on t.k = a.k left join draft_alert h on h.k = a.k and h.place = 0) x) f
  order by detected`;

/** Rows of the chunk that a human judged in the SIEM; the times only spare a scan of the whole table. */
export const judged = (from: number, to: number): Sql => sql`(select a.* from ${table('alert')} a join draft_alert d on d.id = a.id and d.fate = 'judged' where a.at >= ${integer(from)} and a.at < ${integer(to)})`;

/** Marks of those verdicts, one item each: the draft keeps two of one rule, client and verdict far apart. */
export const insertMarks = (from: number, to: number): Sql => sql`
  insert into ${table('siem_mark')} by name
  select alert_key, ${keyOf(sql`'siem'`, sql`rule_key || '|' || client_key || '|' || disposition`, text(sql`alert_key`))} as item_key, rule_key, client_key, disposition::varchar as kind, disposition_at as marked_at from ${judged(from, to)} a`;
