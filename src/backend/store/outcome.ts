import { MARKS, type Mark } from '../../model';
import { integer, join, sql, type Sql } from './sql';

/**
 * Exports: periodAt, outcomeAt, marks. What an item `i` (table item) is at an instant (metrics.md §3, Outcome and Period). Facts hold no "now":
 * only these do. Here because two readers need the very same words: the metrics, and the freezing of reported months in sync. Beside an
 * item stands what it settles as (facts/settled.ts, docs/adr/058): these are for the items that have not settled at the instant.
 */

/**
 * The instant that puts an item into a period: its due; while a pause holds the due up, the due it would have without pauses;
 * without a target, its start.
 */
export const periodAt = sql`coalesce(i.due, i.gross_due, i.start)`;

export const outcomeAt = (asOf: number | Sql): Sql => sql`case
  when i.target_ms is null then 'no_target'
  when i.left_at is not null and i.left_at <= ${asOf} then 'left'
  when i.due is null and i.gross_due < ${asOf} and i.paused_since <= ${asOf} then 'on_hold'
  when i.due is null or i.due >= ${asOf} then 'running'
  when i.stop is not null and i.stop <= i.due then 'met'
  when i.stop is not null and i.stop <= ${asOf} then 'missed'
  else 'overdue' end`;

const WHEN: Readonly<Record<Mark, Sql>> = {
  gross_met: sql`i.stop <= i.gross_due`, first_met: sql`i.first_stop <= i.due`, from_creation: sql`i.start_from_creation`, unknown_stop: sql`i.stop_unknown_actor`, reopened: sql`i.reopened > 0`, gone: sql`i.gone is not null`,
};
export const marks = sql`(${join((Object.keys(MARKS) as Mark[]).map(mark => sql`case when ${WHEN[mark]} then ${integer(MARKS[mark])} else 0 end`), sql` + `)})`;
