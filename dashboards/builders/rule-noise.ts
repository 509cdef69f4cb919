import { dashboard } from './dashboard';
import { REVIEW } from './goals';
import { coloured, column, gauge, notMeasured, row, stat, table, width, worse, type Lead, type Panel, type Query, type Step } from './panels';
import { why } from './words';

const filters = { client: ['$client'], tier: ['$tier'] };
const all = (extra: Partial<Query>): Query => ({ metric: 'rules.outcomes', groupBy: [], view: 'stat', filters, ...extra });
const NONE = 'No alert was detected in this range';
const NOISE: Step[] = [{ value: null, color: 'orange' }];
const yesNo = column('Enabled', { 'custom.width': 80, mappings: [{ type: 'value', options: { true: { text: 'yes', index: 0 }, false: { text: 'no', index: 1 } } }] });
const review = gauge('Review completeness', REVIEW, { 'custom.width': 180 });

/** Rules to tune first, with what tuning the first k removes at most and what it puts at risk (metrics.md §2). */
export const backlogTable = (w: number, h: number, limit: number, columns: readonly string[], leadsTo?: Lead): Panel => table({
  title: 'Tuning backlog: tune first', w, h, ...(leadsTo && { leadsTo }), noValue: 'No rule with 20 decisions is confirmed this rarely',
  queries: [{ metric: 'rules.backlog', view: 'table', filters, limit, columns: [...columns] }],
  overrides: [width('Rank', 60), yesNo, ...['Alerts', 'False', 'Benign'].map(t => width(t, 80)), width('Led nowhere', 105), width('Decisions', 90), width('Confirmed', 100), width('Rate, upper bound', 135),
    gauge('Share of noise', NOISE, { 'custom.width': 150 }), gauge('Removed at most', NOISE, { 'custom.width': 160 }), column('True positives at risk', { displayName: 'TP at risk', 'custom.width': 90 }), review],
});

export const ruleNoise = dashboard({
  uid: 'soc-outcomes-rules', title: 'Rule noise', description: 'What became of the alerts of each detection rule: what to tune first, which rules are reliable, where load comes from.',
  variables: [{ name: 'client', label: 'Client' }, { name: 'tier', label: 'Severity tier' }],
  panels: [
    stat({ title: 'Alerts', w: 4, h: 4, noValue: NONE, queries: [all({ columns: ['alerts'] })] }),
    stat({ title: 'Decisions', w: 4, h: 4, noValue: NONE, queries: [all({ columns: ['decisions'] })] }),
    stat({ title: 'Confirmed of all decisions', w: 4, h: 4, noValue: NONE, queries: [all({ columns: ['confirmation'] })], overrides: [notMeasured('under 10 decisions')] }),
    stat({ title: 'False-positive share', w: 4, h: 4, noValue: NONE, queries: [all({ columns: ['false_share'] })], steps: worse(0.5, 0.7), overrides: [notMeasured('under 10 decisions')] }),
    stat({ title: 'Review completeness', w: 4, h: 4, noValue: NONE, queries: [all({ columns: ['review'] })], steps: REVIEW, overrides: [notMeasured('nothing to review')] }),
    stat({ title: 'Alerts that led nowhere', w: 4, h: 4, noValue: NONE, queries: [all({ columns: ['nowhere'] })] }),
    row('What to tune first'),
    backlogTable(24, 11, 100, ['rank', 'rule_name', 'enabled', 'alerts', 'nowhere', 'false', 'benign', 'decisions', 'confirmed', 'confirmation_high', 'nowhere_share', 'removed', 'at_risk', 'review']),
    table({
      title: 'Unreviewed noise: nobody knows', w: 24, h: 10, noValue: 'No rule with 20 alerts is reviewed less than half',
      queries: [{ metric: 'rules.unreviewed', view: 'table', filters, limit: 100, columns: ['rank', 'rule_name', 'enabled', 'alerts', 'unreviewed', 'review', 'unmatched', 'pending', 'unclassified', 'auto_closed', 'undetermined', 'conflict', 'share', 'cumulative'] }],
      overrides: [width('Rank', 60), yesNo, width('Alerts', 80), width('Unreviewed', 100), review, ...['Unmatched', 'Pending', 'Conflict'].map(t => width(t, 95)), width('Unclassified', 110), width('Auto-closed', 105), width('Undetermined', 115), column('Share of unreviewed', { displayName: 'Share', 'custom.width': 80 }), gauge('Cumulative share', NOISE, { 'custom.width': 150 })],
    }),
    row('Rules'),
    table({
      title: 'Outcomes by rule', w: 24, h: 14, noValue: NONE,
      queries: [{ metric: 'rules.outcomes', view: 'table', groupBy: ['rule'], filters, limit: 300,
        columns: ['rule_name', 'alerts', 'decisions', 'confirmed', 'confirmation', 'confirmation_low', 'confirmation_high', 'false_share', 'review', 'nowhere', 'bucket_pending', 'bucket_unmatched', 'bucket_conflict', 'reason'] }],
      overrides: [width('Rule', 300), width('Alerts', 80), width('Decisions', 90), width('Confirmed', 100), column('Confirmation rate', { 'custom.width': 135 }), column('Rate, lower bound', { displayName: 'Lower bound', 'custom.width': 105 }), column('Rate, upper bound', { displayName: 'Upper bound', 'custom.width': 105 }),
        review, coloured('False-positive share', worse(0.7, 0.9), { 'custom.width': 150 }), width('Led nowhere', 105), ...['Pending', 'Unmatched', 'Conflict'].map(t => width(t, 95)), why('rules.outcomes', 330)],
    }),
    row('Where verdicts end'),
    table({
      title: 'Buckets by client', w: 24, h: 9, noValue: NONE,
      queries: [{ metric: 'rules.outcomes', view: 'table', groupBy: ['client'], filters,
        columns: ['client', 'alerts', 'bucket_true', 'bucket_benign', 'bucket_false', 'bucket_duplicate', 'bucket_test', 'bucket_undetermined', 'bucket_auto_closed', 'bucket_unclassified', 'bucket_pending', 'bucket_unmatched', 'bucket_conflict', 'review'] }],
      overrides: [width('Client', 130), ...['Alerts', 'True', 'Benign', 'False', 'Test', 'Pending'].map(t => width(t, 80)), ...['Duplicate', 'Conflict', 'Unmatched'].map(t => width(t, 95)), width('Undetermined', 115), width('Auto-closed', 100), width('Unclassified', 110), gauge('Review completeness', REVIEW)],
    }),
  ],
});
