/**
 * What Grafana's server-side expressions do with the answers of an alert rule's query, as far as the bundled rules go:
 * read frames by their type, reduce, compare. Written after the rules of its reader, not from its code.
 */
import type { Field, Frame, Labels } from '../../../src/backend/frames/frame';

export interface Instance { readonly labels: Labels; readonly times: readonly number[] | null; readonly values: readonly (number | null)[] }
export interface Verdict { readonly labels: Labels; readonly value: number | null; readonly firing: boolean }
interface Expression { readonly type: string; readonly expression: string; readonly reducer?: string; readonly settings?: { readonly mode?: string }; readonly conditions?: readonly { readonly evaluator: { readonly type: string; readonly params: readonly number[] } }[] }

const NUMBERS = new Set(['int8', 'int16', 'int32', 'int64', 'uint8', 'uint16', 'uint32', 'uint64', 'float32', 'float64']);

/** Numbers or series told apart by labels; throws with what the evaluator would refuse. No instance is "no data". */
export function readFrames(frames: readonly Frame[]): Instance[] {
  const found = frames.flatMap(readFrame);
  const seen = new Set<string>();
  for (const { labels } of found) {
    const key = JSON.stringify(Object.entries(labels).sort());
    if (seen.has(key)) throw new Error(`two results with the labels ${key}`);
    seen.add(key);
  }
  return found;
}

/**
 * Strict: a frame must say what it is, with or without rows. Grafana 10.1 was seen to take an empty table of one number column for
 * "no data" too, with a warning in its log at each evaluation; one of two columns it would refuse by its source ("input data must be a wide series").
 */
function readFrame({ fields, meta, name }: Frame): Instance[] {
  const labelled = (field: Field): Labels => {
    const labels = field.labels ?? {};
    for (const [label, value] of Object.entries(labels)) if (typeof value !== 'string') throw new Error(`label ${label} of ${name} is no string`);
    return labels;
  };
  if (meta?.typeVersion?.join('.') !== '0.1') throw new Error(`${name} has no type version`);
  if (fields.length === 0 && (meta.type === 'numeric-multi' || meta.type === 'timeseries-multi')) return [];
  const rows = fields[0]?.values.length ?? 0;
  if (meta.type === 'numeric-multi') {
    if (fields.length !== 1 || !NUMBERS.has(fields[0]!.type) || rows > 1) throw new Error(`${name} is not one number`);
    return rows === 0 ? [] : [{ labels: labelled(fields[0]!), times: null, values: fields[0]!.values as (number | null)[] }];
  }
  if (meta.type === 'timeseries-multi') {
    const [time, value] = fields;
    if (fields.length !== 2 || time!.type !== 'time' || !NUMBERS.has(value!.type)) throw new Error(`${name} is not one series`);
    return rows === 0 ? [] : [{ labels: labelled(value!), times: time!.values as number[], values: value!.values as (number | null)[] }];
  }
  throw new Error(`${name} of type ${meta.type} with the fields ${fields.map(f => `${f.name}:${f.type}`).join(', ')} is no input of an alert rule`);
}

/** Runs the rule's expressions over the answers of its queries; the instances of its condition. */
export function evaluate(condition: string, queries: Readonly<Record<string, readonly Frame[]>>, expressions: Readonly<Record<string, Expression>>): Verdict[] {
  const resultOf = (refId: string): Instance[] => {
    const query = queries[refId];
    if (query) return readFrames(query);
    const expression = expressions[refId];
    if (!expression) throw new Error(`${refId} is neither query nor expression`);
    const input = resultOf(expression.expression);
    if (expression.type === 'reduce') return input.map(one => ({ ...one, times: null, values: [reduced(one, expression)] }));
    if (expression.type !== 'threshold') throw new Error(`expression type ${expression.type}`);
    return input.map(one => {
      if (one.times !== null) throw new Error('looks like time series data, only reduced data can be alerted on');
      return { ...one, values: [compared(one.values[0] ?? null, expression)] };
    });
  };
  const input = expressions[condition]!.expression;
  const before = resultOf(input);
  return resultOf(condition).map(({ labels, values }, index) => ({ labels, value: before[index]!.values[0] ?? null, firing: values[0] === 1 }));
}

function reduced({ values }: Instance, { reducer, settings }: Expression): number | null {
  if (reducer !== 'last' || settings?.mode !== 'dropNN') throw new Error(`reducer ${reducer} in mode ${settings?.mode}`);
  return values.filter(v => v !== null && Number.isFinite(v)).at(-1) ?? null;
}

function compared(value: number | null, { conditions }: Expression): number | null {
  const { type, params } = conditions![0]!.evaluator;
  if (value === null) return null;
  if (type === 'gt') return Number(value > params[0]!);
  if (type === 'lt') return Number(value < params[0]!);
  throw new Error(`evaluator ${type}`);
}
