import type { ActorKind, Disposition, Quote, SeverityTier, TicketEvent, TicketOrigin, TicketRow } from '../../../model';
import { keyOf } from '../../store/key';
import type { StoreRow } from '../../store/schema';
import type { Dimensions } from '../facts';
import { joinKey } from './alert';

/** Exports: ticketKey, ticketColumns, ticketOf, linksOf. Canonical ticket ↔ `ticket` and its `link`s. */
export const ticketKey = (id: string): bigint => keyOf(id);

export function ticketColumns(row: TicketRow, dimensions: Dimensions) {
  return {
    ticket_key: ticketKey(row.id), id: row.id, native_id: row.nativeId, key: row.key, source_key: dimensions.sourceKey(row.source),
    client_key: dimensions.clientKey(row.client), tier: row.tier, title: row.title, created: row.created,
    source_severity: row.sourceSeverity, source_client: row.sourceClient, source_status: row.sourceStatus, done: row.done,
    source_disposition: row.sourceDisposition, disposition: row.disposition, disposition_at: row.dispositionAt, disposition_by: row.dispositionBy,
    origin: row.origin, quotes: JSON.stringify(row.quotes), timeline: JSON.stringify(row.timeline), merged_into: row.mergedInto,
    url: row.url, changed: row.changed, gone: row.gone,
  } satisfies Partial<StoreRow<'ticket'>>;
}

export const ticketOf = (row: StoreRow<'ticket'>, dimensions: Dimensions): TicketRow => ({
  id: row.id!, source: dimensions.sourceId(row.source_key!), nativeId: row.native_id!, url: row.url, changed: row.changed!, gone: row.gone,
  key: row.key!, title: row.title, created: row.created!, sourceSeverity: row.source_severity, tier: row.tier as SeverityTier,
  sourceClient: row.source_client, client: dimensions.clientId(row.client_key!), sourceStatus: row.source_status, done: row.done!,
  sourceDisposition: row.source_disposition, disposition: row.disposition as Disposition | null, dispositionAt: row.disposition_at,
  dispositionBy: row.disposition_by as ActorKind | null, origin: row.origin as TicketOrigin,
  quotes: JSON.parse(row.quotes!) as Quote[], timeline: JSON.parse(row.timeline!) as TicketEvent[], mergedInto: row.merged_into,
});

/**
 * Links of a ticket after a read: one per quoted id; one no longer quoted stays, marked removed. Where the source tells no link
 * time, a link that appears on a ticket already known was made by `changed` at the latest: that observation is kept as its time.
 */
export function linksOf(row: TicketRow, stored: readonly StoreRow<'link'>[], known: boolean): StoreRow<'link'>[] {
  const key = ticketKey(row.id);
  const before = new Map(stored.map(link => [link.join_key!, link]));
  const now = new Map<bigint, StoreRow<'link'>>();
  for (const quote of row.quotes) {
    const join = joinKey(quote.alert);
    const old = before.get(join);
    const observed = old && !old.removed ? old.linked_at : known ? row.changed : null;
    const earlier = now.get(join);
    // Quoted twice: the earliest known link time counts, the first way of finding it stays.
    const at = [quote.linkedAt, earlier?.linked_at].filter((t): t is number => t != null);
    now.set(join, { ticket_key: key, join_key: join, join_id: quote.alert, found: earlier?.found ?? quote.found, linked_at: at.length > 0 ? Math.min(...at) : observed, removed: false });
  }
  for (const [join, old] of before) if (!now.has(join)) now.set(join, { ...old, removed: true });
  return [...now.values()].filter(link => {
    const old = before.get(link.join_key!);
    return !old || old.found !== link.found || old.linked_at !== link.linked_at || old.removed !== link.removed || old.join_id !== link.join_id;
  });
}
