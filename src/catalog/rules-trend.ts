import { z } from 'zod';
import { rateColumns, ruleGroupColumns } from './rules-columns';
import { defineMetric } from './types';

export const rulesTrend = defineMetric({
  id: 'rules.trend',
  title: 'Rule outcomes by week',
  area: 'rules',
  definition: 'How often alerts were confirmed, week by week, over verdicts set within 14 days of detection, so that every week had the same time to be judged. A week younger than that is provisional. ISO weeks, cut in the client’s zone; totals in the SOC’s.',
  formula: 'confirmation rate = TP ÷ (TP + BP + FP) over decisions whose first alert lies in the week and was judged within 14 days; buckets over alerts: true + benign + false + later + undated + unreviewed + duplicate + test = alerts',
  contract: '§2 Confirmation rate',
  nullReasons: { no_alerts: 'No alert was detected in this week.', no_decisions: 'No alert of this week was judged within 14 days.', few_decisions: 'Under 10 decisions there is no percentage, only k of n.', undated: 'The source does not tell when its verdicts were set, so no week can be judged after the same time.' },
  overOptimisation: 'Verdicts put off beyond 14 days leave the rate and stand in their own column, with review completeness falling; verdicts set in a hurry and changed later count when they were set last, and are counted as changed verdicts.',
  counters: ['review_completeness', 'redispositions', 'conflicts', 'undetermined', 'unclassified', 'auto_closed', 'restated_decisions'],
  groupBy: ['rule', 'client', 'tier'],
  defaultGroupBy: [],
  filters: ['client', 'tier', 'rule', 'source'],
  buckets: ['week'],
  views: ['series', 'table'],
  options: z.strictObject({}),
  headline: 'confirmation',
  columns: [
    { name: 'time', title: 'Week from', kind: 'time', description: 'Monday of the ISO week, or the begin of the range where it cuts the first week.' },
    ...ruleGroupColumns.filter(c => c.name !== 'source'),
    { name: 'alerts', title: 'Alerts', kind: 'count', description: 'Alerts detected in the week.' },
    { name: 'true', title: 'True', kind: 'count', description: 'Alerts found true positive within 14 days.' },
    { name: 'benign', title: 'Benign', kind: 'count', description: 'Alerts found benign within 14 days.' },
    { name: 'false', title: 'False', kind: 'count', description: 'Alerts found false within 14 days.' },
    { name: 'later', title: 'Judged later', kind: 'count', description: 'Alerts whose verdict was set more than 14 days after detection, or after the instant asked for: in no rate.' },
    { name: 'undated', title: 'Verdict undated', kind: 'count', description: 'Alerts whose verdict the source does not date: in no rate.' },
    { name: 'unreviewed', title: 'Unreviewed', kind: 'count', description: 'Alerts without a verdict, or with contradicting ones.' },
    { name: 'duplicate', title: 'Duplicate', kind: 'count', description: 'Alerts marked duplicate, without a verdict.' },
    { name: 'test', title: 'Test', kind: 'count', description: 'Alerts marked test, without a verdict.' },
    ...rateColumns,
    { name: 'provisional', title: 'Provisional', kind: 'flag', description: 'True while 14 days have not passed since the end of the week: verdicts are still coming in.' },
    { name: 'complete', title: 'Complete', kind: 'flag', description: 'False while the week has not ended, or where the range cuts it.' },
    { name: 'reason', title: 'Why empty', kind: 'text', description: 'Why the rate is missing.' },
  ],
});
