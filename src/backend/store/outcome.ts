import { sql, type Sql } from './sql';

/**
 * Exports: periodAt, outcomeAt. What an item `i` (table item) is at an instant (metrics.md §3, Outcome and Period). Facts hold no "now":
 * only these do. Here because two readers need the very same words: the metrics, and the freezing of reported months in sync.
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
