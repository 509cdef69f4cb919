import type { Page, Reject, Stream } from '../connectors/stream';
import { CollisionError } from '../store/errors';
import type { Store, Transaction } from '../store/port';
import type { WorkspaceSettings } from '../../settings/schema';
import { applyPage, type Applied } from './apply';
import type { StoreDimensions } from './dimensions';
import { noneTouched, type Flush, type Recompute, type Touched } from './facts';
import type { Ledger } from './ledger';
import { nextPending, somePending } from './pending';
import { LinkedRows } from './recompute/linked-rows';
import { writeState, type StreamState } from './state';

/** Exports: Committer, runRecompute. One transaction: rows → touched → facts → dimensions → ledger → watermark. All or nothing. */
export interface CommitContext {
  readonly store: Store;
  readonly dimensions: StoreDimensions;
  readonly recompute: readonly Recompute[];
  readonly flush?: readonly Flush[];
  settings(): { readonly settings: WorkspaceSettings; readonly version: number };
  readonly now: () => number;
}

const nothing = (t: Touched): boolean => Object.values(t as unknown as Record<string, { readonly size: number }>).every(set => set.size === 0);

/** `rows`: what this transaction has read of alerts, links and tickets. */
export async function runRecompute(tx: Transaction, touched: Touched, context: CommitContext, rows = new LinkedRows(tx)): Promise<void> {
  if (nothing(touched)) return;
  const { settings, version } = context.settings();
  for (const recompute of context.recompute) await recompute(tx, touched, { settings, version, dimensions: context.dimensions, now: context.now(), rows });
}

/** Runs work in a transaction that may allocate dimension ids; a failed one forgets them. Dimensions are shared, so these take turns. */
export class Committer {
  private tail: Promise<unknown> = Promise.resolve();
  constructor(readonly context: CommitContext) {}

  async run<T>(work: (tx: Transaction) => Promise<T>): Promise<T> {
    const before = this.tail;
    let done!: () => void;
    this.tail = new Promise<void>(resolve => { done = resolve; });
    await before.catch(() => undefined);
    const { dimensions, store } = this.context;
    try {
      const result = await store.transaction(async tx => {
        const value = await work(tx);
        await dimensions.flush(tx);
        return value;
      });
      dimensions.commit();
      return result;
    } catch (error) {
      dimensions.rollback();
      throw error;
    } finally { done(); }
  }

  /** Computes what pages only marked. False when something of it was put off: it waits for a first load under way. */
  async flush(midnight = false): Promise<boolean> {
    const { settings, version } = this.context.settings();
    let whole = true;
    for (const flush of this.context.flush ?? []) {
      // A flush that has more to do goes on in a transaction of its own: others write between.
      let done: Awaited<ReturnType<Flush>>;
      do done = await this.run(tx => flush(tx, { settings, version, dimensions: this.context.dimensions, now: this.context.now() }, midnight)); while (done === 'more');
      if (done === false) whole = false;
    }
    return whole;
  }

  /** A process before this one may have been killed between rows and facts: the first look finds out. */
  private pending = true;
  /** Pages that left rows without facts, so that a look begun before one does not say that none is left. */
  private left = 0;
  /** True while rows of a first load wait for their facts. */
  get waiting(): boolean { return this.pending; }
  /**
   * Computes the facts that pages of a first load left, batch by batch in transactions of their own; resumable at any point.
   * Rows before `from` go on waiting (see `horizon`); 0: none does.
   */
  async settle(signal?: AbortSignal, from = 0): Promise<void> {
    if (!this.pending || !Number.isFinite(from)) return;
    const { left } = this;
    const none = (): void => { if (from === 0 && this.left === left) this.pending = false; };
    if (!await somePending(this.context.store, from)) return none();
    for (let last: bigint | null = null; ;) {
      if (signal?.aborted) return;
      const first = await this.run(async tx => {
        const touched = noneTouched();
        const rows = new LinkedRows(tx);
        const key = await nextPending(tx, touched, rows, from);
        // The same rows again: this pipeline computes no facts of them.
        if (key !== null && key !== last) await runRecompute(tx, touched, this.context, rows);
        return key;
      });
      if (first === null || first === last) return none();
      last = first;
    }
  }

  /** One page with its facts (`defer`: those of new rows are left for `settle`) and the state that says it was read. Rows whose key collides are set aside and the rest is written. */
  async page(stream: Stream, page: Page, ledger: Ledger, next: (applied: Applied, rejected: number) => StreamState, more?: (tx: Transaction, touched: Touched) => Promise<void>, lastRead: number | null = null, defer = false): Promise<Applied> {
    const to = this.context.now();
    const observe = stream.observe ? { hook: stream.observe.bind(stream), seen: { from: lastRead ?? to, to } } : undefined;
    let rows: Page['rows'] = page.rows;
    let rejects: readonly Reject[] = page.rejects;
    for (;;) {
      const fresh = ledger.fresh(rejects);
      try {
        const applied = await this.run(async tx => {
          const touched = noneTouched();
          const done = await applyPage({ tx, dimensions: this.context.dimensions, touched, changedIsReading: stream.mode !== 'time', observe, defer }, { kind: page.kind, rows });
          if (more) await more(tx, touched);
          await this.context.dimensions.flush(tx);
          await runRecompute(tx, touched, this.context);
          // The overlap reads the same rows again: remarks about rows that brought nothing new were counted before.
          const notices = done.written > 0 || rows.length === 0 ? page.notices : [];
          await ledger.write(tx, fresh, notices, this.context.now());
          await writeState(tx, next(done, fresh.length));
          return done;
        });
        ledger.counted(fresh);
        if (applied.deferred) { this.pending = true; this.left++; }
        return applied;
      } catch (error) {
        if (!(error instanceof CollisionError)) throw error;
        const ids = new Set(error.ids.map(c => c.id));
        const kept = (rows as readonly { id: string; nativeId: string }[]).filter(row => !ids.has(row.id));
        if (kept.length === rows.length) throw error;
        const aside = (rows as readonly { id: string; nativeId: string }[]).filter(row => ids.has(row.id));
        rejects = [...rejects, ...aside.map(row => ({ nativeId: row.nativeId, field: 'id', reason: 'its 64-bit key is taken by another id; refused, not merged', sample: row.id }))];
        rows = kept as unknown as Page['rows'];
      }
    }
  }
}
