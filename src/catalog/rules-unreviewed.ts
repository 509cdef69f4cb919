import { alertsColumn, listedRuleColumns, reviewColumn, ruleList } from './rules-columns';
import { defineMetric } from './types';

export const rulesUnreviewed = defineMetric({
  ...ruleList,
  id: 'rules.unreviewed',
  title: 'Unreviewed noise',
  definition: 'Rules that alert often and whose alerts mostly get no verdict: nobody knows whether they are noise. Most unreviewed alerts first.',
  formula: 'listed: alerts ≥ 20 and review completeness < 50 %; unreviewed = alerts − duplicate − test − determined',
  contract: '§2 Unreviewed noise',
  nullReasons: {},
  overOptimisation: 'Giving every alert the same verdict empties this list and fills the tuning backlog, or shows as confirmed incidents nobody handled; automated closure is no verdict and takes nothing off.',
  counters: ['unmatched', 'unclassified', 'auto_closed'],
  columns: [
    { name: 'rank', title: 'Rank', kind: 'count', description: 'Place by unreviewed alerts; 1 is the worst.' },
    ...listedRuleColumns,
    alertsColumn,
    { name: 'unreviewed', title: 'Unreviewed', kind: 'count', description: 'Alerts without a determined verdict, duplicates and tests left out.' },
    reviewColumn,
    { name: 'unmatched', title: 'Unmatched', kind: 'count', description: 'Of the unreviewed: neither ticket nor verdict.' },
    { name: 'pending', title: 'Pending', kind: 'count', description: 'Of the unreviewed: their ticket is still open.' },
    { name: 'unclassified', title: 'Unclassified', kind: 'count', description: 'Of the unreviewed: closed without any verdict.' },
    { name: 'auto_closed', title: 'Auto-closed', kind: 'count', description: 'Of the unreviewed: closed by automation.' },
    { name: 'undetermined', title: 'Undetermined', kind: 'count', description: 'Of the unreviewed: looked at and left undetermined.' },
    { name: 'conflict', title: 'Conflict', kind: 'count', description: 'Of the unreviewed: verdicts that contradict each other.' },
    { name: 'share', title: 'Share of unreviewed', kind: 'ratio', description: 'Unreviewed ÷ all unreviewed alerts asked for.' },
    { name: 'cumulative', title: 'Cumulative share', kind: 'ratio', description: 'The same for this rule and those above it.' },
  ],
});
