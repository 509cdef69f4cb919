/**
 * A data frame as the backend builds it: columns of equal length with a type, labels and display settings.
 * Same shape as Grafana's (names included), so that what is written here is what a panel's inspector shows.
 */

/** Types Grafana can read from Arrow. `enum` is an index into `config.type.enum.text`, `json` any JSON value. */
export type FieldType = keyof FieldValues;

/** The TypeScript value of each field type. Every one may be null: null means "no value", never zero. */
export interface FieldValues {
  string: string;
  int8: number;
  int16: number;
  int32: number;
  /** Safe integers come as number, larger ones as bigint. */
  int64: number | bigint;
  uint8: number;
  uint16: number;
  uint32: number;
  uint64: number | bigint;
  float32: number;
  float64: number;
  boolean: boolean;
  /** Milliseconds since 1970-01-01 UTC, whole. What is finer than that goes to `nanos`. */
  time: number;
  enum: number;
  json: unknown;
}

export interface FieldOf<T extends FieldType> {
  name: string;
  type: T;
  values: ReadonlyArray<FieldValues[T] | null>;
  /** For `time` only: nanoseconds within the millisecond (0 … 999,999), one per row; absent when all are zero. */
  nanos?: readonly number[];
  labels?: Labels;
  config?: FieldConfig;
}

export type Field = { [T in FieldType]: FieldOf<T> }[FieldType];
export type Labels = Readonly<Record<string, string>>;

export interface FieldConfig {
  /** Name shown instead of the generated one, given by the data source. */
  displayNameFromDS?: string;
  description?: string;
  unit?: string;
  decimals?: number;
  min?: number;
  max?: number;
  /** Expected distance of two points in milliseconds (time fields): a larger one is drawn as a gap. */
  interval?: number;
  /** Text shown in place of null. */
  noValue?: string;
  links?: DataLink[];
  thresholds?: { mode: 'absolute' | 'percentage'; steps: Array<{ value: number | null; color: string }> };
  mappings?: unknown[];
  color?: Readonly<Record<string, unknown>>;
  filterable?: boolean;
  type?: { enum?: { text: string[]; color?: string[]; description?: string[] } };
  custom?: Readonly<Record<string, unknown>>;
}

export interface DataLink {
  title: string;
  url: string;
  targetBlank?: boolean;
}

export type FrameType =
  | 'table'
  | 'numeric-wide'
  | 'numeric-multi'
  | 'numeric-long'
  | 'timeseries-wide'
  | 'timeseries-multi'
  | 'timeseries-long';

export interface FrameMeta {
  type?: FrameType;
  /** Version of Grafana's contract for `type`; [0, 1] for all of ours. */
  typeVersion?: [number, number];
  notices?: Notice[];
  custom?: Readonly<Record<string, unknown>>;
  /** What the inspector shows as "query". Never SQL: the metric id and its options. */
  executedQueryString?: string;
  preferredVisualisationType?: 'graph' | 'table';
  dataTopic?: 'annotations';
}

export interface Notice {
  severity: 'info' | 'warning' | 'error';
  text: string;
  link?: string;
}

export interface Frame {
  name: string;
  refId?: string;
  fields: Field[];
  meta?: FrameMeta;
}

/** Thrown when a frame cannot be written as asked: says which frame and field, and what is wrong with it. */
export class FrameError extends Error {
  override name = 'FrameError';
}

/** Number of rows; 0 for a frame without fields. Throws FrameError when fields differ in length or lack a name. */
export function rowCount(frame: Frame): number {
  const rows = frame.fields[0]?.values.length ?? 0;
  for (const [index, field] of frame.fields.entries()) {
    if (field.name === '') {
      // Arrow's writer turns an empty name into the word "null".
      throw new FrameError(`frame "${frame.name}": field ${index} has no name`);
    }
    if (field.values.length !== rows) {
      throw new FrameError(
        `frame "${frame.name}": field "${field.name}" has ${field.values.length} values where "${frame.fields[0]?.name}" has ${rows}; every field needs one per row`
      );
    }
    if (field.nanos !== undefined && (field.type !== 'time' || field.nanos.length !== rows)) {
      throw new FrameError(`frame "${frame.name}": field "${field.name}" has nanos that do not belong to its ${rows} time values`);
    }
  }
  return rows;
}

/** The frame with `notices` added after those it has. */
export function withNotices(frame: Frame, notices: Notice[]): Frame {
  return notices.length === 0 ? frame : { ...frame, meta: { ...frame.meta, notices: [...(frame.meta?.notices ?? []), ...notices] } };
}
