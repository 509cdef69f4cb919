import { z } from 'zod';
import { DIMENSIONS, type BucketOption, type CatalogEntry, type Dimension, type View } from '../catalog/types';
import { migrateQuery } from './migrate';
import { querySchema, type AdHocFilter } from './model';

export interface ParsedQuery {
  readonly entry: CatalogEntry;
  readonly groupBy: readonly Dimension[];
  readonly filters: Readonly<Partial<Record<Dimension, readonly string[]>>>;
  readonly bucket: BucketOption;
  readonly view: View;
  /** Columns to show, or null for the default of the view. */
  readonly columns: readonly string[] | null;
  readonly limit: number;
  readonly options: unknown;
  readonly viewAs: readonly string[] | undefined;
  /** What of the question could not be applied; shown on the panel. */
  readonly notices: readonly { readonly severity: 'warning'; readonly text: string }[];
}

/** A query that is refused, with a message for the person who wrote it. Maps to HTTP 400. */
export class QueryRefused extends Error {
  override name = 'QueryRefused';
}

const listed = (values: readonly string[]) => values.map(v => `"${v}"`).join(', ') || 'nothing';

/** Values that mean "no filter": a variable's All, or nothing chosen. */
const ALL = new Set(['$__all', '*', '']);
function cleaned(filters: Readonly<Partial<Record<Dimension, readonly string[]>>>): Partial<Record<Dimension, readonly string[]>> {
  return Object.fromEntries(Object.entries(filters).filter(([, values]) => values!.length > 0 && !values!.some(v => ALL.has(v))));
}

type Filters = Partial<Record<Dimension, readonly string[]>>;
const isDimension = (name: string): name is Dimension => (DIMENSIONS as readonly string[]).includes(name);
/** No row has this value: a filter that can match nothing is not the same as no filter. */
const NOTHING = '(no value meets every filter)';

/** Lays a dashboard's ad-hoc filters over a query's own: both must hold. What cannot be applied becomes a notice, never silence. */
function withAdHoc(own: Filters, adHoc: readonly AdHocFilter[], entry: CatalogEntry): { filters: Filters; notices: ParsedQuery['notices'] } {
  const filters = { ...own };
  const notices: { severity: 'warning'; text: string }[] = [];
  for (const { key, operator, value, values } of adHoc) {
    const wanted = operator === '=|' ? values ?? [value] : [value];
    if (wanted.some(v => ALL.has(v))) continue;
    if (!isDimension(key) || !entry.filters.includes(key)) notices.push({ severity: 'warning', text: `${entry.title} cannot be filtered by ${key}, so this panel shows every ${key}.` });
    else if (operator !== '=' && operator !== '=|') notices.push({ severity: 'warning', text: `The filter ${key} ${operator} ${value} is not applied: only "=" and "=|" (one of) are understood.` });
    else {
      const both = filters[key]?.filter(v => wanted.includes(v));
      filters[key] = both === undefined ? wanted : both.length > 0 ? both : [NOTHING];
    }
  }
  return { filters, notices };
}

/** Validates a stored query against the schema and its metric's catalog entry. Throws QueryRefused. */
export function parseQuery(stored: unknown, catalog: ReadonlyMap<string, CatalogEntry>): ParsedQuery {
  const parsed = querySchema.safeParse(migrateQuery(stored));
  if (!parsed.success) throw new QueryRefused(`The query cannot be read: ${z.prettifyError(parsed.error).replace(/\s*\n\s*/g, ' ')}`);
  const query = parsed.data;
  const entry = catalog.get(query.metric);
  if (!entry) throw new QueryRefused(`The metric "${query.metric}" is defined but not built yet; choose another.`);
  const view = query.view ?? entry.views[0]!;
  const groupBy = query.groupBy ?? (view === 'annotation' ? entry.annotation?.groupBy : undefined) ?? entry.defaultGroupBy;
  const wrongGroup = groupBy.filter(d => !entry.groupBy.includes(d));
  if (wrongGroup.length > 0) throw new QueryRefused(`${entry.id} cannot be grouped by ${listed(wrongGroup)}; it takes ${listed(entry.groupBy)}.`);
  const own = cleaned(query.filters ?? {});
  const wrongFilter = (Object.keys(own) as Dimension[]).filter(d => !entry.filters.includes(d));
  if (wrongFilter.length > 0) throw new QueryRefused(`${entry.id} cannot be filtered by ${listed(wrongFilter)}; it takes ${listed(entry.filters)}.`);
  const { filters, notices } = withAdHoc(own, query.adHoc ?? [], entry);
  if (view === 'annotation' && !entry.annotation) throw new QueryRefused(`${entry.id} marks no charts; take ${listed([...catalog.values()].filter(e => e.annotation).map(e => e.id))} for annotations.`);
  if (view !== 'annotation' && !entry.views.includes(view)) throw new QueryRefused(`${entry.id} has no view "${view}"; it has ${listed(entry.views)}.`);
  const cut = view === 'series' || view === 'annotation' || !entry.buckets.includes('none');
  const bucket = query.bucket ?? (cut ? entry.buckets.find(b => b !== 'none') ?? 'none' : 'none');
  if (!entry.buckets.includes(bucket)) throw new QueryRefused(`${entry.id} cannot be cut by "${bucket}"; it takes ${listed(entry.buckets)}.`);
  const wrongColumn = (query.columns ?? []).filter(c => !entry.columns.some(d => d.name === c));
  if (wrongColumn.length > 0) throw new QueryRefused(`${entry.id} has no column ${listed(wrongColumn)}; it has ${listed(entry.columns.map(c => c.name))}.`);
  const options = entry.options.safeParse(query.options ?? {});
  if (!options.success) throw new QueryRefused(`${entry.id}: ${z.prettifyError(options.error).replace(/\s*\n\s*/g, ' ')}`);
  return { entry, groupBy, filters, bucket, view, columns: query.columns ?? null, limit: query.limit ?? 10_000, options: options.data, viewAs: query.viewAs, notices };
}
