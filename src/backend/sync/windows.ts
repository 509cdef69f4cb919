import { DAY, utcDay, type Range } from '../../model';
import type { Stream } from '../connectors/stream';
import type { Position, StreamState } from './state';

/**
 * Exports: nextTimeWindow, nextDay, advance, historyStart, progressOf. What a stream reads next; pure, so that every order of stops
 * and starts can be tested. [backfilled_to, watermark) has been read whole.
 */
export interface RunMemory {
  /** When this run last reached the present; null = not yet. */
  forwardAt: number | null;
  /** Days read in this run, and whether a full list was. */
  readonly days: Set<number>;
  full: boolean;
}
type Shape = Pick<Stream, 'overlap' | 'lag' | 'slice' | 'mode'>;
const start = (phase: Position['phase'], from: number, to: number): Position => ({ phase, from, to, cursor: null, partial: false, read: 0, expected: null });

/** First instant a first load goes back to, on a whole UTC day. */
export const historyStart = (now: number, historyMs: number): number => utcDay(now - historyMs) * DAY;

function sliceStart(before: number, slice: number | undefined, floor: number): number {
  if (slice !== undefined) return Math.max(floor, before - slice);
  const last = new Date(before - 1);
  return Math.max(floor, Date.UTC(last.getUTCFullYear(), last.getUTCMonth(), 1));
}

/** Newest slice first, then the present, then slices backwards; the present again whenever an interval has passed. Null: nothing to do now. */
export function nextTimeWindow(state: StreamState, stream: Shape, memory: RunMemory, now: number, floor: number, intervalMs: number): Position | null {
  const end = now - stream.lag;
  if (state.watermark === null || state.backfilled_to === null) return end <= floor ? null : start('first', sliceStart(end, stream.slice, floor), end);
  if (memory.forwardAt === null || now - memory.forwardAt >= intervalMs) {
    const from = Math.max(state.watermark - stream.overlap, floor);
    if (end > from && end > state.watermark) return start('forward', from, end);
  }
  if (state.backfilled_to > floor) return start('back', sliceStart(state.backfilled_to, stream.slice, floor), state.backfilled_to);
  return null;
}

/** The newest UTC day not read to its end; today is read as far as it goes, once per run. */
export function nextDay(state: StreamState, stream: Shape, memory: RunMemory, now: number, floor: number, readTo: ReadonlyMap<number, number>): Position | null {
  const end = now - stream.lag;
  for (let day = utcDay(end); day * DAY >= floor; day--) {
    if (memory.days.has(day)) continue;
    const again = state.backfilled_to === null || day * DAY < state.backfilled_to;
    const to = Math.min(end, (day + 1) * DAY);
    if (to > day * DAY && (again || (readTo.get(day) ?? 0) < (day + 1) * DAY)) return start('day', day * DAY, to);
  }
  return null;
}

/** The state after a window was read whole. */
export function advance(state: StreamState, position: Position): StreamState {
  switch (position.phase) {
    case 'first': return { ...state, watermark: position.to, backfilled_to: position.from };
    case 'forward': return { ...state, watermark: Math.max(state.watermark ?? position.to, position.to) };
    case 'back': return { ...state, backfilled_to: Math.min(state.backfilled_to ?? position.from, position.from) };
    case 'full': return { ...state, watermark: position.to, backfilled_to: position.from };
    case 'day': return {
      ...state, watermark: Math.max(state.watermark ?? position.to, position.to), backfilled_to: Math.min(state.backfilled_to ?? position.from, position.from),
    };
  }
}

/** 0..1 of the first load: the share of the history that has been read, with the window under way. Null history: 1 when read once. */
export function progressOf(state: StreamState, position: Position | null, floor: number, now: number): number {
  const whole = Math.max(1, now - floor);
  const read: Range = { from: Math.max(state.backfilled_to ?? now, floor), to: Math.min(state.watermark ?? now, now) };
  let done = state.watermark === null ? 0 : Math.max(0, read.to - read.from) + Math.max(0, now - read.to);
  if (position && (position.phase === 'back' || position.phase === 'first' || position.phase === 'full') && position.expected) {
    done += (position.to - Math.max(position.from, floor)) * Math.min(1, position.read / position.expected);
  }
  return Math.max(0, Math.min(1, done / whole));
}
