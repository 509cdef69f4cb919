import { z } from 'zod';
import { bucketColumns, rateColumns, ruleGroupColumns } from './rules-columns';
import { plainColumns } from './plain-columns';
import { defineMetric } from './types';

export const rulesOutcomes = defineMetric({
  id: 'rules.outcomes',
  title: 'Rule outcomes',
  area: 'rules',
  definition: 'What became of the alerts of each detection rule, and how often a human confirmed them. Alerts in one ticket are one decision; rates are over decisions, alert counts measure load.',
  formula: 'confirmation rate = TP ÷ (TP + BP + FP), over decisions, with the 95 % Wilson interval; review completeness = alerts with a determined verdict ÷ (alerts − duplicate − test)',
  contract: '§2 Rule outcomes',
  nullReasons: { rate: 'Under 10 decisions there is no percentage, only k of n.', review: 'Nothing to review: every alert is a duplicate or a test.' },
  overOptimisation: 'Closing everything as true positive raises the rate of every rule at once and shows as confirmed incidents nobody handled; leaving verdicts away lowers review completeness and opens the bounds; bundling alerts into one ticket makes fewer decisions, not better ones.',
  counters: ['review_completeness', 'bundled', 'conflicts', 'undetermined', 'unclassified', 'auto_closed', 'unmatched', 'redispositions', 'restated_decisions'],
  groupBy: ['rule', 'client', 'tier', 'source'],
  defaultGroupBy: ['rule'],
  filters: ['client', 'tier', 'rule', 'source'],
  buckets: ['none'],
  views: ['table', 'stat', 'alert'],
  options: z.strictObject({ plain: z.boolean().optional() }),
  headline: 'confirmation',
  columns: [
    ...ruleGroupColumns,
    { name: 'alerts', title: 'Alerts', kind: 'count', description: 'Alerts detected in range. The buckets sum to it.' },
    ...bucketColumns,
    ...rateColumns,
    { name: 'nowhere', title: 'Led nowhere', kind: 'count', description: 'Alerts with the verdict false or benign.' },
    { name: 'suppressed', title: 'Suppressed', kind: 'count', description: "The source's own count of suppressed alerts behind these; in no ratio." },
    { name: 'reason', title: 'Why empty', kind: 'text', description: 'Why a rate is missing.' },
    ...plainColumns,
  ],
});
