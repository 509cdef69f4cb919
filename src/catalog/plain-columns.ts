import type { ColumnDefinition } from './types';

/** Columns of the option `plain`: the row's own figures in words, for readers who do not run a SOC (metrics.md, Rule 11). */
export const plainColumns: readonly ColumnDefinition[] = [
  { name: 'k_of_n', title: 'How many', kind: 'text', description: 'The figure as k of n; empty when it was not measured. With the option plain.', optional: true },
  { name: 'sentence', title: 'In words', kind: 'text', description: 'The row as one sentence. With the option plain.', optional: true },
];
