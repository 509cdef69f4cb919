import type { ColumnDefinition } from './types';

/** What a headline is worth (metrics.md, Rule 9). */
export const STANDINGS = ['measured', 'qualified', 'not measured'] as const;
export type Standing = (typeof STANDINGS)[number];

/** Every metric with a headline has these beside its own columns (`defineMetric` adds them); a metric declares only its `counters`. */
export const standingColumns: readonly ColumnDefinition[] = [
  { name: 'standing', title: 'Standing', kind: 'enum', values: STANDINGS, description: 'measured; qualified: an integrity counter that concerns it is past its agreed threshold; not measured: there is no value, with the reason beside it.', optional: true },
  { name: 'standing_why', title: 'Because', kind: 'text', description: 'The counters past their threshold with what was agreed, or why there is no value; empty when measured.', optional: true },
];
