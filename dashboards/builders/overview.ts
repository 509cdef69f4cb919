import { dashboard } from './dashboard';
import { ADHERENCE, COVERAGE, REVIEW, TO_COVERAGE, TO_QUALITY, TO_RULES, TO_SLA } from './goals';
import { column, coloured, gauge, goalLine, notMeasured, ratioAxis, row, stat, table, timeSeries, width, worse } from './panels';
import { backlogTable } from './rule-noise';
import { sourceTable } from './quality';
import { tierColumn } from './sla';
import { kindNames, RISK_STATES, textColoured } from './words';

const client = { client: ['$client'] };
const filters = { client: ['$client'], tier: ['$tier'] };

export const overview = dashboard({
  uid: 'soc-outcomes-overview', title: 'Overview', description: 'How the SOC is doing: what it sees, which rules deserve work, which promises it keeps, and whether these numbers can be trusted.',
  variables: [{ name: 'client', label: 'Client' }, { name: 'tier', label: 'Severity tier' }],
  panels: [
    row('Estate coverage: what the SOC sees'),
    stat({ title: 'Coverage now', w: 10, h: 7, steps: COVERAGE, max: 1, leadsTo: TO_COVERAGE, noValue: 'No asset is registered', queries: [{ metric: 'coverage.now', view: 'stat', groupBy: ['kind'], filters: client, columns: ['coverage'] }], overrides: [notMeasured(), ...kindNames] }),
    timeSeries({ title: 'Coverage by day', w: 14, h: 7, leadsTo: TO_COVERAGE, noValue: 'No complete day of this range was measured yet', ...goalLine(0.95), queries: [{ metric: 'coverage.history', view: 'series', bucket: 'day', groupBy: ['kind'], filters: client, columns: ['coverage'] }], overrides: [ratioAxis(0.8), ...kindNames] }),
    row('SLA adherence: which promises it keeps'),
    table({
      title: 'Decide adherence by tier', w: 10, h: 8, leadsTo: TO_SLA, noValue: 'Nothing fell due in this range',
      queries: [{ metric: 'sla.adherence', view: 'table', groupBy: ['tier'], filters, columns: ['tier', 'adherence', 'met', 'missed', 'overdue', 'floor'] }],
      overrides: [tierColumn, gauge('Adherence', ADHERENCE), width('Met', 70), width('Missed', 70), width('Overdue', 80), coloured('Floor', ADHERENCE, { 'custom.width': 75 })],
    }),
    table({
      title: 'At risk now', w: 14, h: 8, leadsTo: TO_SLA, noValue: 'No open item is running, paused or untracked',
      queries: [{ metric: 'sla.at_risk', view: 'table', filters, limit: 100, columns: ['state', 'tier', 'client', 'ticket', 'title', 'time_left', 'age'] }],
      overrides: [textColoured('State', RISK_STATES, 95), tierColumn, width('Client', 105), width('Ticket', 105), coloured('Time left', [{ value: null, color: 'red' }, { value: 1800, color: 'orange' }, { value: 7200, color: 'text' }], { 'custom.width': 100 }), width('Age', 95)],
    }),
    row('Detection rules: what deserves work'),
    stat({
      title: 'All rules', w: 6, h: 9, leadsTo: TO_RULES, noValue: 'No alert was detected in this range', options: { colorMode: 'value', orientation: 'horizontal' },
      queries: [{ metric: 'rules.outcomes', view: 'stat', groupBy: [], filters, columns: ['review', 'false_share', 'nowhere'] }],
      overrides: [notMeasured('too few decisions'), column('Review completeness', { thresholds: { mode: 'absolute', steps: REVIEW } }), column('False-positive share', { thresholds: { mode: 'absolute', steps: worse(0.5, 0.7) } })],
    }),
    backlogTable(18, 9, 10, ['rank', 'rule_name', 'nowhere', 'confirmed', 'nowhere_share', 'removed', 'at_risk'], TO_RULES),
    row('Can these numbers be trusted'),
    sourceTable(24, 9, [], TO_QUALITY),
  ],
});
