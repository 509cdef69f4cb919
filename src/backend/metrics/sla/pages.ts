import type { ScopedReader } from '../../scope/reader';
import { column, sql, type Sql } from '../../store/sql';

/** Key, title and page of a ticket as its source shows it. */
export interface TicketPage { readonly ticket: string | null; readonly title: string | null; readonly url: string | null }
/** What a row of items leads to. A ticket or alert outside the scope gives nothing: another client's title never crosses. */
export interface Pages { ticket(key: bigint | null): TicketPage | undefined; alertUrl(key: bigint | null): string | null }

/** So many keys at once go through the primary key's index; more would make the store read the whole column (docs/adr/003). */
const AT_ONCE = 200;
/** So many keys are found sooner by one scan of the table than by their parts, each of which costs a plan as long as itself. */
export const MANY = 4 * AT_ONCE;

/** Pages of the tickets and alerts behind the rows that will be shown: looked up by key, because a join would read every title there is. */
export async function pagesOf(reader: ScopedReader, items: readonly { readonly ticket_key: bigint | null; readonly alert_key: bigint | null }[], signal?: AbortSignal): Promise<Pages> {
  const distinct = (keys: readonly (bigint | null)[]): bigint[] => [...new Set(keys.filter((k): k is bigint => k !== null))];
  const some = (name: 'ticket' | 'alert', keys: readonly bigint[]): Sql => (keys.length <= AT_ONCE ? reader.relationOf(name, keys)
    : sql`(select * from ${reader.relation(name)} r where ${column(`${name}_key`)} in (select unnest(${keys}::ubigint[])))`);
  const tickets = await eachPart(distinct(items.map(i => i.ticket_key)), keys => reader.query<TicketPage & { key: bigint }>(sql`select ticket_key as key, t."key" as ticket, t.title, t.url from ${some('ticket', keys)} t`, signal));
  const alerts = await eachPart(distinct(items.map(i => i.alert_key)), keys => reader.query<{ key: bigint; url: string | null }>(sql`select alert_key as key, a.url from ${some('alert', keys)} a`, signal));
  const [byTicket, byAlert] = [new Map(tickets.map(t => [t.key, t])), new Map(alerts.map(a => [a.key, a.url]))];
  return { ticket: key => (key === null ? undefined : byTicket.get(key)), alertUrl: key => (key === null ? null : byAlert.get(key) ?? null) };
}

/** The keys, so many at a time. */
export const inParts = (keys: readonly bigint[]): bigint[][] => Array.from({ length: Math.ceil(keys.length / AT_ONCE) }, (_, i) => keys.slice(i * AT_ONCE, (i + 1) * AT_ONCE));

async function eachPart<T>(keys: readonly bigint[], ask: (keys: readonly bigint[]) => Promise<T[]>): Promise<T[]> {
  const out: T[] = [];
  for (const part of keys.length > MANY ? [keys] : inParts(keys)) out.push(...await ask(part));
  return out;
}
