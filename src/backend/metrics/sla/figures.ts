import type { SlaNullReason } from '../../../catalog/sla-columns';
import { MARKS, type Mark, type Outcome } from '../../../model';
import type { Cell } from '../metric';

/** Counts of one cell; every ratio is made of these. */
export type SlaCounts = Readonly<Record<Outcome | 'gross_met' | 'first_met', number>>;

/** One group of a scan over items at an instant (`itemCounts`): what does not run has had its period. Numerators are parts of their denominators: `plus` takes them of the same rows. */
export interface OutcomeRow { readonly outcome: Outcome; readonly marks: number; readonly n: number }
export const falls = ({ outcome }: Pick<OutcomeRow, 'outcome'>): boolean => outcome === 'met' || outcome === 'missed' || outcome === 'overdue';
export const marked = (row: Pick<OutcomeRow, 'marks'>, mark: Mark): boolean => (row.marks & MARKS[mark]) !== 0;

/** Counts with a row added. */
export function plus(counts: SlaCounts, row: OutcomeRow): SlaCounts {
  const n = Number(row.n);
  const fell = falls(row);
  const of = (mark: Mark): number => (fell && marked(row, mark) ? n : 0);
  return { ...counts, [row.outcome]: counts[row.outcome] + n, gross_met: counts.gross_met + of('gross_met'), first_met: counts.first_met + of('first_met') };
}

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
