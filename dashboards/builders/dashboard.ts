import { CATALOG } from '../../src/catalog';
import { DATASOURCE, PLUGIN_ID, type Panel, type Query } from './panels';

export interface DashboardOptions {
  readonly uid: string; readonly title: string; readonly description: string;
  readonly from?: string; readonly to?: string;
  /** Variables offered beside the data source: a dimension's values, any number of them or (`single`) exactly one. */
  readonly variables?: readonly { readonly name: string; readonly label: string; readonly dimension?: string; readonly single?: true }[];
  /** Texts a reader types. */
  readonly asked?: readonly { readonly name: string; readonly label: string; readonly value?: string }[];
  /** What links bring along and nobody types. */
  readonly carried?: readonly string[];
  /** Words to choose from; the first is the default. */
  readonly choices?: readonly { readonly name: string; readonly label: string; readonly values: readonly [string, ...string[]] }[];
  /** Variable whose client's monthly report is linked. */
  readonly reportOf?: string;
  /** Offers ad-hoc filters: any dimension, on every panel whose metric takes it; a panel that cannot says so. */
  readonly adHoc?: boolean;
  /** Events marked on the charts, by metrics that declare them; the switch carries the catalog's words. */
  readonly marks?: readonly Mark[];
  readonly panels: readonly Panel[];
}
export interface Mark extends Pick<Query, 'metric' | 'filters' | 'options'> { readonly colour: string }
export const TAG = 'soc-outcomes';
/** A page of the plugin, asked for by the reader's own session; the scope is that of the organisation's data source. */
export const REPORT = '/api/datasources/uid/${ds}/resources/report';
export const REPORT_LINK = { type: 'link', title: 'Monthly report', url: REPORT, asDropdown: false, includeVars: false, keepTime: false, icon: 'doc', tags: [], targetBlank: true, tooltip: 'The last complete month, made for print' } as const;

/** Panels flow left to right on 24 columns; a panel that does not fit starts a new line as high as the tallest of the last. */
function place(panels: readonly Panel[]): Record<string, unknown>[] {
  let x = 0, y = 0, line = 0;
  return panels.map((p, i) => {
    if (x + p.w > 24) { x = 0; y += line; line = 0; }
    const gridPos = { x, y, w: p.w, h: p.h };
    x += p.w; line = Math.max(line, p.h);
    return { id: i + 1, gridPos, ...p.json };
  });
}

function annotation({ colour, ...query }: Mark): Record<string, unknown> {
  const how = CATALOG.get(query.metric)?.annotation;
  if (!how) throw new Error(`the dashboard marks ${query.metric}, which declares no events`);
  return { name: how.title, enable: true, hide: false, iconColor: colour, datasource: DATASOURCE, target: { refId: 'Anno', version: 1, view: 'annotation', ...query } };
}

/** A dashboard as Grafana provisions it. Time zone "browser" only labels axes: values are cut in the clients' and the SOC's zones. */
export function dashboard(o: DashboardOptions): Record<string, unknown> {
  return {
    uid: o.uid, title: o.title, description: o.description, tags: [TAG], schemaVersion: 41, version: 1, editable: true, graphTooltip: 1, timezone: 'browser', weekStart: 'monday',
    time: { from: o.from ?? 'now-30d', to: o.to ?? 'now' }, refresh: '1m', fiscalYearStartMonth: 0, liveNow: false,
    timepicker: { refresh_intervals: ['30s', '1m', '5m', '15m', '1h'] },
    templating: { list: [
      { name: 'ds', label: 'Data source', type: 'datasource', query: PLUGIN_ID, current: {}, hide: 0, includeAll: false, multi: false, options: [], refresh: 1, regex: '', skipUrlSync: false },
      ...(o.variables ?? []).map(v => ({
        name: v.name, label: v.label, type: 'query', datasource: DATASOURCE, query: { refId: `variable-${v.name}`, dimension: v.dimension ?? v.name }, definition: v.dimension ?? v.name,
        // Without allValue "All" would be the list of the values known now, which leaves out rows without a value and values beyond the list's limit.
        ...(v.single ? { includeAll: false, multi: false, current: {} } : { includeAll: true, allValue: '$__all', multi: true, current: { selected: true, text: ['All'], value: ['$__all'] } }), hide: 0, options: [], refresh: 1, regex: '', skipUrlSync: false, sort: 0,
      })),
      ...(o.asked ?? []).map(a => ({ name: a.name, label: a.label, type: 'textbox', query: a.value ?? '', current: { selected: true, text: a.value ?? '', value: a.value ?? '' }, hide: 0, options: [], skipUrlSync: false })),
      ...(o.carried ?? []).map(name => ({ name, label: name, type: 'textbox', query: '', current: { selected: true, text: '', value: '' }, hide: 2, options: [], skipUrlSync: false })),
      ...(o.choices ?? []).map(c => ({ name: c.name, label: c.label, type: 'custom', query: c.values.join(','), current: { selected: true, text: c.values[0], value: c.values[0] }, hide: 0, includeAll: false, multi: false, options: c.values.map(v => ({ selected: v === c.values[0], text: v, value: v })), skipUrlSync: false })),
      ...(o.adHoc ? [{ name: 'filters', label: 'Filters', type: 'adhoc', datasource: DATASOURCE, filters: [], hide: 0, skipUrlSync: false }] : []),
    ] },
    annotations: { list: (o.marks ?? []).map(annotation) },
    links: [
      { type: 'dashboards', title: 'SOC Outcomes', tags: [TAG], asDropdown: false, includeVars: true, keepTime: true, icon: 'external link', targetBlank: false, tooltip: '', url: '' },
      ...(o.reportOf === undefined ? [] : [{ ...REPORT_LINK, url: `${REPORT}?client=\${${o.reportOf}}` }]),
    ],
    panels: place(o.panels),
  };
}
