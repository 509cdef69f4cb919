import { DAY, HOUR, MINUTE, SECOND } from '../../../src/model';
import { integer, join, sql, type Sql } from '../../../src/backend/store/sql';
import { DAYS, NOW } from './settings';

/**
 * Drafts of the bench's alerts and tickets: plain values by arithmetic on the row's number, so that ten million rows take a minute
 * and the same N gives the same rows. Ten alerts are a block: three tickets hold 3, 1 and 2 of them; one is judged in the SIEM by a
 * human, one closed by automation, one closed without a verdict, one untouched.
 */
export const BLOCK = 10;
export const TICKETS_PER_BLOCK = 3;
/** The last hour is empty: every ticket of the draft exists before NOW. */
const END = NOW - HOUR;
export const stepOf = (blocks: number): number => Math.max(1, Math.floor((DAYS * DAY) / blocks));
/** Instants between which the alerts of blocks [from, to) lie. */
export const timesOf = (from: number, to: number, blocks: number): [number, number] => [END - DAYS * DAY + from * stepOf(blocks), END - DAYS * DAY + to * stepOf(blocks) + HOUR];

/** A fixed draw from 0 … n−1 for a number and a purpose. */
export const dice = (key: Sql, purpose: number, n: number): Sql => sql`((hash(${key} * 128 + ${integer(purpose)}) % ${integer(n)})::bigint)`;
/** Few loud, many quiet: 0 … n−1, the low numbers often. */
const skewed = (key: Sql, purpose: number, n: number): Sql => sql`floor(pow(${dice(key, purpose, 1_000_000)} / 1000000.0, 2) * ${integer(n)})::integer`;
/** The product's keyOf (store/key.ts) in SQL. */
export const keyOf = (...parts: readonly Sql[]): Sql => sql`('0x' || left(sha256(${join(parts, sql` || chr(0) || `)}), 16))::ubigint`;

/** Rules 1 … 350 make tickets, 351 … 500 are noise of low tiers. */
export const tierOf = (rule: Sql): Sql => sql`case
  when ${rule} > 350 then case ${rule} % 3 when 0 then 'medium' when 1 then 'low' else 'informational' end
  when ${rule} % 50 < 2 then 'critical' when ${rule} % 50 < 9 then 'high' when ${rule} % 50 < 30 then 'medium' when ${rule} % 50 < 45 then 'low' else 'informational' end`;

/** Tickets of blocks [from, to): every time of their life, as if all had ended; what lies after NOW has not happened yet. */
export function ticketDraft(from: number, to: number, blocks: number): Sql {
  const step = stepOf(blocks);
  return sql`
    select *, case when disposed_at <= ${integer(NOW)} then word end as disposition, coalesce(closes <= ${integer(NOW)}, false) as done from (
      select *, case when word is not null then decides end as disposed_at from (
        select *, created + ${integer(MINUTE)} + ${dice(sql`k`, 7, 40 * MINUTE)} as acks,
          case when not forgotten then created + ${integer(46 * MINUTE)} + (pow(${dice(sql`k`, 8, 1_000_000)} / 1000000.0, 3) * ${integer(20 * HOUR)})::bigint end as decides,
          case when not forgotten then created + ${integer(50 * MINUTE)} + (pow(${dice(sql`k`, 8, 1_000_000)} / 1000000.0, 3) * ${integer(20 * HOUR)})::bigint + ${dice(sql`k`, 9, 5 * HOUR)} end as closes,
          ${tierOf(sql`rule_key`)} as tier
        from (
          select b, t, b * 3 + t as k, 1 + ${skewed(sql`(b * 3 + t)`, 1, 50)} as client_key, 1 + ${skewed(sql`(b * 3 + t)`, 2, 350)} as rule_key,
            [3, 1, 2][t + 1] as held, [0, 3, 4][t + 1] as first_alert, t = 1 and b % 500 = 7 as quotes_unknown,
            'SOC-' || (b * 3 + t) as native_id, 'desk:ticket:SOC-' || (b * 3 + t) as id,
            ${integer(END - DAYS * DAY)} + b * ${integer(step)} + ${dice(sql`(b * 3 + t)`, 3, 20 * MINUTE)} as base,
            ${integer(END - DAYS * DAY)} + b * ${integer(step)} + ${dice(sql`(b * 3 + t)`, 3, 20 * MINUTE)} + ${integer(5 * MINUTE)} + ${dice(sql`(b * 3 + t)`, 4, 10 * MINUTE)} as created,
            ${dice(sql`(b * 3 + t)`, 5, 1000)} < 2 as forgotten, ${dice(sql`(b * 3 + t)`, 10, 100)} < 5 as pauses,
            case when ${dice(sql`(b * 3 + t)`, 6, 100)} < 2 or (t = 0 and ${dice(sql`(b * 3 + t)`, 11, 100)} < 20 and ${skewed(sql`(b * 3 + t)`, 2, 350)} % 3 = 1) then 'true_positive' when ${dice(sql`(b * 3 + t)`, 6, 100)} < 33 then 'benign_positive' when ${dice(sql`(b * 3 + t)`, 6, 100)} < 85 then 'false_positive'
                 when ${dice(sql`(b * 3 + t)`, 6, 100)} < 88 then 'duplicate' when ${dice(sql`(b * 3 + t)`, 6, 100)} < 91 then 'undetermined' end as word
          from range(${integer(from)}, ${integer(to)}) r(b), range(3) s(t)) x) y) z`;
}

/** Alerts of blocks [from, to); those a ticket holds take rule and client from it. Reads the temporary table draft_ticket. */
export function alertDraft(from: number, to: number, blocks: number): Sql {
  const step = stepOf(blocks);
  const bare = sql`(${integer(END - DAYS * DAY)} + b * ${integer(step)} + ${dice(sql`i`, 20, 20 * SECOND)})`;
  return sql`
    select *, ${tierOf(sql`rule_key`)} as tier, md5('alert' || i) as native_id, 'siem:alert:' || md5('alert' || i) as id from (
      select d.b * 10 + d.first_alert + p as i, 't' as fate, d.k, p as place, d.client_key, d.rule_key, d.base + p * ${integer(90 * SECOND)} + ${dice(sql`(d.b * 10 + d.first_alert + p)`, 20, 60 * SECOND)} as detected
      from draft_ticket d, range(3) s(p) where p < d.held
      union all
      select i, ['judged', 'robot', 'closed', 'bare'][(i % 10 - 5)::integer] as fate, null as k, 0 as place, 1 + ${skewed(sql`i`, 1, 50)} as client_key,
        case when i % 10 = 9 and b % 200 = 0 then 50 * (1 + (b // 200) % 6) + (b // 200) % 5 else 351 + (b * 7919 + i % 10 * 37) % 150 end::integer as rule_key, ${bare} as detected
      from (select i, i // 10 as b from range(${integer(from * BLOCK)}, ${integer(to * BLOCK)}) r(i)) x where i % 10 >= 6) y`;
}
