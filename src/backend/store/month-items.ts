import { SLA_DEFINITION } from '../../model';
import { outcomeAt, periodAt } from './outcome';
import { integer, join, sql, type Sql } from './sql';

/**
 * Exports: FrozenMonth, Relations, asRows, itemsNow, restatedItems. Items of local months beside what was reported of them, in the words that two readers need alike: the
 * metrics, over relations of a scope, and the sync, over tables, which notes the months in which nothing differs (docs/adr/067).
 */
export interface FrozenMonth { readonly client: number; readonly month: number; readonly begins: number; readonly ends: number; /** Instant its outcomes are judged at. */ readonly at: number }
/** Where rows are read from. */
export interface Relations { relation(name: 'item' | 'reported_item' | 'reported_month'): Sql }

/** The months as a relation: client_key, month, begins, ends, judged_at. */
export const asRows = (months: readonly FrozenMonth[]): Sql => sql`(select unnest(${months.map(m => m.client)}) as client_key, unnest(${months.map(m => m.month)}) as month,
  unnest(${months.map(m => m.begins)}) as begins, unnest(${months.map(m => m.ends)}) as ends, unnest(${months.map(m => m.at)}) as judged_at)`;
const isOf = (clock: Sql, clocks: readonly string[] | null): Sql => (clocks === null ? sql`true` : clocks.length === 0 ? sql`false` : sql`${clock} in (${join(clocks.map(c => sql`${c}`))})`);

/** How an outcome counts in an adherence: what is in no ratio is null. An item on hold that resumes later is no restatement. */
const counts = (outcome: Sql): Sql => sql`case when ${outcome} = 'met' then 'met' when ${outcome} in ('missed', 'overdue') then 'miss' end`;

/** Items as they stand now, judged at the closing instants of the months. `clocks` null: of all. */
export function itemsNow(from: Relations, months: readonly FrozenMonth[], clocks: readonly string[] | null = null): Sql {
  const asked = isOf(sql`i.clock`, clocks);
  const those = (where: Sql): Sql => sql`select i.client_key, i.item_clock_key, i.item_key, i.clock, i.tier, i.start, i.target_ms, i.left_at, i.due, i.gross_due, i.paused_since, i.stop, i.inputs, i.gone from ${from.relation('item')} i where ${asked} and ${where}`;
  // Two parts, because row groups are skipped by the bounds in the one and by the other's null: where nothing settles an item its period may not be written yet.
  const bounds = { from: Math.min(...months.map(m => m.begins)), to: Math.max(...months.map(m => m.ends)) };
  return sql`
  select p.client_key, p.month, i.item_clock_key, i.item_key, i.clock, i.tier, ${outcomeAt(sql`p.judged_at`)} as outcome, i.inputs, i.gone
  from (${those(sql`i.settled_at is not null and ${sql`i.period_at >= ${integer(bounds.from)} and i.period_at < ${integer(bounds.to)}`}`)} union all ${those(sql`i.settled_at is null`)}) i
  join ${asRows(months)} p on p.client_key = i.client_key and ${periodAt} >= p.begins and ${periodAt} < p.ends and ${periodAt} < p.judged_at and i.start <= p.judged_at`;
}

/** Items of frozen months that count otherwise now, with what they were reported as, what they count as now, and the cause. What else is known of an item is looked up for those that differ alone. */
export function restatedItems(from: Relations, frozen: readonly FrozenMonth[], clocks: readonly string[] | null = null): Sql {
  const item = from.relation('item');
  return sql`
    with was as (select f.client_key, f.month, f.item_clock_key, f.item_key, f.clock, f.tier, f.outcome, f.inputs, f.gone, m.definition
        from ${from.relation('reported_item')} f join ${asRows(frozen)} p on p.client_key = f.client_key and p.month = f.month
        join ${from.relation('reported_month')} m on m.client_key = f.client_key and m.month = f.month where ${isOf(sql`f.clock`, clocks)}),
      now as (${itemsNow(from, frozen, clocks)}),
      vanished as (select i.item_key, max(i.gone) as gone from ${item} i where i.gone is not null group by i.item_key),
      both_sides as (
        select coalesce(w.client_key, n.client_key) as client_key, coalesce(w.month, n.month) as month, coalesce(w.clock, n.clock) as clock, coalesce(w.tier, n.tier) as tier,
          w.item_key as was_item, n.item_key as now_item, coalesce(w.item_clock_key, n.item_clock_key) as item_clock_key, w.outcome as was_outcome, n.outcome as now_outcome, ${counts(sql`w.outcome`)} as was_counted, ${counts(sql`n.outcome`)} as now_counted, w.tier as was_tier, n.tier as now_tier,
          w.gone is null and coalesce(n.gone, v.gone) is not null as newly_gone, w.inputs as was_inputs, n.inputs as now_inputs, w.definition
        from was w full join now n on n.client_key = w.client_key and n.month = w.month and n.item_clock_key = w.item_clock_key left join vanished v on v.item_key = w.item_key),
      differing as materialized (select * from both_sides
        where (was_counted is distinct from now_counted or (was_counted is not null and was_tier is distinct from now_tier)) or (was_item is not null and newly_gone)),
      elsewhere as (select i.item_key, any_value(i.inputs) as inputs from ${item} i where i.item_key in (select was_item from differing where now_inputs is null) group by i.item_key),
      reported as (select f.item_key, arg_max(f.inputs, row(f.month, f.item_clock_key)) as inputs, max(m.definition) as definition from ${from.relation('reported_item')} f join ${from.relation('reported_month')} m on m.client_key = f.client_key and m.month = f.month
        where f.item_key in (select now_item from differing where was_inputs is null or definition is null) group by f.item_key)
    select d.client_key, d.month, cast(d.clock as varchar) as clock, cast(d.tier as varchar) as tier, d.item_clock_key, d.was_outcome, d.now_outcome, case
        when d.was_item is not null and d.newly_gone then 'gone' when coalesce(d.was_inputs, r.inputs) is null then 'late_data' when coalesce(d.now_inputs, e.inputs) is distinct from coalesce(d.was_inputs, r.inputs) then 'source_edit'
        when coalesce(d.definition, r.definition) < ${SLA_DEFINITION} then 'definition' else 'policy' end as cause
    from differing d left join elsewhere e on e.item_key = d.was_item left join reported r on r.item_key = d.now_item`;
}
