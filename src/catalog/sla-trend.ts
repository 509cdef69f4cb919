import { z } from 'zod';
import { CLOCKS } from '../model/vocabulary';
import { slaCountColumns, slaGroupColumns, slaNullReasons } from './sla-columns';
import { defineMetric } from './types';

export const slaTrend = defineMetric({
  id: 'sla.trend',
  title: 'SLA adherence over time',
  area: 'sla',
  definition: "SLA adherence by severity tier, day by day, week by week or month by month. Each item counts in the bucket that holds its due. A client's buckets are cut in that client's zone, totals in the SOC's; weeks are ISO weeks.",
  formula: 'adherence = met ÷ (met + missed + overdue) per bucket and tier',
  contract: '§3 Period',
  nullReasons: slaNullReasons,
  overOptimisation: 'A last bucket cannot be polished by quick successes: what is not yet due is running and in no ratio.',
  counters: ['paused_share', 'reopens', 'gone', 'unknown_actors', 'restatements', 'late_links', 'clock_skew', 'downgrades'],
  groupBy: ['tier', 'client', 'clock'],
  defaultGroupBy: ['tier'],
  filters: ['tier', 'client', 'source', 'clock'],
  buckets: ['day', 'week', 'month'],
  views: ['series', 'table'],
  options: z.strictObject({ clock: z.enum(CLOCKS).default('decide') }),
  headline: 'adherence',
  columns: [
    { name: 'time', title: 'Time', kind: 'time', description: 'Start of the bucket.' },
    ...slaGroupColumns,
    ...slaCountColumns,
    { name: 'complete', title: 'Complete', kind: 'flag', description: 'False while the bucket has not ended.' },
    { name: 'reason', title: 'Why empty', kind: 'text', description: 'Why the adherence is missing.' },
  ],
});
