import { coloured, column, minutes, openLink, sorted, widths, type Panel } from '../panels';
import { kindColumn, mapped, textColoured, YES_NO } from '../words';
import { clientTable, clockWord, heading, howMany, kindWord, notYet, sentence, standing, tierWord, wrapped } from './parts';

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
  title: 'Confirmed incidents', w: 24, h, noValue: 'No incident was confirmed in this time', ...sorted('Detected'),
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

/** What moved coverage, as a client says it. */
const MOVES = mapped({
  went_dark: { text: 'stopped reporting' }, dark_with_source: { text: 'stopped with their source' }, came_back: { text: 'came back' }, registered_covered: { text: 'new, reporting' }, registered_uncovered: { text: 'new, not reporting' },
  retired_covered: { text: 'retired, had reported' }, retired_uncovered: { text: 'retired, had not reported' }, excluded: { text: 'left out by agreement' }, un_excluded: { text: 'no longer left out' }, reclassified: { text: 'counted as another kind' },
  moved_client: { text: 'moved to or from another owner' }, merged: { text: 'found to be one asset' }, policy: { text: 'the agreement changed' }, not_read: { text: 'could not be judged' },
});
export const changes = (h: number): Panel => clientTable({
  title: 'Why it changed', w: 24, h, noValue: 'Nothing moved in this time',
  queries: [{ metric: 'coverage.change', view: 'table', groupBy: ['kind'], columns: ['kind', 'part', 'source', 'assets', 'delta_covered', 'delta_scope', 'contribution', 'change'] }],
  overrides: [kindWord, column('Part', { displayName: 'What the assets did', mappings: MOVES, 'custom.minWidth': 190 }), ...heading({ Covered: ['Reporting, more or fewer', 185], 'In scope': ['In count, more or fewer', 175] }), column('Contribution', { displayName: 'Points', decimals: 2, 'custom.width': 90 }), column('Whole change', { displayName: 'Together', decimals: 2, 'custom.width': 95 }), ...widths({ 'With source': 130, Assets: 80 })],
});
export const exclusions = (h: number): Panel => clientTable({
  title: 'Left out by agreement, and until when', w: 24, h, noValue: 'Nothing is left out', ...sorted('Days left', false),
  queries: [{ metric: 'coverage.exclusions', view: 'table', limit: 500, columns: ['name', 'kind', 'state', 'exclusion_reason', 'agreed_by', 'since', 'until', 'days_left', 'would_be_covered'] }],
  overrides: [column('Asset', { 'custom.minWidth': 160 }), kindColumn, textColoured('State', mapped({ active: { text: 'left out' }, ended: { text: 'ended: counts again', color: 'orange' } }), 150), column('Reason', { 'custom.minWidth': 160 }), ...wrapped('Reason'),
    column('Agreed by', { mappings: mapped({ client: { text: 'you' }, soc: { text: 'the SOC' } }), 'custom.width': 95 }), ...minutes('Since', 'Until'), coloured('Days left', [{ value: null, color: 'red' }, { value: 8, color: 'orange' }, { value: 15, color: 'text' }], { 'custom.width': 90 }), column('Would be covered', { displayName: 'Reports anyway', mappings: YES_NO, 'custom.width': 125 })],
});
