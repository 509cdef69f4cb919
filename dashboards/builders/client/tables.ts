import { column, minutes, openLink, sorted, widths, type Panel } from '../panels';
import { kindColumn, mapped, textColoured } from '../words';
import { clientTable, clockWord, howMany, kindWord, notYet, sentence, standing, tierWord, wrapped } from './parts';

/** Panels that stand on more than one client dashboard. Metric ids and options only. */
const why = (shown: boolean): string[] => ['k_of_n', 'sentence', 'standing', ...(shown ? ['standing_why'] : [])];

/** `because`: with the reason of a reserve, where the page has the room for it. */
export const seen = (h: number, because: boolean): Panel => clientTable({
  title: 'What we see of your estate', w: 24, h, noValue: 'Nothing of yours is registered yet',
  queries: [{ metric: 'coverage.now', view: 'table', groupBy: ['kind'], options: { plain: true }, columns: ['kind', ...why(because)] }], overrides: [kindWord, howMany, sentence(), ...standing],
});
export const promises = (h: number, because: boolean): Panel => clientTable({
  title: 'Promises kept: cases decided in time', w: 24, h, noValue: 'No case fell due in this time',
  queries: [{ metric: 'sla.adherence', view: 'table', groupBy: ['tier'], options: { plain: true }, columns: ['tier', ...why(because)] }], overrides: [tierWord, howMany, sentence(), ...standing],
});
export const incidents = (h = 10): Panel => clientTable({
  title: 'Confirmed incidents', w: 24, h, noValue: 'No incident was confirmed in this time', ...sorted('Confirmed'),
  queries: [{ metric: 'sla.incidents', view: 'table', limit: 200, columns: ['incident', 'title', 'tier', 'detected', 'decided', 'notified', 'contained', 'sentence'] }],
  overrides: [column('Incident', { 'custom.width': 98, noValue: 'no ticket' }), column('Title', { 'custom.minWidth': 120, noValue: 'held with another case' }), ...wrapped('Title'), tierWord, column('Severity tier', { 'custom.width': 103 }), ...minutes('Detected', 'Decided', 'Notified', 'Contained'), ...notYet('Decided', 'Notified', 'Contained'), sentence('In words', 205)],
});
export const misses = (h = 10): Panel => clientTable({
  title: 'Late cases, one by one', w: 24, h, noValue: 'No case was late in this time',
  queries: [{ metric: 'sla.misses', view: 'table', limit: 500, columns: ['state', 'tier', 'ticket', 'title', 'start', 'due', 'stop', 'late_by'] }],
  overrides: [textColoured('State', mapped({ late: { text: 'late', color: 'orange' }, 'still open': { text: 'still open', color: 'red' } }), 95), tierWord, column('Title', { 'custom.minWidth': 200 }), ...minutes('Started', 'Due', 'Stopped'), column('Stopped', { noValue: 'not yet' }), ...widths({ Ticket: 105, 'Late by': 110 })],
});
export const needed = (h: number, limit: number): Panel => clientTable({
  title: 'What we need from you: assets that stopped reporting', w: 24, h, noValue: 'Nothing: everything we watch reports',
  queries: [{ metric: 'coverage.gaps', view: 'table', limit, filters: { state: ['agent_only', 'dark', 'absent'] }, options: { plain: true }, columns: ['name', 'kind', 'criticality', 'since', 'needed_from', 'ask', 'link'] }],
  overrides: [column('Asset', { 'custom.minWidth': 170 }), kindColumn, ...minutes('Not covered since'), column('Not covered since', { noValue: 'from the beginning' }), ...widths({ Criticality: 90, 'Needed from': 100 }), sentence('What we need'), openLink],
});
export const clocks = (h = 14): Panel => clientTable({
  title: 'Every promise by severity', w: 24, h, noValue: 'No case fell due in this time',
  queries: [{ metric: 'sla.adherence', view: 'table', groupBy: ['clock', 'tier'], options: { plain: true }, columns: ['clock', 'tier', 'k_of_n', 'sentence'] }], overrides: [clockWord, tierWord, howMany, sentence()],
});
