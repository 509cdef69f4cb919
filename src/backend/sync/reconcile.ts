import { DAY, HOUR, MINUTE, type RowKind } from '../../model';
import type { Connector, ReadContext, Stream } from '../connectors/stream';
import { rowId } from '../../model';
import { keyOf } from '../store/key';
import { column, sql, type Sql } from '../store/sql';
import { table } from '../store/table';
import type { Committer } from './commit';
import { runRecompute } from './commit';
import { noneTouched, type Touched } from './facts';
import { readMeta, writeMeta } from './meta';
import type { StreamRun } from './stream-run';

/**
 * Exports: reconcile, ReconcileOptions. Rows that vanished at their source are kept and marked `gone`. Nothing is marked by a partial,
 * failed or empty listing, nor beyond what the source still keeps.
 */
export interface ReconcileOptions {
  readonly connector: Connector;
  readonly runs: readonly StreamRun[];
  readonly committer: Committer;
  readonly now: () => number;
  /** How often listings are compared, ms. Change logs of deletions are read every run. */
  readonly reconcileEveryMs?: number;
}
type Kind = 'alert' | 'ticket' | 'asset';
const TABLE = { alert: 'alert', ticket: 'ticket', asset: 'asset_record' } as const;
const KEY = { alert: 'alert_key', ticket: 'ticket_key', asset: 'record_key' } as const;
/** When a row came to be: the edge of a source's retention runs along it. */
const BORN: Record<Kind, Sql> = { alert: sql`coalesce(a.detected, a.readable, a.event, a.changed)`, ticket: sql`a.created`, asset: sql`a.changed` };

export async function reconcile(o: ReconcileOptions, context: ReadContext): Promise<void> {
  const kinds = new Map<RowKind, { stream: Stream; run: StreamRun }[]>();
  o.connector.streams.forEach((stream, i) => {
    const list = kinds.get(stream.kind) ?? [];
    list.push({ stream, run: o.runs[i]! });
    kinds.set(stream.kind, list);
  });
  for (const [kind, streams] of kinds) {
    if (kind !== 'alert' && kind !== 'ticket' && kind !== 'asset') continue;
    const now = o.now();
    for (const { stream, run } of streams) if (stream.deletions) await readDeletions(o, context, kind, stream, run, now);
    const due = streams.every(({ stream, run }) => stream.listIds && run.arrived && now - (run.state.last_reconciled ?? 0) >= (o.reconcileEveryMs ?? 6 * HOUR));
    // A kind that several streams fill is only known whole when all of them can list it.
    if (due) await compareListing(o, context, kind, streams, now);
  }
}

async function readDeletions(o: ReconcileOptions, context: ReadContext, kind: Kind, stream: Stream, run: StreamRun, now: number): Promise<void> {
  const name = `deletions:${o.connector.sourceId}:${stream.name}`;
  if (run.deletionsRead === null) {
    const known = await readMeta<{ to: number }>(o.committer.context.store, name);
    run.deletionsRead = Number(known?.to ?? run.state.watermark);
    // The place must outlive this process: after a restart the watermark has moved on, past deletions nobody read.
    if (!known && run.state.watermark !== null) await o.committer.context.store.transaction(tx => writeMeta(tx, name, { to: run.deletionsRead! }));
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
  const stored = await o.committer.context.store.query<{ k: bigint; id: string }>(
    sql`select a.${column(KEY[kind])} as k, a.id from ${table(TABLE[kind])} a where a.gone is null and a.${column(KEY[kind])} = any(${[...gone.keys()].map(id => keyOf(id))})`);
  await mark(o, kind, stored.filter(row => gone.has(row.id)).map(row => ({ key: row.k, at: gone.get(row.id)! })));
  // Re-reading some deletions after a restart is harmless; writing the place down every minute is not free.
  if (gone.size > 0 || now - since > 10 * MINUTE) await o.committer.context.store.transaction(tx => writeMeta(tx, name, { to: now }));
  run.deletionsRead = now;
}

async function compareListing(o: ReconcileOptions, context: ReadContext, kind: Kind, streams: { stream: Stream; run: StreamRun }[], now: number): Promise<void> {
  const source = o.connector.sourceId;
  const listed = new Set<string>();
  for (const { stream, run } of streams) {
    // To a day past the present: a row that changes while it is listed must not fall out of the window.
    const window = { from: run.state.backfilled_to ?? 0, to: now + DAY };
    for (let cursor: unknown = null; ;) {
      const page = await stream.listIds!(context, window, cursor);
      if (!page.complete) return;
      for (const id of page.ids) listed.add(rowId(source, stream.kind, id));
      if (page.cursor === null) break;
      cursor = page.cursor;
    }
  }
  const { store, dimensions } = o.committer.context;
  const oldest = Math.max(...streams.map(({ run }) => run.state.backfilled_to ?? 0));
  const rows = await store.query<{ k: bigint; id: string; born: number; changed: number }>(
    sql`select a.${column(KEY[kind])} as k, a.id, ${BORN[kind]} as born, a.changed from ${table(TABLE[kind])} a where a.source_key = ${dimensions.sourceKey(source)} and a.gone is null`);
  const there = rows.filter(row => listed.has(row.id));
  const missing = rows.filter(row => !listed.has(row.id));
  const done = async (): Promise<void> => { for (const { run } of streams) await run.write({ ...run.state, last_reconciled: now }); };
  if (missing.length === 0) return done();
  // An empty listing, or one without most of what is known, is a lost permission or a changed filter far more often than a purge.
  if (there.length === 0 || missing.length > Math.max(100, there.length)) {
    throw new Error(`the listing of ${kind}s lacks ${missing.length} of ${rows.length} known rows; nothing was marked gone. Check the account's permissions and the source's filter.`);
  }
  // A source whose list is the whole (assets) has no retention; elsewhere rows older than the oldest it still lists aged out.
  const born = kind === 'asset' ? -Infinity : there.reduce((least, row) => Math.min(least, row.born), Infinity);
  const changed = kind === 'asset' ? -Infinity : Math.max(oldest, there.reduce((least, row) => Math.min(least, row.changed), Infinity));
  await mark(o, kind, missing.filter(row => row.born >= born && row.changed >= changed).map(row => ({ key: row.k, at: now })));
  await done();
}

/** Marks rows gone in slices, facts in the same transaction. */
async function mark(o: ReconcileOptions, kind: Kind, rows: readonly { key: bigint; at: number }[]): Promise<void> {
  for (let from = 0; from < rows.length; from += 500) {
    const part = new Map(rows.slice(from, from + 500).map(row => [row.key, row.at]));
    await o.committer.run(async tx => {
      const touched: Touched = noneTouched();
      if (kind === 'alert') {
        const stored = await tx.lookup('alert', 'alert_key', [...part.keys()]);
        await tx.upsert('alert', stored.map(row => ({ ...row, gone: part.get(row.alert_key!)! })));
        for (const row of stored) { touched.alerts.add(row.alert_key!); touched.joins.add(row.join_key!); }
      } else if (kind === 'ticket') {
        const stored = await tx.lookup('ticket', 'ticket_key', [...part.keys()]);
        await tx.upsert('ticket', stored.map(row => ({ ...row, gone: part.get(row.ticket_key!)! })));
        for (const row of stored) touched.tickets.add(row.ticket_key!);
      } else {
        const stored = await tx.lookup('asset_record', 'record_key', [...part.keys()]);
        await tx.upsert('asset_record', stored.map(row => ({ ...row, gone: part.get(row.record_key!)! })));
        for (const row of stored) touched.assetRecords.add(row.record_key!);
      }
      await runRecompute(tx, touched, o.committer.context);
    });
  }
}
