import type { CounterId } from '../../../catalog/integrity-counter-list';
import { alias, and, join, sql, type Sql } from '../../store/sql';
import type { ScopedReader } from '../../scope/reader';
import type { MetricRequest } from '../metric';
import { alertFilters, within, type Span } from '../shared/conditions';
import { alertHistory, couldBe, type AlertHistory } from './join';
import { ticketsIn } from './orphan-counts';
import { clientKey, clientOf, count, holding, overCuts, share, type Family } from './reading';

/** Numerator and denominator of each counter over tickets. */
export const TICKET_COUNTERS: Readonly<Partial<Record<CounterId, readonly [Sql, Sql]>>> = {
  downgrades: [sql`t.matched > 0 and t.downgraded`, sql`t.matched > 0`], reopens: [sql`t.reopens > 0`, sql`t.closed_at is not null or t.reopens > 0`],
  redispositions: [sql`t.redispositions > 0`, sql`t.disposition is not null or t.redispositions > 0`], closing_only: [sql`t.closing_only`, sql`t.closed_at is not null`],
  gone: [sql`t.gone is not null`, sql`true`], unknown_actors: [sql`t.unknown_actors > 0`, sql`true`],
};

/** Tickets that quote an unknown alert, as integrity.orphans tells kinds: of those that could, the ones with a quote that meets no alert. */
export const orphanTicket = (history: AlertHistory): readonly [Sql, Sql] => [and([sql`t.quoted > t.matched`, couldBe(history).ticket_quotes_unknown]), couldBe(history).ticket_quotes_unknown];

/** Counters over tickets created in range, in one scan (metrics.md §5). */
export const ticketFamily: Family = counting => overCuts(counting, async cuts => {
  const { reader, request, signal } = counting;
  const { key, grouped } = clientKey(counting.byClient);
  const history = counting.wanted.has('orphan_tickets') ? await alertHistory(reader, signal) : null;
  const all = (Object.entries({ ...TICKET_COUNTERS, ...(history && { orphan_tickets: orphanTicket(history) }) }) as [CounterId, readonly [Sql, Sql]][]).filter(([name]) => counting.wanted.has(name));
  const rows = await reader.query<Record<string, number | null>>(sql`
    select ${join([sql`${key} as client_key`, ...all.flatMap(([name, [k, n]]) => [sql`${holding(k)} as ${alias(`k_${name}`)}`, sql`${holding(n)} as ${alias(`n_${name}`)}`])])}
    from ${reader.relation('ticket')} t where ${ticketsIn(reader, request, cuts)} ${grouped}`, signal);
  return rows.flatMap(row => all.map(([name]) => (name === 'gone' ? count : share)(name, clientOf(counting, row.client_key), Number(row[`k_${name}`]), Number(row[`n_${name}`]))));
});

/** Numerator and denominator of each counter over items started in range. */
export const itemConditions = (asOf: number): Readonly<Partial<Record<CounterId, readonly [Sql, Sql]>>> => ({
  paused_share: [sql`i.paused_ms > 0 or i.paused_since is not null`, sql`true`], acknowledged_untouched: [sql`i.half_due <= ${asOf} and i.untouched`, sql`i.half_due <= ${asOf}`],
});
/** Items whose decide clock started in the spans. */
export const itemsIn = (reader: ScopedReader, request: MetricRequest, spans: Span | readonly Span[]): Sql =>
  and([sql`i.clock = 'decide'`, within(reader, spans, sql`i.start`), sql`i.start <= ${request.asOf}`, alertFilters(reader, request.filters)]);

/** Items started in range: whose decide clock an allowed pause stopped (metrics.md §3, Pause), and which were acknowledged and left (§5). */
export const itemFamily: Family = counting => overCuts(counting, async cuts => {
  const { reader, request, signal } = counting;
  const { key, grouped } = clientKey(counting.byClient);
  const all = (Object.entries(itemConditions(request.asOf)) as [CounterId, readonly [Sql, Sql]][]).filter(([name]) => counting.wanted.has(name));
  const rows = await reader.query<Record<string, number | null>>(sql`
    select ${join([sql`${key} as client_key`, ...all.flatMap(([name, [k, n]]) => [sql`${holding(k)} as ${alias(`k_${name}`)}`, sql`${holding(n)} as ${alias(`n_${name}`)}`])])}
    from ${reader.relation('item')} i where ${itemsIn(reader, request, cuts)} ${grouped}`, signal);
  return rows.flatMap(row => all.map(([name]) => share(name, clientOf(counting, row.client_key), Number(row[`k_${name}`]), Number(row[`n_${name}`]))));
});
