import { z } from 'zod';
import { VERDICT_BUCKETS } from '../model/vocabulary';
import { defineMetric, type ColumnDefinition } from './types';

const BUCKET_TEXT: Record<(typeof VERDICT_BUCKETS)[number], [string, string]> = {
  true: ['True', 'Alerts with the verdict true positive.'],
  benign: ['Benign', 'Alerts with the verdict benign positive: fired as designed, expected or authorised.'],
  false: ['False', 'Alerts with the verdict false positive: logic or data wrong.'],
  duplicate: ['Duplicate', 'Alerts marked duplicate, without a verdict.'],
  test: ['Test', 'Alerts marked test, without a verdict.'],
  undetermined: ['Undetermined', 'Alerts somebody looked at and left undetermined.'],
  auto_closed: ['Auto-closed', 'Alerts closed by automation, or with a verdict only a robot set.'],
  unclassified: ['Unclassified', 'Alerts closed without any verdict.'],
  pending: ['Pending', 'Alerts without a verdict whose ticket is still open.'],
  unmatched: ['Unmatched', 'Alerts without a ticket and without a verdict.'],
  conflict: ['Conflict', 'Alerts whose verdicts contradict each other.'],
};
export const bucketColumns: readonly ColumnDefinition[] = VERDICT_BUCKETS.map(name => ({ name: `bucket_${name}`, title: BUCKET_TEXT[name][0], kind: 'count', description: BUCKET_TEXT[name][1] }));

export const ruleGroupColumns: readonly ColumnDefinition[] = [
  { name: 'rule', title: 'Rule id', kind: 'text', description: 'Stable id of the detection rule: system and the id that survives re-imports.', optional: true },
  { name: 'rule_name', title: 'Rule', kind: 'text', description: 'Name the rule has now.', optional: true },
  { name: 'client', title: 'Client', kind: 'text', description: 'Client the alerts belong to.', optional: true },
  { name: 'tier', title: 'Severity tier', kind: 'enum', description: 'Severity tier of the alerts; untiered where the source gave no mapped value.', optional: true },
  { name: 'source', title: 'Source', kind: 'text', description: 'Source the alerts came from.', optional: true },
];

export const rulesOutcomes = defineMetric({
  id: 'rules.outcomes',
  title: 'Rule outcomes',
  area: 'rules',
  definition: 'What became of the alerts of each detection rule, and how often a human confirmed them. Alerts in one ticket are one decision; rates are over decisions, alert counts measure load.',
  formula: 'confirmation rate = TP ÷ (TP + BP + FP), over decisions, with the 95 % Wilson interval; review completeness = alerts with a determined verdict ÷ (alerts − duplicate − test)',
  contract: '§2 Rule outcomes',
  nullReasons: { rate: 'Under 10 decisions there is no percentage, only k of n.', review: 'Nothing to review: every alert is a duplicate or a test.' },
  overOptimisation: 'Closing everything as true positive raises the rate of every rule at once and shows as confirmed incidents nobody handled; leaving verdicts away lowers review completeness and opens the bounds; bundling alerts into one ticket makes fewer decisions, not better ones.',
  counters: ['review_completeness', 'conflicts', 'undetermined', 'unclassified', 'auto_closed', 'unmatched'],
  groupBy: ['rule', 'client', 'tier', 'source'],
  defaultGroupBy: ['rule'],
  filters: ['client', 'tier', 'rule', 'source'],
  buckets: ['none'],
  views: ['table', 'stat', 'alert'],
  options: z.strictObject({}),
  headline: 'confirmation',
  columns: [
    ...ruleGroupColumns,
    { name: 'alerts', title: 'Alerts', kind: 'count', description: 'Alerts detected in range. The buckets sum to it.' },
    ...bucketColumns,
    { name: 'decisions', title: 'Decisions', kind: 'count', description: 'Separate human decisions behind the verdicts: one per ticket, or per own verdicts set within 60 s of each other.' },
    { name: 'confirmed', title: 'Confirmed', kind: 'text', description: 'Confirmed true positives of all decisions, as k of n.' },
    { name: 'confirmation', title: 'Confirmation rate', kind: 'ratio', description: 'TP ÷ (TP + BP + FP) over decisions; empty under 10 decisions.' },
    { name: 'confirmation_low', title: 'Rate, lower bound', kind: 'ratio', description: 'Lower end of the 95 % Wilson interval.' },
    { name: 'confirmation_high', title: 'Rate, upper bound', kind: 'ratio', description: 'Upper end of the 95 % Wilson interval.' },
    { name: 'false_share', title: 'False-positive share', kind: 'ratio', description: 'FP ÷ (TP + BP + FP) over decisions; empty under 10 decisions.' },
    { name: 'review', title: 'Review completeness', kind: 'ratio', description: 'Alerts with a determined verdict ÷ (alerts − duplicate − test).' },
    { name: 'bound_low', title: 'Rate if all unreviewed were false', kind: 'ratio', description: 'Shown while review completeness is below its threshold.' },
    { name: 'bound_high', title: 'Rate if all unreviewed were true', kind: 'ratio', description: 'Shown while review completeness is below its threshold.' },
    { name: 'nowhere', title: 'Led nowhere', kind: 'count', description: 'Alerts with the verdict false or benign.' },
    { name: 'suppressed', title: 'Suppressed', kind: 'count', description: "The source's own count of suppressed alerts behind these; in no ratio." },
    { name: 'reason', title: 'Why empty', kind: 'text', description: 'Why a rate is missing.' },
  ],
});
