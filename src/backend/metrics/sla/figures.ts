import type { SlaNullReason } from '../../../catalog/sla-columns';
import type { Cell } from '../metric';
import { sql, type Sql } from '../../store/sql';
import type { Outcome } from './outcomes';

/** Counts of one cell; every ratio is made of these. */
export type SlaCounts = Readonly<Record<Outcome | 'gross_met' | 'first_met', number>>;

/** Conditions over a sub-select `x` that carries outcome, stop, gross_due, first_stop, due. Numerators are parts of their denominators. */
export const SHARED_COUNTS: Readonly<Record<string, Sql>> = {
  met: sql`x.outcome = 'met'`, missed: sql`x.outcome = 'missed'`, overdue: sql`x.outcome = 'overdue'`, on_hold: sql`x.outcome = 'on_hold'`,
  left: sql`x.outcome = 'left'`, no_target: sql`x.outcome = 'no_target'`,
  gross_met: sql`x.outcome in ('met', 'missed', 'overdue') and x.stop <= x.gross_due`,
  first_met: sql`x.outcome in ('met', 'missed', 'overdue') and x.first_stop <= x.due`,
};

export const fellDue = (c: SlaCounts): number => c.met + c.missed + c.overdue;
const ratio = (k: number, n: number): number | null => (n === 0 ? null : k / n);

/** Why a cell has no adherence; null where it has one. */
export function reasonOf(c: SlaCounts): SlaNullReason | null {
  if (fellDue(c) > 0) return null;
  if (c.on_hold > 0) return 'only_on_hold';
  if (c.running > 0) return 'only_running';
  return c.no_target > 0 && c.left === 0 ? 'no_target' : 'nothing_due';
}

/** The shared columns of one cell (metrics.md §3, Outcome, Pause, Reopen). */
export function figures(c: SlaCounts): Record<string, Cell> {
  return {
    met: c.met, missed: c.missed, overdue: c.overdue, on_hold: c.on_hold, left: c.left, no_target: c.no_target, running: c.running,
    adherence: ratio(c.met, fellDue(c)), gross_adherence: ratio(c.gross_met, fellDue(c) + c.on_hold), first_close_adherence: ratio(c.first_met, fellDue(c)),
  };
}
export const NO_COUNTS: SlaCounts = { met: 0, missed: 0, overdue: 0, on_hold: 0, left: 0, no_target: 0, running: 0, gross_met: 0, first_met: 0 };
