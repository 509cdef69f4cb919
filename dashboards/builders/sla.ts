import { dashboard } from './dashboard';
import { ADHERENCE } from './goals';
import { column, coloured, gauge, goalLine, notMeasured, ratioAxis, row, stat, table, timeSeries, width, worse, type Override, type Query } from './panels';
import { RISK_STATES, STAGES, textColoured, TIERS, why } from './words';

const filters = { client: ['$client'], tier: ['$tier'] };
const adherence = (extra: Partial<Query>): Query => ({ metric: 'sla.adherence', view: 'table', groupBy: ['tier'], filters, ...extra });
const NOTHING = 'Nothing fell due in this range';
const COUNTS = ['met', 'missed', 'overdue', 'running', 'on_hold', 'left', 'no_target', 'untracked'];
export const tierColumn: Override = textColoured('Severity tier', TIERS, 115);
const counts: readonly Override[] = [...['Met', 'Missed', 'Overdue', 'Running', 'On hold'].map(t => width(t, 80)), column('Left the count', { 'custom.width': 110 }), width('No target', 90), width('Untracked', 90)];
const ratio = (px: number): Override => gauge('Adherence', ADHERENCE, { 'custom.width': px });
const floor = (px: number): Override => coloured('Floor', ADHERENCE, { 'custom.width': px });

export const sla = dashboard({
  uid: 'soc-outcomes-sla', title: 'SLA', description: 'Promises kept, by severity tier and never as one figure: the decide clock first, with counts and the floor that untracked alerts leave.',
  variables: [{ name: 'client', label: 'Client' }, { name: 'tier', label: 'Severity tier' }],
  panels: [
    stat({ title: 'Decide adherence by tier', w: 24, h: 4, steps: ADHERENCE, max: 1, queries: [adherence({ view: 'stat', columns: ['adherence'] })], overrides: [notMeasured('nothing due')], noValue: NOTHING }),
    table({
      title: 'Decide: adherence, counts and floor', w: 24, h: 8, noValue: NOTHING,
      queries: [adherence({ columns: ['tier', 'adherence', 'floor', ...COUNTS, 'gross_adherence', 'first_close_adherence', 'from_creation', 'reopened', 'reason'] })],
      overrides: [tierColumn, ratio(190), floor(80), ...counts, column('Adherence without pauses', { displayName: 'Without pauses', 'custom.width': 125 }), column('Adherence at first close', { displayName: 'At first close', 'custom.width': 115 }), column('Started at creation', { displayName: 'From creation', 'custom.width': 115 }), width('Reopened', 90), why('sla.adherence', 330)],
    }),
    table({
      title: 'Other clocks', w: 24, h: 11, noValue: NOTHING,
      queries: [adherence({ groupBy: ['clock', 'tier'], columns: ['clock', 'tier', 'adherence', 'met', 'missed', 'overdue', 'running', 'on_hold', 'left', 'no_target', 'gross_adherence', 'reason'] })],
      overrides: [width('Clock', 120), tierColumn, ratio(220), ...counts, column('Adherence without pauses', { displayName: 'Without pauses', 'custom.width': 125 }), why('sla.adherence', 330)],
    }),
    row('At risk now'),
    table({
      title: 'At risk now', w: 24, h: 10, noValue: 'No open item is running, paused or untracked',
      queries: [{ metric: 'sla.at_risk', view: 'table', filters, limit: 200, columns: ['state', 'tier', 'client', 'ticket', 'title', 'rule', 'alerts', 'due', 'time_left', 'age', 'paused_for', 'link'] }],
      overrides: [textColoured('State', RISK_STATES, 100), tierColumn, width('Client', 105), width('Ticket', 105), width('Alerts', 70), width('Due', 165), coloured('Time left', [{ value: null, color: 'red' }, { value: 1800, color: 'orange' }, { value: 7200, color: 'text' }], { 'custom.width': 100 }), width('Age', 95), width('Paused for', 100), width('Rule', 200), width('Link', 140)],
    }),
    row('Week by week'),
    timeSeries({
      title: 'Decide adherence by week', w: 24, h: 9, timeFrom: '26w', noValue: NOTHING, ...goalLine(0.95),
      queries: [{ metric: 'sla.trend', view: 'series', bucket: 'week', groupBy: ['tier'], filters, columns: ['adherence'] }], overrides: [ratioAxis(0.7)],
    }),
    row('Where the misses are'),
    table({
      title: 'Decide adherence by client', w: 12, h: 14, noValue: NOTHING,
      queries: [adherence({ groupBy: ['client', 'tier'], columns: ['client', 'tier', 'adherence', 'met', 'missed', 'overdue', 'untracked', 'floor'] })],
      overrides: [width('Client', 105), tierColumn, ...counts, floor(75)].concat(gauge('Adherence', ADHERENCE)),
    }),
    table({
      title: 'Decide adherence by shift', w: 12, h: 14, noValue: NOTHING,
      queries: [adherence({ groupBy: ['tier', 'shift'], columns: ['shift', 'tier', 'adherence', 'met', 'missed', 'overdue', 'reason'] })],
      overrides: [width('Shift', 90), tierColumn, ...counts, gauge('Adherence', ADHERENCE), why('sla.adherence', 130)],
    }),
    row('Pipeline latency: the tooling’s part'),
    table({
      title: 'Detection pipeline latency', w: 24, h: 9, noValue: 'No alert was detected in this range',
      queries: [{ metric: 'pipeline.latency', view: 'table', groupBy: ['stage', 'source'], filters, columns: ['stage', 'source', 'measured', 'p50', 'p90', 'p99', 'target', 'above_target', 'negative', 'missing', 'reason'] }],
      overrides: [column('Stage', { mappings: STAGES, 'custom.width': 170 }), width('Source', 150), width('Measured', 100), width('Median', 95), width('90th percentile', 125), width('99th percentile', 125), width('Target', 95), gauge('Above target', worse(0.05, 0.1), { 'custom.width': 190 }), width('Negative', 90), width('Without both times', 145), why('pipeline.latency', 330)],
    }),
  ],
});
