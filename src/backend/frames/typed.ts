/**
 * Constructors of typed frames, after Grafana's data plane contract 0.1. The type is what lets alert rules and
 * expressions read a frame: an untyped frame with a string column and several numbers is refused by the evaluator.
 */
import { timeField } from './fields';
import { FrameError, rowCount, type Field, type FieldConfig, type FieldOf, type Frame, type FrameMeta, type FrameType, type Labels } from './frame';

export interface FrameParts {
  name: string;
  refId?: string;
  fields: Field[];
  meta?: Omit<FrameMeta, 'type' | 'typeVersion'>;
}

/** One line of a chart: values at times (milliseconds, ascending), told apart from others by labels. */
export interface Series {
  name: string;
  labels?: Labels;
  config?: FieldConfig;
  times: readonly number[];
  values: ReadonlyArray<number | null>;
}

const NUMERIC = new Set(['int8', 'int16', 'int32', 'int64', 'uint8', 'uint16', 'uint32', 'uint64', 'float32', 'float64', 'boolean']);

/** Rows and columns to be shown as they are; alert rules cannot use it. */
export function table(parts: FrameParts): Frame {
  return typed('table', parts);
}

/** One row, one number per field, told apart by labels. Throws FrameError on more rows or other types. */
export function numericWide(parts: FrameParts): Frame {
  const frame = typed('numeric-wide', parts);
  requireTypes(frame, (field) => NUMERIC.has(field.type), 'numbers only');
  if (rowCount(frame) > 1) {
    throw new FrameError(`frame "${parts.name}": numeric-wide holds one row, this has ${rowCount(frame)}; use numericLong`);
  }
  return frame;
}

/**
 * One number per frame, told apart by labels (two of one name and labels are refused by alert rules). Notices go to the
 * first frame only: a panel would show them once per frame. No fields: one frame without fields, the contract's "no data".
 */
export function numericMulti(parts: Omit<FrameParts, 'fields'>, fields: Field[]): Frame[] {
  if (fields.length === 0) {
    return [typed('numeric-multi', { ...parts, fields })];
  }
  return fields.map((field, index) => {
    const frame = typed('numeric-multi', { ...withMeta(parts, index), fields: [field] });
    requireTypes(frame, ({ type }) => NUMERIC.has(type), 'numbers only');
    return frame;
  });
}

/** One row per combination of the string columns (the dimensions), with any number of number columns. */
export function numericLong(parts: FrameParts): Frame {
  const frame = typed('numeric-long', parts);
  requireTypes(frame, (field) => field.type === 'string' || NUMERIC.has(field.type), 'strings (dimensions) and numbers only');
  return frame;
}

/**
 * One frame per series, each with its own times. Notices and "no data" as in numericMulti; `name` is that of the frame
 * without data only, the others take the name of their series.
 */
export function timeSeriesMulti(parts: Omit<FrameParts, 'fields' | 'name'> & { name?: string }, series: Series[]): Frame[] {
  if (series.length === 0) {
    return [typed('timeseries-multi', { ...parts, name: parts.name ?? '', fields: [] })];
  }
  return series.map(({ name, times, values, labels, config }, index) => {
    const value: Field = { name, type: 'float64', values, ...(labels && { labels }), ...(config && { config }) };
    return timeTyped('timeseries-multi', { ...withMeta(parts, index), name, fields: [timeField('time', times), value] });
  });
}

/** One frame of shared times with one number field per series. */
export function timeSeriesWide(parts: FrameParts & { times: readonly number[] }): Frame {
  const { times, ...rest } = parts;
  const frame = timeTyped('timeseries-wide', { ...rest, fields: [timeField('time', times), ...rest.fields] });
  requireTypes(frame, (field) => field.type === 'time' || NUMERIC.has(field.type), 'one time and numbers only');
  return frame;
}

/** Rows of (time, dimensions, numbers); times ascend and repeat once per combination of dimensions. */
export function timeSeriesLong(parts: FrameParts & { times: readonly number[] }): Frame {
  const { times, ...rest } = parts;
  const frame = timeTyped('timeseries-long', { ...rest, fields: [timeField('time', times), ...rest.fields] });
  requireTypes(frame, (field) => field.type === 'time' || field.type === 'string' || NUMERIC.has(field.type), 'one time, strings and numbers only');
  return frame;
}

function withMeta<T extends Pick<FrameParts, 'meta'>>(parts: T, index: number): T {
  if (index === 0 || parts.meta?.notices === undefined) {
    return parts;
  }
  const { notices: _first, ...meta } = parts.meta;
  return { ...parts, meta };
}

function typed(type: FrameType, parts: FrameParts): Frame {
  const frame: Frame = { ...parts, meta: { type, typeVersion: [0, 1], ...parts.meta } };
  rowCount(frame);
  return frame;
}

function timeTyped(type: FrameType, parts: FrameParts): Frame {
  const frame = typed(type, parts);
  const times = (frame.fields[0] as FieldOf<'time'>).values;
  if (times.some((time) => time === null)) {
    throw new FrameError(`frame "${parts.name}": a series needs a time in every row`);
  }
  for (let row = 1; row < times.length; row++) {
    // Grafana neither sorts nor rejects: a chart with times out of order is drawn as a scribble.
    if ((times[row] as number) < (times[row - 1] as number)) {
      throw new FrameError(`frame "${parts.name}": times must ascend, row ${row} is earlier than row ${row - 1}`);
    }
  }
  return frame;
}

function requireTypes(frame: Frame, allowed: (field: Field) => boolean, rule: string): void {
  const wrong = frame.fields.find((field) => !allowed(field));
  if (wrong !== undefined) {
    throw new FrameError(`frame "${frame.name}": ${frame.meta?.type ?? 'frame'} takes ${rule}; field "${wrong.name}" is ${wrong.type}`);
  }
}
