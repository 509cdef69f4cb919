import type { Dimension } from '../../../catalog/types';
import { and, column, join, sql, type Sql } from '../../store/sql';
import type { ScopedReader } from '../../scope/reader';
import type { ZoneCut } from './zones';

/** `column in (values)` with every value bound; an empty list matches nothing. */
export const isIn = (name: Sql, values: readonly (string | number)[]): Sql =>
  values.length === 0 ? sql`false` : sql`${name} in (${join(values.map(v => sql`${v}`))})`;

/** Clients by id; ids outside the scope match nothing, as if they did not exist. All clients of a client's scope: its relations hold no other row. */
export const ofClients = (reader: ScopedReader, ids: readonly string[] | null): Sql =>
  ids === null || (!reader.operator && reader.clients.every(c => ids.includes(c.id))) ? sql`true` : isIn(column('client_key'), ids.map(id => reader.clientKey(id)).filter((k): k is number => k !== null));

/**
 * The same for a place within `or` or `case`: an engine makes a join with every row of a longer `in` there, however few rows come that far
 * (of a million alerts by client 57 of 70 ms of processor).
 */
const amongClients = (reader: ScopedReader, ids: readonly string[] | null): Sql =>
  ids === null ? sql`true` : sql`list_contains(${ids.map(id => reader.clientKey(id)).filter((k): k is number => k !== null)}::integer[], client_key)`;

/** Clients with the range their rows are asked for. */
export type Span = Pick<ZoneCut, 'clients' | 'range'>;
const or = (parts: readonly Sql[]): Sql => sql`(${join(parts, sql` or `)})`;
const asList = (spans: Span | readonly Span[]): readonly Span[] => ('range' in spans ? [spans] : spans);

/**
 * Rows of the spans' clients whose instant lies in their client's range: one condition for all zones, because a scan for each zone would read
 * every row again. The widest bounds stand first (row groups are skipped by them), and what lies in every range is not asked for its zone.
 */
export function within(reader: ScopedReader, spans: Span | readonly Span[], at: Sql): Sql {
  const all = asList(spans);
  const own = ({ clients, range }: Span, of: typeof ofClients): Sql => and([sql`${at} >= ${range.from}`, sql`${at} < ${range.to}`, of(reader, clients)]);
  if (all.length === 0) return sql`false`;
  if (all.length === 1) return own(all[0]!, ofClients);
  const [froms, tos] = [all.map(s => s.range.from), all.map(s => s.range.to)];
  const clients = all.some(s => s.clients === null) ? null : all.flatMap(s => s.clients!);
  const [latest, earliest] = [Math.max(...froms), Math.min(...tos)];
  const edges = or(all.map(span => own(span, amongClients)));
  return and([
    own({ clients, range: { from: Math.min(...froms), to: Math.max(...tos) } }, ofClients),
    // A span of all clients may be narrower than another's: then each row is asked.
    clients !== null && latest < earliest ? sql`case when ${at} >= ${latest} and ${at} < ${earliest} then true else ${edges} end` : edges,
  ]);
}
/** The instant lies before the range of its row's client. For rows of the spans' clients. */
export function before(reader: ScopedReader, spans: Span | readonly Span[], at: Sql): Sql {
  const all = asList(spans);
  const latest = Math.max(...all.map(s => s.range.from));
  if (all.every(s => s.range.from === latest)) return sql`${at} < ${latest}`;
  const own = or(all.map(s => and([sql`${at} < ${s.range.from}`, amongClients(reader, s.clients)])));
  return and([sql`${at} < ${latest}`, sql`case when ${at} < ${Math.min(...all.map(s => s.range.from))} then true else ${own} end`]);
}

/** Filters of a request on the alert relation: client, tier, rule and source. */
export function alertFilters(reader: ScopedReader, filters: Readonly<Partial<Record<Dimension, readonly string[]>>>): Sql {
  const parts: Sql[] = [];
  if (filters.client) parts.push(ofClients(reader, filters.client));
  if (filters.tier) parts.push(isIn(sql`cast(tier as varchar)`, filters.tier));
  if (filters.rule) parts.push(sql`rule_key in (select rule_key from ${reader.relation('rule')} r where ${isIn(sql`r.id`, filters.rule)} or ${isIn(sql`r.name`, filters.rule)})`);
  if (filters.source) parts.push(sql`source_key in (select source_key from ${reader.relation('source')} s where ${isIn(sql`s.id`, filters.source)})`);
  return and(parts);
}

const OF_ALERTS = ['client', 'tier', 'rule', 'source'] as const;
/**
 * Every alert of a range is asked for. Then statements that each read little are quicker than one that works out much of every row; where a scope or
 * filter leaves few of those scanned, the scan is most of it, and one is quicker than two.
 */
export const unfiltered = (reader: ScopedReader, filters: Readonly<Partial<Record<Dimension, readonly string[]>>>): boolean => reader.operator && OF_ALERTS.every(d => filters[d] === undefined);
