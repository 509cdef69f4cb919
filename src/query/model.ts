import { z } from 'zod';
import { BUCKETS, DIMENSIONS, METRIC_IDS, VIEWS } from '../catalog/types';
import { QUERY_VERSION } from './version';

export * from './version';

/** A filter that a viewer laid over a whole dashboard. Each metric applies those it takes and says which it does not. */
export const adHocSchema = z.strictObject({
  key: z.string().max(100), operator: z.string().max(10), value: z.string().max(500), values: z.array(z.string().max(500)).max(500).optional(),
});
export type AdHocFilter = z.infer<typeof adHocSchema>;

/** The query as dashboards, alert rules and Explore store it. Metric ids and typed options only: no SQL, no scope. */
export const querySchema = z.strictObject({
  version: z.literal(QUERY_VERSION),
  metric: z.enum(METRIC_IDS),
  groupBy: z.array(z.enum(DIMENSIONS)).max(4).optional(),
  filters: z.partialRecord(z.enum(DIMENSIONS), z.array(z.string().max(500)).max(500)).optional(),
  adHoc: z.array(adHocSchema).max(50).optional(),
  bucket: z.enum(BUCKETS).optional(),
  view: z.enum(VIEWS).optional(),
  /** Columns to show, in this order; default: all in a table, the metric's headline elsewhere. */
  columns: z.array(z.string().max(100)).max(100).optional(),
  limit: z.number().int().min(1).max(100_000).optional(),
  options: z.record(z.string().max(100), z.unknown()).optional(),
  /** Narrows an operator's scope to these clients; it can never widen anything. */
  viewAs: z.array(z.string().max(100)).max(500).optional(),
});
export type OutcomesQuery = z.infer<typeof querySchema>;
