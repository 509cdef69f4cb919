import { rowId } from '../../../model';
import type { ScopedReader } from '../../scope/reader';
import { keyOf } from '../../store/key';
import { column, sql, type Sql } from '../../store/sql';

/**
 * Keys of the rows that may bear this name: a row's own id and its id at any source in scope are hashed as the store hashed them, so that the
 * index finds them; another name (the id an alert is joined by, the key of a ticket) is one column read. Texts of millions of rows are compared
 * nowhere. The caller compares the names of what it gets: a key may be another row's, and is never proof.
 */
export async function keysNamed(reader: ScopedReader, kind: 'alert' | 'ticket', name: string, also: { readonly where: Sql; readonly limit: number }, signal?: AbortSignal): Promise<bigint[]> {
  const key = column(`${kind}_key`);
  const [sources, others] = await Promise.all([
    reader.query<{ id: string }>(sql`select id from ${reader.relation('source')} s`, signal),
    reader.query<{ k: bigint }>(sql`select ${key} as k from ${reader.relation(kind)} x where ${also.where} order by id limit ${also.limit}`, signal),
  ]);
  return [...new Set([keyOf(name), ...sources.map(s => keyOf(rowId(s.id, kind, name))), ...others.map(o => o.k)])];
}
