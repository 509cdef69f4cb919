import type { CatalogEntry, Dimension } from '../../../catalog/types';
import type { Cell, MetricRequest } from '../metric';
import { DRILLS } from './all';
import { isDrill } from './part';
import { toToken } from './token';

type Asked = Pick<MetricRequest, 'groupBy' | 'filters' | 'bucket' | 'options' | 'range' | 'asOf'>;

/** What the links of one answer share; `column` says whether a column's values have rows behind them. */
export interface RowLinks {
  /** Address of a value: of a row given by its token, or by an expression that the dashboard fills in. */
  to(column: string, cell: string, time: string): string;
  cell(row: Readonly<Record<string, Cell>>): string;
  has(column: string): boolean;
}

/** Null: nothing lies behind this metric's values. No client is named that the reader did not see; the answer is within the reader's scope anyway. */
export function rowLinks(entry: CatalogEntry, asked: Asked, place: { readonly dashboard: string; readonly dataSource: string; readonly viewAs?: readonly string[] | undefined }): RowLinks | null {
  const drill = DRILLS[entry.id];
  if (!isDrill(drill)) return null;
  const { groupBy, filters, bucket, options, asOf } = asked;
  const question = toToken({ metric: entry.id, groupBy, filters, bucket, options, asOf, ...(place.viewAs && { viewAs: place.viewAs }) });
  const head = `/d/${place.dashboard}?from=${asked.range.from}&to=${asked.range.to}&var-ds=${encodeURIComponent(place.dataSource)}&var-asked=${question}`;
  return {
    has: column => Object.hasOwn(drill.columns, column),
    to: (column, cell, time) => `${head}&var-column=${column}&var-cell=${cell}&var-time=${time}&var-class=all&var-page=1`,
    cell: row => cellToken(entry, groupBy, row),
  };
}

/** The row of a value: its groups and what else tells it from its neighbours. */
export function cellToken(entry: CatalogEntry, groupBy: readonly Dimension[], row: Readonly<Record<string, Cell>>): string {
  const drill = DRILLS[entry.id];
  // Some metrics stand by a group that was not asked for: what is in the row is what it is of.
  const keys = [...new Set<string>([...groupBy, ...ALWAYS, ...(isDrill(drill) ? drill.keys ?? [] : []), 'time'])];
  return toToken(Object.fromEntries(keys.flatMap(k => (row[k] !== undefined ? [[k, row[k]]] : []))));
}
const ALWAYS: readonly Dimension[] = ['client', 'tier', 'clock', 'kind', 'rule', 'stage'];
