import { DAY, utcDay } from '../../model';
import { SourceError } from '../connectors/http/port';
import type { Page, ReadContext, Stream } from '../connectors/stream';
import { Ahead } from './ahead';
import type { Committer } from './commit';
import type { Computing } from './computing';
import { Ledger } from './ledger';
import { Gathered } from './gathered';
import { KeptPlace } from './kept-place';
import { MappingWatch } from './mapping-watch';
import { assertWindow } from './outside';
import { parsePosition, readState, repaired, writeState, type Position, type StreamState } from './state';
import { ProgressLog } from './progress-log';
import { sql } from '../store/sql';
import { table } from '../store/table';
import { SkippedDays } from './skipped-days';
import { advance, historyStart, nextDay, nextTimeWindow, progressOf, type RunMemory } from './windows';

/** Exports: StreamRun, StreamProgress. One stream: unit by unit of work, each page in a transaction of its own. */
export interface StreamProgress {
  readonly source: string; readonly stream: string; readonly rows: number; readonly expected: number | null;
  readonly progress: number; readonly etaMs: number | null; readonly current: boolean; readonly error: string | null; readonly lastSuccess: number | null;
}
export interface StreamRunOptions {
  readonly source: string;
  readonly stream: Stream;
  readonly historyMs: number;
  readonly intervalMs: number;
  readonly committer: Committer;
  readonly computing: Computing;
  /** Rows of a first load to write together at least. */
  readonly gather?: number;
  readonly now: () => number;
  readonly changed: () => void;
  readonly log: (level: 'info' | 'warn' | 'error', message: string, fields?: Record<string, unknown>) => void;
}

/** Rows of past telemetry days to write together: every day sees most hosts again, so days in one page cost one write of each host. */
const DAYS_TOGETHER = 24_000;
/** Whole days of telemetry that were read and wait to be written with the next. */
interface Held { readonly gathered: Gathered; readonly ends: Position[] }
/** Time left beyond this is a guess from too little, ms. */
const LONGEST_FORETOLD = 7 * DAY;

export class StreamRun {
  state!: StreamState;
  /** Until when the change log of deletions was read in this process; before that, the last reconciliation counts. */
  deletionsRead: number | null = null;
  private memory: RunMemory = { forwardAt: null, days: new Set(), full: false };
  private readonly ledger: Ledger;
  private readDays = new Map<number, number>();
  private readonly place = new KeptPlace();
  private readonly skipped = new SkippedDays();
  /** When this process last compared the source's listing, successfully or not. */
  listedAt: number | null = null;
  private pace: { at: number; progress: number } | null = null;
  private readonly ahead: Ahead;
  private readonly progressLog: ProgressLog;
  private readonly mapping: MappingWatch;

  constructor(private readonly o: StreamRunOptions) { this.ledger = new Ledger(o.source, o.stream.name); this.ahead = new Ahead(o.stream); this.mapping = new MappingWatch(o); this.progressLog = new ProgressLog(`${o.source}: stream ${o.stream.name}`); }
  get stream(): Stream { return this.o.stream; }
  /** Instant from which on everything was read; infinite before the first window was, 0 when the history is complete. */
  loadedFrom(): number {
    const { watermark, backfilled_to: from } = this.state;
    return watermark === null || from === null ? Infinity : from > this.floor() ? from : 0;
  }

  async load(): Promise<void> {
    const { store } = this.o.committer.context;
    const { state, why } = repaired(await readState(store, this.o.source, this.o.stream), this.o.now());
    this.state = state;
    if (why) this.o.log('warn', `${this.o.source}: stream ${this.o.stream.name}: ${why}`);
    await this.ledger.load(store);
    if (this.o.stream.mode === 'day') await this.loadDays();
  }
  private async loadDays(): Promise<void> {
    const key = this.o.committer.context.dimensions.sourceKey(this.o.source);
    const rows = await this.o.committer.context.store.query<{ day: number; read_to: number }>(
      sql`select day, read_to from ${table('source_day')} where source_key = ${key} and stream = ${this.o.stream.name}`);
    this.readDays = new Map(rows.map(r => [r.day, r.read_to]));
  }

  /** A new run of the source begins: the present is to be reached again. */
  begin(): void { this.ahead.drop(); this.place.begin(this.state.cursor !== null); this.memory = { forwardAt: null, days: new Set(), full: false }; this.atPresent = false; }

  private floor(): number { return historyStart(this.o.now(), this.o.stream.history ?? this.o.historyMs); }

  private next(): Position | null {
    return parsePosition(this.state.cursor) ?? this.nextWindow(this.state, this.memory);
  }
  private nextWindow(state: StreamState, memory: RunMemory): Position | null {
    const now = this.o.now();
    const { stream, intervalMs } = this.o;
    if (stream.mode === 'full') return memory.full ? null : { phase: 'full', from: this.floor(), to: now, cursor: null, partial: false, read: 0, expected: null };
    if (stream.mode === 'day') return nextDay(state, stream, memory, now, this.floor(), this.readDays);
    return nextTimeWindow(state, stream, memory, now, this.floor(), intervalMs);
  }
  /** What will be asked for after this page: the next page of its window, or of the history the window before. The present is asked for when its time comes. */
  private following(at: Position): Position | null {
    if (at.cursor !== null) return at;
    if (at.partial || this.o.stream.mode === 'full') return null;
    const { days } = this.memory;
    const window = this.nextWindow(advance(this.state, at), { ...this.memory, forwardAt: at.phase === 'back' ? this.memory.forwardAt : this.o.now(), days: at.phase === 'day' ? new Set([...days, utcDay(at.from)]) : days });
    return window && (window.phase === 'back' || (window.phase === 'day' && this.isNew(window) && window.to - window.from === DAY)) ? window : null;
  }

  /** One window (or the rest of one). False when nothing is left to do in this run. Rejects with what stopped it; rows read until then stay. */
  async step(context: ReadContext): Promise<boolean> {
    const position = this.next();
    if (!position) {
      await this.finish();
      // Rules bring no facts of their own.
      if (this.o.stream.kind === 'rule') await this.computed();
      return false;
    }
    const waiting = await this.mapping.assert(context);
    if (waiting !== undefined && waiting !== this.state.waiting) await this.write({ ...this.state, waiting });
    const end = await this.readOn(context, position);
    if (end.partial && this.skipDay(end)) return true;
    if (end.partial) {
      throw new SourceError('partial', this.o.source, `stream ${this.o.stream.name}: the source gave only part of ${new Date(end.from).toISOString()} – ${new Date(end.to).toISOString()}.`,
        'What came was kept; the window is read again. Look at the source for failed shards, timeouts or limits.');
    }
    if (end.phase === 'forward' || end.phase === 'first') this.memory.forwardAt = this.o.now();
    if (end.phase === 'full') this.memory.full = true;
    if (end.phase === 'day') this.wasRead(end);
    return true;
  }
  private wasRead(end: Position): void { this.memory.days.add(utcDay(end.from)); this.skipped.read(end); }

  /** One window, or several past days of telemetry in one transaction. A kill, and an abort, read the waiting days again. */
  private async readOn(context: ReadContext, begin: Position): Promise<Position> {
    const enough = this.o.gather ?? (this.o.stream.mode === 'day' ? DAYS_TOGETHER : undefined);
    const held: Held = { gathered: new Gathered(this.o.now, enough), ends: [] };
    let end = await this.readWindow(context, begin, held);
    while (held.ends.length > 0) {
      this.wasRead(end);
      const following = this.next();
      if (following && this.isNew(following)) { end = await this.readWindow(context, following, held); continue; }
      held.ends.pop();
      await this.commit(held.gathered.take(), end, true, held.ends.splice(0));
      this.o.changed();
    }
    return end;
  }

  private skipDay(end: Position): boolean {
    const skip = this.skipped.take(end, this.o.now() - this.o.stream.lag, this.floor(), date => this.o.log('warn', `${this.o.source}: stream ${this.o.stream.name}: ${date} came only in part; it counts as not measured and is asked for again`, { source: this.o.source }));
    if (skip) this.memory.days.add(utcDay(end.from));
    return skip;
  }

  private unflushed = 0;
  /** True when facts that pages only marked should be computed now: when the stream has nothing left to do, and every few windows of a first load. */
  wantsFlush(more: boolean): boolean {
    if (this.o.stream.kind !== 'asset' && this.o.stream.kind !== 'observation') return false;
    this.unflushed++;
    if (more && this.unflushed < 10) return false;
    this.unflushed = 0;
    return true;
  }

  private async readWindow(context: ReadContext, begin: Position, { gathered, ends }: Held): Promise<Position> {
    let position = begin;
    const { stream, source } = this.o;
    for (let stuck = 0; ;) {
      context.signal.throwIfAborted();
      const page = await this.readPage(context, position).catch(async error => {
        // What came before the failure was read well.
        if (gathered.page && !context.signal.aborted) await this.commit(gathered.page, position, false, ends.splice(0));
        throw error;
      });
      this.place.stands();
      const newest = position.phase === 'forward' || position.phase === 'first' || position.to >= this.o.now() - DAY;
      const outside = assertWindow(source, stream, page, position, newest);
      stuck = page.rows.length === 0 && page.cursor !== null && JSON.stringify(page.cursor) === JSON.stringify(position.cursor) ? stuck + 1 : 0;
      if (stuck > 2) throw new SourceError('body', source, `stream ${stream.name}: paging does not advance; the source gives the same empty page again and again.`, 'Report this with the source version; the window is read again later.');
      const last = page.cursor === null;
      const at: Position = { ...position, cursor: page.cursor, partial: position.partial || !page.complete, read: position.read + page.rows.length + page.rejects.length, expected: page.expected ?? position.expected };
      gathered.add(outside === 0 ? page : { ...page, notices: [...page.notices, { code: 'outside_window', field: null, value: null, count: outside }] });
      position = at;
      const following = this.following(at);
      if (following) this.ahead.begin(context, following);
      if (!last && position.phase !== 'forward' && gathered.wantsMore()) continue;
      // Of a day begun in another transaction the state still holds the place; it ends in one of its own.
      if (last && !at.partial && at.phase === 'day' && this.state.cursor === null && this.isNew(at) && gathered.wantsMore()) { ends.push(at); return at; }
      await this.commit(gathered.take(), at, last, ends.splice(0));
      this.o.changed();
      if (last) { await this.o.computing.settle(context.signal); return at; }
    }
  }

  private async readPage(context: ReadContext, position: Position): Promise<Page> {
    try {
      return await this.ahead.take(context, position);
    } catch (error) {
      if (!context.signal.aborted && this.place.forgotten(error)) await this.write({ ...this.state, cursor: null });
      throw error;
    }
  }

  /** A page, with the days `before` it that were read whole. */
  private async commit(page: Page, at: Position, last: boolean, before: readonly Position[] = []): Promise<void> {
    const { stream, source, committer } = this.o;
    const whole = last && !at.partial;
    const done = whole ? [...before, at] : before;
    const now = this.o.now();
    const moved = (base: StreamState): StreamState => {
      const next: StreamState = { ...done.reduce(advance, base), cursor: last ? null : JSON.stringify(at), expected: at.expected, last_attempt: now };
      const progress = stream.mode === 'full' ? (whole ? 1 : at.expected ? Math.min(1, at.read / at.expected) : next.watermark === null ? 0 : 1) : progressOf(next, last ? null : at, this.floor(), now);
      return { ...next, progress, eta_ms: this.eta(progress, now), ...(whole ? { error: null, error_code: null, remedy: null, last_success: now } : {}) };
    };
    let state!: StreamState;
    const refusedBefore = this.state.rejected ?? 0;
    await committer.page(stream, page, this.ledger, (applied, rejected) => (state = { ...moved(this.state), ...(applied.deferred && { current: false }), rows: (this.state.rows ?? 0) + applied.written, rejected: (this.state.rejected ?? 0) + rejected }),
      stream.mode === 'day' && done.length > 0 ? async (tx, touched) => {
        const key = committer.context.dimensions.sourceKey(source);
        await tx.upsert('source_day', done.map(d => ({ source_key: key, stream: stream.name, day: utcDay(d.from), read_to: this.readUntil(d), hosts: d.read })));
        // A day only begun is judged with the others: its hosts were seen.
        for (const d of [...before, at]) touched.telemetryDays.add(`${key}|${stream.name}|${utcDay(d.from)}`);
      } : undefined, this.state.last_success, this.isNew(at));
    this.state = state;
    this.tell();
    const refused = (state.rejected ?? 0) - refusedBefore;
    const [first] = page.rejects;
    if (refused > 0 && first) this.o.log('warn', `${source}: stream ${stream.name}: ${refused} ${refused === 1 ? 'record was' : 'records were'} refused, the first because of ${first.field}: ${first.reason}. The others are kept; mend the records at their source, or the mapping.`, { source });
    if (stream.mode === 'day') for (const d of done) this.readDays.set(utcDay(d.from), this.readUntil(d));
  }
  private readUntil(day: Position): number { return Math.max(day.to, this.readDays.get(utcDay(day.from)) ?? 0); }

  /** Rows of a window never read before: what stands in the store need not be asked, and facts can wait for their neighbours. */
  private isNew(at: Position): boolean {
    if (this.o.stream.kind === 'observation') return at.phase === 'day' && !this.readDays.has(utcDay(at.from));
    return at.phase !== 'forward' && (this.o.stream.kind === 'alert' || this.o.stream.kind === 'ticket');
  }

  private eta(progress: number, now: number): number | null {
    if (progress >= 1) return 0;
    if (!this.pace) { this.pace = { at: now, progress }; return null; }
    const gained = progress - this.pace.progress;
    if (gained <= 0 || now <= this.pace.at) return null;
    const left = Math.round(((1 - progress) / gained) * (now - this.pace.at));
    // The first hair's breadth of progress foretells months: that is not known yet.
    return left > LONGEST_FORETOLD ? null : left;
  }

  /** Nothing was left to read in this run: everything of the stream that there is stands in the store. */
  get arrived(): boolean { return this.atPresent; }
  private atPresent = false;

  private async finish(): Promise<void> {
    this.atPresent = true;
    this.tell();
    if (this.state.error === null && this.state.progress === 1) return;
    await this.write({ ...this.state, progress: 1, eta_ms: 0, error: null, error_code: null, remedy: null, last_success: this.o.now(), last_attempt: this.o.now() });
  }
  /** How far a first load is, for the log. */
  private tell(): void {
    const { rows, progress, etaMs } = this.progress();
    const line = this.progressLog.line({ rows, progress, etaMs }, this.atPresent || progress >= 1, this.o.now());
    if (line !== null) this.o.log('info', line, { source: this.o.source, stream: this.o.stream.name, rows });
  }
  /** The facts of everything read are computed: what panels show of this stream is its present. */
  async computed(): Promise<void> {
    if (this.atPresent && this.state.error === null && this.state.current !== true) await this.write({ ...this.state, current: true });
  }

  /** The run of this stream failed: last good data stay, and what happened is said with its remedy. */
  async failed(error: unknown): Promise<void> {
    this.ahead.drop();
    const known = error instanceof SourceError ? error : null;
    const message = known ? known.message : `${this.o.source}: stream ${this.o.stream.name}: ${error instanceof Error ? error.message : String(error)}`;
    this.atPresent = false;
    this.mapping.again();
    await this.write({ ...this.state, current: false, last_attempt: this.o.now(), error: message.slice(0, 1000), error_code: known?.code ?? (error as { code?: string })?.code ?? 'unexpected', remedy: known?.remedy ?? null });
  }

  async write(state: StreamState): Promise<void> {
    await this.o.committer.context.store.transaction(tx => writeState(tx, state));
    this.state = state;
    this.o.changed();
  }

  progress(): StreamProgress {
    const s = this.state;
    return { source: this.o.source, stream: this.o.stream.name, rows: s.rows ?? 0, expected: s.expected, progress: s.progress ?? 0, etaMs: s.eta_ms, current: s.current === true, error: s.error, lastSuccess: s.last_success };
  }
}
