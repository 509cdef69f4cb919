import type { OutcomesQuery } from '../../src/query/model';
import { CATALOG } from '../../src/catalog';

/** Typed parts of a classic dashboard, kept to what Grafana and the preview both have (stat, time series, table, bar gauge, gauge, state timeline, text, row). */
export const PLUGIN_ID = 'socoutcomes-metrics-datasource';
export const DATASOURCE = { type: PLUGIN_ID, uid: '${ds}' } as const;

export type Query = Omit<OutcomesQuery, 'version'>;
export interface Step { readonly value: number | null; readonly color: string }
export interface Override { readonly matcher: { readonly id: string; readonly options: string }; readonly properties: readonly { readonly id: string; readonly value: unknown }[] }
export interface PanelOptions {
  readonly title: string;
  /** Default: the metric's definition, formula and over-optimisation note from the catalog. */
  readonly description?: string;
  readonly queries?: readonly Query[];
  readonly w: number; readonly h: number;
  readonly unit?: string; readonly decimals?: number; readonly min?: number; readonly max?: number;
  readonly steps?: readonly Step[];
  readonly noValue?: string;
  readonly overrides?: readonly Override[];
  readonly options?: Readonly<Record<string, unknown>>;
  readonly custom?: Readonly<Record<string, unknown>>;
  /** Dashboard that explains this panel: a link in its title, and from its single values. Variables and time go along. */
  readonly leadsTo?: Lead;
  /** Fixed look-back of the panel, as "26w", where the dashboard's range is too short for what it shows. */
  readonly timeFrom?: string;
  readonly mappings?: readonly unknown[];
}
export interface Lead { readonly title: string; readonly uid: string }
export interface Panel { readonly type: string; readonly title: string; readonly w: number; readonly h: number; readonly json: Record<string, unknown> }

const EMPTY_CELLS: Override = { matcher: { id: 'byRegexp', options: '.*' }, properties: [{ id: 'noValue', value: '–' }] };
/** A reason is a sentence: the cell opens to read it whole. */
const WHOLE_REASON: Override = { matcher: { id: 'byName', options: 'Why empty' }, properties: [{ id: 'custom.inspect', value: true }] };
/** What single values say that were not measured: never a nought, never an empty square. */
export const notMeasured = (says = 'not measured'): Override => ({ matcher: { id: 'byType', options: 'number' }, properties: [{ id: 'noValue', value: says }] });

/** What a person reads behind the "i": the contract's words, from the catalog, never written twice. */
export function describe(queries: readonly Query[]): string {
  const metrics = [...new Set(queries.map(q => q.metric))];
  return metrics.map(id => {
    const entry = CATALOG.get(id);
    if (!entry) throw new Error(`the dashboard names the metric ${id}, which has no catalog entry`);
    return `${entry.definition}\n\n**Formula:** ${entry.formula}.\n\n**If somebody optimises hard against it:** ${entry.overOptimisation}`;
  }).join('\n\n---\n\n');
}

/** Settings shared by several tables may name columns that one of them does not show; a name no metric has stays, for the test to find. */
function shown(queries: readonly Query[], overrides: readonly Override[]): Override[] {
  const columns = queries.flatMap(q => (CATALOG.get(q.metric)?.columns ?? []).map(c => ({ title: c.title, asked: q.columns?.includes(c.name) ?? true })));
  return overrides.filter(o => o.matcher.id !== 'byName' || !columns.some(c => c.title === o.matcher.options) || columns.some(c => c.title === o.matcher.options && c.asked));
}

const linkTo = ({ title, uid }: Lead) => ({ title, url: `/d/${uid}?\${__url_time_range}&\${__all_variables}`, targetBlank: false });
/** Single values open their dashboard by a click; every cell of a table as a link would be noise. */
const VALUES = new Set(['stat', 'gauge', 'bargauge']);

function panel(type: string, o: PanelOptions, defaults: { options: Record<string, unknown>; custom?: Record<string, unknown> }): Panel {
  const queries = o.queries ?? [];
  return {
    type, title: o.title, w: o.w, h: o.h,
    json: {
      type, title: o.title, description: o.description ?? describe(queries), datasource: DATASOURCE,
      targets: queries.map((q, i) => ({ refId: String.fromCharCode(65 + i), datasource: DATASOURCE, version: 1, ...q })),
      fieldConfig: {
        defaults: {
          ...(o.unit && { unit: o.unit }), ...(o.decimals !== undefined && { decimals: o.decimals }), ...(o.min !== undefined && { min: o.min }), ...(o.max !== undefined && { max: o.max }),
          noValue: o.noValue ?? 'No data in this range', mappings: o.mappings ?? [],
          color: { mode: type === 'timeseries' ? 'palette-classic-by-name' : 'thresholds' },
          thresholds: { mode: 'absolute', steps: o.steps ?? [{ value: null, color: 'text' }] },
          ...(o.leadsTo && VALUES.has(type) && { links: [linkTo(o.leadsTo)] }),
          custom: { ...defaults.custom, ...o.custom },
        },
        // The empty state of a whole table is a sentence; in each cell without a value it would drown the others.
        overrides: [...shown(queries, [...(type === 'table' ? [EMPTY_CELLS] : []), ...(type === 'table' && queries.some(q => q.columns?.includes('reason')) ? [WHOLE_REASON] : []), ...(o.overrides ?? [])])],
      },
      options: { ...defaults.options, ...o.options },
      transparent: false, ...(o.timeFrom && { timeFrom: o.timeFrom }), ...(o.leadsTo && { links: [linkTo(o.leadsTo)] }),
    },
  };
}

export const stat = (o: PanelOptions): Panel => panel('stat', o, { options: {
  reduceOptions: { values: false, calcs: ['lastNotNull'], fields: '' }, orientation: 'auto', textMode: 'value_and_name', colorMode: o.steps ? 'value' : 'none', graphMode: 'none', justifyMode: 'auto', wideLayout: false, showPercentChange: false,
} });
export const table = (o: PanelOptions): Panel => panel('table', o, { options: { showHeader: true, cellHeight: 'sm', footer: { show: false, reducer: ['sum'], countRows: false, fields: '' } }, custom: { align: 'auto', cellOptions: { type: 'auto' }, inspect: false, filterable: false } });
export const timeSeries = (o: PanelOptions): Panel => panel('timeseries', o, {
  options: { legend: { displayMode: 'list', placement: 'bottom', showLegend: true, calcs: [] }, tooltip: { mode: 'multi', sort: 'desc' } },
  custom: { drawStyle: 'line', lineInterpolation: 'linear', lineWidth: 2, fillOpacity: 0, showPoints: 'auto', pointSize: 5, spanNulls: false, axisPlacement: 'auto', axisLabel: '', scaleDistribution: { type: 'linear' }, stacking: { mode: 'none', group: 'A' }, thresholdsStyle: { mode: 'off' } },
});
export const barGauge = (o: PanelOptions): Panel => panel('bargauge', o, { options: { reduceOptions: { values: false, calcs: ['lastNotNull'], fields: '' }, orientation: 'horizontal', displayMode: 'basic', valueMode: 'color', showUnfilled: true, minVizWidth: 8, minVizHeight: 16, maxVizHeight: 40, namePlacement: 'auto', sizing: 'manual' } });
export const stateTimeline = (o: PanelOptions): Panel => panel('state-timeline', o, { options: { mergeValues: true, showValue: 'never', rowHeight: 0.8, legend: { displayMode: 'list', placement: 'bottom', showLegend: true, calcs: [] }, tooltip: { mode: 'single', sort: 'none' } }, custom: { lineWidth: 0, fillOpacity: 70 } });
export const text = (o: Pick<PanelOptions, 'title' | 'w' | 'h'> & { readonly content: string }): Panel => ({ type: 'text', title: o.title, w: o.w, h: o.h, json: { type: 'text', title: o.title, transparent: true, options: { mode: 'markdown', content: o.content } } });
export const row = (title: string): Panel => ({ type: 'row', title, w: 24, h: 1, json: { type: 'row', title, collapsed: false, panels: [] } });

/** Column settings of a table: width, hidden, shown as coloured gauge or text. */
export const column = (title: string, properties: Record<string, unknown>): Override => ({ matcher: { id: 'byName', options: title }, properties: Object.entries(properties).map(([id, value]) => ({ id, value })) });
export const width = (title: string, px: number): Override => column(title, { 'custom.width': px });
export const coloured = (title: string, steps: readonly Step[], extra: Record<string, unknown> = {}): Override => column(title, { 'custom.cellOptions': { type: 'color-text' }, thresholds: { mode: 'absolute', steps }, ...extra });
export const gauge = (title: string, steps: readonly Step[], extra: Record<string, unknown> = {}): Override => column(title, { 'custom.cellOptions': { type: 'gauge', mode: 'basic', valueDisplayMode: 'text' }, min: 0, max: 1, thresholds: { mode: 'absolute', steps }, ...extra });

/** Higher is better, with a neutral colour where nothing was measured: red below `low`, amber below `good`, green from there. */
export const better = (low: number, good: number): Step[] => [{ value: null, color: 'text' }, { value: 0, color: 'red' }, { value: low, color: 'orange' }, { value: good, color: 'green' }];
/** Lower is better. */
export const worse = (some: number, much: number): Step[] => [{ value: null, color: 'text' }, { value: 0, color: 'green' }, { value: some, color: 'orange' }, { value: much, color: 'red' }];

/** A ratio over time: never above 100 %, the axis opens at `soft` so that a fall of some points is seen, and deeper values widen it. */
export const ratioAxis = (soft: number): Override => ({ matcher: { id: 'byType', options: 'number' }, properties: [{ id: 'min', value: null }, { id: 'max', value: 1 }, { id: 'custom.axisSoftMin', value: soft }] });
/** A dashed line where the good side begins. */
export const goalLine = (goal: number): Pick<PanelOptions, 'steps' | 'custom'> => ({ steps: [{ value: null, color: 'transparent' }, { value: goal, color: 'green' }], custom: { thresholdsStyle: { mode: 'dashed' } } });

/** Columns of times: the minute is enough, and a narrow column does not clip it. */
export const minutes = (...titles: string[]): Override[] => titles.map(t => column(t, { unit: 'time:YYYY-MM-DD HH:mm', 'custom.width': 138 }));
/** A link column says what it does; the address itself is noise. */
export const openLink = column('Link', { 'custom.width': 60, mappings: [{ type: 'regex', options: { pattern: '.+', result: { text: 'open', index: 0 } } }] });
/** A sentence that wraps instead of being cut; it takes the room that the other columns leave. */
export const wrapped = (title: string, px: number): Override => column(title, { 'custom.wrapText': true, 'custom.minWidth': px, 'custom.cellOptions': { type: 'auto', wrapText: true } });
/** Widths of several columns. */
export const widths = (px: Readonly<Record<string, number>>): Override[] => Object.entries(px).map(([title, w]) => width(title, w));
/** A column under a shorter heading. */
export const renamed = (title: string, displayName: string, px: number): Override => column(title, { displayName, 'custom.width': px });
/** Order in which a table opens. */
export const sorted = (title: string, desc = true): Pick<PanelOptions, 'options'> => ({ options: { sortBy: [{ displayName: title, desc }] } });
/** A line's own colour, the same on every dashboard. */
export const lineColour = (name: string, fixedColor: string): Override => column(name, { color: { mode: 'fixed', fixedColor } });
