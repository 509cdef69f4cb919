import { DAY, rowId, type AssetRow, type ObservationRow } from '../../src/model';
import { names } from './renamed';

/**
 * Records that went from one client to another, for good or for a while, some of them under another name on the way. Telemetry
 * follows them mostly, with an error of a day. Drawn by a stream of its own, so that the rest of an estate stays what its seed made it.
 */
interface Days { readonly source: string; readonly day: number; readonly rows: readonly ObservationRow[] }
interface Estate<D> { readonly assets: readonly AssetRow[]; readonly days: readonly D[] }

export function withMoves<D extends Days>({ assets, days }: Estate<D>, clients: readonly string[], next: () => number, edge: (client: string) => number): Estate<D> {
  if (clients.length < 2) return { assets, days };
  const chance = (p: number): boolean => next() < p;
  const out = [...assets];
  const moves: { readonly row: AssetRow; readonly to: string; readonly from: number; readonly until: number }[] = [];
  for (const row of assets.filter(a => a.group === null && assets.filter(o => o.id === a.id).length === 1 && chance(0.3))) {
    const to = clients.find(c => c !== row.client)!;
    const [from, until] = [edge(row.client), chance(0.5) ? edge(to) : Infinity].sort((a, b) => a - b) as [number, number];
    if (from === until) continue;
    out.push({ ...row, client: to, changed: from, ...(row.kind !== 'network_segment' && chance(0.2) && { hostname: `moved-${row.nativeId}` }) });
    // Two equal versions around another that arrives last are not told apart (docs/adr/020): it comes back with another class.
    if (until < Infinity) out.push({ ...row, criticality: 'back', changed: until });
    moves.push({ row, to, from, until });
  }
  const followed = days.map(d => {
    const rows = d.rows.map(o => {
      const m = moves.find(x => x.row.client === o.client && names(o, x.row));
      if (!m) return o;
      const early = chance(0.1) ? DAY : 0;
      const client = o.last + early >= m.from && o.first - early < m.until && chance(0.9) ? m.to : o.client;
      const nativeId = `${o.nativeId}-${client}`;
      return client === o.client ? o : { ...o, client, nativeId, id: rowId(d.source, 'observation', nativeId) };
    });
    return { ...d, rows: [...new Map(rows.map(o => [o.id, o])).values()] };
  });
  return { assets: out, days: followed };
}
