import type { ColumnDefinition } from './types';

/** States of a part of a month that is frozen by itself. */
export const PART_STATES = ['frozen', 'not kept', 'provisional', 'under way'] as const;

/** When a month closes and by what it was frozen: in every table of reported months. */
export const monthColumns: readonly ColumnDefinition[] = [
  { name: 'time', title: 'Time', kind: 'time', description: 'Beginning of the month: the client’s, or the SOC’s where clients are added up.' },
  { name: 'month', title: 'Month', kind: 'text', description: 'The local month, as year and month: the same words in every viewer’s zone.' },
];
export const freezeColumns: readonly ColumnDefinition[] = [
  { name: 'state', title: 'State', kind: 'enum', values: PART_STATES, description: 'frozen: as reported; not kept: it closed before this was kept, so the figures are today’s; provisional: ended, not closed or not read to its closing; under way: has not ended. Of several clients the least final.' },
  { name: 'closes', title: 'Closes', kind: 'time', description: 'Start of the closing day.' },
  { name: 'frozen_at', title: 'Frozen', kind: 'time', description: 'When it was frozen; empty until then.' },
  { name: 'definition', title: 'Definition', kind: 'count', description: 'Version of the definition it was frozen with; empty until then.' },
  { name: 'policy_version', title: 'Policy', kind: 'count', description: 'Version of the settings it was frozen with; empty until then.' },
];
export const partNullReasons = {
  not_kept: 'The month closed before this was kept of a month: the figures are those of today, and what was reported then is not known.',
  not_read: 'The closing day has passed, but a source is not read that far, or the month lies before what was read: it stays provisional.',
  too_old: 'Rows of this month may have been removed with age, so it is not compared any more; the frozen figure stands.',
} as const;
