import type { TicketRow } from '../../../model';
import type { StoreRow } from '../../store/schema';
import { joinKey, linksOf, overlay, sameColumns, ticketColumns, ticketKey, ticketOf } from '../rows';
import { breather } from '../breathe';
import { withObserved } from './observe';
import { byKey, newest, type Applied, type ApplyContext } from './shared';

/** Exports: applyTickets. Tickets and their links. */
export async function applyTickets(context: ApplyContext, rows: readonly TicketRow[]): Promise<Applied> {
  const { tx, dimensions, touched } = context;
  const done: Applied = { written: 0, same: 0, older: 0 };
  const page = newest(rows);
  const keys = page.map(row => ticketKey(row.id));
  const stored = await byKey(tx, 'ticket', 'ticket_key', keys, context.defer);
  const links = new Map<bigint, StoreRow<'link'>[]>();
  for (const link of await tx.lookup('link', 'ticket_key', [...stored.keys()])) {
    const list = links.get(link.ticket_key!);
    if (list) list.push(link); else links.set(link.ticket_key!, [link]);
  }
  const write: StoreRow<'ticket'>[] = [];
  const writeLinks: StoreRow<'link'>[] = [];
  const pause = breather();
  for (const read of page) {
    await pause();
    const old = stored.get(ticketKey(read.id));
    const row = old && old.id === read.id && old.changed! <= read.changed ? observed(context, old, read) : read;
    const columns = ticketColumns(row, dimensions);
    if (old && old.id === row.id) {
      if (old.changed! > row.changed) { done.older++; continue; }
      if (sameColumns(old, columns, context.changedIsReading ? ['changed'] : [])) { done.same++; continue; }
    }
    write.push(overlay('ticket', old, columns));
    const deferred = !old && context.defer === true;
    if (deferred) done.deferred = (done.deferred ?? 0) + 1; else touched.tickets.add(columns.ticket_key);
    if (!deferred) for (const quote of row.quotes) touched.joins.add(joinKey(quote.alert));
    for (const link of linksOf(row, links.get(columns.ticket_key) ?? [], old !== undefined)) {
      writeLinks.push(link);
      if (!deferred) touched.joins.add(link.join_key!);
    }
    // A merge moves verdicts: the ticket it went into, or left, is touched too.
    if (!deferred) for (const other of [row.mergedInto, old?.merged_into]) if (other) touched.tickets.add(ticketKey(other));
    done.written++;
  }
  if (stored.size === 0) await tx.insert('ticket', write); else await tx.upsert('ticket', write);
  await tx.upsert('link', writeLinks);
  return done;
}

function observed({ observe, dimensions }: ApplyContext, old: StoreRow<'ticket'>, read: TicketRow): TicketRow {
  if (!observe) return read;
  const before = ticketOf(old, dimensions);
  return observe.hook(before, withObserved(before, read), observe.seen) as TicketRow;
}
