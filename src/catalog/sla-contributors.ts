import { z } from 'zod';
import { CLOCKS } from '../model/vocabulary';
import { SHIFT_CELL, SHIFT_DAYS, slaGroupColumns } from './sla-columns';
import { defineMetric } from './types';

export const slaContributors = defineMetric({
  id: 'sla.contributors',
  title: 'Where misses come from',
  area: 'sla',
  definition: `Combinations of severity tier, client and shift that miss more than their tier does, beyond chance: cells of at least ${SHIFT_CELL} items over at least ${SHIFT_DAYS} days whose lower bound exceeds the tier’s miss rate, most excess misses first. With many cells tried one in forty stands out by chance, so their number is shown.`,
  formula: 'miss rate = (missed + overdue) ÷ (met + missed + overdue); listed when the lower 95 % Wilson bound of the cell exceeds the rate of its tier; excess = misses − tier’s rate × items',
  contract: '§3 Where misses come from',
  nullReasons: { short_range: `Shifts are shown for ranges of at least ${SHIFT_DAYS} days.` },
  overOptimisation: 'Moving work between shifts or clients only moves the excess: the tier’s own rate is made of the same items. Small cells are withheld, so a cell cannot be made to disappear without being made small, which shows as less volume there.',
  counters: ['join_completeness', 'gone', 'unknown_actors', 'late_links', 'clock_skew', 'downgrades'],
  groupBy: ['tier'],
  defaultGroupBy: ['tier'],
  filters: ['tier', 'client', 'source', 'clock'],
  buckets: ['none'],
  views: ['table'],
  options: z.strictObject({ clock: z.enum(CLOCKS).default('decide') }),
  headline: null,
  columns: [
    { name: 'rank', title: 'Rank', kind: 'count', description: '1 for the most excess misses.' },
    ...slaGroupColumns.map(c => ({ ...c, optional: false })),
    { name: 'shift', title: 'Shift', kind: 'text', description: 'Named window of the SOC’s day in which the items started.', operatorOnly: true },
    { name: 'items', title: 'Items', kind: 'count', description: 'Items of the cell that fell due in the range.' },
    { name: 'misses', title: 'Misses', kind: 'count', description: 'Of these: missed or overdue.' },
    { name: 'miss_rate', title: 'Miss rate', kind: 'ratio', description: 'misses ÷ items.' },
    { name: 'lower', title: 'Lower bound', kind: 'ratio', description: 'Lower end of the 95 % Wilson interval of the miss rate.' },
    { name: 'tier_rate', title: 'Rate of the tier', kind: 'ratio', description: 'Miss rate of all items of the tier in the same question.' },
    { name: 'excess', title: 'Excess misses', kind: 'number', description: 'Misses beyond those that the tier’s own rate would have given.' },
    { name: 'tried', title: 'Cells tried', kind: 'count', description: 'Cells of this clock, over all tiers, that were large enough to be compared.' },
  ],
});
