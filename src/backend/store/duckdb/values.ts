import {
  BIGINT, BOOLEAN, DOUBLE, DuckDBListValue, DuckDBTypeId, LIST, SQLNULL, UBIGINT, VARCHAR, listValue,
  type DuckDBResult, type DuckDBType, type DuckDBValue,
} from '@duckdb/node-api';
import { StoreError } from '../errors';
import type { SqlRow, SqlValue } from '../port';
import { render, type Sql } from '../sql';
import { columnReader, otherReader } from './column-read';

/**
 * Exports: bindStatement, bindValues, readRows.
 * Values in and out. In: integers are BIGINT (never INTEGER, so that `${hours} * 3600000` cannot overflow), bigint is UBIGINT,
 * other numbers DOUBLE. Out: BIGINT, HUGEINT and DECIMAL become number, UBIGINT stays bigint, enums are strings.
 */
type Scalar = string | number | bigint | boolean;

function typeOf(value: Scalar): DuckDBType {
  switch (typeof value) {
    case 'string': return VARCHAR;
    case 'boolean': return BOOLEAN;
    case 'bigint': return value < 0n ? BIGINT : UBIGINT;
    case 'number': return Number.isSafeInteger(value) ? BIGINT : DOUBLE;
  }
}
const bound = (value: Scalar, type: DuckDBType): DuckDBValue =>
  type === BIGINT && typeof value === 'number' ? BigInt(value) : type === DOUBLE ? Number(value) : type === UBIGINT ? BigInt(value as bigint) : value;

function listTypeOf(values: readonly Scalar[]): DuckDBType {
  const first = values[0];
  if (first === undefined) return SQLNULL;
  const kinds = new Set(values.map(v => typeof v));
  if (kinds.size > 1) throw new StoreError('bad_value', `a list parameter mixes ${[...kinds].join(' and ')}; give values of one type`);
  if (typeof first === 'number') return values.every(v => Number.isSafeInteger(v)) ? BIGINT : DOUBLE;
  return typeOf(first);
}

/** Parameters and their DuckDB types. An empty list is a list of nulls, which `= any(…)` accepts against a column of any type. */
export function bindValues(values: readonly SqlValue[]): { values: DuckDBValue[]; types: DuckDBType[] } {
  const out: DuckDBValue[] = [];
  const types: DuckDBType[] = [];
  for (const value of values) {
    if (value === null) { out.push(null); types.push(SQLNULL); continue; }
    if (Array.isArray(value)) {
      const list = value as readonly Scalar[];
      const type = listTypeOf(list);
      out.push(listValue(list.map(v => bound(v, type))));
      types.push(LIST(type));
      continue;
    }
    if (value === undefined || typeof value === 'object') throw new StoreError('bad_value', `a parameter is ${String(value)}; give a string, number, bigint, boolean, null or an array of them`);
    const scalar = value as Scalar;
    if (typeof scalar === 'number' && Number.isNaN(scalar)) throw new StoreError('bad_value', 'a parameter is NaN; give null for an unknown number');
    const type = typeOf(scalar);
    out.push(bound(scalar, type));
    types.push(type);
  }
  return { values: out, types };
}

/** From here on a list goes as one text that the engine takes apart: the driver makes an object of its own for every value of a list, and a first load binds millions. */
const LONG = 256;
const typeOfLong = (value: SqlValue): 'BIGINT' | 'UBIGINT' | null => {
  if (!Array.isArray(value) || value.length < LONG) return null;
  const type = listTypeOf(value as readonly Scalar[]);
  return type === BIGINT && typeof value[0] === 'number' ? 'BIGINT' : type === UBIGINT && (value as readonly bigint[]).every(v => v >= 0n) ? 'UBIGINT' : null;
};

/** A statement's text with `$1 … $n`, its parameters and their types. */
export function bindStatement(statement: Sql): { text: string; values: DuckDBValue[]; types: DuckDBType[] } {
  const long = statement.values.map(typeOfLong);
  if (long.every(type => type === null)) { const { text, values } = render(statement); return { text, ...bindValues(values) }; }
  return {
    text: statement.text.map((piece, i) => (i === 0 ? piece : long[i - 1] ? `(string_split($${i}, ',')::${long[i - 1]}[])${piece}` : `$${i}${piece}`)).join(''),
    ...bindValues(statement.values.map((value, i) => (long[i] ? (value as readonly Scalar[]).join(',') : value))),
  };
}

type Convert = ((value: DuckDBValue) => unknown) | null;
const asNumber = (value: DuckDBValue): unknown => Number(value as bigint);

function converter(type: DuckDBType): Convert {
  switch (type.typeId) {
    case DuckDBTypeId.BIGINT: case DuckDBTypeId.HUGEINT: case DuckDBTypeId.UHUGEINT: return asNumber;
    case DuckDBTypeId.DECIMAL: return value => (value as { toDouble(): number }).toDouble();
    case DuckDBTypeId.LIST: {
      const inner = converter((type as unknown as { valueType: DuckDBType }).valueType);
      return value => (value as DuckDBListValue).items.map(item => (item === null || inner === null ? item : inner(item)));
    }
    case DuckDBTypeId.BOOLEAN: case DuckDBTypeId.TINYINT: case DuckDBTypeId.SMALLINT: case DuckDBTypeId.INTEGER: case DuckDBTypeId.UTINYINT:
    case DuckDBTypeId.USMALLINT: case DuckDBTypeId.UINTEGER: case DuckDBTypeId.UBIGINT: case DuckDBTypeId.FLOAT: case DuckDBTypeId.DOUBLE:
    case DuckDBTypeId.VARCHAR: case DuckDBTypeId.ENUM: case DuckDBTypeId.SQLNULL: return null;
    default: return value => String(value);
  }
}

const pause = (): Promise<void> => new Promise(resolve => setImmediate(resolve));

/**
 * All rows of a result as objects. Gives the event loop back every few milliseconds: one thread also answers panels.
 * More rows than `maxRows` is an error, because a cut result would be a wrong number.
 */
export async function readRows(result: DuckDBResult, maxRows = Infinity): Promise<SqlRow[]> {
  const names = result.deduplicatedColumnNames();
  const readers = result.columnTypes().map(type => columnReader(type) ?? otherReader(converter(type)));
  const rows: SqlRow[] = [];
  // Copies of one shape: forty names added one by one would grow each row a dozen times, and most of a sync's garbage was that.
  const blank: SqlRow = Object.fromEntries(names.map(name => [name, null]));
  let since = performance.now();
  for (;;) {
    const chunk = await result.fetchChunk();
    if (!chunk || chunk.rowCount === 0) return rows;
    if (rows.length + chunk.rowCount > maxRows) {
      throw new StoreError('too_many_rows', `the query gives more than ${maxRows} rows; ask for a shorter range, fewer groups or a wider bucket, or raise limits.maxRows`);
    }
    const base = rows.length;
    const count = chunk.rowCount;
    for (let r = 0; r < count; r++) rows.push({ ...blank });
    for (let c = 0; c < names.length; c++) {
      readers[c]!(chunk, c, count, rows, base, names[c]!);
      // A chunk of a wide table holds 80,000 values: the pause may fall between two columns.
      if (performance.now() - since > 8) { await pause(); since = performance.now(); }
    }
  }
}
