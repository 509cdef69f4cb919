import { DAY, rowId } from '../../../model';
import type { ReadContext } from '../../connectors/stream';
import { column, sql, type Sql } from '../../store/sql';
import { table } from '../../store/table';
import { readMeta, writeMeta } from '../meta';
import { mark } from './mark';
import { KEY, TABLE, type Kind, type ListedStream, type ReconcileOptions } from './options';

/** When a row came to be: the edge of a source's retention runs along it. */
const BORN: Record<Kind, Sql> = { alert: sql`coalesce(a.detected, a.readable, a.event, a.changed)`, ticket: sql`a.created`, asset: sql`a.changed` };
/** So few rows may vanish whatever their share: a small registry can lose most of it in an afternoon. */
const FEW = 5;
/** A listing without most of what is known is believed once it has said so for as long, ms: by then somebody was told, and what it lists again comes back. */
const BELIEVED = 7 * DAY;
interface Stored { readonly k: bigint; readonly id: string; readonly born: number; readonly changed: number; readonly gone: number | null }

/** Compares what is stored with all ids the source lists now. Rejects with why the listing was not believed. */
export async function compareListing(o: ReconcileOptions, context: ReadContext, kind: Kind, streams: readonly ListedStream[], now: number): Promise<void> {
  const source = o.connector.sourceId;
  const listed = await listAll(o, context, kind, streams, now);
  const { store, dimensions } = o.committer.context;
  const oldest = Math.max(...streams.map(({ run }) => run.state.backfilled_to ?? 0));
  const stored = await store.query<Stored & Record<string, unknown>>(
    sql`select a.${column(KEY[kind])} as k, a.id, ${BORN[kind]} as born, a.changed, a.gone from ${table(TABLE[kind])} a where a.source_key = ${dimensions.sourceKey(source)}`);
  // Hidden for a while (a permission, a filter, an index that was closed) and not changed since: reading alone never meets them again.
  await mark(o, kind, stored.filter(row => row.gone !== null && listed.has(row.id)).map(row => ({ key: row.k, at: null })));
  const known = stored.filter(row => row.gone === null);
  const there = known.filter(row => listed.has(row.id));
  // A source whose list is the whole (assets) has no retention; elsewhere rows older than the oldest it still lists aged out.
  const born = kind === 'asset' ? -Infinity : there.reduce((least, row) => Math.min(least, row.born), Infinity);
  const changed = kind === 'asset' ? -Infinity : Math.max(oldest, there.reduce((least, row) => Math.min(least, row.changed), Infinity));
  const missing = known.filter(row => !listed.has(row.id) && (there.length === 0 || (row.born >= born && row.changed >= changed)));
  await believe(o, kind, missing.length, there.length, now);
  await mark(o, kind, missing.map(row => ({ key: row.k, at: now })));
  for (const { run } of streams) await run.write({ ...run.state, last_reconciled: now, unlisted: null });
}

async function listAll(o: ReconcileOptions, context: ReadContext, kind: Kind, streams: readonly ListedStream[], now: number): Promise<ReadonlySet<string>> {
  const listed = new Set<string>();
  for (const { stream, run } of streams) {
    // To a day past the present: a row that changes while it is listed must not fall out of the window.
    const window = { from: run.state.backfilled_to ?? 0, to: now + DAY };
    for (let cursor: unknown = null; ;) {
      const page = await stream.listIds!(context, window, cursor);
      if (!page.complete) throw new Error(`the source gave only a part of its ${kind}s' ids; nothing was marked gone. Look at the source for failed shards, timeouts or limits.`);
      for (const id of page.ids) listed.add(rowId(o.connector.sourceId, stream.kind, id));
      if (page.cursor === null) break;
      cursor = page.cursor;
    }
  }
  return listed;
}

/** An empty listing, or one without most of what is known, is a lost permission or a changed filter far more often than a purge. */
async function believe(o: ReconcileOptions, kind: Kind, missing: number, there: number, now: number): Promise<void> {
  const { store } = o.committer.context;
  const name = `unbelieved:${o.connector.sourceId}:${kind}`;
  const first = (await readMeta<{ since: number | null }>(store, name))?.since ?? null;
  const note = (since: number | null): Promise<void> => store.transaction(tx => writeMeta(tx, name, { since }));
  if (missing === 0 || (there > 0 && missing <= Math.max(FEW, there))) { if (first !== null) await note(null); return; }
  if (first === null) await note(now);
  if (there > 0 && first !== null && now - first >= BELIEVED) { await note(null); return; }
  throw new Error(`the listing of ${kind}s lacks ${missing} of ${missing + there} known rows; nothing was marked gone. Check the account's permissions and the source's filter.${
    there > 0 ? ` If they were removed, nothing is to be done: a listing that goes on saying so is believed after ${BELIEVED / DAY} days, from ${new Date((first ?? now) + BELIEVED).toISOString().slice(0, 10)} on.` : ''}`);
}
