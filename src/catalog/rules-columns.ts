import { z } from 'zod';
import { VERDICT_BUCKETS } from '../model/vocabulary';
import type { ColumnDefinition } from './types';

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


/** Decisions and what was confirmed of them: in every table about rules. */
export const decisionColumns: readonly ColumnDefinition[] = [
  { name: 'decisions', title: 'Decisions', kind: 'count', description: 'Separate human decisions behind the verdicts: one per ticket, or per own verdicts set within 60 s of each other.' },
  { name: 'confirmed', title: 'Confirmed', kind: 'text', description: 'Confirmed true positives of all decisions, as k of n.' },
];
export const reviewColumn: ColumnDefinition = { name: 'review', title: 'Review completeness', kind: 'ratio', description: 'Alerts with a determined verdict ÷ (alerts − duplicate − test).' };

/** Rates over decisions with their interval and bounds (metrics.md §2): empty under 10 decisions. */
export const rateColumns: readonly ColumnDefinition[] = [
  ...decisionColumns,
  { name: 'confirmation', title: 'Confirmation rate', kind: 'ratio', description: 'TP ÷ (TP + BP + FP) over decisions; empty under 10 decisions.' },
  { name: 'confirmation_low', title: 'Rate, lower bound', kind: 'ratio', description: 'Lower end of the 95 % Wilson interval.' },
  { name: 'confirmation_high', title: 'Rate, upper bound', kind: 'ratio', description: 'Upper end of the 95 % Wilson interval.' },
  { name: 'false_share', title: 'False-positive share', kind: 'ratio', description: 'FP ÷ (TP + BP + FP) over decisions; empty under 10 decisions.' },
  reviewColumn,
  { name: 'bound_low', title: 'Rate if all unreviewed were false', kind: 'ratio', description: 'Shown beside the rate while review completeness is below its threshold.' },
  { name: 'bound_high', title: 'Rate if all unreviewed were true', kind: 'ratio', description: 'Shown beside the rate while review completeness is below its threshold.' },
];

/** What every list of rules shares: always by rule, also by client, as a table, without options. */
export const ruleList = {
  area: 'rules', groupBy: ['rule', 'client'], defaultGroupBy: ['rule'], filters: ['client', 'tier', 'rule', 'source'], buckets: ['none'], views: ['table'], options: z.strictObject({}), headline: null,
} as const;

/** The rule of a row: name, id and client, and whether it is switched on. */
export const listedRuleColumns: readonly ColumnDefinition[] = [
  ...ruleGroupColumns.filter(c => ['rule', 'rule_name', 'client'].includes(c.name)),
  { name: 'enabled', title: 'Enabled', kind: 'flag', description: 'Whether the rule is switched on now; empty: the source does not tell.' },
];
export const alertsColumn: ColumnDefinition = { name: 'alerts', title: 'Alerts', kind: 'count', description: 'Alerts of the rule detected in range.' };
