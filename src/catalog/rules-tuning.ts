import { z } from 'zod';
import { listedRuleColumns, ruleList } from './rules-columns';
import type { ColumnDefinition } from './types';
import { defineMetric } from './types';

export const TUNING_RESULTS = ['better', 'worse', 'no difference shown'] as const;
const side = (name: 'before' | 'after', title: string): readonly ColumnDefinition[] => [
  { name: `alerts_${name}`, title: `Alerts ${title}`, kind: 'count', description: `Alerts in the window ${title} the change.` },
  { name: `confirmed_${name}`, title: `Confirmed ${title}`, kind: 'text', description: `Confirmed true positives of the decisions ${title} the change, as k of n.` },
  { name: `false_${name}`, title: `False ${title}`, kind: 'ratio', description: `False-positive share over decisions ${title} the change; empty under 10 decisions.` },
  { name: `review_${name}`, title: `Reviewed ${title}`, kind: 'ratio', description: `Review completeness ${title} the change.` },
];

export const rulesTuning = defineMetric({
  ...ruleList,
  id: 'rules.tuning',
  title: 'Did tuning work?',
  definition: 'A rule before and after one of its revisions, or a date: two windows of equal length with a gap of 7 days between them, because rules are tuned after their worst week. Both must be reviewed to at least 80 %; otherwise nothing is claimed.',
  formula: 'difference = confirmation rate after − before, over decisions, with the 95 % interval of Newcombe; before: the local days up to 7 days before the day of the change; after: the as many local days that follow it. Better: the whole interval lies above 0',
  contract: '§2 Did tuning work?',
  nullReasons: {
    not_ended: 'The window after the change has not ended yet.', not_loaded: 'The window before the change begins before the loaded history.', not_reviewed: 'A window is reviewed to less than 80 %.',
    few_decisions: 'Under 10 decisions in a window: k of n only, no difference.', no_alerts: 'A window holds no alert.',
  },
  overOptimisation: 'Choosing the date after the fact finds a good one by chance: revisions come from the source, and other changes inside the windows are counted beside. Reviewing only one side makes it null. Switching the rule off leaves no alerts to judge, so it is never "better".',
  counters: ['review_completeness', 'bundled', 'conflicts', 'redispositions', 'restated_decisions'],
  options: z.strictObject({
    date: z.string().refine(d => d === '' || z.iso.date().safeParse(d).success, 'use a date as YYYY-MM-DD, or leave it empty').default('')
      .describe('Local date of a change that the source does not know as a revision. Empty: every revision first seen in the range.'),
    days: z.number().int().min(28).max(180).default(28).describe('Length of each window in days; at least 28.'),
  }),
  columns: [
    ...listedRuleColumns,
    { name: 'change', title: 'Change', kind: 'time', description: 'First alert of the new revision, or the begin of the date asked for.' },
    { name: 'revision', title: 'To revision', kind: 'text', description: 'Revision the rule changed to; empty for a date, or where a successor replaced the rule.' },
    ...side('before', 'before'),
    ...side('after', 'after'),
    { name: 'difference', title: 'Change of confirmation', kind: 'number', unit: 'percentunit', description: 'Confirmation rate after − before, over decisions.' },
    { name: 'difference_low', title: 'At least', kind: 'number', unit: 'percentunit', description: 'Lower end of Newcombe’s 95 % interval of the difference.' },
    { name: 'difference_high', title: 'At most', kind: 'number', unit: 'percentunit', description: 'Upper end of Newcombe’s 95 % interval of the difference.' },
    { name: 'false_difference', title: 'Change of false share', kind: 'number', unit: 'percentunit', description: 'False-positive share after − before, over decisions.' },
    { name: 'false_low', title: 'False share, at least', kind: 'number', unit: 'percentunit', description: 'Lower end of Newcombe’s 95 % interval of that difference.' },
    { name: 'false_high', title: 'False share, at most', kind: 'number', unit: 'percentunit', description: 'Upper end of Newcombe’s 95 % interval of that difference.' },
    { name: 'volume', title: 'Change of volume', kind: 'number', unit: 'percentunit', description: 'Alerts after ÷ alerts before − 1; empty where there were none before.' },
    { name: 'result', title: 'Result', kind: 'enum', values: TUNING_RESULTS, description: 'better or worse: the whole interval of the confirmation rate lies on that side of 0; otherwise no difference is shown. Empty: not judged.' },
    { name: 'other_changes', title: 'Other changes', kind: 'count', description: 'Other revisions first seen inside the two windows and the gap: the difference may be theirs.' },
    { name: 'reason', title: 'Why empty', kind: 'text', description: 'Why there is no difference.' },
  ],
});
