import { column, row, sorted, widths } from '../panels';
import { clientDashboard, clientTable, sentence, tierWord } from './parts';

const NONE = 'No alert was raised in this time';

export const clientRules = clientDashboard({
  uid: 'soc-outcomes-client-rules', title: 'Client rule quality', description: 'What became of the alerts in your estate: confirmed threats, false alarms, and what nobody has judged.',
  panels: [
    clientTable({
      title: 'What became of the alerts', w: 24, h: 9, noValue: NONE,
      queries: [{ metric: 'rules.outcomes', view: 'table', groupBy: ['tier'], options: { plain: true }, columns: ['tier', 'k_of_n', 'sentence'] }],
      overrides: [tierWord, column('How many', { 'custom.width': 140, displayName: 'Confirmed' }), sentence()],
    }),
    row('Rule by rule'),
    clientTable({
      title: 'Detection rules by the alerts they raised', w: 24, h: 16, noValue: NONE, ...sorted('Alerts'),
      queries: [{ metric: 'rules.outcomes', view: 'table', groupBy: ['rule'], limit: 300, columns: ['rule_name', 'alerts', 'confirmed', 'bucket_true', 'bucket_benign', 'bucket_false', 'bucket_pending', 'bucket_unmatched', 'bucket_unclassified'] }],
      overrides: [column('Rule', { 'custom.minWidth': 220 }), column('True', { displayName: 'Real threat' }), column('Benign', { displayName: 'Expected' }), column('False', { displayName: 'False alarm' }), column('Pending', { displayName: 'In work' }), column('Unmatched', { displayName: 'No ticket' }), column('Unclassified', { displayName: 'Closed unjudged' }),
        ...widths({ Alerts: 80, Confirmed: 105, True: 105, Benign: 95, False: 100, Pending: 85, Unmatched: 90, Unclassified: 130 })],
    }),
    row('What we would tune first'),
    clientTable({
      title: 'Rules that hardly ever found anything', w: 24, h: 11, noValue: 'No rule with 20 decisions is confirmed this rarely',
      queries: [{ metric: 'rules.backlog', view: 'table', limit: 100, columns: ['rank', 'rule_name', 'alerts', 'nowhere', 'confirmed'] }],
      overrides: [column('Rule', { 'custom.minWidth': 220 }), column('Led nowhere', { displayName: 'False or expected' }), ...widths({ Rank: 60, Alerts: 90, 'Led nowhere': 140, Confirmed: 110 })],
    }),
    clientTable({
      title: 'Rules whose alerts nobody judged', w: 24, h: 10, noValue: 'No rule with 20 alerts is judged less than half',
      queries: [{ metric: 'rules.unreviewed', view: 'table', limit: 100, columns: ['rank', 'rule_name', 'alerts', 'unreviewed', 'unmatched', 'pending', 'unclassified', 'auto_closed'] }],
      overrides: [column('Rule', { 'custom.minWidth': 220 }), column('Unreviewed', { displayName: 'Not judged' }), ...widths({ Rank: 60, Alerts: 90, Unreviewed: 110, Unmatched: 100, Pending: 90, Unclassified: 115, 'Auto-closed': 110 })],
    }),
  ],
});
