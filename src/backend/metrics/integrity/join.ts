import type { OrphanKind } from '../../../catalog/integrity-orphans';
import { MINUTE } from '../../../model';
import type { ScopedReader } from '../../scope/reader';
import { sql, type Sql } from '../../store/sql';
import { isIn } from '../shared/conditions';

/** Instants between which every alert stream was read; null where some was never read. */
export interface AlertHistory { readonly begins: number | null; readonly readTo: number | null }
export async function alertHistory(reader: ScopedReader, signal?: AbortSignal): Promise<AlertHistory> {
  const [row] = await reader.query<{ begins: number | null; read_to: number | null }>(sql`select begins, read_to from ${reader.relation('alert_history')} h`, signal);
  return { begins: row?.begins ?? null, readTo: row?.read_to ?? null };
}

/** Alerts whose tier requires a ticket, older than the grace period at `asOf` (metrics.md, Join completeness). */
export const requiresTicket = (reader: ScopedReader, asOf: number): Sql => sql`(a.ticket_required and a.at < ${asOf - reader.policy.sla.graceMinutes * MINUTE})`;
/** A verdict in the SIEM that no robot set. A source's default value is no verdict and is stored as null. */
export const OWN_VERDICT = sql`(a.disposition is not null and a.disposition_by is distinct from 'automation')`;

/**
 * Kind of a ticket that does not meet an alert (metrics.md, Orphans); null for one that does, or that need not. Where the alert history is
 * not known, or does not reach the ticket's creation, an unmatched id proves nothing and is not called unknown.
 */
export const ticketKind = (history: AlertHistory): Sql => sql`case
  when t.quoted = 0 and t.origin in ('alert', 'unknown') then 'quotes_none'
  when t.quoted > t.matched then case
    when ${history.begins === null} or t.created < ${history.begins ?? 0} then 'before_history'
    when ${history.readTo === null} or t.created > ${history.readTo ?? 0} then 'not_read_yet'
    else 'ticket_quotes_unknown' end
  end`;

/** Tickets of some of the kinds. The two numbers stand first: without them no kind holds, and they cost a third of asking every ticket its kind. */
export const ofKinds = (history: AlertHistory, kinds: readonly OrphanKind[]): Sql => sql`(t.quoted > t.matched or t.quoted = 0) and ${isIn(ticketKind(history), kinds)}`;

/** What a kind is counted against: alerts or tickets that could be of it. */
export const couldBe = (history: AlertHistory): Readonly<Record<Exclude<OrphanKind, 'alert_without_ticket'>, Sql>> => ({
  ticket_quotes_unknown: history.begins === null || history.readTo === null ? sql`false` : sql`(t.quoted > 0 and t.created >= ${history.begins} and t.created <= ${history.readTo})`,
  quotes_none: sql`(t.origin in ('alert', 'unknown') and t.quoted is not null)`,
  before_history: history.begins === null ? sql`(t.quoted > 0)` : sql`(t.quoted > 0 and t.created < ${history.begins})`,
  not_read_yet: history.begins === null ? sql`false` : history.readTo === null ? sql`(t.quoted > 0 and t.created >= ${history.begins})` : sql`(t.quoted > 0 and t.created >= ${history.begins} and t.created > ${history.readTo})`,
});
