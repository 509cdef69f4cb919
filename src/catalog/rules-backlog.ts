import { alertsColumn, decisionColumns, listedRuleColumns, reviewColumn, ruleList } from './rules-columns';
import { defineMetric } from './types';

export const rulesBacklog = defineMetric({
  ...ruleList,
  id: 'rules.backlog',
  title: 'Tuning backlog',
  definition: 'Rules that people decided often and hardly ever confirmed, worst first, with what tuning the first k of them would remove at most and how many confirmed true positives it would put at risk.',
  formula: 'listed: decisions ≥ 20 and upper bound of the confirmation rate < 20 %; ranked by FP + BP alerts; removed = Σ FP + BP of the first k ÷ FP + BP of all alerts asked for',
  contract: '§2 Tuning backlog',
  nullReasons: {},
  overOptimisation: 'Leaving verdicts away keeps a noisy rule under the minimum of decisions and moves it to the unreviewed list; calling noise true positive lifts the bound and shows as confirmed incidents nobody handled; switching rules off removes true positives too, which the risk column and "found elsewhere" show.',
  counters: ['review_completeness', 'bundled', 'conflicts', 'undetermined', 'unclassified', 'auto_closed', 'restated_decisions'],
  columns: [
    { name: 'rank', title: 'Rank', kind: 'count', description: 'Place by alerts that led nowhere; 1 is the worst.' },
    ...listedRuleColumns,
    alertsColumn,
    { name: 'nowhere', title: 'Led nowhere', kind: 'count', description: 'Those with the verdict false or benign.' },
    { name: 'false', title: 'False', kind: 'count', description: 'Those with the verdict false positive: logic or data wrong.' },
    { name: 'benign', title: 'Benign', kind: 'count', description: 'Those with the verdict benign positive: expected or authorised.' },
    ...decisionColumns,
    { name: 'confirmation_high', title: 'Rate, upper bound', kind: 'ratio', description: 'Upper end of the 95 % Wilson interval of the confirmation rate.' },
    reviewColumn,
    { name: 'nowhere_share', title: 'Share of noise', kind: 'ratio', description: 'Led nowhere ÷ all alerts asked for that led nowhere.' },
    { name: 'removed', title: 'Removed at most', kind: 'ratio', description: 'Share of all alerts that led nowhere which tuning this rule and those above it removes at most.' },
    { name: 'at_risk', title: 'True positives at risk', kind: 'count', description: 'Confirmed true positives (decisions) of this rule and those above it.' },
  ],
});
