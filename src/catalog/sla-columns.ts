import { CLOCKS, SEVERITY_TIERS } from '../model/vocabulary';
import type { ColumnDefinition } from './types';

export const WEEKEND_VALUES = ['weekday', 'weekend', 'holiday'] as const;

/** Groups of every SLA metric; tier always stands. */
export const slaGroupColumns: readonly ColumnDefinition[] = [
  { name: 'client', title: 'Client', kind: 'text', description: 'Client the item belongs to.', optional: true },
  { name: 'tier', title: 'Severity tier', kind: 'enum', values: SEVERITY_TIERS, description: 'Highest tier the item held before its stop; untiered where the source gave no mapped value.' },
  { name: 'clock', title: 'Clock', kind: 'enum', values: CLOCKS, description: 'Which promise is measured: acknowledge, decide, notify, contain or resolve.' },
];

/** Counts and ratios that adherence and its trend share (metrics.md §3, Outcome). */
export const slaCountColumns: readonly ColumnDefinition[] = [
  { name: 'met', title: 'Met', kind: 'count', description: 'Items that fell due in the period and were stopped in time.' },
  { name: 'missed', title: 'Missed', kind: 'count', description: 'Items stopped after their due.' },
  { name: 'overdue', title: 'Overdue', kind: 'count', description: 'Items still open past their due: counted as misses.' },
  { name: 'on_hold', title: 'On hold', kind: 'count', description: 'Items in an allowed pause that would be past their due without it; in no net ratio.' },
  { name: 'left', title: 'Left the count', kind: 'count', description: 'Items that a human marked duplicate or test, or merged, before their due.' },
  { name: 'no_target', title: 'No target', kind: 'count', description: 'Items that started in the period and for which no target was agreed; in no ratio.' },
  { name: 'running', title: 'Running', kind: 'count', description: 'Items whose due has not come yet, stopped or not; in no ratio.' },
  { name: 'adherence', title: 'Adherence', kind: 'ratio', description: 'met ÷ (met + missed + overdue), net of allowed pauses; empty when nothing fell due.' },
  { name: 'gross_adherence', title: 'Adherence without pauses', kind: 'ratio', description: 'The same items and those on hold, judged as if no pause had been allowed.' },
  { name: 'first_close_adherence', title: 'Adherence at first close', kind: 'ratio', description: 'The same items judged by their first stop, whatever was reopened later.' },
];

export const slaNullReasons = {
  nothing_due: 'Nothing of this tier fell due in this period.',
  only_running: 'Everything of this tier is still running: nothing has fallen due yet.',
  no_target: 'No target is agreed for this tier and clock.',
  only_on_hold: 'Everything that would have fallen due is on hold.',
  small_cell: 'Fewer than 20 items: withheld, because so small a cell would score a person.',
  short_range: 'Shifts are shown for ranges of at least 28 days.',
} as const;
/** Smallest cell, and shortest range, for which a shift is shown: less would score a person (metrics.md, Rule 6 and §3 Shift). */
export const SHIFT_CELL = 20;
export const SHIFT_DAYS = 28;
export type SlaNullReason = keyof typeof slaNullReasons;
