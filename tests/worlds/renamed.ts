import { DAY, rowId, type AssetRow, type ObservationRow } from '../../src/model';

/**
 * Records that were known by other names: renamed, given another agent, named like a machine that got another name then, told apart from
 * the record they were one asset with, or joined to it, with dates and a class of their own. Telemetry speaks of them by what they were
 * called, by what they are called, and around the renaming by either. Drawn by a stream of its own, so that the rest of an estate stays what its
 * seed made it.
 */
interface Days { readonly source: string; readonly stream: string; readonly day: number; readonly rows: readonly ObservationRow[] }
interface Estate<D> { readonly assets: readonly AssetRow[]; readonly days: readonly D[] }
type Names = Pick<AssetRow, 'hostname' | 'fqdn' | 'identifiers'>;
interface Renaming { readonly client: string; readonly at: number; readonly was: Names; readonly is: Names; readonly both: boolean }

/** Whether telemetry speaks of a machine of these names. */
export const names = (o: ObservationRow, n: Names): boolean => (n.hostname !== null && o.hostname === n.hostname) || (n.fqdn !== null && o.fqdn === n.fqdn) || o.identifiers.some(i => n.identifiers.some(x => x.value === i.value));

export function withRenames<D extends Days>({ assets, days }: Estate<D>, next: () => number, edge: (client: string) => number): Estate<D> {
  const chance = (p: number): boolean => next() < p;
  const pick = <T>(list: readonly T[]): T => list[Math.floor(next() * list.length)]!;
  const agent = (value: string): AssetRow['identifiers'] => [{ type: 'agent', value }];
  const out = [...assets];
  const renamings: Renaming[] = [];
  const alone = assets.filter(a => a.kind !== 'network_segment' && a.group === null && a.changed === 1 && a.hostname !== null && assets.filter(o => o.id === a.id).length === 1);
  for (const row of alone.filter(() => chance(0.3))) {
    const [at, name] = [edge(row.client), row.hostname!];
    const is: Names = { hostname: row.hostname, fqdn: row.fqdn, identifiers: row.identifiers };
    const was = pick<() => Names>([
      () => ({ hostname: `was-${name}-${row.nativeId}`, fqdn: null, identifiers: row.identifiers }),
      () => ({ hostname: `was-${name}-${row.nativeId}`, fqdn: `was-${name}-${row.nativeId}.example`, identifiers: agent(`was-${row.nativeId}`) }),
      () => ({ ...is, identifiers: agent(`was-${row.nativeId}`) }),
      () => ({ ...is, identifiers: [] }),
      // It was called what another machine is called now.
      () => ({ ...is, hostname: pick(alone.filter(a => a.client === row.client)).hostname }),
      () => ({ ...is, hostname: null, fqdn: null }),
    ])();
    if (JSON.stringify(was) === JSON.stringify(is)) continue;
    out[out.indexOf(row)] = { ...row, changed: at };
    out.push({ ...row, ...was });
    renamings.push({ client: row.client, at, was, is, both: chance(0.3) });
  }
  for (const row of alone.filter(a => a.source === 'nb' && a.identifiers.length > 0 && !assets.some(o => o.source === 'cmdb' && o.nativeId === a.nativeId.replace('n', 'c')) && chance(0.4))) {
    const [at, other] = [edge(row.client), `apart-${row.nativeId}`];
    const own = { ...row, id: rowId('cmdb', 'asset', `s${row.nativeId}`), source: 'cmdb', nativeId: `s${row.nativeId}`, name: `s${row.nativeId}`, addresses: [], registeredAt: chance(0.5) ? row.registeredAt : edge(row.client), retiredAt: null, criticality: pick(['high', 'other', null]), role: pick([row.role, 'workstation' as const]) };
    const apart: Names = { hostname: other, fqdn: null, identifiers: agent(other) };
    const joined: Names = { hostname: row.hostname, fqdn: null, identifiers: row.identifiers };
    const [was, is] = chance(0.5) ? [joined, apart] : [apart, joined];
    out.push({ ...own, ...was }, { ...own, ...is, changed: at });
    renamings.push({ client: row.client, at, was, is, both: true });
  }
  const called = (o: ObservationRow, n: Names, source: string): ObservationRow => {
    const own = { hostname: o.hostname === null && o.fqdn !== null ? null : n.hostname, fqdn: o.fqdn === null ? null : n.fqdn, identifiers: o.identifiers.length > 0 ? n.identifiers : [] };
    const who = own.hostname ?? own.fqdn ?? own.identifiers[0]?.value;
    if (who === undefined) return o;
    const nativeId = `${o.evidence}-${o.day}-${o.client}-${who}`;
    return { ...o, ...own, nativeId, id: rowId(source, 'observation', nativeId) };
  };
  const told = days.map(d => {
    const rows = d.rows.flatMap(o => {
      const r = renamings.find(x => x.client === o.client && (names(o, x.is) || names(o, x.was)));
      if (!r || d.source === 'flows') return [o];
      const [old, now] = [called(o, r.was, d.source), called(o, r.is, d.source)];
      if (r.both && chance(0.3)) return [old, now];
      return Math.abs(o.last - r.at) < DAY ? [chance(0.5) ? old : now] : [(o.last < r.at) === chance(0.85) ? old : now];
    });
    return { ...d, rows: [...new Map(rows.map(o => [o.id, o])).values()] };
  });
  return { assets: out, days: told };
}
