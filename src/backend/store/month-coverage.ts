import { DAY } from '../../model';
import { integer, join, sql, type Sql } from './sql';

/**
 * Exports: MonthRow, monthRows, monthCoverage, monthStates, changedStates, assetInputs, monthReadings. Coverage of local months, in the words that two readers need alike: the
 * metrics, over relations of a scope, and the freezing of reported months in sync, over tables.
 */
export interface MonthRow { readonly client: number; /** Local day of its first and last day. */ readonly month: number; readonly lastDay: number; readonly begins: number; readonly ends: number; readonly at: number }

/** Months as a relation: client_key, month, last_day, begins, ends, judged_at. */
export const monthRows = (months: readonly MonthRow[]): Sql => sql`(select unnest(${months.map(m => m.client)}::integer[]) as client_key, unnest(${months.map(m => m.month)}::integer[]) as month, unnest(${months.map(m => m.lastDay)}::integer[]) as last_day,
  unnest(${months.map(m => m.begins)}::bigint[]) as begins, unnest(${months.map(m => m.ends)}::bigint[]) as ends, unnest(${months.map(m => m.at)}::bigint[]) as judged_at)`;

/** Sum of `n` in one state, over all days that count. */
const counted = (state: string, which: Sql): Sql => sql`coalesce(sum(n_${STATE[state]!}) filter (where ${which}), 0)::integer`;
const STATE: Readonly<Record<string, Sql>> = { covered: sql`covered`, agent_only: sql`agent_only`, dark: sql`dark`, absent: sql`absent`, unknown: sql`unknown`, excluded: sql`excluded` };

/**
 * Asset-days by month and kind over the measured days, as coverage.history counts a month, and the assets at the end of the last day. `cells` =
 * coverage_day. A day without assets in scope is not measured, nor one with more than `tolerance` of them unknown (metrics.md §1, Not measured).
 */
export function monthCoverage(cells: Sql, months: Sql, tolerance: number): Sql {
  const measured = sql`n_in_scope > 0 and not n_unknown > ${tolerance} * n_in_scope`;
  const end = sql`day = last_day`;
  return sql`
    select client_key, month, kind, any_value(last_day) - month + 1 as days, count(*) filter (where ${measured}) as days_measured, ${tolerance}::double as tolerance,
      ${counted('covered', measured)} as covered, ${counted('agent_only', measured)} as agent_only, ${counted('dark', measured)} as dark, ${counted('absent', measured)} as absent, ${counted('unknown', measured)} as unknown, ${counted('excluded', measured)} as excluded,
      ${counted('covered', end)} as end_covered, ${counted('agent_only', end)} as end_agent_only, ${counted('dark', end)} as end_dark, ${counted('absent', end)} as end_absent, ${counted('unknown', end)} as end_unknown, ${counted('excluded', end)} as end_excluded
    from (select p.client_key, p.month, p.last_day, c.kind, c.day, coalesce(sum(c.n) filter (where c.state <> 'excluded'), 0) as n_in_scope,
        coalesce(sum(c.n) filter (where c.state = 'covered'), 0) as n_covered, coalesce(sum(c.n) filter (where c.state = 'agent_only'), 0) as n_agent_only, coalesce(sum(c.n) filter (where c.state = 'dark'), 0) as n_dark,
        coalesce(sum(c.n) filter (where c.state = 'absent'), 0) as n_absent, coalesce(sum(c.n) filter (where c.state = 'unknown'), 0) as n_unknown, coalesce(sum(c.n) filter (where c.state = 'excluded'), 0) as n_excluded
      from ${cells} c join ${months} p on p.client_key = c.client_key and c.day >= p.month and c.day <= p.last_day group by all) d
    group by client_key, month, kind`;
}

/** A day's state as one letter; a full stop where the asset did not count. */
const letter = sql`case s.state when 'covered' then 'c' when 'agent_only' then 'a' when 'dark' then 'd' when 'absent' then 'x' when 'unknown' then 'u' when 'excluded' then 'e' end`;

/** One row per asset, month and kind: its state on every local day from the first on, to the last day on which it counted. `spans` = asset_span. */
export const monthStates = (spans: Sql, months: Sql): Sql => sql`
  select client_key, month, asset_key, kind, string_agg(repeat('.', (first_day - coalesce(before + 1, month))::bigint) || repeat(code, (last_day - first_day + 1)::bigint), '' order by first_day) as states
  from (select *, lag(last_day) over (partition by client_key, month, asset_key, kind order by first_day) as before
    from (select p.client_key, p.month, s.asset_key, s.kind, greatest(s.first_day, p.month) as first_day, least(s.last_day, p.last_day) as last_day, ${letter} as code
      from ${spans} s join ${months} p on p.client_key = s.client_key and s.last_day >= p.month and s.first_day <= p.last_day) cut) ordered
  group by client_key, month, asset_key, kind`;

/** Days of one class as the bits of an integer, the first day the lowest: of letters, and of spans. Compared ten times as fast as the letters of every asset are put together. */
const CLASSES = [['covered'], ['agent_only', 'dark', 'absent'], ['unknown'], ['excluded']] as const;
const LETTER_OF = { covered: 'c', agent_only: 'a', dark: 'd', absent: 'x', unknown: 'u', excluded: 'e' } as const;
const bitsOfLetters = (of: readonly (keyof typeof LETTER_OF)[]): Sql => {
  const ours = of.map(state => LETTER_OF[state]).join('');
  const others = ['c', 'a', 'd', 'x', 'u', 'e', '.'].filter(l => !ours.includes(l)).join('');
  return sql`reverse(translate(states, ${ours + others}, ${'1'.repeat(ours.length) + '0'.repeat(others.length)}))::bit::bigint`;
};
const bitsOfSpans = (of: readonly string[]): Sql => sql`bit_or(case when s.state in (${join(of.map(state => sql`${state}`))}) then (1::bigint << (least(s.last_day, p.last_day) - p.month + 1)) - (1::bigint << (greatest(s.first_day, p.month) - p.month)) else 0 end)`;

/** Assets by month and kind whose days count otherwise for the headline in `letters` (rows of reported_asset) and in `spans`: client_key, month, asset_key, kind. Silent, seen elsewhere and checked in only are all the same uncovered. */
export function changedStates(letters: Sql, spans: Sql, months: Sql): Sql {
  const bit = (i: number): Sql => integer(i);
  const named = CLASSES.map((_, i) => sql`coalesce(w.bits[${bit(i + 1)}], 0) <> coalesce(n.bits[${bit(i + 1)}], 0)`);
  return sql`
    select coalesce(w.client_key, n.client_key) as client_key, coalesce(w.month, n.month) as month, coalesce(w.asset_key, n.asset_key) as asset_key, coalesce(w.kind, n.kind) as kind
    from (select f.client_key, f.month, f.asset_key, f.kind, [${join(CLASSES.map(bitsOfLetters))}] as bits from ${letters} f join ${months} p on p.client_key = f.client_key and p.month = f.month) w
    full join (select p.client_key, p.month, s.asset_key, s.kind, [${join(CLASSES.map(bitsOfSpans))}] as bits from ${spans} s join ${months} p on p.client_key = s.client_key and s.last_day >= p.month and s.first_day <= p.last_day group by p.client_key, p.month, s.asset_key, s.kind) n
      on n.client_key = w.client_key and n.month = w.month and n.asset_key = w.asset_key and n.kind = w.kind
    where ${join(named, sql` or `)}`;
}

/** Days before the month whose evidence can cover a day of it: the longest window and a day of zones. */
const LOOKS_BACK = 9;
/** Fits a double exactly, and is prime. */
const MODULUS = 9_007_199_254_740_881;

/**
 * Fingerprints of what an asset's days of a month follow from, apart by what can change them: `registry`, what the registries say of it until the
 * month's end; `evidence`, the sightings of its hosts that can cover a day of it. Of a workload group: those of its members.
 */
export const assetInputs = (assets: Sql, hosts: Sql, observations: Sql, months: Sql): Sql => sql`
  with subjects as (
      select asset_key as subject, asset_key, client_key, registered_at, retired_at, excluded_from, excluded_to from ${assets} a
      union all
      select g.asset_key, a.asset_key, a.client_key, a.registered_at, a.retired_at, a.excluded_from, a.excluded_to from ${assets} a join ${assets} g on g.is_group and g.client_key = a.client_key and g.name = a.workload_group where not a.is_group),
    registries as (
      select p.client_key, p.month, subject, bit_xor(md5_number_lower(concat_ws('|', x.asset_key, case when registered_at > p.begins then registered_at else 0 end, coalesce(case when retired_at < p.ends then retired_at end, 0),
        coalesce(case when excluded_from < p.ends and excluded_to > p.begins then excluded_from end, 0), coalesce(case when excluded_from < p.ends and excluded_to > p.begins then least(excluded_to, p.ends) end, 0)))) as registry
      from subjects x join ${months} p on p.client_key = x.client_key and x.registered_at < p.ends group by all),
    sightings as (
      select p.client_key, p.month, subject, (sum(o.first + o.last + 1) % ${integer(MODULUS)})::bigint as evidence
      from subjects x join ${hosts} h on h.asset_key = x.asset_key join ${observations} o on o.host_key = h.host_key
        join ${months} p on p.client_key = x.client_key and o.day >= p.begins // ${integer(DAY)} - ${integer(LOOKS_BACK)} and o.day <= (p.ends - 1) // ${integer(DAY)} group by all)
  select r.client_key, r.month, r.subject as asset_key, r.registry, coalesce(e.evidence, 0) as evidence from registries r
  left join sightings e on e.client_key = r.client_key and e.month = r.month and e.subject = r.subject`;

/** Fingerprint by client and month of how far the days were read whose evidence can cover one of it, over the sources that ever saw a host of the client. */
export const monthReadings = (days: Sql, hosts: Sql, months: Sql): Sql => sql`
  select p.client_key, p.month, (sum(d.read_to) % ${integer(MODULUS)})::bigint as readings from ${days} d join (select distinct client_key, source_key from ${hosts} h) s on s.source_key = d.source_key
    join ${months} p on p.client_key = s.client_key and d.day >= p.begins // ${integer(DAY)} - ${integer(LOOKS_BACK)} and d.day <= (p.ends - 1) // ${integer(DAY)} group by p.client_key, p.month`;
