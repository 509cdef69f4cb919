import { CATALOG } from '../../../src/catalog';
import { dashboard, REPORT_LINK, type DashboardOptions } from '../dashboard';
import { column, table, type Override, type Panel, type PanelOptions, type Query } from '../panels';
import { mapped, textColoured } from '../words';

/** Client dashboards are found by a tag of their own: in a client's organisation there are no others of ours. */
export const CLIENT_TAG = 'soc-outcomes-client';

/** For readers who do not run a SOC: no formula, no note on over-optimisation, only what the figure is. */
const plainWords = (queries: readonly Query[]): string => [...new Set(queries.map(q => q.metric))].map(id => CATALOG.get(id)!.definition).join('\n\n');

/** Sentences are read whole: they wrap instead of being cut. */
export const sentence = (title = 'In words', px = 320): Override => column(title, { 'custom.wrapText': true, 'custom.minWidth': px, 'custom.cellOptions': { type: 'auto', wrapText: true } });
export const wrapped = (...titles: string[]): Override[] => titles.map(t => column(t, { 'custom.wrapText': true, 'custom.cellOptions': { type: 'auto', wrapText: true } }));

export const clientTable = (o: PanelOptions): Panel => table({ ...o, description: o.description ?? plainWords(o.queries ?? []) });
export const plain = <T extends PanelOptions>(o: T): T => ({ ...o, description: o.description ?? plainWords(o.queries ?? []) });

/** Words of the closed vocabularies as a client reads them. */
export const KIND_WORDS = mapped({ endpoint: { text: 'Endpoints' }, cloud_workload: { text: 'Cloud workloads' }, network_segment: { text: 'Network segments' } });
export const kindWord = column('Kind', { mappings: KIND_WORDS, 'custom.width': 150 });
export const tierWord: Override = textColoured('Severity tier', mapped({ critical: { text: 'critical', color: 'red' }, high: { text: 'high', color: 'orange' }, untiered: { text: 'not rated' } }), 110);
export const clockWord = column('Clock', { mappings: mapped({ acknowledge: { text: 'taken up' }, decide: { text: 'decided' }, notify: { text: 'reported to you' }, contain: { text: 'contained' }, resolve: { text: 'resolved' } }), 'custom.width': 120 });
/** What a headline is worth, and why it is worth less (metrics.md, Rule 9). */
export const standing: readonly Override[] = [
  textColoured('Standing', mapped({ measured: { text: 'measured', color: 'green' }, qualified: { text: 'with reserve', color: 'orange' }, 'not measured': { text: 'not measured', color: 'purple' } }), 115),
  column('Because', { 'custom.wrapText': true, 'custom.width': 280, 'custom.cellOptions': { type: 'auto', wrapText: true } }),
];
export const howMany = column('How many', { 'custom.width': 140, noValue: 'not measured' });
export const notYet = (...titles: string[]): Override[] => titles.map(t => column(t, { noValue: 'not recorded' }));

/** A dashboard as a client's organisation gets it: no choice of data source or client, and the report beside it. */
export function clientDashboard(o: Omit<DashboardOptions, 'variables'>): Record<string, unknown> {
  const made = dashboard(o) as { templating: { list: Record<string, unknown>[] }; links: Record<string, unknown>[] };
  return {
    ...made, tags: [CLIENT_TAG], editable: false, refresh: '5m',
    templating: { list: made.templating.list.map(v => (v.name === 'ds' ? { ...v, hide: 2 } : v)) },
    links: [
      { ...made.links[0], title: 'Dashboards', tags: [CLIENT_TAG] },
      REPORT_LINK,
    ],
  };
}

/** Columns under a heading of their own. One setting each: a second one would look for the name that the first took away. */
export const heading = (words: Readonly<Record<string, readonly [string, number]>>): Override[] => Object.entries(words).map(([title, [displayName, px]]) => column(title, { displayName, 'custom.width': px }));
