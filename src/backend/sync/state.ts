import { DAY } from '../../model';
import type { Stream } from '../connectors/stream';
import type { Store, Transaction } from '../store/port';
import type { StoreRow } from '../store/schema';
import { sql } from '../store/sql';
import { table } from '../store/table';

/** Exports: StreamState, Position, freshState, readState, noteEnded, repaired, parsePosition, writeState. Where a stream stands; written with its rows. */
export type StreamState = StoreRow<'stream_state'>;

/** A window under way: what `stream_state.cursor` holds, so that a killed process goes on at the page it had reached. */
export interface Position {
  readonly phase: 'first' | 'forward' | 'back' | 'full' | 'day';
  readonly from: number;
  readonly to: number;
  readonly cursor: unknown;
  /** A page of this window was partial: rows are kept, the watermark will not move. */
  readonly partial: boolean;
  /** Rows read of this window so far, and how many the source said there are. */
  readonly read: number;
  readonly expected: number | null;
}

export const freshState = (source: string, stream: Pick<Stream, 'name' | 'kind'>): StreamState => ({
  source, stream: stream.name, kind: stream.kind, watermark: null, backfilled_to: null, cursor: null, rows: 0, expected: null, rejected: 0,
  last_success: null, last_attempt: null, error: null, error_code: null, remedy: null, progress: 0, eta_ms: null, current: false, last_reconciled: null, waiting: null, unlisted: null,
});

export async function readState(store: Pick<Store, 'query'>, source: string, stream: Pick<Stream, 'name' | 'kind'>): Promise<StreamState> {
  const [row] = await store.query<StreamState>(sql`select * from ${table('stream_state')} where source = ${source} and stream = ${stream.name}`);
  return row ? { ...row, kind: stream.kind } : freshState(source, stream);
}

/**
 * A stream of none of these is read no longer: its source was taken out of the settings or switched off, or it was taken out of its source. It keeps its
 * place, and its kind is `ended` until it is read again: nothing waits for it, and how long ago it was read is no lag (docs/adr/045).
 */
export const noteEnded = (tx: Transaction, read: readonly { readonly source: string; readonly stream: string }[]): Promise<number> =>
  tx.execute(sql`update ${table('stream_state')} set kind = 'ended' where kind is distinct from 'ended' and (source || '|' || stream) not in (select unnest(${read.map(r => `${r.source}|${r.stream}`)}::varchar[]))`);

/**
 * A state that cannot be true (a watermark in the future after a wrong clock or a damaged file, a back-fill above the watermark)
 * would make the stream skip data without a word. It is brought back to what is certain; re-reading is cheap and harmless.
 */
export function repaired(state: StreamState, now: number): { state: StreamState; why: string | null } {
  const bad = (ms: number | null): boolean => ms !== null && (!Number.isFinite(ms) || ms > now + DAY || ms < 0);
  if (bad(state.watermark) || bad(state.backfilled_to)) {
    return { state: { ...state, watermark: null, backfilled_to: null, cursor: null, current: false }, why: 'the stored watermark lies in the future or before 1970; the stream is read again from its start' };
  }
  if (state.watermark !== null && state.backfilled_to !== null && state.backfilled_to > state.watermark) {
    return { state: { ...state, watermark: null, backfilled_to: null, cursor: null, current: false }, why: 'the stored back-fill lies above the watermark; the stream is read again from its start' };
  }
  if (state.cursor !== null && parsePosition(state.cursor) === null) return { state: { ...state, cursor: null }, why: 'the stored cursor is damaged; the window is read again' };
  return { state, why: null };
}

export function parsePosition(text: string | null): Position | null {
  if (text === null) return null;
  try {
    const value = JSON.parse(text) as Position;
    const fine = ['first', 'forward', 'back', 'full', 'day'].includes(value.phase) && Number.isFinite(value.from) && Number.isFinite(value.to) && value.from <= value.to && Number.isFinite(value.read);
    return fine ? value : null;
  } catch { return null; }
}

export const writeState = (tx: Transaction, state: StreamState): Promise<void> => tx.upsert('stream_state', [state]);
