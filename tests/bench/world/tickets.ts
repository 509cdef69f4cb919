import { SECOND, MINUTE } from '../../../src/model';
import { integer, join, sql, type Sql } from '../../../src/backend/store/sql';
import { table } from '../../../src/backend/store/table';
import { keyOf } from './draft';
import { NOW, PAUSE } from './settings';

const past = (time: Sql): Sql => sql`coalesce(${time} <= ${integer(NOW)}, false)`;
/** A pause lies between acknowledgement and decision, and only where the decision was made. */
export const pauseFrom = sql`case when t.pauses and ${past(sql`t.decides`)} then t.acks + ${integer(MINUTE)} end`;
export const pauseTo = sql`case when t.pauses and ${past(sql`t.decides`)} then t.decides - ${integer(SECOND)} end`;

const event = (at: Sql, type: string, to: Sql, actor: string, reason: Sql = sql`null`): Sql =>
  sql`case when ${past(at)} then {'at': ${at}, 'type': ${type}, 'from': null::varchar, 'to': ${to}::varchar, 'actor': ${actor}, 'reason': ${reason}::varchar} end`;
const timeline = sql`to_json(list_filter([${join([
  event(sql`t.created`, 'created', sql`null`, 'automation'), event(sql`t.acks`, 'acknowledged', sql`null`, 'human'), event(pauseFrom, 'paused', sql`null`, 'human', sql`${PAUSE}`),
  event(pauseTo, 'resumed', sql`null`, 'human'), event(sql`t.disposed_at`, 'disposition_set', sql`t.word`, 'human'), event(sql`t.closes`, 'closed', sql`null`, 'human'),
])}], e -> e is not null))::varchar`;
const quoted = sql`(t.held + t.quotes_unknown::integer)`;

/** Ids that a ticket quotes: those of its alerts, and in a few one that no SIEM ever had. */
const quotes = sql`list_transform(range(${quoted}), p -> {'alert': case when p < t.held then md5('alert' || (t.b * 10 + t.first_alert + p)) else 'missing-' || t.b end, 'found': 'field', 'linkedAt': t.created})`;

/** draft_ticket → `ticket`, facts included. */
export const insertTickets = sql`
  insert into ${table('ticket')} by name
  select ${keyOf(sql`t.id`)} as ticket_key, t.id, t.native_id, t.native_id as key, 2 as source_key, t.client_key, t.tier, 'Rule ' || t.rule_key || ' fired on host ' || t.k % 5000 as title, t.created,
    t.tier as source_severity, 'Client ' || t.client_key as source_client, case when t.done then 'Done' else 'In progress' end as source_status, t.done,
    t.disposition as source_disposition, t.disposition, case when t.disposition is not null then t.disposed_at end as disposition_at, case when t.disposition is not null then 'human' end as disposition_by,
    'alert' as origin, to_json(${quotes})::varchar as quotes, ${timeline} as timeline, 'https://desk.example/browse/' || t.native_id as url,
    greatest(t.created, case when ${past(sql`t.acks`)} then t.acks end, case when t.done then t.closes end) as changed,
    case when t.done then t.closes end as closed_at, case when ${past(sql`t.acks`)} then t.acks end as acknowledged_at,
    case when t.disposition is not null then t.disposed_at when t.done then t.closes end as decided_at, case when t.done then t.closes end as resolved_at,
    0 as reopens, 0 as redispositions, ${quoted} as quoted, t.held as matched, false as cross_client, false as downgraded, 0 as unknown_actors,
    (${past(sql`t.acks`)}::integer + 2 * (${pauseFrom} is not null)::integer + (t.disposition is not null)::integer + t.done::integer) as human_events, t.held as own_alerts, t.rule_key as own_rule_key, o.first as own_first_at, o.last as own_last_at, 1 as settings_version
  from draft_ticket t join (select k, min(detected) as first, max(detected) as last from draft_alert where fate = 't' group by k) o on o.k = t.k order by t.created`;

/** draft_ticket → `link`. */
export const insertLinks = sql`
  insert into ${table('link')} by name
  select ${keyOf(sql`x.id`)} as ticket_key, ${keyOf(sql`'join'`, sql`x.q.alert`)} as join_key, x.q.alert as join_id, 'field' as found, x.created as linked_at, false as removed
  from (select t.id, t.created, unnest(${quotes}) as q from draft_ticket t) x`;
