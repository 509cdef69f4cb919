import { QueryRefused } from '../../query/request';
import type { Field, Frame } from '../frames/frame';

/** What a frame costs before its first row: schema, labels, descriptions, links. */
const FRAME_BYTES = 600;
const NUMBER_BYTES = 8;
const textBytes = (value: unknown): number => (typeof value === 'string' ? Buffer.byteLength(value) : value == null ? 1 : NUMBER_BYTES);
const fieldBytes = (field: Field): number => FRAME_BYTES + (field.type === 'string' ? (field.values as readonly unknown[]).reduce<number>((n, v) => n + textBytes(v), 0) : field.values.length * NUMBER_BYTES);

/** About the bytes of the frames on the wire, before they are written: half a GB must not be built to be refused. */
export const bytesOf = (frames: readonly Frame[]): number => frames.reduce((n, frame) => n + FRAME_BYTES + frame.fields.reduce((m, field) => m + fieldBytes(field), 0), 0);

/** Gives the frames back. Throws QueryRefused for more than a panel can use (security.md, row 10). */
export function withinBytes(frames: Frame[], maxMb: number): Frame[] {
  const bytes = bytesOf(frames);
  if (bytes > maxMb * 1e6) throw new QueryRefused(`The answer is ${(bytes / 1e6).toFixed(1)} MB; at most ${maxMb} MB are sent (limits.maxAnswerMb). Ask for fewer rows, groups or columns, a shorter range or larger buckets.`);
  return frames;
}
