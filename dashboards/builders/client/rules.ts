import { column, row, sorted, widths } from '../panels';
import { YES_NO } from '../words';
import { clientDashboard, clientTable, heading, sentence, standing, tierWord } from './parts';

const NONE = 'No alert was raised in this time';

export const clientRules = clientDashboard({
  uid: 'soc-outcomes-client-rules', title: 'Client rule quality', description: 'What became of the alerts in your estate: confirmed threats, false alarms, and what nobody has judged.',
  panels: [
    clientTable({
      title: 'What became of the alerts', w: 24, h: 8, noValue: NONE,
      queries: [{ metric: 'rules.outcomes', view: 'table', groupBy: ['tier'], options: { plain: true }, columns: ['tier', 'k_of_n', 'sentence', 'standing', 'standing_why'] }],
      overrides: [tierWord, column('How many', { 'custom.width': 140, displayName: 'Confirmed' }), sentence(), ...standing],
    }),
    row('Rule by rule'),
    clientTable({
      title: 'Detection rules by the alerts they raised', w: 24, h: 16, noValue: NONE, ...sorted('Alerts'),
      queries: [{ metric: 'rules.outcomes', view: 'table', groupBy: ['rule'], limit: 300, columns: ['rule_name', 'alerts', 'confirmed', 'bucket_true', 'bucket_benign', 'bucket_false', 'bucket_pending', 'bucket_unmatched', 'bucket_unclassified'] }],
      overrides: [column('Rule', { 'custom.minWidth': 220 }), ...heading({ Confirmed: ['Cases confirmed', 125], True: ['Real', 70], Benign: ['Expected', 85], False: ['False', 70], Pending: ['In work', 80], Unmatched: ['No case', 80], Unclassified: ['Unjudged', 85] }), ...widths({ Alerts: 80 })],
    }),
    row('Found by others'),
    clientTable({
      title: 'Incidents that none of our alerts found first', w: 24, h: 5, noValue: 'No incident was confirmed in this quarter',
      queries: [{ metric: 'rules.found_elsewhere', view: 'table', groupBy: [], columns: ['quarter', 'k_of_n', 'by_alert', 'by_user', 'by_client', 'by_third_party', 'by_hunt', 'by_unknown', 'complete'] }],
      overrides: [...heading({ 'Found elsewhere': ['Found by others', 140], 'By the client': ['By you', 85] }), ...widths({ 'By our alerts': 115, 'By a user': 95, 'By a third party': 130, 'By a hunt': 95, 'Origin unknown': 125 }), column('Complete', { displayName: 'Quarter over', mappings: YES_NO, 'custom.width': 115 }), column('Quarter', { 'custom.minWidth': 110 })],
    }),
    row('What we would tune first'),
    clientTable({
      title: 'Rules that hardly ever found anything', w: 24, h: 8, noValue: 'No rule with 20 decisions is confirmed this rarely',
      queries: [{ metric: 'rules.backlog', view: 'table', limit: 100, columns: ['rank', 'rule_name', 'alerts', 'nowhere', 'confirmed'] }],
      overrides: [column('Rule', { 'custom.minWidth': 220 }), ...heading({ 'Led nowhere': ['False or expected', 140], Confirmed: ['Cases confirmed', 125] }), ...widths({ Rank: 60, Alerts: 90 })],
    }),
    clientTable({
      title: 'Rules whose alerts nobody judged', w: 24, h: 8, noValue: 'No rule with 20 alerts is judged less than half',
      queries: [{ metric: 'rules.unreviewed', view: 'table', limit: 100, columns: ['rank', 'rule_name', 'alerts', 'unreviewed', 'unmatched', 'pending', 'unclassified', 'auto_closed'] }],
      overrides: [column('Rule', { 'custom.minWidth': 220 }), ...heading({ Unreviewed: ['Not judged', 110] }), ...widths({ Rank: 60, Alerts: 90, Unmatched: 100, Pending: 90, Unclassified: 115, 'Auto-closed': 110 })],
    }),
  ],
});
