import { GRANT_STATES, RESULTS } from './access-words';
import { exclusions, incidents, misses, needed, promises, seen } from './client/tables';
import { dashboard } from './dashboard';
import { coloured, column, describe, minutes, row, sorted, table, widths, type Panel, type Query } from './panels';
import { textColoured } from './words';

const DAYS_LEFT = [{ value: null, color: 'red' }, { value: 14, color: 'orange' }, { value: 30, color: 'text' }];
const daysLeft = coloured('Days left', DAYS_LEFT, { 'custom.width': 90, decimals: 0 });

/** A client's own panel, asked for as that client: the answer is exactly what its organisation gets. It only takes away. */
function asClient(p: Panel): Panel {
  const { targets } = p.json as { targets: readonly Query[] };
  return { ...p, json: { ...p.json, description: describe(targets), targets: targets.map(t => ({ ...t, viewAs: ['$view_as'] })) } };
}

/** For operators: who may see what, who was refused, and what a client sees. */
export const clients = dashboard({
  uid: 'soc-outcomes-clients', title: 'Clients', description: 'Which client organisations may see what, who was refused, and what one of them sees.',
  variables: [{ name: 'view_as', label: 'View as client', dimension: 'client', single: true }],
  reportOf: 'view_as',
  panels: [
    table({
      title: 'Clients and the grants in force', w: 24, h: 9, noValue: 'The workspace has no client', ...sorted('Days left', false),
      queries: [{ metric: 'clients.grants', view: 'table', groupBy: ['client'], columns: ['client', 'in_force', 'organisation', 'ends', 'days_left', 'last_used', 'reason'] }],
      overrides: [column('Client', { 'custom.minWidth': 140 }), daysLeft, ...minutes('Ends', 'Last used'), column('Last used', { noValue: 'never' }), ...widths({ 'In force': 85, Organisation: 110 })],
    }),
    table({
      title: 'Refused requests', w: 24, h: 9, noValue: 'Nothing was refused in this range',
      queries: [{ metric: 'clients.requests', view: 'table', limit: 500, columns: ['last', 'organisation', 'clients', 'role', 'result', 'requests', 'first'] }],
      overrides: [textColoured('Result', RESULTS, 240), ...minutes('Last', 'First'), column('Clients', { 'custom.minWidth': 140, noValue: 'no grant known' }), ...widths({ Organisation: 110, Role: 90, Requests: 90 })],
    }),
    row('Every grant, and every request'),
    table({
      title: 'Grants', w: 24, h: 10, noValue: 'No grant was minted here, and no data source has brought one',
      queries: [{ metric: 'clients.grants', view: 'table', groupBy: [], limit: 1000, columns: ['state', 'organisation', 'data_source', 'clients', 'begins', 'ends', 'days_left', 'last_used', 'revoked', 'revoked_reason', 'replaced_by', 'grant', 'key'] }],
      overrides: [textColoured('State', GRANT_STATES, 85), daysLeft, ...minutes('Begins', 'Ends', 'Last used', 'Revoked'), column('Last used', { noValue: 'never' }), column('Clients', { 'custom.minWidth': 120 }), ...widths({ Organisation: 105, 'Data source': 120, 'Why revoked': 150, 'Replaced by': 165, Grant: 165, Key: 85 })],
    }),
    table({
      title: 'Requests by day, organisation and role', w: 24, h: 9, noValue: 'Nobody asked in this range',
      queries: [{ metric: 'clients.requests', view: 'table', limit: 500, options: { show: 'all' }, columns: ['day', 'organisation', 'clients', 'role', 'result', 'requests', 'last'] }],
      overrides: [textColoured('Result', RESULTS, 240), column('Day', { unit: 'time:YYYY-MM-DD', 'custom.width': 100 }), ...minutes('Last'), column('Clients', { 'custom.minWidth': 140, noValue: 'none' }), ...widths({ Organisation: 110, Role: 90, Requests: 90 })],
    }),
    row('As $view_as sees it'),
    ...[seen(7, true), promises(7, true), incidents(9), misses(9), needed(10, 200), exclusions(8)].map(asClient),
  ],
});
