/** Constant frames in Grafana's JSON form: one set per panel type, anchored to the range that is asked for. */
import type { DataFrameJson } from '../../../src/backend/frames/dataframe-json';

type Column = { name: string; type: string; values: unknown[]; labels?: Record<string, string>; config?: Record<string, unknown> };
type Meta = DataFrameJson['schema']['meta'];

const goTypes: Record<string, string> = { time: 'time.Time', number: 'float64', string: 'string', boolean: 'bool' };

export function frame(name: string, columns: Column[], meta?: Meta): DataFrameJson {
  return {
    schema: { name, ...(meta && { meta }), fields: columns.map(({ name: field, type, labels, config }) => ({ name: field, type, typeInfo: { frame: goTypes[type] ?? 'string', nullable: true }, ...(labels && { labels }), ...(config && { config }) })) as never },
    data: { values: columns.map((column) => column.values) },
  };
}

const steps = (from: number, to: number, count: number) => Array.from({ length: count }, (_, index) => Math.round(from + ((to - from) * index) / (count - 1)));
const clients = ['Aurelia Bank', 'Borealis Energy', 'Cassini Retail', 'Dorado Health'];

/** The frames of one named sample between two instants (epoch milliseconds). */
export function sampleFrames(sample: string, from: number, to: number): DataFrameJson[] {
  const times = steps(from, to, 60);
  switch (sample) {
    case 'trend':
      return clients.map((client, line) => frame('trend', [
        { name: 'time', type: 'time', values: times },
        { name: 'adherence', type: 'number', labels: { client }, config: { unit: 'percentunit' }, values: times.map((_, step) => (line === 1 && step > 20 && step < 28 ? null : 0.9 + 0.08 * Math.sin(step / 6 + line) - line * 0.04)) },
      ], { type: 'timeseries-multi', typeVersion: [0, 1] }));
    case 'volume':
      return [frame('volume', [
        { name: 'time', type: 'time', values: steps(from, to, 14) },
        ...['true positive', 'benign', 'false positive'].map((verdict, line) => ({ name: verdict, type: 'number', values: steps(0, 13, 14).map((step) => 40 + 25 * line + ((step * 37 + line * 11) % 23)) })),
      ])];
    case 'headline':
      return [frame('headline', [{ name: 'time', type: 'time', values: times }, { name: 'value', type: 'number', config: { unit: 'percentunit' }, values: times.map((_, step) => 0.91 + 0.03 * Math.sin(step / 5)) }])];
    case 'by-client':
      return [frame('by-client', [{ name: 'client', type: 'string', values: clients }, { name: 'coverage', type: 'number', config: { unit: 'percentunit' }, values: [0.98, 0.94, 0.88, 0.61] }])];
    case 'rules':
      return [frame('rules', [
        { name: 'rule', type: 'string', values: ['Suspicious PowerShell download cradle', 'Impossible travel', 'Mass file rename', 'DNS tunnelling'] },
        { name: 'client', type: 'string', values: clients },
        { name: 'alerts', type: 'number', values: [1204, 318, 77, null], config: { unit: 'locale' } },
        { name: 'precision', type: 'number', values: [0.04, 0.61, 0.87, null], config: { unit: 'percentunit', decimals: 1 } },
        { name: 'last fired', type: 'time', values: [to - 60_000, to - 7_200_000, to - 86_400_000, null] },
        { name: 'open', type: 'boolean', values: [true, false, true, null] },
      ], { notices: [{ severity: 'warning', text: 'Connector "jira" was last read 41 minutes ago.' }, { severity: 'info', text: '12 rows were quarantined: unknown severity.' }] })];
    case 'states':
      return ['laptops', 'servers', 'network'].map((group, line) => frame('states', [
        { name: 'time', type: 'time', values: steps(from, to, 7).slice(0, 6) },
        { name: group, type: 'string', values: ['covered', 'covered', line === 0 ? 'degraded' : 'covered', line === 1 ? 'not covered' : 'covered', line === 2 ? null : 'covered', 'covered'] },
      ]));
    case 'annotations':
      return [frame('annotations', [
        { name: 'time', type: 'time', values: [from + (to - from) * 0.3, from + (to - from) * 0.6] },
        { name: 'timeEnd', type: 'time', values: [from + (to - from) * 0.3, from + (to - from) * 0.7] },
        { name: 'title', type: 'string', values: ['Rule tuned', 'Connector outage'] },
        { name: 'text', type: 'string', values: ['Noise fell by 80 %', 'SIEM unreachable'] },
      ])];
    case 'nothing':
      return [frame('nothing', [{ name: 'time', type: 'time', values: [] }, { name: 'value', type: 'number', values: [] }], { notices: [{ severity: 'info', text: 'No client of this organisation has a grant.' }] })];
    default:
      throw new Error(`No sample "${sample}"`);
  }
}
