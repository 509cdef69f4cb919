import { isoDay, localDay } from '../../../model';
import type { ScopedReader } from '../../scope/reader';
import { sql } from '../../store/sql';

/** Which alerts are loaded: from `begins` (Infinity: the first load has not told yet) up to `readTo` (−Infinity: none). Without any alert stream nothing limits. */
export interface AlertHistory { readonly begins: number; readonly readTo: number }

export async function alertHistory(reader: ScopedReader, signal?: AbortSignal): Promise<AlertHistory> {
  const [row] = await reader.query<{ streams: number; begins: number | null; read_to: number | null }>(sql`select streams, begins, read_to from ${reader.relation('alert_history')} h`, signal);
  if (!row || Number(row.streams) === 0) return { begins: -Infinity, readTo: Infinity };
  return { begins: row.begins ?? Infinity, readTo: row.read_to ?? -Infinity };
}

/** A local date for notices. */
export const day = (at: number, zone: string): string => (Number.isFinite(at) ? isoDay(localDay(at, zone)) : 'no day');
