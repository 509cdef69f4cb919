import { ORPHAN_KINDS, type OrphanKind } from '../../../catalog/integrity-orphans';
import type { ScopedReader } from '../../scope/reader';
import { alias, and, join, sql, type Sql } from '../../store/sql';
import type { MetricRequest } from '../metric';
import { alertFilters, within, type Span } from '../shared/conditions';
import { couldBe, requiresTicket, ticketKind, type AlertHistory } from './join';

/** k of n per kind; `client` null = over all that were asked. */
export interface OrphanCount { readonly client: number | null; readonly kind: OrphanKind; readonly k: number; readonly n: number }
type Raw = Record<string, number | null>;

/** Alerts detected in the spans and not after asOf, with the request's filters. */
export const alertsIn = (reader: ScopedReader, request: MetricRequest, spans: Span | readonly Span[]): Sql =>
  and([within(reader, spans, sql`a.at`), sql`a.at <= ${request.asOf}`, alertFilters(reader, request.filters)]);
/** Tickets created in the spans and not after asOf, with the request's filters. */
export const ticketsIn = (reader: ScopedReader, request: MetricRequest, spans: Span | readonly Span[]): Sql =>
  and([within(reader, spans, sql`t.created`), sql`t.created <= ${request.asOf}`, alertFilters(reader, request.filters)]);

/** Every kind, in two scans over all zones; one row per kind (and client), zeros included. */
export async function orphanCounts(reader: ScopedReader, request: MetricRequest, cuts: readonly Span[], byClient: boolean, history: AlertHistory, signal?: AbortSignal): Promise<OrphanCount[]> {
  if (cuts.length === 0) return [];
  const key = byClient ? sql`client_key` : sql`null`;
  const grouped = byClient ? sql`group by client_key` : sql``;
  const required = requiresTicket(reader, request.asOf);
  const kinds = ORPHAN_KINDS.filter(k => k !== 'alert_without_ticket');
  const [alerts, tickets] = await Promise.all([
    reader.query<Raw>(sql`select ${key} as client_key, count(*) filter (where ${required}) as n, count(*) filter (where ${required} and not a.has_ticket) as k
      from ${reader.relation('alert')} a where ${alertsIn(reader, request, cuts)} ${grouped}`, signal),
    reader.query<Raw>(sql`select ${join([sql`client_key`, ...kinds.flatMap(k => [sql`count(*) filter (where kind = ${k}) as ${alias(`k_${k}`)}`, sql`count(*) filter (where ${alias(`could_${k}`)}) as ${alias(`n_${k}`)}`])])}
      from (select ${join([sql`${key} as client_key`, sql`${ticketKind(history)} as kind`, ...kinds.map(k => sql`${couldBe(history)[k]} as ${alias(`could_${k}`)}`)])}
        from ${reader.relation('ticket')} t where ${ticketsIn(reader, request, cuts)}) x group by client_key`, signal),
  ]);
  return [
    ...alerts.map((r): OrphanCount => ({ client: r.client_key ?? null, kind: 'alert_without_ticket', k: Number(r.k), n: Number(r.n) })),
    ...tickets.flatMap(r => kinds.map((kind): OrphanCount => ({ client: r.client_key ?? null, kind, k: Number(r[`k_${kind}`]), n: Number(r[`n_${kind}`]) }))),
  ];
}
