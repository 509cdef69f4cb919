import { integer, sql, type Sql } from '../../../src/backend/store/sql';

/**
 * Rule outcomes as SQL written by hand over plain_alert, plain_ticket and plain_link. Both give alerts by rule and verdict; neither counts
 * decisions, suppressed alerts or their strays, which the product's answer holds: what is left out makes them faster.
 */
const COUNTS = sql`count(*) as alerts, count(*) filter (where v = 'true_positive') as "true", count(*) filter (where v = 'benign_positive') as benign, count(*) filter (where v = 'false_positive') as "false",
  count(*) filter (where v = 'conflict') as conflict, count(*) filter (where v is null) as rest`;
const DETERMINED = sql`('true_positive', 'benign_positive', 'false_positive')`;
const within = (from: number, to: number): Sql => sql`a.detected >= ${integer(from)} and a.detected < ${integer(to)}`;
const own = sql`case when a.verdict_by = 'human' then a.verdict end`;

/** Takes for granted that no alert stands in two tickets: then no alert needs to be brought together before it is counted. */
export const trusting = (from: number, to: number): Sql => sql`
  select rule, ${COUNTS} from (
    select a.rule, coalesce(case when t.resolution in ${DETERMINED} then t.resolution end, ${own}) as v
    from plain_alert a left join plain_link l on l.alert_id = a.alert_id left join plain_ticket t on t.ticket_id = l.ticket_id where ${within(from, to)}) x group by rule`;

/** Right for any rows: several tickets of one alert agree, or the alert is in conflict. */
export const careful = (from: number, to: number): Sql => sql`
  with verdicts as (
    select l.alert_id, min(t.resolution) as least, max(t.resolution) as most from plain_link l join plain_ticket t on t.ticket_id = l.ticket_id where t.resolution in ${DETERMINED} group by l.alert_id)
  select rule, ${COUNTS} from (
    select a.rule, case when v.least <> v.most or (${own} is not null and v.least <> ${own}) then 'conflict' else coalesce(v.least, ${own}) end as v
    from plain_alert a left join verdicts v on v.alert_id = a.alert_id where ${within(from, to)}) x group by rule`;
