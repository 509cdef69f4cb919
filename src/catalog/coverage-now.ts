import { z } from 'zod';
import { coverageCountColumns, coverageGroupColumns, coverageNullReasons } from './coverage-columns';
import { plainColumns } from './plain-columns';
import { defineMetric } from './types';

export const coverageNow = defineMetric({
  id: 'coverage.now',
  title: 'Estate coverage',
  area: 'coverage',
  definition: 'Share of registered assets whose required security telemetry reached the SIEM within its window (24 h; workstations 7 days), per kind. Today is judged now, a past day at its end in the client’s zone.',
  formula: 'coverage = covered ÷ in scope',
  contract: '§1 Estate coverage',
  nullReasons: coverageNullReasons,
  overOptimisation: 'Taking dark assets out of the registry raises coverage and lowers registry completeness; excluding them raises it and shows in the excluded column and in coverage without exclusions; sending heartbeats only moves them to agent only.',
  counters: ['registry_completeness', 'weak_matches', 'unknown_assets', 'exclusion_share', 'registry_disagreement', 'retired_after_dark', 'retired_uncovered', 'shallow_segments', 'degraded', 'refused_ahead', 'restated_assets'],
  groupBy: ['client', 'kind', 'criticality', 'requirement'],
  defaultGroupBy: ['client', 'kind'],
  filters: ['client', 'kind', 'criticality', 'requirement'],
  buckets: ['none'],
  views: ['stat', 'table', 'alert'],
  options: z.strictObject({ plain: z.boolean().optional() }),
  headline: 'coverage',
  columns: [
    ...coverageGroupColumns, ...coverageCountColumns,
    { name: 'reason', title: 'Why empty', kind: 'text', description: 'Why the coverage is missing.' },
    { name: 'depth', title: 'Segment depth', kind: 'ratio', description: 'Network segments: registered addresses in them that network evidence saw ÷ registered addresses, at the end of the last complete day; empty for other kinds and where no address is registered.' },
    { name: 'days_measured', title: 'Days measured', kind: 'count', description: 'Complete days of the range whose coverage was measured.' },
    { name: 'last_measured', title: 'Last measured', kind: 'ratio', description: 'Coverage of the newest complete day that was measured; empty: none yet.' },
    { name: 'last_measured_age', title: 'Age of it', kind: 'seconds', description: 'Seconds since the end of that day.' },
    ...plainColumns,
  ],
});
