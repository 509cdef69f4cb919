import { dashboard } from './dashboard';
import { explainedBy } from './explain';
import { COVERAGE, FAILING, FALLS, REGISTRY, TO_QUALITY } from './goals';
import { barGauge, column, gauge, goalLine, minutes, notMeasured, openLink, ratioAxis, renamed, row, sorted, stat, table, timeSeries, widths, type Panel, type Query } from './panels';
import { ASSET_STATES, CHANGE_PARTS, EXCLUSION_STATES, kindColumn, kindLines, kindNames, MATCHES, textColoured, YES_NO } from './words';

const filters = { client: ['$client'], kind: ['$kind'] };
const client = { client: ['$client'] };
const history = (extra: Partial<Query>): Query => ({ metric: 'coverage.history', view: 'series', bucket: 'day', groupBy: ['kind'], filters, columns: ['coverage'], ...extra });
const BEFORE = 'No complete day of this range was measured yet';

/** Points gained and lost as bars around nought. */
const bars = (title: string, displayName: string, px: number): ReturnType<typeof column> => column(title, { displayName, 'custom.cellOptions': { type: 'gauge', mode: 'basic', valueDisplayMode: 'text' }, 'custom.width': px, min: -0.1, max: 0.1, decimals: 2, thresholds: { mode: 'absolute', steps: [{ value: null, color: 'red' }, { value: 0, color: 'green' }] } });
const trend = (title: string, w: number, query: Query, overrides: Parameters<typeof timeSeries>[0]['overrides'] = []): Panel =>
  timeSeries({ title, w, h: 9, queries: [query], noValue: BEFORE, ...goalLine(0.95), overrides: [ratioAxis(0.8), ...overrides] });
const ofKind = (title: string, kind: string): Panel => trend(title, 8, history({ groupBy: ['client'], filters: { ...client, kind: [kind] } }));

export const coverage = dashboard({
  uid: 'soc-outcomes-coverage', title: 'Coverage', description: 'Which registered assets the SIEM really hears from, by kind and client, and which it does not.',
  variables: [{ name: 'client', label: 'Client' }, { name: 'kind', label: 'Kind' }], adHoc: true, marks: [{ ...FALLS, filters }, FAILING],
  panels: [
    stat({ title: 'Coverage now', w: 24, h: 4, steps: COVERAGE, max: 1, queries: [{ metric: 'coverage.now', view: 'stat', groupBy: ['kind'], filters, columns: ['coverage'] }], overrides: [notMeasured(), ...kindNames], leadsTo: TO_QUALITY, noValue: 'No asset of this kind is registered' }),
    table({
      title: 'Coverage by client and kind', w: 24, h: 20, noValue: 'No asset is registered for this client and kind',
      queries: [{ metric: 'coverage.now', view: 'table', groupBy: ['client', 'kind'], filters, columns: ['client', 'kind', 'coverage', 'in_scope', 'covered', 'agent_only', 'dark', 'absent', 'unknown', 'excluded', 'reason'] }],
      overrides: [kindColumn, gauge('Coverage', COVERAGE, { 'custom.width': 160 }), ...widths({ Client: 100, 'In scope': 80, Covered: 80, 'Agent only': 90, Dark: 65, Absent: 75, Unknown: 85, Excluded: 85 })],
    }),
    row('Day by day'),
    trend('Coverage by kind', 24, history({}), kindLines),
    ofKind('Endpoints by client', 'endpoint'), ofKind('Cloud workloads by client', 'cloud_workload'), ofKind('Network segments by client', 'network_segment'),
    table({
      title: 'Weeks: change and signal', w: 24, h: 9, noValue: BEFORE, ...sorted('From'),
      queries: [{ metric: 'coverage.history', view: 'table', bucket: 'week', groupBy: ['client', 'kind'], filters, columns: ['client', 'kind', 'coverage', 'in_scope', 'covered', 'change', 'signal', 'largest_part', 'days_measured', 'reason'] }],
      overrides: [...minutes('From'), kindColumn, gauge('Coverage', COVERAGE, { 'custom.width': 130 }), column('Change over 7 days', { decimals: 1, displayName: 'Points in 7 days', 'custom.width': 125 }),
        ...widths({ Client: 95, 'In scope': 75, Covered: 75 }), column('Largest part', { 'custom.minWidth': 190, 'custom.inspect': true }), renamed('Days measured', 'Days', 55),
        column('Signal', { 'custom.width': 70, 'custom.cellOptions': { type: 'color-text' }, mappings: [{ type: 'value', options: { 0: { text: 'no', index: 0 }, 1: { text: 'yes', color: 'red', index: 1 } } }] })],
    }),
    table({
      title: 'What coverage rests on', w: 24, h: 12, noValue: 'No asset is registered for this client and kind',
      queries: [{ metric: 'coverage.now', view: 'table', groupBy: ['client', 'kind'], filters, columns: ['client', 'kind', 'coverage', 'coverage_without_exclusions', 'weak_share', 'degraded', 'depth', 'last_measured', 'last_measured_age'] }],
      overrides: [kindColumn, gauge('Coverage', COVERAGE, { 'custom.width': 160 }), renamed('Coverage without exclusions', 'Without exclusions', 150), ...widths({ Client: 100, 'Weak matches': 115, Degraded: 90, 'Segment depth': 120, 'Last measured': 120 })],
    }),
    row('Why it changed'),
    table({
      title: 'Change over the range by part', w: 24, h: 13, noValue: 'No asset is registered for this client and kind',
      queries: [{ metric: 'coverage.change', view: 'table', groupBy: ['client', 'kind'], filters, columns: ['client', 'kind', 'part', 'source', 'contribution', 'assets', 'delta_covered', 'delta_scope', 'change', 'coverage_before', 'coverage_after', 'reason'] }],
      overrides: [kindColumn, textColoured('Part', CHANGE_PARTS, 165), bars('Contribution', 'Points', 130), column('Whole change', { decimals: 1, displayName: 'Points in all', 'custom.width': 100 }),
        ...widths({ Client: 95, 'With source': 95, Assets: 65, Covered: 75, 'In scope': 75 }), renamed('Coverage before', 'Before', 70), renamed('Coverage after', 'After', 70)],
    }),
    table({
      title: 'Assets behind the change', w: 24, h: 11, noValue: 'No asset moved in this range',
      queries: [{ metric: 'coverage.change', view: 'table', groupBy: ['client', 'kind'], filters, limit: 1000, options: { show: 'assets' }, columns: ['name', 'client', 'kind', 'part', 'source', 'before', 'after', 'contribution', 'link'] }],
      overrides: [explainedBy('Asset', 'asset', { 'custom.minWidth': 180 }), kindColumn, textColoured('Part', CHANGE_PARTS, 165), column('Contribution', { decimals: 2, displayName: 'Points', 'custom.width': 75 }), ...widths({ Client: 95, 'With source': 95, Before: 90, After: 90 }), openLink],
    }),
    row('What is not covered'),
    table({
      title: 'Assets not covered', w: 24, h: 13, noValue: 'Every asset in scope is covered',
      queries: [{ metric: 'coverage.gaps', view: 'table', filters, limit: 1000, columns: ['name', 'client', 'kind', 'criticality', 'state', 'since', 'last_seen', 'last_seen_by', 'link'] }],
      overrides: [column('Asset', { 'custom.minWidth': 180 }), kindColumn, textColoured('State', ASSET_STATES, 85), ...minutes('Not covered since', 'Last seen'), column('Not covered since', { noValue: 'never covered' }), column('Last seen', { noValue: 'never' }), ...widths({ Client: 95, Criticality: 85, 'Last seen by': 150 }), openLink],
    }),
    table({
      title: 'Excluded assets', w: 24, h: 7, noValue: 'No asset is excluded',
      queries: [{ metric: 'coverage.exclusions', view: 'table', filters, limit: 1000, columns: ['name', 'client', 'kind', 'state', 'exclusion_reason', 'agreed_by', 'since', 'until', 'days_left', 'too_long', 'would_be_covered', 'link'] }],
      overrides: [column('Asset', { 'custom.minWidth': 160 }), kindColumn, textColoured('State', EXCLUSION_STATES, 120), ...minutes('Since', 'Until'), column('More than 90 days', { mappings: YES_NO, 'custom.width': 130 }), column('Would be covered', { mappings: YES_NO, 'custom.width': 125 }),
        ...widths({ Client: 95, Reason: 160, 'Agreed by': 80, 'Days left': 75 }), openLink],
    }),
    row('Registry'),
    barGauge({ title: 'Registry completeness by client', w: 9, h: 11, steps: REGISTRY, max: 1, queries: [{ metric: 'coverage.unregistered', view: 'stat', groupBy: ['client'], filters: client, columns: ['completeness'] }], overrides: [notMeasured('no host seen')], noValue: 'No host was seen in this range' }),
    table({
      title: 'Seen but not registered', w: 15, h: 11, noValue: 'Every host seen in this range is registered',
      queries: [{ metric: 'coverage.unregistered', view: 'table', groupBy: ['client'], filters: client, limit: 1000, columns: ['name', 'client', 'match', 'source', 'last'] }],
      overrides: [column('Host', { 'custom.minWidth': 150 }), textColoured('Match', MATCHES, 110), ...minutes('Last seen'), ...widths({ Client: 95, Source: 100 })],
    }),
    table({
      title: 'Known by one registry only', w: 24, h: 8, noValue: 'Every asset stands in several registries, or the client has but one',
      queries: [{ metric: 'assets', view: 'table', groupBy: ['client'], filters, limit: 1000, options: { show: 'one_registry' }, columns: ['name', 'client', 'kind', 'criticality', 'state', 'last_seen', 'last_seen_by', 'link'] }],
      overrides: [column('Asset', { 'custom.minWidth': 180 }), kindColumn, textColoured('State', ASSET_STATES, 85), ...minutes('Last seen'), ...widths({ Client: 95, Criticality: 85, 'Last seen by': 150 }), openLink],
    }),
    row('The rows behind'),
    table({
      title: 'Assets, row by row', w: 24, h: 13, noValue: 'No asset is registered',
      queries: [{ metric: 'assets', view: 'table', groupBy: ['client'], filters, limit: 1000, columns: ['name', 'client', 'kind', 'criticality', 'requirement', 'state', 'last_event', 'last_seen', 'registries', 'disagreement', 'link'] }],
      overrides: [column('Asset', { 'custom.minWidth': 180 }), kindColumn, textColoured('State', ASSET_STATES, 85), ...minutes('Last evidence', 'Last seen'), ...widths({ Client: 95, Criticality: 85, Requirement: 110, Registries: 80, Disagreement: 120 }), openLink],
    }),
  ],
});
