import { dashboard } from './dashboard';
import { COVERAGE, REGISTRY, TO_QUALITY } from './goals';
import { barGauge, column, gauge, goalLine, notMeasured, ratioAxis, row, stat, table, timeSeries, width, type Panel, type Query } from './panels';
import { ASSET_STATES, kindColumn, kindNames, MATCHES, textColoured, why } from './words';

const filters = { client: ['$client'], kind: ['$kind'] };
const client = { client: ['$client'] };
const history = (extra: Partial<Query>): Query => ({ metric: 'coverage.history', view: 'series', bucket: 'day', groupBy: ['kind'], filters, columns: ['coverage'], ...extra });
const BEFORE = 'No complete day of this range was measured yet';

const trend = (title: string, w: number, query: Query, overrides: Parameters<typeof timeSeries>[0]['overrides'] = []): Panel =>
  timeSeries({ title, w, h: 9, queries: [query], noValue: BEFORE, ...goalLine(0.95), overrides: [ratioAxis(0.8), ...overrides] });
const ofKind = (title: string, kind: string): Panel => trend(title, 8, history({ groupBy: ['client'], filters: { ...client, kind: [kind] } }));

export const coverage = dashboard({
  uid: 'soc-outcomes-coverage', title: 'Coverage', description: 'Which registered assets the SIEM really hears from, by kind and client, and which it does not.',
  variables: [{ name: 'client', label: 'Client' }, { name: 'kind', label: 'Kind' }],
  panels: [
    stat({ title: 'Coverage now', w: 24, h: 4, steps: COVERAGE, max: 1, queries: [{ metric: 'coverage.now', view: 'stat', groupBy: ['kind'], filters, columns: ['coverage'] }], overrides: [notMeasured(), ...kindNames], leadsTo: TO_QUALITY, noValue: 'No asset of this kind is registered' }),
    table({
      title: 'Coverage by client and kind', w: 24, h: 13, noValue: 'No asset is registered for this client and kind',
      queries: [{ metric: 'coverage.now', view: 'table', groupBy: ['client', 'kind'], filters, columns: ['client', 'kind', 'coverage', 'in_scope', 'covered', 'agent_only', 'dark', 'absent', 'unknown', 'excluded', 'coverage_without_exclusions', 'weak_share', 'degraded', 'depth', 'last_measured', 'last_measured_age', 'reason'] }],
      overrides: [width('Client', 105), kindColumn, gauge('Coverage', COVERAGE, { 'custom.width': 170 }), ...['In scope', 'Covered', 'Dark', 'Absent', 'Unknown', 'Excluded'].map(t => width(t, 80)), width('Agent only', 90), width('Degraded', 85),
        column('Coverage without exclusions', { displayName: 'Without exclusions', 'custom.width': 135 }), width('Weak matches', 110), width('Segment depth', 115), width('Last measured', 115), width('Age of it', 95), why('coverage.now', 330)],
    }),
    row('Day by day'),
    trend('Coverage by kind', 24, history({}), kindNames),
    ofKind('Endpoints by client', 'endpoint'), ofKind('Cloud workloads by client', 'cloud_workload'), ofKind('Network segments by client', 'network_segment'),
    table({
      title: 'Weeks: change and signal', w: 24, h: 9, noValue: BEFORE,
      queries: [{ metric: 'coverage.history', view: 'table', bucket: 'week', groupBy: ['client', 'kind'], filters, columns: ['client', 'kind', 'coverage', 'in_scope', 'covered', 'change', 'signal', 'days', 'days_measured', 'reason'] }],
      overrides: [column('From', { unit: 'time:YYYY-MM-DD', 'custom.width': 115 }), width('Client', 120), kindColumn, gauge('Coverage', COVERAGE, { 'custom.width': 200 }), column('Change over 7 days', { decimals: 1, 'custom.width': 160 }),
        column('Signal', { 'custom.width': 80, 'custom.cellOptions': { type: 'color-text' }, mappings: [{ type: 'value', options: { 0: { text: 'no', index: 0 }, 1: { text: 'yes', color: 'red', index: 1 } } }] }), why('coverage.history', 330)],
    }),
    row('What is not covered'),
    table({
      title: 'Assets not covered', w: 24, h: 13, noValue: 'Every asset in scope is covered',
      queries: [{ metric: 'coverage.gaps', view: 'table', filters, limit: 1000, columns: ['name', 'client', 'kind', 'criticality', 'state', 'since', 'last_seen', 'last_seen_by', 'reason', 'link'] }],
      overrides: [width('Asset', 240), width('Client', 110), kindColumn, width('Criticality', 100), textColoured('State', ASSET_STATES, 105), width('Not covered since', 170), width('Last seen', 170), width('Last seen by', 200)],
    }),
    row('Registry'),
    barGauge({ title: 'Registry completeness by client', w: 9, h: 11, steps: REGISTRY, max: 1, queries: [{ metric: 'coverage.unregistered', view: 'stat', groupBy: ['client'], filters: client, columns: ['completeness'] }], overrides: [notMeasured('no host seen')], noValue: 'No host was seen in this range' }),
    table({
      title: 'Seen but not registered', w: 15, h: 11, noValue: 'Every host seen in this range is registered',
      queries: [{ metric: 'coverage.unregistered', view: 'table', groupBy: ['client'], filters: client, limit: 1000, columns: ['name', 'client', 'match', 'source', 'first', 'last'] }],
      overrides: [width('Client', 110), textColoured('Match', MATCHES, 120), width('First seen', 165), width('Last seen', 165)],
    }),
  ],
});
