import { z } from 'zod';
import type { BucketOption, CatalogEntry, Dimension, View } from '../catalog/types';
import { migrateQuery } from './migrate';
import { querySchema } from './model';

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

/** Validates a stored query against the schema and its metric's catalog entry. Throws QueryRefused. */
export function parseQuery(stored: unknown, catalog: ReadonlyMap<string, CatalogEntry>): ParsedQuery {
  const parsed = querySchema.safeParse(migrateQuery(stored));
  if (!parsed.success) throw new QueryRefused(`The query cannot be read: ${z.prettifyError(parsed.error).replace(/\s*\n\s*/g, ' ')}`);
  const query = parsed.data;
  const entry = catalog.get(query.metric);
  if (!entry) throw new QueryRefused(`The metric "${query.metric}" is defined but not built yet; choose another.`);
  const groupBy = query.groupBy ?? entry.defaultGroupBy;
  const wrongGroup = groupBy.filter(d => !entry.groupBy.includes(d));
  if (wrongGroup.length > 0) throw new QueryRefused(`${entry.id} cannot be grouped by ${listed(wrongGroup)}; it takes ${listed(entry.groupBy)}.`);
  const filters = cleaned(query.filters ?? {});
  const wrongFilter = (Object.keys(filters) as Dimension[]).filter(d => !entry.filters.includes(d));
  if (wrongFilter.length > 0) throw new QueryRefused(`${entry.id} cannot be filtered by ${listed(wrongFilter)}; it takes ${listed(entry.filters)}.`);
  const view = query.view ?? entry.views[0]!;
  if (!entry.views.includes(view)) throw new QueryRefused(`${entry.id} has no view "${view}"; it has ${listed(entry.views)}.`);
  const bucket = query.bucket ?? (view === 'series' ? entry.buckets.find(b => b !== 'none') ?? 'none' : 'none');
  if (!entry.buckets.includes(bucket)) throw new QueryRefused(`${entry.id} cannot be cut by "${bucket}"; it takes ${listed(entry.buckets)}.`);
  const wrongColumn = (query.columns ?? []).filter(c => !entry.columns.some(d => d.name === c));
  if (wrongColumn.length > 0) throw new QueryRefused(`${entry.id} has no column ${listed(wrongColumn)}; it has ${listed(entry.columns.map(c => c.name))}.`);
  const options = entry.options.safeParse(query.options ?? {});
  if (!options.success) throw new QueryRefused(`${entry.id}: ${z.prettifyError(options.error).replace(/\s*\n\s*/g, ' ')}`);
  return { entry, groupBy, filters, bucket, view, columns: query.columns ?? null, limit: query.limit ?? 10_000, options: options.data, viewAs: query.viewAs };
}
