import { z } from 'zod';
import { coverageGroupColumns, coverageNullReasons } from './coverage-columns';
import { defineMetric } from './types';

/** Parts of a change of coverage (metrics.md §1, Change), and one for assets whose sources were not read, without which the sum would not be exact. */
export const CHANGE_PARTS = [
  'went_dark', 'dark_with_source', 'came_back', 'registered_covered', 'registered_uncovered', 'retired_covered', 'retired_uncovered',
  'excluded', 'un_excluded', 'reclassified', 'moved_client', 'merged', 'policy', 'not_read',
] as const;
export type ChangePart = (typeof CHANGE_PARTS)[number];

export const coverageChange = defineMetric({
  id: 'coverage.change',
  title: 'Why coverage changed',
  area: 'coverage',
  definition: 'The change of coverage over the range, taken apart: each part is what assets did that went dark, came back, were registered, retired, excluded and so on. The parts add up to the change exactly, in whatever order things happened. From the end of the day before the range, or the next day that was measured, to its last measured day.',
  formula: 'part = (Δcovered − r̄ · Δin scope) ÷ n̄ with r̄ = (r₀ + r₁) ÷ 2 and n̄ = (n₀ + n₁) ÷ 2; Σ parts = r₁ − r₀',
  contract: '§1 Change',
  nullReasons: { ...coverageNullReasons, one_day: 'Only one day of the range was measured, so there is nothing to compare.' },
  overOptimisation: 'Retiring or excluding uncovered assets raises coverage, and stands here by name as retired or excluded, not as came back.',
  counters: ['registry_completeness', 'unknown_assets', 'exclusion_share', 'retired_after_dark', 'restated_assets'],
  groupBy: ['client', 'kind', 'criticality', 'requirement'],
  defaultGroupBy: ['client', 'kind'],
  filters: ['client', 'kind', 'criticality', 'requirement'],
  buckets: ['none'],
  views: ['table'],
  options: z.strictObject({ show: z.enum(['parts', 'assets']).default('parts'), part: z.enum(['all', ...CHANGE_PARTS]).default('all') }),
  headline: null,
  columns: [
    ...coverageGroupColumns,
    { name: 'part', title: 'Part', kind: 'enum', values: CHANGE_PARTS, description: 'What the assets did; empty where nothing moved or nothing was measured.' },
    { name: 'source', title: 'With source', kind: 'text', description: 'Of dark with source: the source that was read and had lost its hosts.' },
    { name: 'contribution', title: 'Contribution', kind: 'number', unit: 'percentunit', description: 'Points of coverage that this part adds or takes away; empty when the change was not measured.' },
    { name: 'assets', title: 'Assets', kind: 'count', description: 'Assets in this part.', optional: true },
    { name: 'delta_covered', title: 'Covered', kind: 'number', description: 'Covered assets more or fewer by this part.', optional: true },
    { name: 'delta_scope', title: 'In scope', kind: 'number', description: 'Assets in scope more or fewer by this part.', optional: true },
    { name: 'change', title: 'Whole change', kind: 'number', unit: 'percentunit', description: 'Coverage at the end less coverage at the beginning: the sum of the parts.', optional: true },
    { name: 'coverage_before', title: 'Coverage before', kind: 'ratio', description: 'Coverage at the beginning.', optional: true },
    { name: 'coverage_after', title: 'Coverage after', kind: 'ratio', description: 'Coverage at the end.', optional: true },
    { name: 'from', title: 'From', kind: 'time', description: 'End of the day compared with.', optional: true },
    { name: 'to', title: 'To', kind: 'time', description: 'End of the last day compared.', optional: true },
    { name: 'reason', title: 'Why empty', kind: 'text', description: 'Why the change is missing.', optional: true },
    { name: 'name', title: 'Asset', kind: 'text', description: 'Name in its most trusted registry. With the option assets.', optional: true },
    { name: 'before', title: 'Before', kind: 'text', description: 'Its state at the beginning; empty: not in scope. With the option assets.', optional: true },
    { name: 'after', title: 'After', kind: 'text', description: 'Its state at the end; empty: not in scope. With the option assets.', optional: true },
    { name: 'link', title: 'Link', kind: 'link', description: 'Its page in the registry. With the option assets.', optional: true },
  ],
});
