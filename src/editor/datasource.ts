import type { AdHocVariableFilter, DataSourceInstanceSettings, MetricFindValue, ScopedVars } from '@grafana/data';
import { DataSourceWithBackend, getTemplateSrv, type TemplateSrv } from '@grafana/runtime';
import { DIMENSIONS, type Dimension } from '../catalog/types';
import { CATALOG } from '../catalog';
import { DEFAULT_QUERY } from '../query/model';
import { migrateQuery } from '../query/migrate';
import type { EditorQuery, JsonData, VariableQuery } from './types';

const isDimension = (name: string): name is Dimension => (DIMENSIONS as readonly string[]).includes(name);

/** The thin browser side: it interpolates variables and asks the backend; nothing is computed here. */
export class DataSource extends DataSourceWithBackend<EditorQuery, JsonData> {
  constructor(settings: DataSourceInstanceSettings<JsonData>, private readonly templates: TemplateSrv = getTemplateSrv()) {
    super(settings);
    this.annotations = {};
  }

  override getDefaultQuery(): Partial<EditorQuery> { return { ...DEFAULT_QUERY }; }

  /** A hidden or empty query is not sent. */
  override filterQuery(query: EditorQuery): boolean { return !query.hide && typeof query.metric === 'string' && query.metric !== ('' as string); }

  override getQueryDisplayText(query: EditorQuery): string {
    const entry = CATALOG.get(query.metric);
    const by = query.groupBy?.length ? ` by ${query.groupBy.join(', ')}` : '';
    return `${entry?.title ?? query.metric}${by}`;
  }

  /** Variables in filters become their values; All and nothing chosen become no filter. Ad-hoc filters join, for "=" and "one of". */
  override applyTemplateVariables(query: EditorQuery, scoped: ScopedVars, adHoc: AdHocVariableFilter[] = []): EditorQuery {
    const filters: Partial<Record<Dimension, string[]>> = {};
    for (const [dimension, values] of Object.entries(query.filters ?? {})) filters[dimension as Dimension] = (values ?? []).flatMap(v => this.values(v, scoped));
    const allowed = CATALOG.get(query.metric)?.filters ?? [];
    for (const filter of adHoc) {
      if (!isDimension(filter.key) || !allowed.includes(filter.key)) continue;
      if (filter.operator === '=') filters[filter.key] = [filter.value];
      else if (filter.operator === '=|') filters[filter.key] = filter.values ?? [filter.value];
    }
    const kept = Object.fromEntries(Object.entries(filters).filter(([, values]) => values.length > 0));
    return { ...query, ...(Object.keys(kept).length > 0 ? { filters: kept } : { filters: undefined }) };
  }

  private values(text: string, scoped: ScopedVars): string[] {
    if (!text.includes('$')) return [text];
    const replaced = this.templates.replace(text, scoped, (value: unknown) => JSON.stringify(Array.isArray(value) ? value : [value]));
    try {
      const parsed = JSON.parse(replaced) as unknown[];
      const values = parsed.map(String);
      return values.some(v => v === '$__all' || v === '') ? [] : values;
    } catch {
      // A variable whose "All" has the custom value $__all comes as that word, not through the formatter.
      return replaced === text || replaced === '$__all' ? [] : [replaced];
    }
  }

  override async metricFindQuery(query: VariableQuery | string): Promise<MetricFindValue[]> {
    const dimension = typeof query === 'string' ? query : query.dimension;
    if (!isDimension(dimension)) return [];
    const contains = typeof query === 'string' ? '' : query.contains ?? '';
    const found: { values: { text: string; value: string }[] } = await this.getResource(`suggestions/${dimension}`, contains === '' ? {} : { contains: this.templates.replace(contains) });
    return found.values.map(({ text, value }) => ({ text, value }));
  }

  override async getTagKeys(): Promise<MetricFindValue[]> {
    return ['client', 'tier', 'rule', 'source', 'kind'].map(text => ({ text }));
  }
  override async getTagValues({ key }: { key: string }): Promise<MetricFindValue[]> { return this.metricFindQuery(key); }

  /** Stored queries of older versions; the backend runs the same steps, since alert rules never pass here. */
  migrateQuery(query: EditorQuery): EditorQuery {
    return { ...query, ...(migrateQuery(query) as EditorQuery) };
  }
}
