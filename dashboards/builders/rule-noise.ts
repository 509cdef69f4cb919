import { dashboard } from './dashboard';
import { REVIEW } from './goals';
import { coloured, column, gauge, notMeasured, renamed, row, stat, table, widths, worse, type Lead, type Panel, type Query, type Step } from './panels';
import { YES_NO } from './words';

const filters = { client: ['$client'], tier: ['$tier'] };
const all = (extra: Partial<Query>): Query => ({ metric: 'rules.outcomes', groupBy: [], view: 'stat', filters, ...extra });
const NONE = 'No alert was detected in this range';
const NOISE: Step[] = [{ value: null, color: 'orange' }];
const FALSE_SHARE = worse(0.5, 0.7);
const yesNo = column('Enabled', { 'custom.width': 78, mappings: YES_NO });
const review = gauge('Review completeness', REVIEW, { 'custom.width': 160 });

/** Rules to tune first, with what tuning the first k removes at most and what it puts at risk (metrics.md §2). */
export const backlogTable = (w: number, h: number, limit: number, columns: readonly string[], leadsTo?: Lead): Panel => table({
  title: 'Tuning backlog: tune first', w, h, ...(leadsTo && { leadsTo }), noValue: 'No rule with 20 decisions is confirmed this rarely',
  queries: [{ metric: 'rules.backlog', view: 'table', filters, limit, columns: [...columns] }],
  overrides: [column('Rule', { 'custom.minWidth': 180 }), yesNo, ...widths({ Rank: 55, Alerts: 75, 'Led nowhere': 100, Decisions: 90, Confirmed: 95 }), renamed('Rate, upper bound', 'Upper bound', 100), gauge('Share of noise', NOISE, { 'custom.width': 135 }), gauge('Removed at most', NOISE, { 'custom.width': 145 }), renamed('True positives at risk', 'TP at risk', 90)],
});

/** Rates over all rules; each has its own colours. */
export const verdicts = (w: number, h: number, columns: readonly string[], leadsTo?: Lead, orientation = 'auto'): Panel => stat({
  title: 'Verdicts of all rules', w, h, ...(leadsTo && { leadsTo }), noValue: NONE, options: { colorMode: 'value', orientation }, queries: [all({ columns: [...columns] })],
  overrides: [notMeasured('too few'), column('Review completeness', { thresholds: { mode: 'absolute', steps: REVIEW } }), column('False-positive share', { thresholds: { mode: 'absolute', steps: FALSE_SHARE } })],
});

export const ruleNoise = dashboard({
  uid: 'soc-outcomes-rules', title: 'Rule noise', description: 'What became of the alerts of each detection rule: what to tune first, which rules are reliable, where load comes from.',
  variables: [{ name: 'client', label: 'Client' }, { name: 'tier', label: 'Severity tier' }],
  panels: [
    stat({ title: 'Load', w: 12, h: 5, noValue: NONE, queries: [all({ columns: ['alerts', 'decisions', 'nowhere'] })] }),
    verdicts(12, 5, ['confirmation', 'false_share', 'review']),
    row('What to tune first'),
    backlogTable(24, 11, 100, ['rank', 'rule_name', 'enabled', 'alerts', 'nowhere', 'confirmed', 'confirmation_high', 'nowhere_share', 'removed', 'at_risk']),
    table({
      title: 'Unreviewed noise: nobody knows', w: 24, h: 10, noValue: 'No rule with 20 alerts is reviewed less than half',
      queries: [{ metric: 'rules.unreviewed', view: 'table', filters, limit: 100, columns: ['rank', 'rule_name', 'alerts', 'unreviewed', 'review', 'unmatched', 'pending', 'unclassified', 'auto_closed', 'cumulative'] }],
      overrides: [column('Rule', { 'custom.minWidth': 180 }), review, ...widths({ Rank: 55, Alerts: 75, Unreviewed: 100, Unmatched: 95, Pending: 80, Unclassified: 105, 'Auto-closed': 100, Undetermined: 115 }), renamed('Cumulative share', 'Cumulative', 95)],
    }),
    row('Rules'),
    table({
      title: 'Outcomes by rule', w: 24, h: 14, noValue: NONE,
      queries: [{ metric: 'rules.outcomes', view: 'table', groupBy: ['rule'], filters, limit: 300,
        columns: ['rule_name', 'alerts', 'confirmed', 'confirmation', 'confirmation_low', 'confirmation_high', 'false_share', 'review', 'nowhere'] }],
      overrides: [column('Rule', { 'custom.minWidth': 200 }), renamed('Confirmation rate', 'Confirmation', 105), renamed('Rate, lower bound', 'Lower bound', 100), renamed('Rate, upper bound', 'Upper bound', 100), review, coloured('False-positive share', FALSE_SHARE, { 'custom.width': 150 }), ...widths({ Alerts: 70, Decisions: 88, Confirmed: 95, 'Led nowhere': 100 })],
    }),
    row('Where verdicts end'),
    table({
      title: 'Buckets by client', w: 24, h: 9, noValue: NONE,
      queries: [{ metric: 'rules.outcomes', view: 'table', groupBy: ['client'], filters,
        columns: ['client', 'alerts', 'bucket_true', 'bucket_benign', 'bucket_false', 'bucket_duplicate', 'bucket_test', 'bucket_undetermined', 'bucket_auto_closed', 'bucket_unclassified', 'bucket_pending', 'bucket_unmatched', 'bucket_conflict', 'review'] }],
      overrides: [coloured('Review completeness', REVIEW, { displayName: 'Reviewed', 'custom.width': 85 }), ...widths({ Client: 100, Alerts: 70, True: 60, Benign: 68, False: 62, Duplicate: 84, Test: 56, Undetermined: 112, 'Auto-closed': 95, Unclassified: 100, Pending: 75, Unmatched: 90, Conflict: 75 })],
    }),
  ],
});
