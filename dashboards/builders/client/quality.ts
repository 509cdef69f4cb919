import { column, minutes, openLink, row, sorted, widths } from '../panels';
import { COUNTER_STATES, mapped, ORPHANS, SOURCE_STATES, textColoured, YES_NO } from '../words';
import { clientDashboard, clientTable, heading, kindWord, tierWord, wrapped } from './parts';

const MONTH_STATE = textColoured('State', mapped({ frozen: { text: 'final', color: 'green' }, provisional: { text: 'provisional', color: 'orange' }, 'not kept': { text: 'not kept', color: 'orange' }, 'under way': { text: 'under way', color: 'blue' } }), 110);

export const clientQuality = clientDashboard({
  uid: 'soc-outcomes-client-quality', title: 'Client data quality', description: 'What the other pages rest on: sources and their age, the checks we run on ourselves, and what does not join.',
  panels: [
    clientTable({
      title: 'Where the figures come from', w: 24, h: 9, noValue: 'No source was read yet',
      queries: [{ metric: 'sources.status', view: 'table', columns: ['source', 'stream', 'state', 'lag', 'last_success'] }],
      overrides: [textColoured('State', SOURCE_STATES, 110), column('Lag', { displayName: 'Behind by', 'custom.width': 120 }), ...minutes('Last success'), ...widths({ Source: 160 })],
    }),
    row('Checks we run on ourselves'),
    clientTable({
      title: 'Checks and their agreed limits', w: 24, h: 20, noValue: 'Nothing was counted in this time', ...sorted('State'),
      queries: [{ metric: 'integrity.counters', view: 'table', groupBy: [], columns: ['title', 'state', 'reading', 'agreed', 'k', 'n', 'description'] }],
      overrides: [column('Counter', { displayName: 'Check', 'custom.width': 220 }), textColoured('State', COUNTER_STATES, 125), column('k', { displayName: 'Counted', 'custom.width': 80 }), column('n', { displayName: 'of', 'custom.width': 75 }), ...widths({ Reading: 85, Agreed: 125 }), ...wrapped('What it counts'), column('What it counts', { 'custom.minWidth': 300 })],
    }),
    row('What was reported'),
    clientTable({
      title: 'Months as they were reported, and what was restated since', w: 24, h: 11, timeFrom: '12M', noValue: 'No month has been reported yet', ...sorted('Month'),
      queries: [{ metric: 'reported.history', view: 'table', bucket: 'month', groupBy: ['tier'], columns: ['month', 'tier', 'state', 'met', 'missed', 'restated', 'late_data', 'source_edit', 'gone', 'policy', 'definition_changed'] }],
      overrides: [column('From', { 'custom.hidden': true }), column('Month', { 'custom.width': 90 }), tierWord, MONTH_STATE, ...heading({ Met: ['In time', 80], Missed: ['Late', 70], 'Policy changed': ['Agreement', 100], 'Definition changed': ['Definition', 100] }), ...widths({ Restated: 90, 'Late data': 90, 'Source edit': 100, Gone: 70 })],
    }),
    clientTable({
      title: 'What we saw of your estate, month by month as it was reported', w: 24, h: 11, timeFrom: '12M', noValue: 'No month has been reported yet', ...sorted('Month'),
      queries: [{ metric: 'reported.coverage', view: 'table', bucket: 'month', groupBy: ['kind'], columns: ['month', 'kind', 'state', 'days_measured', 'coverage', 'now', 'restated', 'late_data', 'source_edit', 'gone', 'policy', 'definition_changed'] }],
      overrides: [column('From', { 'custom.hidden': true }), column('Month', { 'custom.width': 90 }), kindWord, MONTH_STATE, ...heading({ 'Days measured': ['Days measured', 120], Coverage: ['Reported', 90], 'Coverage now': ['As it counts now', 130], 'Policy changed': ['Agreement', 100], 'Definition changed': ['Definition', 100] }), ...widths({ Restated: 90, 'Late data': 90, 'Source edit': 100, Gone: 70 })],
    }),
    clientTable({
      title: 'What became of the alerts, month by month as it was reported', w: 24, h: 11, timeFrom: '12M', noValue: 'No month has been reported yet', ...sorted('Month'),
      queries: [{ metric: 'reported.rules', view: 'table', bucket: 'month', groupBy: [], columns: ['month', 'state', 'alerts', 'confirmed', 'restated', 'late_data', 'source_edit', 'gone', 'policy', 'definition_changed'] }],
      overrides: [column('From', { 'custom.hidden': true }), column('Month', { 'custom.width': 90 }), MONTH_STATE, ...heading({ 'Policy changed': ['Agreement', 100], 'Definition changed': ['Definition', 100] }), ...widths({ Alerts: 80, Confirmed: 110, Restated: 90, 'Late data': 90, 'Source edit': 100, Gone: 70 })],
    }),
    row('What does not join'),
    clientTable({
      title: 'Alerts without a case, and cases without their alert', w: 24, h: 11, noValue: 'Every alert that should have a case has one, and every case has its alert',
      queries: [{ metric: 'integrity.orphans', view: 'table', groupBy: [], limit: 500, options: { kind: 'orphans' }, columns: ['kind', 'tier', 'name', 'time', 'own_verdict', 'missing', 'link'] }],
      overrides: [column('Kind', { mappings: ORPHANS, 'custom.width': 215 }), tierWord, ...minutes('Time'), column('Own verdict', { 'custom.width': 110, mappings: YES_NO }), ...widths({ 'Ids without alert': 140 }), openLink],
    }),
  ],
});
