import type { Page, ReadContext, Stream } from '../connectors/stream';
import type { Position } from './state';

/** Pages of one window that are held at most: what is written together is read together (gathered.ts). */
const DEPTH = 3;
interface Held { readonly position: Position; readonly page: Promise<Page>; readonly abort: AbortController }

/**
 * Exports: Ahead. The pages that will be wanted next, asked for one after the other while the present ones are written: the source
 * works, and its answers are parsed, while the store does. A page names the place of the next, so that they follow each other within
 * one window. Nothing of them is noted anywhere before they are written in their turn, so a kill or a failed write reads them again.
 */
export class Ahead {
  private held: Held[] = [];
  constructor(private readonly stream: Pick<Stream, 'read'>, private readonly depth = DEPTH) {}

  /** Begins to read a place and those that follow it, unless one is held already. */
  begin(context: ReadContext, position: Position): void {
    if (this.held.length === 0 && !context.signal.aborted) this.ask(context, position, new AbortController());
  }

  private ask(context: ReadContext, position: Position, abort: AbortController): void {
    const page = read(this.stream, { ...context, signal: AbortSignal.any([context.signal, abort.signal]) }, position);
    this.held.push({ position, page, abort });
    this.goOn(context);
  }
  /** After the last page held comes the one it names. A failure is told to whoever takes that page; nobody may. */
  private goOn(context: ReadContext): void {
    const last = this.held.at(-1);
    last?.page.then(({ cursor }) => {
      if (cursor !== null && this.held.at(-1) === last && this.held.length < this.depth && !last.abort.signal.aborted) this.ask(context, { ...last.position, cursor }, last.abort);
    }, () => undefined);
  }

  /** The page of this very place, read ahead or now. Those held wait on while the present is read; another place means they were foreseen wrongly. */
  take(context: ReadContext, position: Position): Promise<Page> {
    const [next] = this.held;
    if (next && keyOf(next.position) === keyOf(position)) {
      this.held.shift();
      this.goOn(context);
      return next.page;
    }
    if (position.phase !== 'forward') this.drop();
    return read(this.stream, context, position);
  }

  /** The run ends or fails: what is held is not wanted any more. */
  drop(): void {
    for (const { abort } of this.held) abort.abort();
    this.held = [];
  }
}

const read = async (stream: Pick<Stream, 'read'>, context: ReadContext, { from, to, cursor }: Position): Promise<Page> => stream.read(context, { from, to }, cursor);
const keyOf = ({ phase, from, to, cursor }: Position): string => JSON.stringify([phase, from, to, cursor]);
