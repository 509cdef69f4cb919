import { dashboard } from './dashboard';
import { explainedBy } from './explain';
import { ADHERENCE, FAILING, RESTATED, TO_QUALITY } from './goals';
import { column, coloured, gauge, goalLine, minutes, notMeasured, openLink, ratioAxis, renamed, row, stat, table, timeSeries, width, widths, worse, wrapped, type Override, type Query } from './panels';
import { standingTable } from './standing';
import { mapped, RISK_STATES, STAGES, textColoured, tierColours, TIERS } from './words';

const filters = { client: ['$client'], tier: ['$tier'] };
const adherence = (extra: Partial<Query>): Query => ({ metric: 'sla.adherence', view: 'table', groupBy: ['tier'], filters, ...extra });
const BUDGET = mapped({ 'missed critical': { text: 'missed critical', color: 'red' }, spent: { text: 'spent', color: 'red' }, 'half spent': { text: 'half spent', color: 'orange' }, within: { text: 'within', color: 'green' }, 'no budget': { text: 'no budget', color: 'text' } });
const NOTHING = 'Nothing fell due in this range';
export const tierColumn: Override = textColoured('Severity tier', TIERS, 105);
const counts: readonly Override[] = [...widths({ Met: 65, Missed: 70, Overdue: 78, Running: 78, 'On hold': 75, 'No target': 85, Untracked: 90, Clock: 110 }), renamed('Left the count', 'Left', 60), renamed('Adherence without pauses', 'Without pauses', 125), coloured('Floor', ADHERENCE, { 'custom.width': 70 })];
const ratio = (px: number): Override => gauge('Adherence', ADHERENCE, { 'custom.width': px });
const ticketColumn = column('Ticket', { 'custom.width': 102, noValue: 'no ticket' });
export const timeLeft: Override = coloured('Time left', [{ value: null, color: 'text' }, { value: 0, color: 'red' }, { value: 1800, color: 'orange' }, { value: 7200, color: 'text' }], { 'custom.width': 95 });

export const sla = dashboard({
  uid: 'soc-outcomes-sla', title: 'SLA', description: 'Promises kept, by severity tier and never as one figure: the decide clock first, with counts and the floor that untracked alerts leave.',
  variables: [{ name: 'client', label: 'Client' }, { name: 'tier', label: 'Severity tier' }], adHoc: true, marks: [FAILING, RESTATED],
  panels: [
    stat({ title: 'Decide adherence by tier', w: 24, h: 5, steps: ADHERENCE, max: 1, queries: [adherence({ view: 'stat', columns: ['adherence'] })], overrides: [notMeasured('none due')], noValue: NOTHING }),
    table({
      title: 'Decide: adherence, counts and floor', w: 24, h: 7, noValue: NOTHING,
      queries: [adherence({ columns: ['tier', 'adherence', 'floor', 'met', 'missed', 'overdue', 'untracked', 'running', 'on_hold', 'left', 'no_target'] })],
      overrides: [tierColumn, ratio(140), ...counts],
    }),
    standingTable({ title: 'Standing by tier', w: 24, h: 7, leadsTo: TO_QUALITY, noValue: NOTHING, query: { metric: 'sla.adherence', groupBy: ['tier'], filters, columns: ['tier'] }, overrides: [tierColumn] }),
    row('Budget and time'),
    table({
      title: 'Budget of misses', w: 12, h: 8, noValue: NOTHING,
      queries: [{ metric: 'sla.budget', view: 'table', groupBy: ['tier'], filters, columns: ['tier', 'state', 'used', 'misses', 'allowed', 'goal', 'reason'] }],
      overrides: [tierColumn, textColoured('State', BUDGET, 110), coloured('Used', worse(0.5, 1), { 'custom.width': 65, decimals: 0 }), column('Allowed', { decimals: 1, 'custom.width': 72 }), ...widths({ Misses: 70, Goal: 65 }), wrapped('Why empty', 100)],
    }),
    table({
      title: 'Time to decide', w: 12, h: 8, noValue: 'No item started in this range',
      queries: [{ metric: 'sla.time_to_decide', view: 'table', groupBy: ['tier'], filters, columns: ['tier', 'p50', 'p90', 'decided', 'open', 'oldest', 'reason'] }],
      overrides: [tierColumn, ...widths({ Median: 85, Decided: 75 }), renamed('90th percentile', '90th pct', 80), renamed('Not decided', 'Open', 60), renamed('Oldest open', 'Oldest', 85), wrapped('Why empty', 90)],
    }),
    row('Flow: alerts in, decisions out'),
    table({
      title: 'Open work by age', w: 24, h: 8, noValue: 'No item started and no alert was detected in this range',
      queries: [{ metric: 'sla.flow', view: 'table', bucket: 'none', groupBy: ['tier'], filters, columns: ['tier', 'alerts_in', 'started', 'decided', 'open', 'age_p50', 'age_p90', 'oldest'] }],
      overrides: [tierColumn, ...widths({ 'Alerts in': 95, 'Items started': 110, 'Decisions out': 115, Open: 80, 'Median age': 105, '90th percentile of age': 165, 'Oldest open': 105 })],
    }),
    timeSeries({
      title: 'Items started by day', w: 12, h: 8, noValue: 'No item started in this range',
      queries: [{ metric: 'sla.flow', view: 'series', bucket: 'day', groupBy: ['tier'], filters, columns: ['started'] }], overrides: [...tierColours],
    }),
    timeSeries({
      title: 'Decisions out by day', w: 12, h: 8, noValue: 'Nothing was decided in this range',
      queries: [{ metric: 'sla.flow', view: 'series', bucket: 'day', groupBy: ['tier'], filters, columns: ['decided'] }], overrides: [...tierColours],
    }),
    row('At risk now'),
    table({
      title: 'At risk now', w: 24, h: 8, noValue: 'No open item is running, paused or untracked',
      queries: [{ metric: 'sla.at_risk', view: 'table', filters, limit: 200, columns: ['state', 'tier', 'client', 'ticket', 'title', 'rule', 'due', 'time_left', 'paused_for', 'link'] }],
      overrides: [textColoured('State', RISK_STATES, 85), tierColumn, timeLeft, ...minutes('Due'), ...widths({ Client: 95, 'Paused for': 95, Rule: 150 }), ticketColumn, column('Title', { 'custom.minWidth': 160 }), openLink],
    }),
    row('Week by week'),
    timeSeries({
      title: 'Decide adherence by week', w: 24, h: 9, timeFrom: '26w', noValue: NOTHING, steps: goalLine(0.95).steps!, custom: { ...goalLine(0.95).custom, showPoints: 'always' },
      queries: [{ metric: 'sla.trend', view: 'series', bucket: 'week', groupBy: ['tier'], filters, columns: ['adherence'] }], overrides: [ratioAxis(0.7), ...tierColours],
    }),
    row('Where the misses are'),
    table({
      title: 'Where misses come from: tier × client × shift', w: 24, h: 8, noValue: 'No cell misses more than its tier, or the range is shorter than 28 days',
      queries: [{ metric: 'sla.contributors', view: 'table', groupBy: ['tier'], filters, limit: 50, columns: ['rank', 'tier', 'client', 'shift', 'items', 'misses', 'miss_rate', 'lower', 'tier_rate', 'excess', 'tried'] }],
      overrides: [tierColumn, coloured('Miss rate', worse(0.05, 0.1), { 'custom.width': 90 }), column('Excess misses', { decimals: 1, 'custom.width': 120 }), ...widths({ Rank: 60, Client: 100, Shift: 90, Items: 75, Misses: 80, 'Lower bound': 105, 'Rate of the tier': 125, 'Cells tried': 95 })],
    }),
    table({
      title: 'Decide adherence by client', w: 24, h: 14, noValue: NOTHING,
      queries: [adherence({ groupBy: ['client', 'tier'], columns: ['client', 'tier', 'adherence', 'floor', 'met', 'missed', 'overdue', 'untracked', 'running', 'on_hold', 'reason'] })],
      overrides: [width('Client', 100), tierColumn, ratio(160), ...counts],
    }),
    table({
      title: 'Decide adherence by shift', w: 24, h: 11, noValue: NOTHING,
      queries: [adherence({ groupBy: ['tier', 'shift'], columns: ['shift', 'tier', 'adherence', 'met', 'missed', 'overdue', 'running', 'on_hold', 'reason'] })],
      overrides: [width('Shift', 100), tierColumn, ratio(160), ...counts],
    }),
    row('Case by case'),
    table({
      title: 'Misses, one by one', w: 24, h: 11, noValue: 'Nothing was missed in this range',
      queries: [{ metric: 'sla.misses', view: 'table', filters, limit: 500, columns: ['state', 'tier', 'client', 'ticket', 'title', 'due', 'stop', 'late_by', 'link'] }],
      overrides: [column('State', { 'custom.width': 85 }), tierColumn, ...minutes('Due', 'Stopped'), column('Stopped', { noValue: 'still open' }), ...widths({ Client: 95, 'Late by': 95 }), ticketColumn, column('Title', { 'custom.minWidth': 160 }), openLink],
    }),
    table({
      title: 'Confirmed incidents', w: 24, h: 11, noValue: 'No incident was confirmed in this range',
      queries: [{ metric: 'sla.incidents', view: 'table', filters, limit: 500, columns: ['incident', 'tier', 'client', 'title', 'detected', 'decided', 'notified', 'contained', 'link'] }],
      overrides: [tierColumn, ...minutes('Detected', 'Decided', 'Notified', 'Contained'), width('Client', 95), column('Incident', { 'custom.width': 102, noValue: 'no ticket' }), column('Title', { 'custom.minWidth': 220 }), ...['Decided', 'Notified', 'Contained'].map(title => column(title, { noValue: 'not recorded' })), openLink],
    }),
    row('Other clocks, and what the figures rest on'),
    table({
      title: 'Every clock by tier', w: 24, h: 14, noValue: NOTHING,
      queries: [adherence({ groupBy: ['clock', 'tier'], columns: ['clock', 'tier', 'adherence', 'met', 'missed', 'overdue', 'running', 'on_hold', 'left', 'no_target', 'gross_adherence', 'reason'] })],
      overrides: [tierColumn, ratio(160), ...counts],
    }),
    table({
      title: 'Decide: judged otherwise', w: 24, h: 8, noValue: NOTHING,
      queries: [adherence({ columns: ['tier', 'adherence', 'gross_adherence', 'first_close_adherence', 'floor', 'untracked', 'from_creation', 'unknown_stop', 'reopened', 'gone'] })],
      overrides: [tierColumn, ratio(135), ...counts, renamed('Adherence at first close', 'At first close', 120), ...widths({ 'Started at creation': 150, 'Stopped by unknown': 150, Reopened: 95, Gone: 65 })],
    }),
    row('Pipeline latency: the tooling’s part'),
    table({
      title: 'Detection pipeline latency', w: 24, h: 9, noValue: 'No alert was detected in this range',
      queries: [{ metric: 'pipeline.latency', view: 'table', groupBy: ['stage', 'source'], filters, columns: ['stage', 'source', 'measured', 'p50', 'p90', 'p99', 'target', 'above_target', 'negative', 'joined', 'missing'] }],
      overrides: [column('Stage', { mappings: STAGES, 'custom.width': 160 }), gauge('Above target', worse(0.05, 0.1), { 'custom.width': 120 }), ...widths({ Source: 95, Measured: 85, Median: 85, Target: 75, Negative: 80 }), renamed('90th percentile', '90th pct', 85), renamed('99th percentile', '99th pct', 85), renamed('Joined a ticket', 'Joined', 70), renamed('Without both times', 'Times missing', 115)],
    }),
    row('The rows behind'),
    table({
      title: 'SLA items, row by row', w: 24, h: 13, noValue: NOTHING,
      queries: [{ metric: 'tickets', view: 'table', filters, limit: 500, columns: ['outcome', 'tier', 'client', 'ticket', 'title', 'alerts', 'start', 'due', 'stop', 'link'] }],
      overrides: [tierColumn, ...minutes('Started', 'Due', 'Stopped'), ...widths({ Outcome: 90, Client: 95, Alerts: 65 }), explainedBy('Ticket', 'ticket', { 'custom.width': 102, noValue: 'no ticket' }), column('Title', { 'custom.minWidth': 160 }), openLink],
    }),
  ],
});
