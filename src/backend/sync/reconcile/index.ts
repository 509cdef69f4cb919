import { HOUR, type RowKind } from '../../../model';
import type { ReadContext } from '../../connectors/stream';
import { isStoreError } from '../../store/errors';
import type { StreamRun } from '../stream-run';
import { readDeletions } from './deletions';
import { compareListing } from './listing';
import type { ListedStream, ReconcileOptions } from './options';

export type { ReconcileOptions } from './options';

/** After a listing that failed or was not believed, the next is asked for no sooner, ms. */
const AGAIN = HOUR;
/** How remarks begin: of the log of deletions, which is read in every run and clears its own; of the listing, cleared by the next that is compared. */
const [LOG, LISTING] = ['Deletions were not read:', 'Vanished rows were not looked for:'];

/**
 * Exports: reconcile, ReconcileOptions. Rows that vanished at their source are kept and marked `gone`; those it lists again are there
 * again. Nothing is marked by a partial, failed or empty listing, nor beyond what the source still keeps. Why a stream's rows were not
 * looked for stands in its state until they were.
 */
export async function reconcile(o: ReconcileOptions, context: ReadContext): Promise<void> {
  const kinds = new Map<RowKind, ListedStream[]>();
  o.connector.streams.forEach((stream, i) => {
    const list = kinds.get(stream.kind) ?? [];
    list.push({ stream, run: o.runs[i]! });
    kinds.set(stream.kind, list);
  });
  const every = o.reconcileEveryMs ?? 6 * HOUR;
  for (const [kind, streams] of kinds) {
    if (kind !== 'alert' && kind !== 'ticket' && kind !== 'asset') continue;
    const now = o.now();
    let read = true;
    for (const { stream, run } of streams) {
      if (!stream.deletions) continue;
      const well = await said(o, context, [run], LOG, () => readDeletions(o, context, kind, stream, run, now));
      if (well && run.state.unlisted?.startsWith(LOG)) await run.write({ ...run.state, unlisted: null });
      read = well && read;
    }
    const due = streams.every(({ stream, run }) => stream.listIds && run.arrived && now - (run.state.last_reconciled ?? 0) >= every && now - (run.listedAt ?? 0) >= Math.min(every, AGAIN));
    // A kind that several streams fill is only known whole when all of them can list it.
    if (!due || !read) continue;
    for (const { run } of streams) run.listedAt = now;
    await said(o, context, streams.map(s => s.run), LISTING, () => compareListing(o, context, kind, streams, now));
  }
}

/** What one kind's source did not tell stops neither the other kinds nor its rows: it is said in the streams' state, once in the log. */
async function said(o: ReconcileOptions, context: ReadContext, runs: readonly StreamRun[], what: string, work: () => Promise<void>): Promise<boolean> {
  try { await work(); return true; } catch (error) {
    if (context.signal.aborted || isStoreError(error)) throw error;
    const why = `${what} ${error instanceof Error ? error.message : String(error)}`.slice(0, 1000);
    if (runs.some(run => run.state.unlisted !== why)) o.log('warn', `${o.connector.sourceId}: ${why}`, { source: o.connector.sourceId });
    for (const run of runs) if (run.state.unlisted !== why) await run.write({ ...run.state, unlisted: why });
    return false;
  }
}
