import { SLA_DEFINITION } from '../../../model';
import type { ScopedReader } from '../../scope/reader';
import { outcomeAt, periodAt } from '../../store/outcome';
import { sql, type Sql } from '../../store/sql';
import { asRows, type ClientMonth } from './months';

export const CAUSES = ['late_data', 'source_edit', 'gone', 'policy', 'definition'] as const;
export type Cause = (typeof CAUSES)[number];
export interface Restated { readonly client_key: number; readonly month: number; readonly clock: string; readonly tier: string; readonly cause: Cause; readonly n: number }

/** How an outcome counts in an adherence: what is in no ratio is null. An item on hold that resumes later is no restatement. */
const counts = (outcome: Sql): Sql => sql`case when ${outcome} = 'met' then 'met' when ${outcome} in ('missed', 'overdue') then 'miss' end`;

/** Items as they stand now, judged at the closing instants of the months. */
export const itemsNow = (reader: ScopedReader, months: readonly ClientMonth[]): Sql => sql`
  select p.client_key, p.month, i.item_clock_key, i.item_key, cast(i.clock as varchar) as clock, cast(i.tier as varchar) as tier, ${outcomeAt(sql`p.judged_at`)} as outcome, i.inputs, i.gone
  from ${reader.relation('item')} i join ${asRows(months)} p on p.client_key = i.client_key and ${periodAt} >= p.begins and ${periodAt} < p.ends and ${periodAt} < p.judged_at and i.start <= p.judged_at`;

/**
 * Items of frozen months that count otherwise now (metrics.md, Rule 10), with the cause that shows in the rows: vanished since; the
 * rows it is computed from changed (source edit); the rows are the same, so it is the definition if that is a newer one, else the policy;
 * not in any frozen month (late data). Months older than the retention are not compared.
 */
export async function restated(reader: ScopedReader, months: readonly ClientMonth[], signal?: AbortSignal): Promise<Restated[]> {
  const rows = restatedItems(reader, months);
  return rows === null ? [] : reader.query<Restated & Record<string, never>>(sql`select client_key, month, clock, tier, cause, count(*) as n from (${rows}) x group by all`, signal);
}

/** The items themselves, with what they were reported as and what they count as now; null: no month can be compared. */
export function restatedItems(reader: ScopedReader, months: readonly ClientMonth[]): Sql | null {
  const frozen = months.filter(m => m.frozen !== null && m.kept);
  return frozen.length === 0 ? null : sql`
    with was as (select f.client_key, f.month, f.item_clock_key, f.item_key, cast(f.clock as varchar) as clock, cast(f.tier as varchar) as tier, f.outcome, f.inputs, f.gone, m.definition
        from ${reader.relation('reported_item')} f join ${asRows(frozen)} p on p.client_key = f.client_key and p.month = f.month
        join ${reader.relation('reported_month')} m on m.client_key = f.client_key and m.month = f.month),
      now as (${itemsNow(reader, frozen)}),
      elsewhere as (select i.item_key, any_value(i.inputs) as inputs, max(i.gone) as gone from ${reader.relation('item')} i group by i.item_key),
      reported as (select f.item_key, any_value(f.inputs) as inputs, max(m.definition) as definition from ${reader.relation('reported_item')} f join ${reader.relation('reported_month')} m on m.client_key = f.client_key and m.month = f.month group by f.item_key),
      both_sides as (
        select coalesce(w.client_key, n.client_key) as client_key, coalesce(w.month, n.month) as month, coalesce(w.clock, n.clock) as clock, coalesce(w.tier, n.tier) as tier,
          w.item_key is not null as was_there, coalesce(w.item_clock_key, n.item_clock_key) as item_clock_key, w.outcome as was_outcome, n.outcome as now_outcome, ${counts(sql`w.outcome`)} as was_counted, ${counts(sql`n.outcome`)} as now_counted, w.tier as was_tier, n.tier as now_tier,
          w.gone is null and coalesce(n.gone, e.gone) is not null as newly_gone, coalesce(w.inputs, r.inputs) as was_inputs, coalesce(n.inputs, e.inputs) as now_inputs, coalesce(w.definition, r.definition) as definition
        from was w full join now n on n.client_key = w.client_key and n.month = w.month and n.item_clock_key = w.item_clock_key
        left join elsewhere e on e.item_key = w.item_key left join reported r on r.item_key = n.item_key)
    select client_key, month, clock, tier, item_clock_key, was_outcome, now_outcome, case
        when was_there and newly_gone then 'gone' when was_inputs is null then 'late_data' when now_inputs is distinct from was_inputs then 'source_edit'
        when definition < ${SLA_DEFINITION} then 'definition' else 'policy' end as cause
    from both_sides
    where (was_counted is distinct from now_counted or (was_counted is not null and was_tier is distinct from now_tier)) or (was_there and newly_gone)`;
}
