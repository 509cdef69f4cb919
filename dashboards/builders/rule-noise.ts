import { dashboard } from './dashboard';
import { better, coloured, gauge, row, stat, table, width, worse, type Query } from './panels';

const filters = { client: ['$client'], tier: ['$tier'] };
const all = (extra: Partial<Query>): Query => ({ metric: 'rules.outcomes', groupBy: [], view: 'stat', filters, ...extra });
const REVIEW = better(0.6, 0.8);

export const ruleNoise = dashboard({
  uid: 'soc-outcomes-rules', title: 'Rule noise', description: 'What became of the alerts of each detection rule: what to tune first, which rules are reliable, where load comes from.',
  variables: [{ name: 'client', label: 'Client' }, { name: 'tier', label: 'Severity tier' }],
  panels: [
    stat({ title: 'Alerts', w: 4, h: 4, queries: [all({ columns: ['alerts'] })] }),
    stat({ title: 'Decisions', w: 4, h: 4, queries: [all({ columns: ['decisions'] })] }),
    stat({ title: 'Confirmed of all decisions', w: 4, h: 4, queries: [all({ columns: ['confirmation'] })] }),
    stat({ title: 'False-positive share', w: 4, h: 4, queries: [all({ columns: ['false_share'] })], steps: worse(0.5, 0.7) }),
    stat({ title: 'Review completeness', w: 4, h: 4, queries: [all({ columns: ['review'] })], steps: REVIEW }),
    stat({ title: 'Alerts that led nowhere', w: 4, h: 4, queries: [all({ columns: ['nowhere'] })] }),
    row('Rules'),
    table({
      title: 'Outcomes by rule', w: 24, h: 14,
      queries: [{ metric: 'rules.outcomes', view: 'table', groupBy: ['rule'], filters, limit: 300,
        columns: ['rule_name', 'alerts', 'decisions', 'confirmed', 'confirmation', 'confirmation_low', 'confirmation_high', 'false_share', 'review', 'nowhere', 'bucket_pending', 'bucket_unmatched', 'bucket_conflict', 'reason'] }],
      overrides: [width('Rule', 300), width('Why empty', 200), gauge('Review completeness', REVIEW, { 'custom.width': 170 }), coloured('False-positive share', worse(0.7, 0.9))],
    }),
    row('Where verdicts end'),
    table({
      title: 'Buckets by client', w: 24, h: 8,
      queries: [{ metric: 'rules.outcomes', view: 'table', groupBy: ['client'], filters,
        columns: ['client', 'alerts', 'bucket_true', 'bucket_benign', 'bucket_false', 'bucket_duplicate', 'bucket_test', 'bucket_undetermined', 'bucket_auto_closed', 'bucket_unclassified', 'bucket_pending', 'bucket_unmatched', 'bucket_conflict', 'review'] }],
      overrides: [gauge('Review completeness', REVIEW, { 'custom.width': 170 })],
    }),
  ],
});
