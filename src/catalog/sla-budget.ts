import { z } from 'zod';
import { CLOCKS } from '../model/vocabulary';
import { slaGroupColumns } from './sla-columns';
import { defineMetric } from './types';

export const BUDGET_STATES = ['missed critical', 'spent', 'half spent', 'within', 'no budget'] as const;

export const slaBudget = defineMetric({
  id: 'sla.budget',
  title: 'Budget of misses',
  area: 'sla',
  definition: 'How much of what the goal allows to miss is used up: misses so far against the misses allowed at the period’s volume so far, by severity tier. It warns at half, at all of it, and at every missed critical.',
  formula: 'allowed = (1 − goal) × (met + missed + overdue); used = (missed + overdue) ÷ allowed',
  contract: '§3 Budget',
  nullReasons: { nothing_due: 'Nothing of this tier fell due in this period.', no_goal: 'No adherence goal is agreed for this tier (policy.sla.goals).', no_misses_allowed: 'The goal of this tier allows no miss at all.' },
  overOptimisation: 'More easy items make a larger budget: volume beyond what alerts explain shows as orphans and in the flow. A budget left over is no reason to let items pass: each missed critical warns by itself.',
  counters: ['join_completeness', 'paused_share', 'reopens', 'gone', 'unknown_actors', 'restatements', 'late_links', 'clock_skew', 'downgrades'],
  groupBy: ['tier', 'client', 'clock'],
  defaultGroupBy: ['tier'],
  filters: ['tier', 'client', 'source', 'clock'],
  buckets: ['none'],
  views: ['table', 'stat', 'alert'],
  options: z.strictObject({ clock: z.enum(CLOCKS).default('decide') }),
  headline: 'used',
  columns: [
    ...slaGroupColumns,
    { name: 'state', title: 'State', kind: 'enum', values: BUDGET_STATES, description: 'missed critical: a critical item was missed; spent: all of the budget; half spent: at least half; within; no budget: no goal is agreed.' },
    { name: 'goal', title: 'Goal', kind: 'ratio', description: 'Adherence agreed for the tier in the policy; empty: none.' },
    { name: 'items', title: 'Items', kind: 'count', description: 'Items that fell due in the period so far.' },
    { name: 'misses', title: 'Misses', kind: 'count', description: 'Of these: missed or overdue.' },
    { name: 'allowed', title: 'Allowed', kind: 'number', description: 'Misses that the goal allows at this volume; not rounded.' },
    { name: 'used', title: 'Used', kind: 'number', unit: 'percentunit', description: 'Misses ÷ allowed; above 1 the goal is missed. Empty without a goal, without volume, and where nothing may be missed.' },
    { name: 'remaining', title: 'Remaining', kind: 'number', description: 'Allowed − misses; negative when overspent.' },
    { name: 'running', title: 'Running', kind: 'count', description: 'Items whose due has not come yet.' },
    { name: 'reason', title: 'Why empty', kind: 'text', description: 'Why the used share is missing.' },
  ],
});
