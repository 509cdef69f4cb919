import { dashboard } from './dashboard';
import { COVERAGE } from './goals';
import { column, gauge, minutes, openLink, renamed, row, sorted, stateTimeline, table, width, widths, wrapped, type Lead, type Override, type Panel } from './panels';
import { tierColumn } from './sla';
import { clientKindNames, COUNTER_STATES, kindColumn, mapped, ORPHANS, SOURCE_STATES, textColoured, YES_NO } from './words';

const filters = { client: ['$client'] };

/** Causes of a restatement under short headings: seven of them stand beside each other. */
const WHY_RESTATED: readonly Override[] = [renamed('Late data', 'Late', 50), renamed('Source edit', 'Edited', 62), renamed('Policy changed', 'Policy', 58), renamed('Definition changed', 'Definition', 80)];

/** One row per stream: whether it is read, how far behind, and what to do where it is not. */
export const sourceTable = (w: number, h: number, columns: readonly string[], leadsTo?: Lead): Panel => table({
  title: 'Source status', w, h, ...(leadsTo && { leadsTo }), noValue: 'No source was read yet',
  queries: [{ metric: 'sources.status', view: 'table', columns: [...columns] }],
  overrides: [textColoured('State', SOURCE_STATES, 90), ...minutes('Last success'), ...widths({ Source: 95, Stream: w < 24 ? 180 : 170, Lag: 85, 'First load': 90, Rows: 85, Quarantined: 105 }), wrapped('What is wrong', 140), wrapped('Remarks', 140)],
});

/** Integrity counters, those past their threshold first. */
export const counterTable = (w: number, h: number, columns: readonly string[], leadsTo?: Lead): Panel => table({
  title: 'Integrity counters', w, h, ...(leadsTo && { leadsTo }), noValue: 'Nothing was counted in this range', ...sorted('State'),
  queries: [{ metric: 'integrity.counters', view: 'table', groupBy: [], filters, columns: [...columns] }],
  overrides: [column('Counter', { 'custom.width': 200 }), textColoured('State', COUNTER_STATES, 115), ...widths({ Reading: w < 24 ? 85 : 95 }), column('Agreed', w < 24 ? { 'custom.minWidth': 110 } : { 'custom.width': 130 }), renamed('k', 'Counted', 75), renamed('n', 'of', 65), column('Concerns', { 'custom.width': 140, 'custom.inspect': true }), wrapped('What it counts', 240)],
});

export const quality = dashboard({
  uid: 'soc-outcomes-quality', title: 'Data quality', description: 'What the other dashboards rest on: sources and their age, integrity counters, what does not join, what was not measured.',
  variables: [{ name: 'client', label: 'Client' }], adHoc: true,
  panels: [
    sourceTable(24, 11, ['source', 'stream', 'state', 'lag', 'last_success', 'progress', 'rows', 'quarantined', 'error', 'remarks']),
    row('Integrity'),
    counterTable(24, 26, ['title', 'state', 'reading', 'agreed', 'k', 'n', 'headlines', 'description']),
    table({
      title: 'Orphans of the join', w: 24, h: 11, noValue: 'Every alert that should have a ticket has one, and every quoted id has its alert',
      queries: [{ metric: 'integrity.orphans', view: 'table', groupBy: ['client'], filters, limit: 500, options: { kind: 'orphans' }, columns: ['kind', 'client', 'tier', 'name', 'time', 'own_verdict', 'missing', 'link'] }],
      overrides: [column('Kind', { mappings: ORPHANS, 'custom.width': 205 }), tierColumn, ...minutes('Time'), column('Own verdict', { 'custom.width': 105, mappings: YES_NO }), ...widths({ Client: 100, 'Ids without alert': 135 }), openLink],
    }),
    row('What was reported'),
    table({
      title: 'Reported months and restatements', w: 24, h: 11, timeFrom: '12M', noValue: 'No month has been reported yet', ...sorted('Month'),
      queries: [{ metric: 'reported.history', view: 'table', bucket: 'month', groupBy: ['client', 'tier'], filters, columns: ['month', 'client', 'tier', 'state', 'met', 'missed', 'adherence', 'now', 'restated', 'late_data', 'source_edit', 'gone', 'policy', 'definition_changed', 'reason'] }],
      overrides: [column('From', { 'custom.hidden': true }), width('Month', 80), tierColumn, ...widths({ Client: 90, State: 90, Met: 55, Missed: 68, Restated: 75, Gone: 55 }), ...WHY_RESTATED, renamed('Adherence', 'Reported', 80), renamed('Adherence now', 'Now', 70), column('Why empty', { 'custom.minWidth': 150 })],
    }),
    table({
      title: 'Reported months of coverage', w: 24, h: 11, timeFrom: '12M', noValue: 'No month has been reported yet', ...sorted('Month'),
      queries: [{ metric: 'reported.coverage', view: 'table', bucket: 'month', groupBy: ['client', 'kind'], filters, columns: ['month', 'client', 'kind', 'state', 'days_measured', 'coverage', 'now', 'restated', 'late_data', 'source_edit', 'gone', 'policy', 'definition_changed', 'reason'] }],
      overrides: [column('From', { 'custom.hidden': true }), width('Month', 80), kindColumn, ...widths({ Client: 90, State: 90, Restated: 75, Gone: 55 }), ...WHY_RESTATED, renamed('Days measured', 'Days', 60), renamed('Coverage', 'Reported', 80), renamed('Coverage now', 'Now', 70), column('Why empty', { 'custom.minWidth': 150 })],
    }),
    table({
      title: 'Reported months of verdicts', w: 24, h: 11, timeFrom: '12M', noValue: 'No month has been reported yet', ...sorted('Month'),
      queries: [{ metric: 'reported.rules', view: 'table', bucket: 'month', groupBy: ['client'], filters, columns: ['month', 'client', 'state', 'alerts', 'confirmed', 'confirmation', 'now', 'review', 'restated', 'late_data', 'source_edit', 'gone', 'policy', 'definition_changed', 'reason'] }],
      overrides: [column('From', { 'custom.hidden': true }), width('Month', 80), ...widths({ Client: 90, State: 90, Alerts: 65, Confirmed: 95, Restated: 75, Gone: 55 }), ...WHY_RESTATED, renamed('Confirmation rate', 'Reported', 80), renamed('Confirmation now', 'Now', 70), renamed('Review completeness', 'Reviewed', 80), column('Why empty', { 'custom.minWidth': 150 })],
    }),
    row('What was not measured'),
    stateTimeline({
      title: 'Coverage: days measured', w: 24, h: 12, noValue: 'No complete day in this range',
      queries: [{ metric: 'coverage.history', view: 'series', bucket: 'day', groupBy: ['client', 'kind'], filters, columns: ['days_measured'] }],
      mappings: mapped({ 0: { text: 'not measured', color: 'orange' }, 1: { text: 'measured', color: 'green' } }), overrides: clientKindNames,
    }),
    table({
      title: 'Coverage: measured now, and last', w: 24, h: 12, noValue: 'No asset is registered',
      queries: [{ metric: 'coverage.now', view: 'table', groupBy: ['client', 'kind'], filters, columns: ['client', 'kind', 'coverage', 'unknown', 'in_scope', 'days_measured', 'last_measured', 'last_measured_age', 'reason'] }],
      overrides: [kindColumn, gauge('Coverage', COVERAGE, { 'custom.width': 160 }), ...widths({ Client: 100, Unknown: 85, 'In scope': 80, 'Days measured': 120, 'Last measured': 118, 'Age of it': 95 })],
    }),
  ],
});
