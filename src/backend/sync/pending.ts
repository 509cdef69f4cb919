import type { Stream } from '../connectors/stream';
import type { Store, Transaction } from '../store/port';
import { column, join, sql, type Sql } from '../store/sql';
import { table } from '../store/table';
import type { Touched } from './facts';
import { ALERT_COLUMNS, type AlertStoreRow, type LinkedRows } from './recompute/linked-rows';
import { ticketKey } from './rows';
import type { StreamState } from './state';

/**
 * Exports: nextPending, somePending, horizon. Rows a first load wrote without facts: `settings_version` is null until a recompute touched the row, so what
 * is left to do is written with the rows themselves and a kill cannot lose it. Facts of ten thousand neighbours at once cost a
 * fraction of what they cost page by page: every batch looks through whole columns for its neighbours.
 */
const BATCH = 12_000;

/**
 * The instant from which every stream of alerts and tickets has been read: facts of older rows would be computed again as soon as the
 * other side of their links arrives. A stream that fails, or reads its list in no order of time, is not waited for.
 */
export function horizon(runs: readonly { readonly stream: Pick<Stream, 'kind' | 'mode'>; readonly state: StreamState; loadedFrom(): number }[]): number {
  const waited = runs.filter(({ stream, state }) => (stream.kind === 'alert' || stream.kind === 'ticket') && stream.mode === 'time' && state.error === null);
  return Math.max(0, ...waited.map(run => run.loadedFrom()));
}

/**
 * Adds the next batch to `touched`: alerts with the pending tickets that quote them, then the other tickets; by time, because rows of
 * one decision or ticket stand close together. Rows before `from` wait. The alerts' rows go to `rows`, because their facts want them
 * next. Returns its first key, null when nothing is pending.
 */
export async function nextPending(tx: Transaction, touched: Touched, rows: LinkedRows, from: number, size = BATCH): Promise<bigint | null> {
  const alerts = await tx.query<AlertStoreRow>(sql`
    select ${join(ALERT_COLUMNS.map(column))} from ${table('alert')}
    where settings_version is null and coalesce(detected, readable, event, changed) >= ${from} order by coalesce(detected, readable, event, changed) desc, alert_key limit ${size}`);
  rows.keepAlerts(alerts);
  for (const { alert_key: k, join_key: j } of alerts) { touched.alerts.add(k!); if (j !== null) touched.joins.add(j); }
  if (alerts.length > 0) {
    const linked = await tx.query<{ t: bigint }>(sql`select distinct ticket_key as t from ${table('link')} where join_key in (select unnest(${[...touched.joins]}::ubigint[]))`);
    await add(tx, touched, sql`ticket_key in (select unnest(${linked.map(l => l.t)}::ubigint[]))`, 1_000_000);
    return alerts[0]!.alert_key;
  }
  return add(tx, touched, sql`created >= ${from}`, size);
}

/** Whether `nextPending` would find anything: a read, so that an empty look costs no transaction. */
export async function somePending(store: Pick<Store, 'query'>, from: number): Promise<boolean> {
  const [row] = await store.query<{ some: boolean }>(sql`
    select exists (select 1 from ${table('alert')} where settings_version is null and coalesce(detected, readable, event, changed) >= ${from})
      or exists (select 1 from ${table('ticket')} where settings_version is null and created >= ${from}) as "some"`);
  return row!.some;
}

async function add(tx: Transaction, touched: Touched, where: Sql, size: number): Promise<bigint | null> {
  const tickets = await tx.query<{ k: bigint; into: string | null }>(sql`
    select ticket_key as k, merged_into as "into" from ${table('ticket')} where settings_version is null and ${where} order by created desc, ticket_key limit ${size}`);
  // A merge moves verdicts: the ticket it went into is touched too.
  for (const { k, into } of tickets) { touched.tickets.add(k); if (into !== null) touched.tickets.add(ticketKey(into)); }
  return tickets[0]?.k ?? null;
}
