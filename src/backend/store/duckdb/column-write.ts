import bindings, { type Vector } from '@duckdb/node-bindings';
import { ENUMS, type ColumnType, type EnumName } from '../schema';
import { MOST_UBIGINT, refuseValue } from './column-check';

/**
 * Exports: columnWriter, ColumnWriter, MOST_ROWS. One column of some rows into a vector of a data chunk, by the bindings' own calls: the
 * library's `setItem` allocates two or three bigints a value to keep its null bits, which was a tenth of a first load's processor time.
 */
export interface ColumnWriter {
  /** Rows [from, from + count) into the vector. A value that does not fit is refused with the column's name, never cut or rounded. */
  (vector: Vector, rows: readonly Record<string, unknown>[], from: number, count: number): void;
}
/** Rows of one chunk at most: DuckDB's own vector size. */
export const MOST_ROWS = 2048;

/** Bits of rows that hold a value. Written only where a row holds none. */
const valid = new Uint8Array(MOST_ROWS / 8);
const writeValid = (vector: Vector, count: number): void => {
  bindings.vector_ensure_validity_writable(vector);
  // Whole words of 64 rows: the mask is read in those.
  bindings.copy_data_to_vector_validity(vector, 0, valid.buffer, 0, Math.ceil(count / 64) * 8);
};
/** Copied at once, so one buffer serves every column. */
const scratch = new ArrayBuffer(MOST_ROWS * 8);
const [low, high, words] = [new Uint32Array(scratch), new Int32Array(scratch), new BigUint64Array(scratch)];
const [ints, doubles, bytes] = [new Int32Array(scratch), new Float64Array(scratch), new Uint8Array(scratch)];

/** `put` keeps a value at a place of the scratch buffer and says whether the column can hold it. */
function fixed(name: string, size: number, put: (value: unknown, at: number) => boolean, refuse: (value: unknown) => never): ColumnWriter {
  return (vector, rows, from, count) => {
    let nulls = false;
    for (let i = 0; i < count; i++) {
      const value = rows[from + i]![name];
      if (value === null) {
        if (!nulls) { nulls = true; valid.fill(255); }
        valid[i >> 3]! &= ~(1 << (i & 7));
      } else if (!put(value, i)) refuse(value);
    }
    bindings.copy_data_to_vector(vector, 0, scratch, 0, count * size);
    if (nulls) writeValid(vector, count);
  };
}

function text(name: string, refuse: (value: unknown) => never): ColumnWriter {
  return (vector, rows, from, count) => {
    let nulls = false;
    for (let i = 0; i < count; i++) {
      const value = rows[from + i]![name];
      if (typeof value === 'string') bindings.vector_assign_string_element(vector, i, value);
      else if (value !== null) refuse(value);
      else {
        if (!nulls) { nulls = true; valid.fill(255); }
        valid[i >> 3]! &= ~(1 << (i & 7));
      }
    }
    if (nulls) writeValid(vector, count);
  };
}

/** `table` and `name` are for the refusal. The schema's enums have fewer than 256 words, so DuckDB keeps one byte for each value. */
export function columnWriter(table: string, name: string, type: ColumnType): ColumnWriter {
  const refuse = (value: unknown): never => refuseValue(table, name, type, value);
  if (type.startsWith('enum:')) {
    const places = new Map<unknown, number>(ENUMS[type.slice(5) as EnumName].map((word, i) => [word, i]));
    return fixed(name, 1, (value, i) => { const place = places.get(value); if (place === undefined) return false; bytes[i] = place; return true; }, refuse);
  }
  switch (type) {
    case 'UBIGINT': return fixed(name, 8, (value, i) => { if (typeof value !== 'bigint' || value < 0n || value > MOST_UBIGINT) return false; words[i] = value; return true; }, refuse);
    case 'BIGINT': return fixed(name, 8, (value, i) => {
      if (typeof value !== 'number' || !Number.isSafeInteger(value)) return false;
      low[2 * i] = value >>> 0; // modulo 2^32, of negative numbers too
      high[2 * i + 1] = Math.floor(value / 4_294_967_296);
      return true;
    }, refuse);
    case 'INTEGER': return fixed(name, 4, (value, i) => { if (typeof value !== 'number' || !Number.isInteger(value) || Math.abs(value) > 2_147_483_647) return false; ints[i] = value; return true; }, refuse);
    case 'DOUBLE': return fixed(name, 8, (value, i) => { if (typeof value !== 'number' || Number.isNaN(value)) return false; doubles[i] = value; return true; }, refuse);
    case 'BOOLEAN': return fixed(name, 1, (value, i) => { if (typeof value !== 'boolean') return false; bytes[i] = value ? 1 : 0; return true; }, refuse);
    default: return text(name, refuse);
  }
}

/** A column that a narrower write leaves out: every row null. */
export const nulls: ColumnWriter = (vector, _rows, _from, count) => { valid.fill(0); writeValid(vector, count); };
