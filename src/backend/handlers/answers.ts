import { MINUTE, SECOND, type Range } from '../../model';
import type { ParsedQuery } from '../../query/request';
import type { MetricResult } from '../metrics/metric';
import type { ScopedReader } from '../scope/reader';

/** An answer and the question it is right for. `stands`: whether no commit since touched a table it was read from. */
export interface Answer { readonly result: MetricResult; readonly range: Range; readonly asOf: number; readonly stands: () => boolean }
/** `key`: workspace, scope, settings version and everything of the query but its times. */
export interface Asked { readonly key: string; readonly range: Range; readonly asOf: number; readonly now: number; /** False: only the very same instants will do (alert rules). */ readonly near: boolean }

/** How much older than asked a live answer may be, while no row changed. Its own instant is what the panel says. */
export const NEAR = 15 * SECOND;
/** Cells of all answers together, and of one that is kept: at most some fifty megabytes, and an eighth of it. The longest answers of the bundled panels are 10,000 rows of 20 columns. */
const [CELLS, LARGEST, ENTRIES] = [2_000_000, 250_000, 2_000];

/**
 * Answers kept while they stand (docs/adr/038): the next viewer of a dashboard asks what the last one asked. The same question gets the
 * same answer until a commit touches a table behind it; a question about now also gets the answer of a moment ago, where nothing but the
 * instant differs and no day begins between the two. Time is the only thing that may pass.
 */
export class Answers {
  private readonly kept = new Map<string, Answer & { readonly cells: number }>();
  private cells = 0;

  find(asked: Asked): Answer | null {
    const place = placeOf(asked);
    const found = this.kept.get(place);
    if (found && !found.stands()) this.drop(place);
    if (!found || !found.stands() || !serves(found, asked)) return null;
    // To the young end: what is asked again is kept longest.
    this.kept.delete(place);
    this.kept.set(place, found);
    return found;
  }

  /** Works an answer out and keeps it, unless rows behind it changed meanwhile. */
  async make({ reader, asked }: { readonly reader: ScopedReader; readonly asked: Asked }, run: () => Promise<MetricResult>): Promise<Answer> {
    const ended = reader.watch();
    const result = await run();
    const answer = { result, range: asked.range, asOf: asked.asOf, stands: ended() };
    this.keep(asked, answer);
    return answer;
  }

  private keep(asked: Asked, answer: Answer): void {
    const { rows } = answer.result;
    const cells = 20 + rows.length * (rows[0] ? Object.keys(rows[0]).length : 0);
    if (cells > LARGEST || !answer.stands()) return;
    const place = placeOf(asked);
    this.drop(place);
    this.kept.set(place, { ...answer, cells });
    this.cells += cells;
    for (const [oldest] of this.kept) {
      if (this.cells <= CELLS && this.kept.size <= ENTRIES) break;
      this.drop(oldest);
    }
  }

  private drop(place: string): void {
    this.cells -= this.kept.get(place)?.cells ?? 0;
    this.kept.delete(place);
  }
}

/** A range that ends about now moves with the clock. */
const live = ({ range, now }: Asked): boolean => range.to >= now - NEAR;
/** A live question stands under its length, whoever asks at which second; one about the past under its instants. */
const placeOf = (asked: Asked): string => {
  const { key, range, asOf, near } = asked;
  return near && live(asked) ? `${key}|live ${Math.round((range.to - range.from) / MINUTE)}` : `${key}|${range.from} ${range.to} ${asOf}`;
};
/** Everything an answer depends on but its instants. Scope and settings version first: without them one client's answer could be another's. */
export const questionKey = (workspace: string, reader: ScopedReader, q: ParsedQuery): string =>
  JSON.stringify([workspace, reader.scope, reader.settingsVersion, q.entry.id, q.groupBy, q.filters, q.bucket, q.view, q.limit, q.options]);

/** No zone begins a day but at a multiple of this. */
const QUARTER = 15 * MINUTE;
/** Both instants lie in one local day of every zone, `b` at most NEAR after `a`. */
const sameDays = (a: number, b: number): boolean => b >= a && b - a <= NEAR && Math.floor(a / QUARTER) === Math.floor(b / QUARTER) && Math.floor((a - 1) / QUARTER) === Math.floor((b - 1) / QUARTER);
function serves(answer: Answer, { range, asOf, near }: Asked): boolean {
  const same = answer.range.from === range.from && answer.range.to === range.to && answer.asOf === asOf;
  return same || (near && sameDays(answer.range.from, range.from) && sameDays(answer.range.to, range.to) && sameDays(answer.asOf, asOf));
}
