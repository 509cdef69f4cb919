import { alertsColumn, listedRuleColumns, rateColumns, ruleList } from './rules-columns';
import { defineMetric } from './types';

export const rulesReliable = defineMetric({
  ...ruleList,
  id: 'rules.reliable',
  title: 'Rare but reliable',
  definition: 'Rules that alert less than most and are confirmed often: when one of these fires, it is probably real. Look there first, and do not switch them off for being quiet.',
  formula: 'listed: alerts below the median of the rules that alerted, and lower bound of the confirmation rate > 40 %',
  contract: '§2 Rare but reliable',
  nullReasons: { few_decisions: 'Under 10 decisions there is no percentage, only k of n; the rule is listed because even the lower bound of so few lies above 40 %.' },
  overOptimisation: 'Judging only the certain cases makes a rule look reliable and lowers its review completeness, which stands beside it with the bounds; calling everything true positive shows as confirmed incidents nobody handled.',
  counters: ['review_completeness', 'conflicts'],
  columns: [
    ...listedRuleColumns,
    alertsColumn,
    { name: 'median', title: 'Median of rules', kind: 'number', description: 'Alerts of the rule in the middle, over all rules asked for that alerted in range.' },
    ...rateColumns,
    { name: 'reason', title: 'Why empty', kind: 'text', description: 'Why the percentage is missing.' },
  ],
});
