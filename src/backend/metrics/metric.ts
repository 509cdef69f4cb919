import type { z } from 'zod';
import type { BucketOption, CatalogEntry, Dimension, View } from '../../catalog/types';
import type { Range } from '../../model';
import type { ScopedReader } from '../scope/reader';

/** A validated request. `range` is as asked; a metric widens it to whole local days (model/zoned: widen). */
export interface MetricRequest<O = unknown> {
  readonly groupBy: readonly Dimension[];
  readonly filters: Readonly<Partial<Record<Dimension, readonly string[]>>>;
  readonly bucket: BucketOption;
  readonly view: View;
  readonly limit: number;
  readonly options: O;
  readonly range: Range;
  /** min(end of range, the host's clock): decides met, missed, overdue, running, pending, fresh. */
  readonly asOf: number;
}

export type Cell = string | number | boolean | null;
/** Rows as objects by column name of the catalog entry; `time` (ms) first where bucketed. Missing optional columns are left out of every row. */
export interface MetricResult {
  readonly rows: readonly Readonly<Record<string, Cell>>[];
  /** Shown as notices on the panel: what is not measured, what was capped, what is provisional. */
  readonly notices?: readonly { readonly severity: 'info' | 'warning' | 'error'; readonly text: string }[];
}

/** One query per catalog entry, same name as the entry, in metrics/<area>/. Reads only through the scoped reader. */
export interface MetricQuery<O extends z.ZodType = z.ZodType> {
  readonly entry: CatalogEntry<O>;
  run(reader: ScopedReader, request: MetricRequest<z.infer<O>>, signal?: AbortSignal): Promise<MetricResult>;
}
export const defineQuery = <O extends z.ZodType>(entry: CatalogEntry<O>, run: MetricQuery<O>['run']): MetricQuery<O> => ({ entry, run });

/** A request that the definition does not allow (an all-tiers aggregate, a shift cell in a client's scope). Shown to the person; HTTP 400. */
export class MetricRefused extends Error {
  override name = 'MetricRefused';
}
