import type { Page, ReadContext, Stream } from '../connectors/stream';
import type { Position } from './state';

/**
 * Exports: Ahead. The page that will be wanted next, asked for while the present one is written: the source works, and its answer is
 * parsed, while the store does. At most one page of a stream is held. Nothing of it is noted anywhere before it is written in its
 * turn, so a kill or a failed write reads it again.
 */
export class Ahead {
  private waiting: { readonly key: string; readonly page: Promise<Page>; readonly abort: AbortController } | null = null;
  constructor(private readonly stream: Pick<Stream, 'read'>) {}

  /** Begins to read a place, unless one is held already. */
  begin(context: ReadContext, position: Position): void {
    if (this.waiting !== null || context.signal.aborted) return;
    const abort = new AbortController();
    const signal = AbortSignal.any([context.signal, abort.signal]);
    const page = read(this.stream, { ...context, signal }, position);
    // Told to whoever takes it; nobody may.
    page.catch(() => undefined);
    this.waiting = { key: keyOf(position), page, abort };
  }
  /** The page of this very place, read ahead or now. One held waits on while the present is read; another place means it was foreseen wrongly. */
  take(context: ReadContext, position: Position): Promise<Page> {
    if (this.waiting?.key === keyOf(position)) {
      const { page } = this.waiting;
      this.waiting = null;
      return page;
    }
    if (position.phase !== 'forward') this.drop();
    return read(this.stream, context, position);
  }
  /** The run ends or fails: what is held is not wanted any more. */
  drop(): void {
    this.waiting?.abort.abort();
    this.waiting = null;
  }
}

const read = async (stream: Pick<Stream, 'read'>, context: ReadContext, { from, to, cursor }: Position): Promise<Page> => stream.read(context, { from, to }, cursor);
const keyOf = ({ phase, from, to, cursor }: Position): string => JSON.stringify([phase, from, to, cursor]);
