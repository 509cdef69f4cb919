import { SLA_DEFINITION } from '../../../model';
import type { ScopedReader } from '../../scope/reader';
import { outcomeAt, periodAt } from '../../store/outcome';
import { sql, type Sql } from '../../store/sql';
import { isIn } from '../shared/conditions';
import { asRows, type ClientMonth } from './months';
import { lies } from './segments';

export const CAUSES = ['late_data', 'source_edit', 'gone', 'policy', 'definition'] as const;
export type Cause = (typeof CAUSES)[number];
export interface Restated { readonly client_key: number; readonly month: number; readonly clock: string; readonly tier: string; readonly cause: Cause; readonly n: number }

/** How an outcome counts in an adherence: what is in no ratio is null. An item on hold that resumes later is no restatement. */
const counts = (outcome: Sql): Sql => sql`case when ${outcome} = 'met' then 'met' when ${outcome} in ('missed', 'overdue') then 'miss' end`;

/** Items as they stand now, judged at the closing instants of the months. `clocks` null: of all. */
export function itemsNow(reader: ScopedReader, months: readonly ClientMonth[], clocks: readonly string[] | null = null): Sql {
  const asked = clocks === null ? sql`true` : isIn(sql`i.clock`, clocks);
  const those = (where: Sql): Sql => sql`select i.client_key, i.item_clock_key, i.item_key, i.clock, i.tier, i.start, i.target_ms, i.left_at, i.due, i.gross_due, i.paused_since, i.stop, i.inputs, i.gone from ${reader.relation('item')} i where ${asked} and ${where}`;
  // Two parts, because row groups are skipped by the bounds in the one and by the other's null: where nothing settles an item its period may not be written yet.
  const bounds = { from: Math.min(...months.map(m => m.begins)), to: Math.max(...months.map(m => m.ends)) };
  return sql`
  select p.client_key, p.month, i.item_clock_key, i.item_key, i.clock, i.tier, ${outcomeAt(sql`p.judged_at`)} as outcome, i.inputs, i.gone
  from (${those(sql`i.settled_at is not null and ${lies(sql`i.period_at`, bounds)}`)} union all ${those(sql`i.settled_at is null`)}) i
  join ${asRows(months)} p on p.client_key = i.client_key and ${periodAt} >= p.begins and ${periodAt} < p.ends and ${periodAt} < p.judged_at and i.start <= p.judged_at`;
}

/**
 * Items of frozen months that count otherwise now (metrics.md, Rule 10), with the cause that shows in the rows: vanished since; the
 * rows it is computed from changed (source edit); the rows are the same, so it is the definition if that is a newer one, else the policy;
 * not in any frozen month (late data); of one that another month reported, the rows as its last report had them. Months older than the retention are not compared.
 */
export async function restated(reader: ScopedReader, months: readonly ClientMonth[], clocks: readonly string[] | null, signal?: AbortSignal): Promise<Restated[]> {
  const rows = restatedItems(reader, months, clocks);
  return rows === null ? [] : reader.query<Restated & Record<string, never>>(sql`select client_key, month, clock, tier, cause, count(*) as n from (${rows}) x group by all`, signal);
}

/** The items themselves, with what they were reported as and what they count as now; null: no month can be compared. What else is known of an item is looked up for those that differ alone. */
export function restatedItems(reader: ScopedReader, months: readonly ClientMonth[], clocks: readonly string[] | null = null): Sql | null {
  const frozen = months.filter(m => m.frozen !== null && m.kept);
  const item = reader.relation('item');
  return frozen.length === 0 ? null : sql`
    with was as (select f.client_key, f.month, f.item_clock_key, f.item_key, f.clock, f.tier, f.outcome, f.inputs, f.gone, m.definition
        from ${reader.relation('reported_item')} f join ${asRows(frozen)} p on p.client_key = f.client_key and p.month = f.month
        join ${reader.relation('reported_month')} m on m.client_key = f.client_key and m.month = f.month where ${clocks === null ? sql`true` : isIn(sql`f.clock`, clocks)}),
      now as (${itemsNow(reader, frozen, clocks)}),
      vanished as (select i.item_key, max(i.gone) as gone from ${item} i where i.gone is not null group by i.item_key),
      both_sides as (
        select coalesce(w.client_key, n.client_key) as client_key, coalesce(w.month, n.month) as month, coalesce(w.clock, n.clock) as clock, coalesce(w.tier, n.tier) as tier,
          w.item_key as was_item, n.item_key as now_item, coalesce(w.item_clock_key, n.item_clock_key) as item_clock_key, w.outcome as was_outcome, n.outcome as now_outcome, ${counts(sql`w.outcome`)} as was_counted, ${counts(sql`n.outcome`)} as now_counted, w.tier as was_tier, n.tier as now_tier,
          w.gone is null and coalesce(n.gone, v.gone) is not null as newly_gone, w.inputs as was_inputs, n.inputs as now_inputs, w.definition
        from was w full join now n on n.client_key = w.client_key and n.month = w.month and n.item_clock_key = w.item_clock_key left join vanished v on v.item_key = w.item_key),
      differing as materialized (select * from both_sides
        where (was_counted is distinct from now_counted or (was_counted is not null and was_tier is distinct from now_tier)) or (was_item is not null and newly_gone)),
      elsewhere as (select i.item_key, any_value(i.inputs) as inputs from ${item} i where i.item_key in (select was_item from differing where now_inputs is null) group by i.item_key),
      reported as (select f.item_key, arg_max(f.inputs, row(f.month, f.item_clock_key)) as inputs, max(m.definition) as definition from ${reader.relation('reported_item')} f join ${reader.relation('reported_month')} m on m.client_key = f.client_key and m.month = f.month
        where f.item_key in (select now_item from differing where was_inputs is null or definition is null) group by f.item_key)
    select d.client_key, d.month, cast(d.clock as varchar) as clock, cast(d.tier as varchar) as tier, d.item_clock_key, d.was_outcome, d.now_outcome, case
        when d.was_item is not null and d.newly_gone then 'gone' when coalesce(d.was_inputs, r.inputs) is null then 'late_data' when coalesce(d.now_inputs, e.inputs) is distinct from coalesce(d.was_inputs, r.inputs) then 'source_edit'
        when coalesce(d.definition, r.definition) < ${SLA_DEFINITION} then 'definition' else 'policy' end as cause
    from differing d left join elsewhere e on e.item_key = d.was_item left join reported r on r.item_key = d.now_item`;
}
