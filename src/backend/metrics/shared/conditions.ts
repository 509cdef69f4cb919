import type { Dimension } from '../../../catalog/types';
import { and, column, join, sql, type Sql } from '../../store/sql';
import type { ScopedReader } from '../../scope/reader';

/** `column in (values)` with every value bound; an empty list matches nothing. */
export const isIn = (name: Sql, values: readonly (string | number)[]): Sql =>
  values.length === 0 ? sql`false` : sql`${name} in (${join(values.map(v => sql`${v}`))})`;

/** Clients by id; ids outside the scope match nothing, as if they did not exist. All clients of a client's scope: its relations hold no other row. */
export const ofClients = (reader: ScopedReader, ids: readonly string[] | null): Sql =>
  ids === null || (!reader.operator && reader.clients.every(c => ids.includes(c.id))) ? sql`true` : isIn(column('client_key'), ids.map(id => reader.clientKey(id)).filter((k): k is number => k !== null));

/** Filters of a request on the alert relation: client, tier, rule and source. */
export function alertFilters(reader: ScopedReader, filters: Readonly<Partial<Record<Dimension, readonly string[]>>>): Sql {
  const parts: Sql[] = [];
  if (filters.client) parts.push(ofClients(reader, filters.client));
  if (filters.tier) parts.push(isIn(sql`cast(tier as varchar)`, filters.tier));
  if (filters.rule) parts.push(sql`rule_key in (select rule_key from ${reader.relation('rule')} r where ${isIn(sql`r.id`, filters.rule)} or ${isIn(sql`r.name`, filters.rule)})`);
  if (filters.source) parts.push(sql`source_key in (select source_key from ${reader.relation('source')} s where ${isIn(sql`s.id`, filters.source)})`);
  return and(parts);
}
