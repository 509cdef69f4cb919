import { z } from 'zod';
import { ASSET_KINDS } from '../model/vocabulary';
import { coverageNullReasons } from './coverage-columns';
import { defineMetric } from './types';

export const coverageExclusions = defineMetric({
  id: 'coverage.exclusions',
  title: 'Excluded assets',
  area: 'coverage',
  definition: 'Every asset that an agreed exclusion takes out of coverage: why, agreed by whom, until when, and whether it would be covered. An exclusion counts for 90 days at most; one that asks for more is marked, and ended ones that still ask for it stay on the list.',
  formula: 'excluded from its beginning to its agreed end, at most 90 days; in days left whole days are cut off',
  contract: '§1 Exclusions',
  nullReasons: coverageNullReasons,
  overOptimisation: 'Excluding uncovered assets raises coverage and lengthens this list; coverage without exclusions stands beside it, and past the agreed share the headline is qualified.',
  counters: ['exclusion_share'],
  groupBy: ['client', 'kind'],
  defaultGroupBy: ['client', 'kind'],
  filters: ['client', 'kind', 'criticality'],
  buckets: ['none'],
  views: ['table', 'stat'],
  options: z.strictObject({}),
  headline: 'excluded',
  columns: [
    { name: 'name', title: 'Asset', kind: 'text', description: 'Name in its most trusted registry.', optional: true },
    { name: 'client', title: 'Client', kind: 'text', description: 'Client it belongs to.', optional: true },
    { name: 'kind', title: 'Kind', kind: 'enum', values: ASSET_KINDS, description: 'Endpoint, cloud workload or network segment.' },
    { name: 'criticality', title: 'Criticality', kind: 'text', description: 'As the most trusted registry says it.', optional: true },
    { name: 'state', title: 'State', kind: 'enum', values: ['active', 'ended'], description: 'active: out of coverage now; ended: its 90 days are over, though it asks for more, and the asset counts again.', optional: true },
    { name: 'exclusion_reason', title: 'Reason', kind: 'text', description: 'As it was agreed.', optional: true },
    { name: 'agreed_by', title: 'Agreed by', kind: 'enum', values: ['client', 'soc'], description: 'Client or SOC.', optional: true },
    { name: 'since', title: 'Since', kind: 'time', description: 'Beginning of the exclusion.', optional: true },
    { name: 'until', title: 'Until', kind: 'time', description: 'Its end: as agreed, at most 90 days after its beginning.', optional: true },
    { name: 'days_left', title: 'Days left', kind: 'count', description: 'Whole days until its end; 0 for an ended one.', optional: true },
    { name: 'too_long', title: 'More than 90 days', kind: 'flag', description: 'Whether it asks for more than 90 days.', optional: true },
    { name: 'would_be_covered', title: 'Would be covered', kind: 'flag', description: 'Whether evidence covers the asset all the same; empty where it has ended or is not in scope.', optional: true },
    { name: 'link', title: 'Link', kind: 'link', description: 'Its page in the registry.', optional: true },
    { name: 'excluded', title: 'Excluded', kind: 'count', description: 'Excluded assets that would else be in scope.', optional: true },
    { name: 'excluded_covered', title: 'Of them covered', kind: 'count', description: 'Excluded assets that evidence covers all the same.', optional: true },
    { name: 'coverage', title: 'Coverage', kind: 'ratio', description: 'covered ÷ in scope; empty when it was not measured.', optional: true },
    { name: 'coverage_without_exclusions', title: 'Coverage without exclusions', kind: 'ratio', description: 'The same with the excluded assets counted as what they would be.', optional: true },
    { name: 'reason', title: 'Why empty', kind: 'text', description: 'Why the coverage is missing.', optional: true },
  ],
});
