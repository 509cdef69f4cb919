/** Arrow IPC file → Frame. The preview's server and the tests read with it what the backend has sent. */
import { DataType, Precision, RecordBatchReader, TimeUnit, Vector, type Data, type Field as ArrowField } from 'apache-arrow';
import { NANOS_PER_MS } from './columns';
import { FrameError, type Field, type FieldConfig, type FieldType, type Frame, type FrameMeta, type Labels } from './frame';

/**
 * The frame in `bytes`. Throws FrameError for Arrow types that Grafana itself would reject or misread
 * (dictionaries, timestamps in another unit than nanoseconds), so that tests catch what Grafana would.
 */
export function decodeFrame(bytes: Uint8Array): Frame {
  // Not tableFromIPC: a table merges fields of one name and mixes up their labels.
  const reader = RecordBatchReader.from(bytes).open({ autoDestroy: false });
  const batches = [...reader];
  const { metadata, fields } = reader.schema;
  const meta = metadata.get('meta');
  const refId = metadata.get('refId');
  return {
    name: metadata.get('name') ?? '',
    ...(refId && { refId }),
    fields: fields.map((field, index) => decodeField(field, batches.map((batch) => batch.data.children[index] as Data))),
    ...(meta !== undefined && { meta: JSON.parse(meta) as FrameMeta }),
  };
}

function decodeField(arrow: ArrowField, chunks: Data[]): Field {
  const type = fieldType(arrow);
  const labels = arrow.metadata.get('labels');
  const config = arrow.metadata.get('config');
  return {
    name: arrow.name,
    type,
    ...(type === 'time' ? timeValues(chunks) : { values: columnValues(type, chunks) }),
    ...(labels !== undefined && { labels: JSON.parse(labels) as Labels }),
    ...(config !== undefined && { config: JSON.parse(config) as FieldConfig }),
  } as Field;
}

function columnValues(type: FieldType, chunks: Data[]): unknown[] {
  return chunks.flatMap((chunk) => {
    const vector = new Vector([chunk]);
    return Array.from({ length: vector.length }, (_, row) => {
      const value: unknown = vector.get(row);
      return value === null ? null : plainValue(type, value);
    });
  });
}

function plainValue(type: FieldType, value: unknown): unknown {
  if (typeof value === 'bigint') {
    return value >= Number.MIN_SAFE_INTEGER && value <= Number.MAX_SAFE_INTEGER ? Number(value) : value;
  }
  return type === 'json' ? JSON.parse(Buffer.from(value as Uint8Array).toString('utf8')) : value;
}

/** Reads the 64-bit buffer itself: the vector's accessor turns nanoseconds into a float and loses the last digits. */
function timeValues(chunks: Data[]): { values: unknown[]; nanos?: number[] } {
  const values: unknown[] = [];
  const nanos: number[] = [];
  for (const data of chunks) {
    const raw = data.values as BigInt64Array;
    for (let row = 0; row < data.length; row++) {
      const valid = data.getValid(row);
      const ns = valid ? raw[row]! : 0n;
      const within = ((ns % NANOS_PER_MS) + NANOS_PER_MS) % NANOS_PER_MS;
      values.push(valid ? Number((ns - within) / NANOS_PER_MS) : null);
      nanos.push(Number(within));
    }
  }
  return nanos.some((n) => n !== 0) ? { values, nanos } : { values };
}

function fieldType(arrow: ArrowField): FieldType {
  const { type } = arrow;
  if (DataType.isInt(type)) {
    if (type.bitWidth === 16 && !type.isSigned && arrow.metadata.get('tstype') === 'enum') {
      return 'enum';
    }
    return `${type.isSigned ? 'int' : 'uint'}${type.bitWidth}` as FieldType;
  }
  if (DataType.isFloat(type) && type.precision !== Precision.HALF) {
    return type.precision === Precision.SINGLE ? 'float32' : 'float64';
  }
  if (DataType.isTimestamp(type) && type.unit === TimeUnit.NANOSECOND) {
    return 'time';
  }
  if (DataType.isUtf8(type)) return 'string';
  if (DataType.isBool(type)) return 'boolean';
  if (DataType.isBinary(type)) return 'json';
  throw new FrameError(`field "${arrow.name}": Arrow type ${String(type)} cannot be read by Grafana`);
}
