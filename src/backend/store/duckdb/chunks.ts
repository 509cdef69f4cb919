import { BIGINT, BOOLEAN, DOUBLE, DuckDBDataChunk, ENUM, INTEGER, UBIGINT, VARCHAR, type DuckDBAppender, type DuckDBType } from '@duckdb/node-api';
import bindings from '@duckdb/node-bindings';
import type { SqlValue } from '../port';
import { ENUMS, TABLES, type ColumnType, type EnumName, type TableName } from '../schema';
import { columnWriter, MOST_ROWS, nulls, type ColumnWriter } from './column-write';
import { checkValue } from './column-check';

/** Exports: appendRows, rowValues. Rows → data chunks → appender, in steps small enough for the event loop. */
const CELLS = 16_384;

function duckType(type: ColumnType): DuckDBType {
  if (type.startsWith('enum:')) return ENUM(ENUMS[type.slice(5) as EnumName]);
  return { UBIGINT, BIGINT, INTEGER, DOUBLE, BOOLEAN, VARCHAR }[type as 'UBIGINT'];
}

interface Layout { readonly names: readonly string[]; readonly columns: readonly ColumnType[]; readonly writers: readonly ColumnWriter[]; readonly chunk: DuckDBDataChunk; readonly step: number }
const layouts = new Map<TableName, Layout>();
function layoutOf(table: TableName): Layout {
  let layout = layouts.get(table);
  if (!layout) {
    const all = Object.entries(TABLES[table].columns) as [string, ColumnType][];
    layout = {
      names: all.map(([n]) => n), columns: all.map(([, t]) => t), writers: all.map(([n, t]) => columnWriter(table, n, t)),
      // One chunk for every step: appending copies it.
      chunk: DuckDBDataChunk.create(all.map(([, t]) => duckType(t))), step: Math.min(MOST_ROWS, Math.max(64, Math.floor(CELLS / all.length))),
    };
    layouts.set(table, layout);
  }
  return layout;
}

/** The same checks for rows that go as parameters. */
export function rowValues(table: TableName, rows: readonly Record<string, unknown>[]): SqlValue[][] {
  const { names, columns } = layoutOf(table);
  return rows.map(row => names.map((name, c) => checkValue(table, name, columns[c]!, row[name])));
}

/** Appends whole rows, or of each row the named columns (the stage's others stay null). A row without one of the table's columns, or with a value the column cannot hold, is refused by name. */
export async function appendRows(appender: DuckDBAppender, table: TableName, rows: readonly Record<string, unknown>[], columns?: readonly string[]): Promise<void> {
  const { names, writers, chunk, step } = layoutOf(table);
  const wanted = columns && new Set(columns);
  const used = writers.map((writer, c) => (wanted && !wanted.has(names[c]!) ? nulls : writer));
  for (let from = 0; from < rows.length; from += step) {
    const count = Math.min(step, rows.length - from);
    bindings.data_chunk_reset(chunk.chunk);
    bindings.data_chunk_set_size(chunk.chunk, count);
    for (let c = 0; c < used.length; c++) used[c]!(bindings.data_chunk_get_vector(chunk.chunk, c), rows, from, count);
    appender.appendDataChunk(chunk);
    if (from + step < rows.length) await new Promise(resolve => setImmediate(resolve));
  }
  appender.flushSync();
}
