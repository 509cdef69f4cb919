import { UNASSIGNED } from '../../../model';
import type { ScopedReader } from '../../scope/reader';
import { sql } from '../../store/sql';

/** Ids of clients by key; what belongs to none is `unassigned`. */
export async function clientNames(reader: ScopedReader, signal?: AbortSignal): Promise<(key: number) => string> {
  const rows = await reader.query<{ client_key: number; id: string }>(sql`select client_key, id from ${reader.relation('client')} c`, signal);
  const byKey = new Map(rows.map(r => [r.client_key, r.id]));
  return key => byKey.get(key) ?? UNASSIGNED;
}
