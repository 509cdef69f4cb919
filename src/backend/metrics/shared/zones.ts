import { UNASSIGNED, widen, type Range } from '../../../model';
import type { ScopedReader } from '../../scope/reader';

/** One part of a question: the clients that share a zone, and the range cut in it. `clients` null = all in scope. */
export interface ZoneCut { readonly zone: string; readonly range: Range; readonly clients: readonly string[] | null }
/** From the first to the last of them. */
export const widest = (cuts: readonly Pick<ZoneCut, 'range'>[]): Range => ({ from: Math.min(...cuts.map(c => c.range.from)), to: Math.max(...cuts.map(c => c.range.to)) });

/**
 * Where a value is cut (metrics.md, Rule 7): a client's values in that client's zone for every viewer, totals over clients in the
 * SOC's zone, never the browser's. Rows of no client are cut in the SOC's zone.
 */
export function zoneCuts(reader: ScopedReader, range: Range, byClient: boolean, clientFilter: readonly string[] | undefined): ZoneCut[] {
  const chosen = clientFilter ?? null;
  if (!byClient) {
    // A name twice is one client, and one that the scope does not hold is none.
    const known = chosen === null && reader.operator ? [] : reader.clients.filter(c => chosen === null || chosen.includes(c.id));
    const only = known.length === 1 && !(reader.operator && chosen?.includes(UNASSIGNED)) ? known[0] : undefined;
    const zone = only?.zone ?? reader.socZone;
    return [{ zone, range: widen(range, zone), clients: chosen }];
  }
  const byZone = new Map<string, string[]>();
  const put = (zone: string, id: string) => { const ids = byZone.get(zone); if (ids) ids.push(id); else byZone.set(zone, [id]); };
  for (const c of reader.clients) if (chosen === null || chosen.includes(c.id)) put(c.zone, c.id);
  if (reader.operator && (chosen === null || chosen.includes(UNASSIGNED))) put(reader.socZone, UNASSIGNED);
  return [...byZone].map(([zone, clients]) => ({ zone, range: widen(range, zone), clients }));
}
