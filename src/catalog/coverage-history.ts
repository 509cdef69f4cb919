import { z } from 'zod';
import { coverageCountColumns, coverageGroupColumns, coverageNullReasons } from './coverage-columns';
import { defineMetric } from './types';

export const coverageHistory = defineMetric({
  id: 'coverage.history',
  title: 'Estate coverage over time',
  area: 'coverage',
  definition: 'Coverage of each complete local day. Weeks and months add up the asset-days of their measured days. A day that was not measured is empty, never zero.',
  formula: 'coverage = Σ covered ÷ Σ in scope over the measured days of the bucket',
  contract: '§1 Not measured, Signal',
  nullReasons: coverageNullReasons,
  overOptimisation: 'Switching a failing source off makes days not measured, which shows in days measured; it does not make them better. What makes a month better after it was reported (retirements dated back, other evidence accepted) qualifies it by restated assets.',
  counters: ['registry_completeness', 'weak_matches', 'unknown_assets', 'exclusion_share', 'retired_uncovered', 'shallow_segments', 'degraded', 'days_not_measured', 'restated_assets'],
  groupBy: ['client', 'kind', 'criticality', 'requirement'],
  defaultGroupBy: ['kind'],
  filters: ['client', 'kind', 'criticality', 'requirement'],
  buckets: ['day', 'week', 'month'],
  views: ['series', 'table', 'alert'],
  options: z.strictObject({ only: z.enum(['all', 'signals']).default('all') }),
  headline: 'coverage',
  annotation: {
    title: 'Coverage fell', marks: 'Falls of coverage: 3 points or more in 7 days and at least 5 fewer assets',
    when: { column: 'signal', is: [1] }, time: 'time', lasts: 'buckets', text: ['coverage', 'change', 'covered', 'largest_part'], tags: ['client', 'kind'], groupBy: ['client', 'kind'],
  },
  columns: [
    { name: 'time', title: 'Time', kind: 'time', description: 'Start of the bucket.' },
    ...coverageGroupColumns, ...coverageCountColumns,
    { name: 'days', title: 'Days', kind: 'count', description: 'Local days of the bucket inside the range.' },
    { name: 'days_measured', title: 'Days measured', kind: 'count', description: 'Those that were measured.' },
    { name: 'change', title: 'Change over 7 days', kind: 'number', unit: 'percentunit', description: 'Coverage of the last day of the bucket less that of seven days before; empty when either was not measured.' },
    { name: 'signal', title: 'Signal', kind: 'count', description: '1 when coverage fell by 3 points or more in 7 days and at least 5 fewer assets are covered, else 0; empty when either day was not measured.' },
    { name: 'largest_part', title: 'Largest part', kind: 'text', description: 'Of a signal: the part of the change over those 7 days that took most away, with its assets.' },
    { name: 'reason', title: 'Why empty', kind: 'text', description: 'Why the coverage is missing.' },
  ],
});
