import { DuckDBTypeId, type DuckDBDataChunk, type DuckDBEnumType, type DuckDBType, type DuckDBValue } from '@duckdb/node-api';
import bindings, { type Vector } from '@duckdb/node-bindings';
import type { SqlRow } from '../port';

/**
 * Exports: columnReader, ColumnReader. One column of a chunk into the rows, by the bindings' own calls: the library's `getItem` allocates two
 * bigints a value to look at its null bit, and a decoder's state for each text. Types that only aggregates have go through the library.
 */
export interface ColumnReader {
  /** Values of the chunk's column into rows[base …]; rows hold null already where the column does. */
  (chunk: DuckDBDataChunk, column: number, count: number, rows: SqlRow[], base: number, name: string): void;
}

/** The mask's bytes, null where every row holds a value. */
const validOf = (vector: Vector, count: number): Uint8Array | null => bindings.vector_get_validity(vector, Math.ceil(count / 64) * 8) ?? null;
const holds = (valid: Uint8Array | null, i: number): boolean => valid === null || (valid[i >> 3]! & (1 << (i & 7))) !== 0;

function plain(size: number, valueOf: (data: Uint8Array, count: number) => (i: number) => SqlRow[string]): ColumnReader {
  return (chunk, column, count, rows, base, name) => {
    const vector = bindings.data_chunk_get_vector(chunk.chunk, column);
    const at = valueOf(bindings.vector_get_data(vector, count * size), count);
    const valid = validOf(vector, count);
    for (let i = 0; i < count; i++) if (holds(valid, i)) rows[base + i]![name] = at(i);
  };
}

/** `utf8Slice` is what Buffer's toString calls; on a byte array of elsewhere it needs no copy. */
const utf8 = (Buffer.prototype as unknown as { utf8Slice(this: Uint8Array, from: number, to: number): string }).utf8Slice;
/** A text is 16 bytes: its length, then up to 12 bytes of its own, else four of them and a pointer. */
function textAt(data: Uint8Array): (i: number) => string {
  const lengths = new Uint32Array(data.buffer, data.byteOffset, data.byteLength / 4);
  return i => {
    const length = lengths[4 * i]!;
    if (length <= 12) return utf8.call(data, 16 * i + 4, 16 * i + 4 + length);
    return utf8.call(bindings.get_data_from_pointer(data.buffer as ArrayBuffer, data.byteOffset + 16 * i + 8, length), 0, length);
  };
}

/** Null for a type that has no way of its own here. BIGINT becomes a number: the schema keeps none past 2^53. */
export function columnReader(type: DuckDBType): ColumnReader | null {
  switch (type.typeId) {
    case DuckDBTypeId.VARCHAR: return plain(16, textAt);
    case DuckDBTypeId.UBIGINT: return plain(8, (d, n) => { const all = new BigUint64Array(d.buffer, d.byteOffset, n); return i => all[i]!; });
    case DuckDBTypeId.BIGINT: return plain(8, (d, n) => {
      const [low, high] = [new Uint32Array(d.buffer, d.byteOffset, 2 * n), new Int32Array(d.buffer, d.byteOffset, 2 * n)];
      return i => high[2 * i + 1]! * 4_294_967_296 + low[2 * i]!;
    });
    case DuckDBTypeId.INTEGER: return plain(4, (d, n) => { const all = new Int32Array(d.buffer, d.byteOffset, n); return i => all[i]!; });
    case DuckDBTypeId.DOUBLE: return plain(8, (d, n) => { const all = new Float64Array(d.buffer, d.byteOffset, n); return i => all[i]!; });
    case DuckDBTypeId.BOOLEAN: return plain(1, d => i => d[i] !== 0);
    case DuckDBTypeId.ENUM: {
      const { values } = type as DuckDBEnumType;
      return values.length > 255 ? null : plain(1, d => i => values[d[i]!]!);
    }
    default: return null;
  }
}

/** Through the library, for every other type. */
export const otherReader = (convert: ((value: DuckDBValue) => unknown) | null): ColumnReader => (chunk, column, count, rows, base, name) => {
  const vector = chunk.getColumnVector(column);
  for (let i = 0; i < count; i++) {
    const value = vector.getItem(i) as DuckDBValue | undefined;
    if (value !== null && value !== undefined) rows[base + i]![name] = (convert ? convert(value) : value) as SqlRow[string];
  }
};
