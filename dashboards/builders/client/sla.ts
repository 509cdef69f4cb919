import { column, goalLine, minutes, ratioAxis, row, timeSeries, widths } from '../panels';
import { mapped, RISK_STATES, textColoured, tierColours } from '../words';
import { clientDashboard, clientTable, heading, plain, tierWord } from './parts';
import { clocks, incidents, misses, promises } from './tables';

const BUDGET = mapped({
  within: { text: 'within what is allowed', color: 'green' }, 'half spent': { text: 'half used', color: 'orange' }, spent: { text: 'all used', color: 'red' }, 'missed critical': { text: 'a critical case was late', color: 'red' }, 'no budget': { text: 'nothing agreed' },
});

export const clientSla = clientDashboard({
  uid: 'soc-outcomes-client-sla', title: 'Client SLA', description: 'The promises of your contract: how many were kept, which were not, and what is open now.',
  panels: [
    promises(8, true), misses(),
    clientTable({
      title: 'Late cases the agreement allows, and how many were used', w: 24, h: 7, noValue: 'No case fell due in this time',
      queries: [{ metric: 'sla.budget', view: 'table', groupBy: ['tier'], columns: ['tier', 'state', 'items', 'misses', 'allowed', 'reason'] }],
      overrides: [tierWord, textColoured('State', BUDGET, 200), ...heading({ Items: ['Cases', 90], Misses: ['Late', 90] }), column('Allowed', { displayName: 'Late cases allowed', decimals: 1, 'custom.width': 160 }), column('Why empty', { 'custom.minWidth': 200 })],
    }),
    row('Open now'),
    clientTable({
      title: 'Open cases and the time they have left', w: 24, h: 8, noValue: 'No case is open',
      queries: [{ metric: 'sla.at_risk', view: 'table', limit: 200, columns: ['state', 'tier', 'ticket', 'title', 'rule', 'due', 'time_left', 'paused_for'] }],
      overrides: [textColoured('State', RISK_STATES, 95), tierWord, column('Title', { 'custom.minWidth': 200 }), ...minutes('Due'), ...widths({ Ticket: 105, Rule: 160, 'Time left': 110, 'Paused for': 110 })],
    }),
    row('Week by week'),
    timeSeries(plain({
      title: 'Share of cases decided in time, week by week', w: 24, h: 9, timeFrom: '26w', noValue: 'No case fell due in this time', steps: goalLine(0.95).steps!, custom: { ...goalLine(0.95).custom, showPoints: 'always' },
      queries: [{ metric: 'sla.trend', view: 'series', bucket: 'week', groupBy: ['tier'], columns: ['adherence'] }], overrides: [ratioAxis(0.7), ...tierColours],
    })),
    row('All promises'),
    clocks(), incidents(),
  ],
});
