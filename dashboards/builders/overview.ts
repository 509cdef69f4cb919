import { dashboard } from './dashboard';
import { ADHERENCE, COVERAGE, FAILING, FALLS, TO_COVERAGE, TO_QUALITY, TO_RULES, TO_SLA } from './goals';
import { better, coloured, column, gauge, goalLine, notMeasured, ratioAxis, row, stat, table, timeSeries, widths } from './panels';
import { counterTable, sourceTable } from './quality';
import { backlogTable, verdicts } from './rule-noise';
import { tierColumn, timeLeft } from './sla';
import { standingTable } from './standing';
import { kindColumn, kindLines, kindNames, RISK_STATES, STAGES, textColoured } from './words';

const client = { client: ['$client'] };
const NOTHING = 'Nothing fell due in this range';
const filters = { client: ['$client'], tier: ['$tier'] };

export const overview = dashboard({
  uid: 'soc-outcomes-overview', title: 'Overview', description: 'How the SOC is doing: what it sees, which rules deserve work, which promises it keeps, and whether these numbers can be trusted.',
  variables: [{ name: 'client', label: 'Client' }, { name: 'tier', label: 'Severity tier' }], adHoc: true, marks: [FALLS, FAILING],
  panels: [
    row('Are we fine?'),
    stat({ title: 'Coverage now', w: 8, h: 4, steps: COVERAGE, max: 1, leadsTo: TO_COVERAGE, noValue: 'No asset is registered', queries: [{ metric: 'coverage.now', view: 'stat', groupBy: ['kind'], filters: client, columns: ['coverage'] }], overrides: [notMeasured(), ...kindNames] }),
    stat({ title: 'Decided in time', w: 11, h: 4, options: { text: { titleSize: 14, valueSize: 24 } }, steps: ADHERENCE, max: 1, leadsTo: TO_SLA, noValue: NOTHING, queries: [{ metric: 'sla.adherence', view: 'stat', groupBy: ['tier'], filters, columns: ['adherence'] }], overrides: [notMeasured('none due')] }),
    stat({
      title: 'Join completeness', w: 5, h: 4, options: { textMode: 'value' }, leadsTo: TO_QUALITY, noValue: 'No alert of a ticket-required tier in this range', steps: better(0.9, 0.95),
      queries: [{ metric: 'integrity.counters', view: 'stat', groupBy: [], filters: client, options: { counter: 'join_completeness' }, columns: ['value'] }],
      overrides: [column('Value', { unit: 'percentunit', decimals: 1, max: 1 }), notMeasured()],
    }),
    standingTable({ title: 'Standing of coverage', w: 8, h: 8, leadsTo: TO_COVERAGE, noValue: 'No asset is registered', query: { metric: 'coverage.now', groupBy: ['kind'], filters: client, columns: ['kind'] }, overrides: [kindColumn] }),
    standingTable({ title: 'Standing of the SLA', w: 16, h: 8, leadsTo: TO_SLA, noValue: NOTHING, query: { metric: 'sla.adherence', groupBy: ['tier'], filters, columns: ['tier'] }, overrides: [tierColumn] }),
    row('Estate coverage: what the SOC sees'),
    timeSeries({ title: 'Coverage by day', w: 24, h: 7, leadsTo: TO_COVERAGE, noValue: 'No complete day of this range was measured yet', ...goalLine(0.95), queries: [{ metric: 'coverage.history', view: 'series', bucket: 'day', groupBy: ['kind'], filters: client, columns: ['coverage'] }], overrides: [ratioAxis(0.8), ...kindLines] }),
    row('SLA adherence: which promises it keeps'),
    table({
      title: 'Decided in time: counts and floor', w: 13, h: 7, leadsTo: TO_SLA, noValue: NOTHING,
      queries: [{ metric: 'sla.adherence', view: 'table', groupBy: ['tier'], filters, columns: ['tier', 'adherence', 'missed', 'overdue', 'untracked', 'floor'] }],
      overrides: [tierColumn, gauge('Adherence', ADHERENCE), ...widths({ Missed: 70, Overdue: 78, Untracked: 85 }), coloured('Floor', ADHERENCE, { 'custom.width': 72 })],
    }),
    table({
      title: 'At risk now', w: 11, h: 7, leadsTo: TO_SLA, noValue: 'No open item is running, paused or untracked',
      queries: [{ metric: 'sla.at_risk', view: 'table', filters, limit: 100, columns: ['state', 'tier', 'client', 'ticket', 'time_left'] }],
      overrides: [textColoured('State', RISK_STATES, 85), tierColumn, timeLeft, ...widths({ Client: 95, Ticket: 95 })],
    }),
    row('Detection rules: what deserves work'),
    verdicts(6, 8, ['review', 'false_share', 'confirmation'], TO_RULES, 'horizontal'),
    backlogTable(18, 8, 100, ['rank', 'rule_name', 'nowhere', 'confirmed', 'removed', 'at_risk'], TO_RULES),
    row('Can these numbers be trusted?'),
    standingTable({ title: 'Standing of the verdicts', w: 9, h: 5, leadsTo: TO_RULES, noValue: 'No alert was detected in this range', query: { metric: 'rules.outcomes', groupBy: [], filters: client, columns: ['confirmation'] }, overrides: [column('Confirmation rate', { displayName: 'Confirmed', 'custom.width': 95 })] }),
    standingTable({ title: 'Standing of the latency', w: 15, h: 5, leadsTo: TO_SLA, noValue: 'No alert was detected in this range', query: { metric: 'pipeline.latency', groupBy: ['stage'], filters: client, columns: ['stage', 'p90'] }, overrides: [column('Stage', { mappings: STAGES, 'custom.width': 165 }), column('90th percentile', { 'custom.width': 120 })] }),
    counterTable(12, 9, ['title', 'state', 'reading', 'agreed'], TO_QUALITY),
    sourceTable(12, 9, ['source', 'stream', 'state', 'lag'], TO_QUALITY),
  ],
});
