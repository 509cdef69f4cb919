import type { AdHocVariableFilter, DataSourceInstanceSettings, MetricFindValue, ScopedVars, TestDataSourceResponse } from '@grafana/data';
import { DataSourceWithBackend, getTemplateSrv, type TemplateSrv } from '@grafana/runtime';
import { migrateQuery } from '../query/migrate';
import { DEFAULT_QUERY, GRAFANA_FIELDS } from '../query/version';
import { annotationSupport } from './annotations';
import { healthResults, type SourceHealth } from './health';
import { interpolated } from './interpolate';
import type { Catalog, EditorQuery, JsonData, PlainEntry } from './types';
import { OutcomesVariables } from './variables';

interface Suggestion { readonly text: string; readonly value: string }

/** The thin browser side: it interpolates variables and asks the backend; nothing is computed here. */
export class DataSource extends DataSourceWithBackend<EditorQuery, JsonData> {
  private loading: Promise<Catalog> | null = null;
  private known: Catalog = new Map();

  constructor(settings: DataSourceInstanceSettings<JsonData>, readonly templates: TemplateSrv = getTemplateSrv()) {
    super(settings);
    this.annotations = annotationSupport;
    this.variables = new OutcomesVariables(this);
  }

  /** The metric catalog, asked for once; a failed answer is asked for again next time. */
  catalog(): Promise<Catalog> {
    this.loading ??= (this.getResource('catalog') as Promise<{ metrics: PlainEntry[] }>).then(
      ({ metrics }) => (this.known = new Map(metrics.map(m => [m.id, m]))),
      (error: unknown) => { this.loading = null; throw error; });
    return this.loading;
  }

  /** Values of a dimension the viewer may see, for filters, variables and ad-hoc filters. */
  async values(dimension: string, contains = ''): Promise<Suggestion[]> {
    const found: { values: Suggestion[] } = await this.getResource(`suggestions/${encodeURIComponent(dimension)}`, contains === '' ? {} : { contains });
    return found.values.map(({ text, value }) => ({ text, value }));
  }

  override getDefaultQuery(): Partial<EditorQuery> { return { ...DEFAULT_QUERY }; }

  /** A hidden or empty query is not sent. */
  override filterQuery(query: EditorQuery): boolean { return !query.hide && Boolean(migrated(query).metric); }

  /** "Rule outcomes by rule, client = acme": what a collapsed row or an alert rule's list shows. */
  override getQueryDisplayText(stored: EditorQuery): string {
    const query = migrated(stored);
    const by = query.groupBy?.length ? ` by ${query.groupBy.join(', ')}` : '';
    const only = Object.entries(query.filters ?? {}).filter(([, values]) => values?.length).map(([name, values]) => `, ${name} = ${values!.join(' | ')}`).join('');
    return `${this.known.get(query.metric)?.title ?? query.metric ?? 'No metric'}${by}${only}`;
  }

  override applyTemplateVariables(query: EditorQuery, scoped: ScopedVars, adHoc: AdHocVariableFilter[] = []): EditorQuery {
    return interpolated(query, this.templates, scoped, adHoc);
  }

  /** Dimensions an ad-hoc filter can name: those the metrics in use take, or any metric when none is told. */
  override async getTagKeys(options?: { queries?: EditorQuery[] }): Promise<MetricFindValue[]> {
    const catalog = await this.catalog();
    const asked = new Set((options?.queries ?? []).map(q => migrated(q).metric as string));
    const entries = [...catalog.values()].filter(e => asked.size === 0 || asked.has(e.id));
    return [...new Set(entries.flatMap(e => e.filters))].map(name => ({ text: name, value: name }));
  }
  override async getTagValues({ key }: { key: string }): Promise<MetricFindValue[]> { return this.values(key); }

  /** "Save & test": Grafana shows the message and, below it, one line per source; the editor marks each source with its own. */
  override async testDatasource(): Promise<TestDataSourceResponse> {
    const health = await this.callHealthCheck();
    const details = health.details as { verboseMessage?: string; sources?: SourceHealth[] } | undefined;
    healthResults.next({ uid: this.uid, sources: details?.sources ?? [] });
    return { status: health.status === 'OK' ? 'success' : 'error', message: health.message, ...(details && { details }) } as TestDataSourceResponse;
  }
}

/** A stored query of any version in today's form; the backend runs the same steps, since alert rules never pass here. */
export const migrated = (query: EditorQuery): EditorQuery =>
  ({ ...Object.fromEntries(Object.entries(query).filter(([name]) => (GRAFANA_FIELDS as readonly string[]).includes(name))), ...(migrateQuery(query) as object) }) as EditorQuery;
