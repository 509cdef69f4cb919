/** One Arrow column per field. Buffers are filled directly: the generic builders cost ten times as much. */
import {
  Binary, Bool, Float32, Float64, Int16, Int32, Int64, Int8, makeData, TimestampNanosecond, Uint16, Uint32, Uint64, Uint8, Utf8,
  type Data, type DataType,
} from 'apache-arrow';
import { FrameError, type Field, type FieldType } from './frame';

type NumberArray = Int8Array | Int16Array | Int32Array | Uint8Array | Uint16Array | Uint32Array | Float32Array | Float64Array;

/** Nanoseconds in a millisecond. */
export const NANOS_PER_MS = 1_000_000n;

/** The Arrow type of each field type. Time is always nanoseconds: Grafana misreads any other unit. */
export function arrowType(type: FieldType): DataType {
  switch (type) {
    case 'string': return new Utf8();
    case 'int8': return new Int8();
    case 'int16': return new Int16();
    case 'int32': return new Int32();
    case 'int64': return new Int64();
    case 'uint8': return new Uint8();
    case 'uint16': return new Uint16();
    case 'uint32': return new Uint32();
    case 'uint64': return new Uint64();
    case 'float32': return new Float32();
    case 'float64': return new Float64();
    case 'boolean': return new Bool();
    case 'time': return new TimestampNanosecond();
    case 'enum': return new Uint16();
    case 'json': return new Binary();
  }
}

/** The values of a field as Arrow data. Throws FrameError for a value that its type cannot hold. */
export function arrowColumn(field: Field): Data {
  const { values } = field;
  const length = values.length;
  const validity = new Uint8Array((length + 7) >> 3);
  let nullCount = 0;
  for (let row = 0; row < length; row++) {
    const value = values[row];
    if (value === null || value === undefined) {
      nullCount++;
    } else {
      validity[row >> 3]! |= 1 << (row & 7);
    }
  }
  const nullBitmap = nullCount === 0 ? null : validity;
  const type = arrowType(field.type);
  if (field.type === 'string' || field.type === 'json') {
    return makeData({ type: type as Utf8, length, nullCount, nullBitmap, ...bytes(field.name, values, field.type === 'json') });
  }
  return makeData({ type: type as Int32, length, nullCount, nullBitmap, data: fixed(field, length) as Int32Array });
}

function fixed(field: Field, length: number): unknown {
  switch (field.type) {
    case 'time': return nanoseconds(field, length);
    case 'int64': return big(field, new BigInt64Array(length));
    case 'uint64': return big(field, new BigUint64Array(length));
    case 'boolean': return bits(field.values);
    case 'int8': return integers(field, new Int8Array(length));
    case 'int16': return integers(field, new Int16Array(length));
    case 'int32': return integers(field, new Int32Array(length));
    case 'uint8': return integers(field, new Uint8Array(length));
    case 'uint32': return integers(field, new Uint32Array(length));
    case 'uint16':
    case 'enum': return integers(field, new Uint16Array(length));
    case 'float32': return Float32Array.from(field.values, (value) => value ?? 0);
    case 'float64': return Float64Array.from(field.values, (value) => value ?? 0);
    default: throw new FrameError(`field "${field.name}": ${field.type} has no fixed width`);
  }
}

function nanoseconds(field: Field & { type: 'time' }, length: number): BigInt64Array {
  const out = new BigInt64Array(length);
  for (let row = 0; row < length; row++) {
    const ms = field.values[row];
    if (ms === null || ms === undefined) {
      continue;
    }
    if (!Number.isSafeInteger(ms)) {
      throw unfit(field, row, ms, 'whole milliseconds since 1970');
    }
    out[row] = BigInt(ms) * NANOS_PER_MS + BigInt(field.nanos?.[row] ?? 0);
  }
  return out;
}

function big<T extends BigInt64Array | BigUint64Array>(field: Field, out: T): T {
  for (let row = 0; row < out.length; row++) {
    const value = field.values[row] as number | bigint | null | undefined;
    if (value === null || value === undefined) {
      continue;
    }
    if (typeof value === 'number' && !Number.isSafeInteger(value)) {
      throw unfit(field, row, value, 'a whole number');
    }
    out[row] = BigInt(value);
    if (out[row] !== BigInt(value)) {
      throw unfit(field, row, value, `within ${field.type}`);
    }
  }
  return out;
}

function integers<T extends NumberArray>(field: Field, out: T): T {
  for (let row = 0; row < out.length; row++) {
    const value = field.values[row] as number | null | undefined;
    if (value === null || value === undefined) {
      continue;
    }
    out[row] = value;
    // Typed arrays wrap around silently: 300 in a byte would be shown as 44.
    if (out[row] !== value) {
      throw unfit(field, row, value, `within ${field.type}`);
    }
  }
  return out;
}

function bits(values: ReadonlyArray<boolean | null>): Uint8Array {
  const out = new Uint8Array((values.length + 7) >> 3);
  values.forEach((value, row) => {
    if (value === true) {
      out[row >> 3]! |= 1 << (row & 7);
    }
  });
  return out;
}

function bytes(name: string, values: readonly unknown[], json: boolean): { valueOffsets: Int32Array; data: Uint8Array } {
  const valueOffsets = new Int32Array(values.length + 1);
  const parts: Buffer[] = [];
  let size = 0;
  values.forEach((value, row) => {
    if (value !== null && value !== undefined) {
      if (!json && typeof value !== 'string') {
        throw new FrameError(`field "${name}", row ${row}: expected a string, got ${typeof value}`);
      }
      const part = Buffer.from(json ? JSON.stringify(value) : (value as string), 'utf8');
      parts.push(part);
      size += part.length;
    }
    valueOffsets[row + 1] = size;
  });
  return { valueOffsets, data: Buffer.concat(parts, size) };
}

function unfit(field: Field, row: number, value: unknown, rule: string): FrameError {
  return new FrameError(`field "${field.name}", row ${row}: ${String(value)} is not ${rule}`);
}
