import { HOUR, SECOND, MINUTE } from '../../../src/model';
import { integer, join, sql, type Sql } from '../../../src/backend/store/sql';
import { marks } from '../../../src/backend/store/outcome';
import { table } from '../../../src/backend/store/table';
import { judged } from './alerts';
import { dice, keyOf } from './draft';
import { benchSettings, HOURS, NOW, zoneOf, CLIENTS, clientId } from './settings';
import { pauseFrom, pauseTo } from './tickets';

const CLOCKS = ['acknowledge', 'decide', 'resolve'] as const;
const past = (time: Sql): Sql => sql`case when ${time} <= ${integer(NOW)} then ${time} end`;
const target = (tier: Sql): Sql => sql`case ${join(Object.entries(HOURS).flatMap(([t, hours]) => CLOCKS.map(c => sql`when ${tier} = ${t} and clock = ${c} then ${integer(hours![c] * HOUR)}`)), sql` `)} end`;
const local = (zone: Sql, at: Sql): Sql => sql`timezone(${zone}, to_timestamp(${at} // 1000))`;
const zones = sql`(select unnest(${Array.from({ length: CLIENTS }, (_, i) => i + 1)}::integer[]) as client_key, unnest(${Array.from({ length: CLIENTS }, (_, i) => zoneOf(i + 1))}) as zone,
  unnest(${Array.from({ length: CLIENTS }, (_, i) => clientId(i + 1))}) as client_id)`;
const period = sql`case when hour(${local(sql`${benchSettings().zone}`, sql`start`)}) < 8 then 'night' when hour(${local(sql`${benchSettings().zone}`, sql`start`)}) < 16 then 'day' else 'evening' end as shift,
  isodow(${local(sql`zone`, sql`start`)}) >= 6 as weekend, false as holiday, 1 as settings_version`;

/** Half the decide target after the acknowledgement (facts/untouched.ts). */
const halfDue = sql`case when clock = 'decide' then acks + target_ms // 2 end`;

/** What an item settles as (facts/settled.ts): a generated item is never held up by a pause that has not ended. */
const settledColumns = sql`coalesce(i.due, i.start) as period_at, greatest(i.start, case when i.target_ms is null then i.start when i.left_at is not null then i.left_at when i.stop > i.due then i.stop else i.due + 1 end) as settled_at,
  case when i.target_ms is null then 'no_target' when i.left_at is not null then 'left' when i.stop is null then 'overdue' when i.stop <= i.due then 'met' else 'missed' end as settled_as, ${marks}::integer as marks`;

/** draft_ticket → three items each: start is the first alert's detection, a pause moves the due unless the target ran out before it. */
export const insertTicketItems = sql`
  insert into ${table('item')} by name
  select i.*, ${settledColumns} from (select ${keyOf(sql`item_key::varchar`, sql`clock`)} as item_clock_key, * exclude (zone, moved, duplicate_at, touches, acks), stop as first_stop, start + target_ms + moved as due, null::bigint as gone,
    ${halfDue} as half_due, case when ${halfDue} is not null then not list_bool_or(list_transform(touches, e -> coalesce(e <= ${halfDue}, false))) end as untouched, hash(item_key) as inputs,
    case when duplicate_at < start + target_ms + moved then duplicate_at end as left_at, case when duplicate_at < start + target_ms + moved then 'duplicate' end as left_as, ${period}
  from (
    select acks, [pause_from, pause_to, disposed_at, closed] as touches, item_key, ticket_key, 0 as episode, 2 as source_key, client_key, clock, tier, held as alerts, start, false as start_from_creation, target_ms, start + target_ms as gross_due,
      case clock when 'acknowledge' then acks when 'decide' then decided else closed end as stop, false as stop_unknown_actor,
      case when clock <> 'acknowledge' and pause_from is not null then pause_to - pause_from else 0 end as paused_ms,
      case when clock <> 'acknowledge' and pause_from is not null and pause_from - start < target_ms then pause_to - pause_from else 0 end as moved,
      case when disposition = 'duplicate' then disposed_at end as duplicate_at, 0 as reopened, false as downgraded, zone
    from (select *, ${target(sql`tier`)} as target_ms from (
      select ${keyOf(sql`'ticket'`, sql`t.id`, sql`z.client_id`, sql`'0'`)} as item_key, ${keyOf(sql`t.id`)} as ticket_key, t.client_key, t.tier, t.held, t.disposition, case when t.disposition is not null then t.disposed_at end as disposed_at,
        t.base + ${dice(sql`(t.b * 10 + t.first_alert)`, 20, 60 * SECOND)} as start, ${past(sql`t.acks`)} as acks, coalesce(case when t.disposition is not null then t.disposed_at end, ${past(sql`t.closes`)}) as decided,
        ${past(sql`t.closes`)} as closed, ${pauseFrom} as pause_from, ${pauseTo} as pause_to, z.zone, unnest(${[...CLOCKS]}) as clock
      from draft_ticket t join ${zones} z on z.client_key = t.client_key order by t.created) x) y) w) i`;

/** Verdicts set in the SIEM → two items each (acknowledge, decide). Reads the marks and alerts of the chunk. */
export const insertSiemItems = (from: number, to: number): Sql => sql`
  insert into ${table('item')} by name
  select i.*, ${settledColumns} from (select ${keyOf(sql`item_key::varchar`, sql`clock`)} as item_clock_key, * exclude (zone), case when clock = 'decide' then start + ${integer(MINUTE)} + target_ms // 2 end as half_due,
    case when clock = 'decide' and target_ms is not null then stop > start + ${integer(MINUTE)} + target_ms // 2 end as untouched, hash(item_key) as inputs, start + target_ms as due, start + target_ms as gross_due, stop as first_stop, null::bigint as left_at, null::bigint as gone, ${period}
  from (select *, ${target(sql`tier::varchar`)} as target_ms from (
    select m.item_key, a.alert_key, 0 as episode, 1 as source_key, a.client_key, a.tier, 1 as alerts, a.at as start, false as start_from_creation, unnest(['acknowledge', 'decide']) as clock,
      unnest([a.at + ${integer(MINUTE)}, a.disposition_at]) as stop, false as stop_unknown_actor, 0 as paused_ms, 0 as reopened, false as downgraded, z.zone
    from ${judged(from, to)} a join ${table('siem_mark')} m on m.alert_key = a.alert_key join ${zones} z on z.client_key = a.client_key order by a.at) x) y) i`;
