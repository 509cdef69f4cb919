import { dashboard } from './dashboard';
import { explainedBy } from './explain';
import { FAILING, REVIEW } from './goals';
import { coloured, column, gauge, lineColour, minutes, notMeasured, openLink, ratioAxis, renamed, row, stat, table, timeSeries, widths, worse, wrapped, type Lead, type Override, type Panel, type Query, type Step } from './panels';
import { SILENT_STATES, textColoured, TUNING_RESULTS, YES_NO } from './words';

const filters = { client: ['$client'], tier: ['$tier'] };
const all = (extra: Partial<Query>): Query => ({ metric: 'rules.outcomes', groupBy: [], view: 'stat', filters, ...extra });
const NONE = 'No alert was detected in this range';
const NOISE: Step[] = [{ value: null, color: 'orange' }];
const FALSE_SHARE = worse(0.5, 0.7);
const yesNo = column('Enabled', { 'custom.width': 70, mappings: YES_NO });
const wideRule = wrapped('Rule', 220);
const day = (title: string): Override => column(title, { unit: 'time:YYYY-MM-DD', 'custom.width': 100 });
/** Names of rules are sentences: they wrap. */
const ruleColumn = wrapped('Rule', 170);
/** Shares of the whole: a rule that takes a fifth of the work stands out. */
const SHARES = { 'Share of alerts': 'of alerts', 'Share of decisions': 'of decisions', 'Share of noise': 'of noise' } as const;
const LOAD: Step[] = [{ value: null, color: 'text' }, { value: 0.2, color: 'orange' }];
const percent = (...titles: string[]): Override[] => titles.map(t => column(t, { unit: 'percentunit', decimals: 0 }));
const review = gauge('Review completeness', REVIEW, { displayName: 'Reviewed', 'custom.width': 130 });

/** Rules to tune first, with what tuning the first k removes at most and what it puts at risk (metrics.md §2). */
export const backlogTable = (w: number, h: number, limit: number, columns: readonly string[], leadsTo?: Lead): Panel => table({
  title: 'Tuning backlog: tune first', w, h, ...(leadsTo && { leadsTo }), noValue: 'No rule with 20 decisions is confirmed this rarely',
  queries: [{ metric: 'rules.backlog', view: 'table', filters, limit, columns: [...columns] }],
  overrides: [ruleColumn, yesNo, ...widths({ Rank: 55, Alerts: 75, 'Led nowhere': 100, Decisions: 90, Confirmed: 95 }), renamed('Rate, upper bound', 'Upper bound', 100), column('Share of noise', { 'custom.width': 110 }), gauge('Removed at most', NOISE, { 'custom.width': 140 }), renamed('True positives at risk', 'TP at risk', 90)],
});

/** Rates over all rules; each has its own colours. */
export const verdicts = (w: number, h: number, columns: readonly string[], leadsTo?: Lead, orientation = 'auto'): Panel => stat({
  title: 'Verdicts of all rules', w, h, ...(leadsTo && { leadsTo }), noValue: NONE, options: { colorMode: 'value', orientation }, queries: [all({ columns: [...columns] })],
  overrides: [notMeasured('too few'), column('Review completeness', { thresholds: { mode: 'absolute', steps: REVIEW } }), column('False-positive share', { thresholds: { mode: 'absolute', steps: FALSE_SHARE } })],
});

export const ruleNoise = dashboard({
  uid: 'soc-outcomes-rules', title: 'Rule noise', description: 'What became of the alerts of each detection rule: what to tune first and whether it worked, which rules are reliable or silent, where load comes from, and what the rules did not see.',
  variables: [{ name: 'client', label: 'Client' }, { name: 'tier', label: 'Severity tier' }], adHoc: true, marks: [FAILING],
  panels: [
    stat({ title: 'Load', w: 12, h: 5, noValue: NONE, queries: [all({ columns: ['alerts', 'decisions', 'nowhere'] })] }),
    verdicts(12, 5, ['confirmation', 'false_share', 'review']),
    row('What to tune first'),
    backlogTable(24, 9, 100, ['rank', 'rule_name', 'enabled', 'alerts', 'nowhere', 'confirmed', 'confirmation_high', 'nowhere_share', 'removed', 'at_risk']),
    table({
      title: 'Unreviewed noise: nobody knows', w: 24, h: 8, noValue: 'No rule with 20 alerts is reviewed less than half',
      queries: [{ metric: 'rules.unreviewed', view: 'table', filters, limit: 100, columns: ['rank', 'rule_name', 'alerts', 'unreviewed', 'review', 'unmatched', 'pending', 'unclassified', 'auto_closed', 'cumulative'] }],
      overrides: [ruleColumn, review, ...widths({ Rank: 55, Alerts: 75, Unreviewed: 100, Unmatched: 95, Pending: 80, Unclassified: 105, 'Auto-closed': 100, Undetermined: 115 }), renamed('Cumulative share', 'Cumulative', 95)],
    }),
    row('Did tuning work?'),
    table({
      title: 'Before and after each revision', w: 24, h: 9, timeFrom: '26w', noValue: 'No rule changed its revision in the last half year',
      queries: [{ metric: 'rules.tuning', view: 'table', filters, limit: 100, columns: ['rule_name', 'change', 'result', 'confirmed_before', 'confirmed_after', 'difference', 'difference_low', 'difference_high', 'volume', 'reason'] }],
      overrides: [wideRule, day('Change'), textColoured('Result', TUNING_RESULTS, 105), ...percent('Change of confirmation', 'At least', 'At most', 'Change of volume'), renamed('Change of confirmation', 'Difference', 80), renamed('Confirmed before', 'Before', 75), renamed('Confirmed after', 'After', 75),
        renamed('Change of volume', 'Volume', 64), ...widths({ 'At least': 70, 'At most': 70 }), column('Why empty', { 'custom.width': 210 })],
    }),
    row('Week by week'),
    timeSeries({
      title: 'Verdicts by week, each after 14 days', w: 24, h: 9, timeFrom: '26w', noValue: NONE, custom: { showPoints: 'always' },
      queries: [{ metric: 'rules.trend', view: 'series', bucket: 'week', groupBy: [], filters, columns: ['confirmation', 'false_share', 'review'] }],
      overrides: [ratioAxis(0), lineColour('Confirmation rate', 'green'), lineColour('False-positive share', 'orange'), lineColour('Review completeness', 'blue')],
    }),
    row('Where the work goes'),
    table({
      title: 'Analytical load by rule', w: 24, h: 11, noValue: NONE,
      queries: [{ metric: 'rules.load', view: 'table', groupBy: ['rule'], filters, limit: 100, columns: ['rule_name', 'alerts', 'alerts_share', 'decisions', 'decisions_share', 'nowhere', 'nowhere_share', 'touches', 'touches_per_decision', 'hours'] }],
      overrides: [wideRule, ...widths({ Alerts: 70, Decisions: 84, 'Led nowhere': 94, 'Human touches': 120, Hours: 65 }), ...Object.entries(SHARES).map(([title, displayName]) => coloured(title, LOAD, { displayName, 'custom.width': 95 })), column('Touches per decision', { displayName: 'Per decision', decimals: 1, 'custom.width': 95 })],
    }),
    row('Rules to trust, and rules gone quiet'),
    table({
      title: 'Rare but reliable', w: 12, h: 10, noValue: 'No rule with few alerts is confirmed that often',
      queries: [{ metric: 'rules.reliable', view: 'table', filters, limit: 100, columns: ['rule_name', 'alerts', 'median', 'confirmed', 'confirmation_low', 'review'] }],
      overrides: [ruleColumn, ...widths({ Alerts: 70, Confirmed: 90 }), renamed('Median of rules', 'Median', 70), renamed('Rate, lower bound', 'At least', 80), coloured('Review completeness', REVIEW, { displayName: 'Reviewed', 'custom.width': 85 })],
    }),
    table({
      title: 'Fell silent or switched off', w: 12, h: 10, noValue: 'No rule fell silent and none is switched off',
      queries: [{ metric: 'rules.silent', view: 'table', filters, limit: 100, columns: ['state', 'rule_name', 'before', 'confirmed_before', 'last_alert'] }],
      overrides: [textColoured('State', SILENT_STATES, 95), ruleColumn, day('Last alert'), renamed('Alerts before', 'Before', 62), renamed('Confirmed before', 'Confirmed', 82)],
    }),
    row('What the rules did not see'),
    table({
      title: 'Found elsewhere: confirmed incidents no alert brought', w: 24, h: 9, timeFrom: '52w', noValue: 'No quarter of this range has begun',
      queries: [{ metric: 'rules.found_elsewhere', view: 'table', groupBy: ['client'], filters, limit: 200, columns: ['quarter', 'client', 'k_of_n', 'by_alert', 'by_user', 'by_client', 'by_third_party', 'by_hunt', 'by_unknown', 'complete', 'reason'] }],
      overrides: [column('Complete', { mappings: YES_NO, 'custom.width': 90 }), ...widths({ Quarter: 85, Client: 105, 'Found elsewhere': 125, 'By our alerts': 105, 'By a user': 85, 'By the client': 100, 'By a third party': 120, 'By a hunt': 85, 'Origin unknown': 120 }), column('Why empty', { 'custom.minWidth': 110 })],
    }),
    row('Rules'),
    table({
      title: 'Outcomes by rule', w: 24, h: 14, noValue: NONE,
      queries: [{ metric: 'rules.outcomes', view: 'table', groupBy: ['rule'], filters, limit: 300,
        columns: ['rule_name', 'alerts', 'confirmed', 'confirmation', 'confirmation_low', 'confirmation_high', 'false_share', 'review', 'nowhere'] }],
      overrides: [wideRule, renamed('Confirmation rate', 'Confirmation', 105), renamed('Rate, lower bound', 'At least', 80), renamed('Rate, upper bound', 'At most', 80), coloured('Review completeness', REVIEW, { displayName: 'Reviewed', 'custom.width': 90 }), coloured('False-positive share', FALSE_SHARE, { displayName: 'False', 'custom.width': 75 }), ...widths({ Alerts: 70, Decisions: 88, Confirmed: 95, 'Led nowhere': 100 })],
    }),
    row('Where verdicts end'),
    table({
      title: 'Buckets by client', w: 24, h: 9, noValue: NONE,
      queries: [{ metric: 'rules.outcomes', view: 'table', groupBy: ['client'], filters,
        columns: ['client', 'alerts', 'bucket_true', 'bucket_benign', 'bucket_false', 'bucket_duplicate', 'bucket_test', 'bucket_undetermined', 'bucket_auto_closed', 'bucket_unclassified', 'bucket_pending', 'bucket_unmatched', 'bucket_conflict', 'review'] }],
      overrides: [coloured('Review completeness', REVIEW, { displayName: 'Reviewed', 'custom.width': 85 }), ...widths({ Client: 100, Alerts: 70, True: 60, Benign: 68, False: 62, Duplicate: 84, Test: 56, Undetermined: 112, 'Auto-closed': 95, Unclassified: 100, Pending: 75, Unmatched: 90, Conflict: 75 })],
    }),
    row('The rows behind'),
    table({
      title: 'Alerts, row by row', w: 24, h: 13, noValue: NONE,
      queries: [{ metric: 'alerts', view: 'table', filters, limit: 500, columns: ['time', 'client', 'tier', 'rule', 'alert', 'verdict', 'given_by', 'ticket', 'link'] }],
      overrides: [...minutes('Detected'), ...widths({ Client: 95, 'Severity tier': 105, Verdict: 105, 'Given by': 85 }), explainedBy('Alert', 'alert', { 'custom.width': 150 }), column('Rule', { 'custom.minWidth': 180 }), explainedBy('Ticket', 'ticket', { 'custom.width': 102, noValue: 'no ticket' }), openLink],
    }),
  ],
});
