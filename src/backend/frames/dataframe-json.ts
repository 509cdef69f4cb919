/** Frame → the JSON that Grafana's own `/api/ds/query` answers with. The preview's server sends it to the panels. */
import { isNullable, typeScriptType } from './arrow';
import { rowCount, type Field, type Frame, type FrameMeta, type Labels, type FieldConfig } from './frame';

export interface DataFrameJson {
  schema: {
    name?: string;
    refId?: string;
    meta?: FrameMeta;
    fields: Array<{ name: string; type: string; typeInfo: { frame: string; nullable?: true }; labels?: Labels; config?: FieldConfig }>;
  };
  data: { values: unknown[][]; entities?: Array<Entities | null>; nanos?: Array<readonly number[] | null> };
}

/** Rows whose number JSON cannot write; the value there is null and is restored by the browser. */
export interface Entities {
  NaN?: number[];
  Inf?: number[];
  NegInf?: number[];
}

/** The JSON form of a frame. Times in milliseconds; 64-bit integers beyond 2^53 lose their last digits, as in Grafana. */
export function frameToJson(frame: Frame): DataFrameJson {
  rowCount(frame);
  const entities = frame.fields.map(entitiesOf);
  const nanos = frame.fields.map((field) => field.nanos ?? null);
  return {
    schema: {
      ...(frame.name && { name: frame.name }),
      ...(frame.refId && { refId: frame.refId }),
      ...(frame.meta && { meta: frame.meta }),
      fields: frame.fields.map((field) => ({
        name: field.name,
        type: typeScriptType(field),
        typeInfo: { frame: goType(field), ...(isNullable(field) && { nullable: true as const }) },
        ...(field.labels && { labels: field.labels }),
        ...(field.config && { config: field.config }),
      })),
    },
    data: {
      values: frame.fields.map((field) => field.values.map(jsonValue)),
      ...(entities.some((entry) => entry !== null) && { entities }),
      ...(nanos.some((entry) => entry !== null) && { nanos }),
    },
  };
}

function jsonValue(value: unknown): unknown {
  if (typeof value === 'number') {
    return Number.isFinite(value) ? value : null;
  }
  return typeof value === 'bigint' ? Number(value) : (value ?? null);
}

function entitiesOf(field: Field): Entities | null {
  if (field.type !== 'float64' && field.type !== 'float32') {
    return null;
  }
  const found: Entities = {};
  field.values.forEach((value, row) => {
    if (value !== null && !Number.isFinite(value)) {
      const kind = Number.isNaN(value) ? 'NaN' : value > 0 ? 'Inf' : 'NegInf';
      (found[kind] ??= []).push(row);
    }
  });
  return Object.keys(found).length > 0 ? found : null;
}

/** Names of Go types, which Grafana uses in `typeInfo`. */
function goType({ type }: Field): string {
  switch (type) {
    case 'boolean': return 'bool';
    case 'time': return 'time.Time';
    case 'json': return 'json.RawMessage';
    default: return type;
  }
}
