import { z } from 'zod';
import { freezeColumns, monthColumns, partNullReasons } from './reported-columns';
import { bucketColumns, decisionColumns, reviewColumn, ruleGroupColumns } from './rules-columns';
import { defineMetric } from './types';

export const reportedRules = defineMetric({
  id: 'reported.rules',
  title: 'Reported months of verdicts',
  area: 'reported',
  definition: 'What had become of a month’s alerts when the month closed, and how many decisions confirmed them, as it was reported. Verdicts given after the closing count in no rate of the month. A month is provisional until its closing day, then frozen with each decision, the definition and the policy in force; verdicts that change later do not change the figure but show beside it as a restatement with its cause.',
  formula: 'confirmation = TP ÷ (TP + BP + FP) over the decisions given by the closing; restated = decisions that count otherwise now; confirmation now = the same month from today’s rows and policy, without verdicts first given after the closing',
  contract: '§ Rules for every metric, 10',
  nullReasons: { ...partNullReasons, few: 'Under 10 decisions there is no percentage, only k of n.' },
  overOptimisation: 'Turning last month’s verdicts afterwards, in the ticket, in the SIEM or by another value map, leaves the frozen figure as it was, adds a restatement with its cause, and qualifies today’s rates over that month.',
  counters: ['restated_decisions'],
  groupBy: ['client', 'rule'],
  defaultGroupBy: ['client'],
  filters: ['client', 'rule'],
  buckets: ['month'],
  views: ['table', 'series'],
  options: z.strictObject({}),
  headline: 'confirmation',
  annotation: {
    title: 'Reported verdicts restated', marks: 'Months whose decisions count otherwise now than when they were frozen, at the instant they were frozen',
    when: { column: 'restated', above: 0 }, time: 'frozen_at', text: ['confirmed', 'now', 'restated', 'late_data', 'source_edit', 'gone', 'policy', 'definition_changed'], tags: ['client'], groupBy: ['client'],
  },
  columns: [
    ...monthColumns,
    ...ruleGroupColumns.filter(c => ['client', 'rule', 'rule_name'].includes(c.name)),
    ...freezeColumns,
    { name: 'alerts', title: 'Alerts', kind: 'count', description: 'Alerts detected in the month. The buckets and those decided later sum to it.' },
    ...bucketColumns,
    { name: 'bucket_later', title: 'Decided later', kind: 'count', description: 'Alerts whose verdict was given after the closing: in no rate of the month.' },
    ...decisionColumns,
    { name: 'confirmation', title: 'Confirmation rate', kind: 'ratio', description: 'TP ÷ (TP + BP + FP) over the decisions given by the closing, as reported; of a month not frozen, as it stands. Empty under 10 decisions.' },
    { name: 'false_share', title: 'False-positive share', kind: 'ratio', description: 'FP ÷ (TP + BP + FP) over the same decisions.' },
    reviewColumn,
    { name: 'now', title: 'Confirmation now', kind: 'ratio', description: 'What today’s rows, policy and definition give for the month; empty under 10 decisions.' },
    { name: 'decisions_now', title: 'Decisions now', kind: 'count', description: 'Decisions of the month as today’s rows tell them, without those first given after the closing.' },
    { name: 'restated', title: 'Restated', kind: 'count', description: 'Decisions that count otherwise now than when the month was frozen, or whose alert vanished since; empty where nothing is frozen or rows were removed with age.' },
    { name: 'late_data', title: 'Late data', kind: 'count', description: 'Of the restated: decisions that rest on alerts or tickets not known when it was frozen.' },
    { name: 'source_edit', title: 'Source edit', kind: 'count', description: 'Of the restated: the verdict changed in the SIEM or in the ticket since.' },
    { name: 'gone', title: 'Gone', kind: 'count', description: 'Of the restated: decisions whose alert vanished at its source; they keep their verdict.' },
    { name: 'policy', title: 'Policy changed', kind: 'count', description: 'Of the restated: the same words at the source, mapped otherwise.' },
    { name: 'definition_changed', title: 'Definition changed', kind: 'count', description: 'Of the restated: the same words at the source, judged by a newer definition.' },
    { name: 'reason', title: 'Why empty', kind: 'text', description: 'Why the rate is missing, or why the month is not frozen or not compared.' },
  ],
});
