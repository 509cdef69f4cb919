import { MINUTE, rowId } from '../../../model';
import type { ReadContext, Stream } from '../../connectors/stream';
import { keyOf } from '../../store/key';
import { column, sql } from '../../store/sql';
import { table } from '../../store/table';
import { readMeta, writeMeta } from '../meta';
import type { StreamRun } from '../stream-run';
import { mark } from './mark';
import { KEY, TABLE, type Kind, type ReconcileOptions } from './options';

/** Marks what the source's own log says was deleted since it was read last; rejects with the source's error. */
export async function readDeletions(o: ReconcileOptions, context: ReadContext, kind: Kind, stream: Stream, run: StreamRun, now: number): Promise<void> {
  const { store } = o.committer.context;
  const name = `deletions:${o.connector.sourceId}:${stream.name}`;
  if (run.deletionsRead === null) {
    const known = await readMeta<{ to: number }>(store, name);
    run.deletionsRead = Number(known?.to ?? run.state.watermark);
    // The place must outlive this process: after a restart the watermark has moved on, past deletions nobody read.
    if (!known && run.state.watermark !== null) await store.transaction(tx => writeMeta(tx, name, { to: run.deletionsRead! }));
  }
  const since = run.deletionsRead;
  const gone = new Map<string, number>();
  for (let cursor: unknown = null; ;) {
    const page = await stream.deletions!(context, since - stream.overlap, cursor);
    if (!page.complete) return;
    for (const { nativeId, at } of page.ids) gone.set(rowId(o.connector.sourceId, stream.kind, nativeId), at);
    if (page.cursor === null) break;
    cursor = page.cursor;
  }
  const stored = await store.query<{ k: bigint; id: string }>(
    sql`select a.${column(KEY[kind])} as k, a.id from ${table(TABLE[kind])} a where a.gone is null and a.${column(KEY[kind])} = any(${[...gone.keys()].map(id => keyOf(id))})`);
  await mark(o, kind, stored.filter(row => gone.has(row.id)).map(row => ({ key: row.k, at: gone.get(row.id)! })));
  // Re-reading some deletions after a restart is harmless; writing the place down every minute is not free.
  if (gone.size > 0 || now - since > 10 * MINUTE) await store.transaction(tx => writeMeta(tx, name, { to: now }));
  run.deletionsRead = now;
}
