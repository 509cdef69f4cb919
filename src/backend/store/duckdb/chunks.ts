import {
  BIGINT, BOOLEAN, DOUBLE, DuckDBDataChunk, ENUM, INTEGER, UBIGINT, VARCHAR, type DuckDBAppender, type DuckDBType, type DuckDBValue,
} from '@duckdb/node-api';
import { StoreError } from '../errors';
import type { SqlValue } from '../port';
import { ENUMS, TABLES, type ColumnType, type EnumName, type TableName } from '../schema';

/** Exports: appendRows, rowValues. Rows → data chunks → appender, in steps small enough for the event loop. */
const STEP = 256;
const enumName = (type: ColumnType): EnumName | null => (type.startsWith('enum:') ? (type.slice(5) as EnumName) : null);

function duckType(type: ColumnType): DuckDBType {
  const name = enumName(type);
  if (name) return ENUM(ENUMS[name]);
  return { UBIGINT, BIGINT, INTEGER, DOUBLE, BOOLEAN, VARCHAR }[type as 'UBIGINT'];
}

/** Value as the appender wants it; what does not fit the column is refused with the column's name, never cut or rounded. */
function convert(table: string, name: string, type: ColumnType): (value: unknown) => DuckDBValue {
  const refuse = (value: unknown): never => {
    throw new StoreError('bad_value', `${table}.${name} (${type}) cannot hold ${typeof value === 'bigint' ? `${value}n` : JSON.stringify(value)?.slice(0, 120)}`);
  };
  const words = enumName(type) ? new Set<unknown>(ENUMS[enumName(type)!]) : null;
  return value => {
    if (value === null) return null;
    if (words) return words.has(value) ? (value as string) : refuse(value);
    switch (type) {
      case 'UBIGINT': return typeof value === 'bigint' && value >= 0n ? value : refuse(value);
      case 'BIGINT': return typeof value === 'number' && Number.isSafeInteger(value) ? BigInt(value) : refuse(value);
      case 'INTEGER': return typeof value === 'number' && Number.isInteger(value) && Math.abs(value) <= 2_147_483_647 ? value : refuse(value);
      case 'DOUBLE': return typeof value === 'number' && !Number.isNaN(value) ? value : refuse(value);
      case 'BOOLEAN': return typeof value === 'boolean' ? value : refuse(value);
      default: return typeof value === 'string' ? value : refuse(value);
    }
  };
}

interface Layout { names: string[]; types: DuckDBType[]; converters: ((value: unknown) => DuckDBValue)[] }
const layouts = new Map<TableName, Layout>();
function layoutOf(table: TableName): Layout {
  let layout = layouts.get(table);
  if (!layout) {
    const columns = Object.entries(TABLES[table].columns) as [string, ColumnType][];
    layout = { names: columns.map(([n]) => n), types: columns.map(([, t]) => duckType(t)), converters: columns.map(([n, t]) => convert(table, n, t)) };
    layouts.set(table, layout);
  }
  return layout;
}

function valueOf(table: TableName, name: string, convert: (value: unknown) => DuckDBValue, row: Record<string, unknown>): DuckDBValue {
  const value = row[name];
  if (value === undefined) throw new StoreError('missing_column', `a row for ${table} has no ${name}; write every column, null for unknown`);
  return convert(value);
}
/** The same checks for rows that go as parameters. */
export function rowValues(table: TableName, rows: readonly Record<string, unknown>[]): SqlValue[][] {
  const { names, converters } = layoutOf(table);
  return rows.map(row => names.map((name, c) => { valueOf(table, name, converters[c]!, row); return row[name] as SqlValue; }));
}

/** Appends whole rows, or of each row the named columns (the stage's others stay null). A row without one of the table's columns, or with a value the column cannot hold, is refused by name. */
export async function appendRows(appender: DuckDBAppender, table: TableName, rows: readonly Record<string, unknown>[], columns?: readonly string[]): Promise<void> {
  const { names, types, converters } = layoutOf(table);
  const wanted = columns && new Set(columns);
  for (let from = 0; from < rows.length; from += STEP) {
    const part = rows.slice(from, from + STEP);
    const chunk = DuckDBDataChunk.create(types, part.length);
    chunk.setColumns(names.map((name, c) => part.map(row => (wanted && !wanted.has(name) ? null : valueOf(table, name, converters[c]!, row)))));
    appender.appendDataChunk(chunk);
    if (from + STEP < rows.length) await new Promise(resolve => setImmediate(resolve));
  }
  appender.flushSync();
}
