/** Frame → Arrow IPC file, as Grafana's plugin SDK reads it. */
import { Field as ArrowField, makeData, RecordBatch, RecordBatchFileWriter, Schema, Struct } from 'apache-arrow';
import { arrowColumn, arrowType } from './columns';
import { rowCount, type Field, type Frame } from './frame';

/**
 * Bytes of one frame in Arrow's file format. Name, reference id and meta go to the schema's metadata; labels, config
 * and the TypeScript type to each field's. A frame without rows is written with one empty batch: a file without any
 * is "no records found" to Grafana. Throws FrameError for values that do not fit.
 */
export function encodeFrame(frame: Frame): Uint8Array {
  const rows = rowCount(frame);
  const fields = frame.fields.map(
    (field) => new ArrowField(field.name, arrowType(field.type), isNullable(field), fieldMetadata(field))
  );
  const metadata = new Map([
    ['name', frame.name],
    ['refId', frame.refId ?? ''],
  ]);
  if (frame.meta !== undefined) {
    metadata.set('meta', JSON.stringify(frame.meta));
  }
  const schema = new Schema(fields, metadata);
  const data = makeData({ type: new Struct(fields), length: rows, nullCount: 0, children: frame.fields.map(arrowColumn) });
  // The batch rebuilds its schema by merging fields of one name, so series that differ only by label would all carry the
  // labels of the last: give it back the schema as it was.
  const batch = Object.assign(new RecordBatch(schema, data), { schema });
  const writer = new RecordBatchFileWriter();
  writer.write(batch);
  writer.finish();
  return writer.toUint8Array(true);
}

/** Time without nulls is written as not nullable, because some of Grafana's series readers insist on it. */
export function isNullable(field: Field): boolean {
  return field.type !== 'time' || field.values.some((value) => value === null);
}

function fieldMetadata(field: Field): Map<string, string> {
  const metadata = new Map([['tstype', typeScriptType(field)]]);
  if (field.labels !== undefined) {
    metadata.set('labels', JSON.stringify(field.labels));
  }
  if (field.config !== undefined) {
    metadata.set('config', JSON.stringify(field.config));
  }
  return metadata;
}

/** The type name of Grafana's browser side. */
export function typeScriptType({ type }: Pick<Field, 'type'>): string {
  switch (type) {
    case 'string':
    case 'boolean':
    case 'time':
    case 'enum':
      return type;
    case 'json':
      return 'other';
    default:
      return 'number';
  }
}
