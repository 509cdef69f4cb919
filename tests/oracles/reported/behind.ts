import { metricQuery } from '../../../src/backend/metrics/all';
import type { Cell } from '../../../src/backend/metrics/metric';
import { cellToken } from '../../../src/backend/metrics/rows/link';
import { toToken } from '../../../src/backend/metrics/rows/token';
import type { ScopedReader } from '../../../src/backend/scope/reader';
import { CATALOG } from '../../../src/catalog';
import type { MetricId } from '../../../src/catalog/types';
import { parseQuery } from '../../../src/query/request';

/** Exports: behind. The rows behind one value of a reported month, and what their answer says of how far they are what was reported. */
export interface Behind { readonly rows: number; readonly counted: number; readonly todays: string | null; readonly more: number; readonly fewer: number }
export async function behind(reader: ScopedReader, when: { range: { from: number; to: number }; asOf: number }, metric: MetricId, groupBy: string[], row: Readonly<Record<string, Cell>>, column: string): Promise<Behind> {
  const asked = parseQuery({ version: 1, metric, groupBy, bucket: 'month' }, CATALOG);
  const query = parseQuery({ version: 1, metric: 'rows', view: 'table', options: { asked: toToken({ metric, groupBy: asked.groupBy, filters: asked.filters, bucket: 'month', options: asked.options, asOf: when.asOf }), column, cell: cellToken(asked.entry, asked.groupBy, row) } }, CATALOG);
  const { notices } = await metricQuery('rows').run(reader, { ...query, ...when });
  const [, rows, counted] = /^(\d+) rows behind this value, (\d+) of them/.exec(notices![0]!.text)!;
  const todays = notices!.map(n => n.text).find(t => t.startsWith('Of a closed month')) ?? null;
  const said = (what: string): number => Number((new RegExp(`([\\d,]+) rows? ${what} it`).exec(todays ?? '')?.[1] ?? '0').replaceAll(',', ''));
  return { rows: Number(rows), counted: Number(counted), todays, more: said('came to'), fewer: said('left') };
}
