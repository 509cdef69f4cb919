import { dashboard } from './dashboard';
import { COVERAGE } from './goals';
import { column, gauge, row, stateTimeline, table, width, type Lead, type Panel } from './panels';
import { kindColumn, mapped, SOURCE_STATES, textColoured, why } from './words';

const filters = { client: ['$client'] };

/** One row per stream: whether it is read, how far behind, and what to do where it is not. */
export const sourceTable = (w: number, h: number, more: readonly string[] = [], leadsTo?: Lead): Panel => table({
  title: 'Source status', w, h, ...(leadsTo && { leadsTo }), noValue: 'No source was read yet',
  queries: [{ metric: 'sources.status', view: 'table', columns: ['source', 'stream', 'state', 'lag', 'last_success', ...more, 'error'] }],
  overrides: [width('Source', 150), width('Stream', 110), width('System', 120), textColoured('State', SOURCE_STATES, 95), width('Lag', 90), width('Last success', 165), width('Read up to', 165), gauge('First load', [{ value: null, color: 'blue' }], { 'custom.width': 150 }), width('Time left', 90), width('Rows', 95), width('Quarantined', 105), column('What is wrong', { 'custom.minWidth': 160 })],
});

export const quality = dashboard({
  uid: 'soc-outcomes-quality', title: 'Data quality', description: 'What the other dashboards rest on: sources and their age, what was not measured, what does not join.',
  variables: [{ name: 'client', label: 'Client' }],
  panels: [
    sourceTable(24, 11, ['read_to', 'progress', 'eta', 'rows', 'quarantined']),
    row('What was not measured'),
    stateTimeline({
      title: 'Coverage: days measured', w: 24, h: 12, noValue: 'No complete day in this range',
      queries: [{ metric: 'coverage.history', view: 'series', bucket: 'day', groupBy: ['client', 'kind'], filters, columns: ['days_measured'] }],
      mappings: mapped({ 0: { text: 'not measured', color: 'orange' }, 1: { text: 'measured', color: 'green' } }),
    }),
    table({
      title: 'Coverage: measured now, and last', w: 24, h: 12, noValue: 'No asset is registered',
      queries: [{ metric: 'coverage.now', view: 'table', groupBy: ['client', 'kind'], filters, columns: ['client', 'kind', 'coverage', 'unknown', 'in_scope', 'days_measured', 'last_measured', 'last_measured_age', 'reason'] }],
      overrides: [width('Client', 130), kindColumn, gauge('Coverage', COVERAGE, { 'custom.width': 200 }), width('Unknown', 95), width('In scope', 95), width('Days measured', 125), width('Last measured', 125), width('Age of it', 110), why('coverage.now', 420)],
    }),
  ],
});
