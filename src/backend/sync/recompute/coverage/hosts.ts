import { parseHostId } from '../../../facts/asset/identity';
import { assetAt, isTimed, isWeak, matchAt, type HostIndex, type Match } from '../../../facts/asset/match';
import type { Asset } from '../../../facts/asset/merge';
import { NOWHERE, segmentAt, type SegmentPiece } from '../../../facts/asset/segment';
import { keyOf } from '../../../store/key';
import type { Transaction } from '../../../store/port';
import type { StoreRow } from '../../../store/schema';
import { sql } from '../../../store/sql';
import { table } from '../../../store/table';

/** One tie of a host to an asset. `from`/`to`: when it holds; segments take network evidence only, machines everything. */
export interface Tie { readonly host: bigint; readonly weak: boolean; readonly from: number; readonly to: number; readonly segment: boolean }

export interface ClientHosts {
  /** By asset key: the hosts that may be it. */
  readonly ties: Map<bigint, Tie[]>;
  /** Assets whose hosts changed in a way that reaches back in time. */
  readonly moved: Set<bigint>;
  /** Ties of an asset that depend on the instant, as text to compare by: days are judged again when they change (they are no column of a host). */
  readonly timed: Map<bigint, string>;
  readonly changed: StoreRow<'seen_host'>[];
}

/** An index over a client's assets and what it said of hosts already: an identity never changes, so neither does its match. */
export interface Matcher {
  readonly index: HostIndex;
  readonly keys: ReadonlyMap<Asset, bigint>;
  readonly known: Map<bigint, { readonly match: Match; readonly segments: readonly SegmentPiece[] }>;
}
const pause = (): Promise<void> => new Promise(resolve => setImmediate(resolve));

/**
 * Matches every seen host of one client. `seen_host.asset_key` and `match` say what it is at its last sighting; evidence is tied by
 * instant. A host that was unmatched and new moves nothing: its days are marked by the telemetry that brought it.
 */
export async function clientHosts(tx: Transaction, clientKey: number, { index, keys, known }: Matcher): Promise<ClientHosts> {
  const out: ClientHosts = { ties: new Map(), moved: new Set(), timed: new Map(), changed: [] };
  const timed = new Map<bigint, string[]>();
  const tie = (asset: bigint, t: Tie): void => { const list = out.ties.get(asset); if (list) list.push(t); else out.ties.set(asset, [t]); };
  const rows = await tx.query<StoreRow<'seen_host'>>(sql`select * from ${table('seen_host')} where client_key = ${clientKey} order by host_key`);
  let since = performance.now();
  for (const row of rows) {
    let named = known.get(row.host_key!);
    if (!named) {
      const host = row.identity === null ? null : parseHostId(row.identity);
      if (host === null) continue;
      known.set(row.host_key!, named = { match: index.host(host), segments: host.address === null ? NOWHERE : index.segments.find(host.address, host.vrf) });
      if (performance.now() - since > 10) { await pause(); since = performance.now(); }
    }
    const { match, segments } = named;
    const dated = isTimed(match);
    const put = (key: bigint, text: string): void => { timed.set(key, [...timed.get(key) ?? [], text]); };
    for (const c of match.candidates) {
      const [key, weak] = [keys.get(c.asset)!, isWeak(c.via ?? match.via)];
      tie(key, { host: row.host_key!, weak, from: c.from, to: c.to, segment: false });
      if (dated) put(key, `${row.host_key} ${weak} ${c.from} ${c.to}`);
    }
    for (const { from, to, segment } of segments) {
      if (segment === null || segment === 'ambiguous') continue;
      tie(keys.get(segment)!, { host: row.host_key!, weak: false, from, to, segment: true });
      if (segments.length > 1) put(keys.get(segment)!, `${row.host_key} segment ${from} ${to}`);
    }
    const segment = segmentAt(segments, row.last ?? 0);
    const now = assetAt(match, row.last ?? 0);
    const then = matchAt(match, row.last ?? 0);
    const machine = now !== null || then.via === 'ambiguous';
    // One asset at two times (an address with a gap) is one all the same.
    const several = new Set(then.candidates.map(c => c.asset)).size > 1;
    const via = machine ? (now === null ? 'ambiguous' : then.via) : several ? 'ambiguous' : segment === 'ambiguous' ? 'ambiguous' : segment !== null ? 'segment' : 'none';
    const asset = now !== null ? keys.get(now)! : via === 'segment' ? keys.get(segment as Asset)! : null;
    if (asset === row.asset_key && via === row.match) continue;
    out.changed.push({ ...row, asset_key: asset, match: via });
    if (row.match === null) continue;
    if (row.asset_key !== null) out.moved.add(row.asset_key);
    for (const c of match.candidates) out.moved.add(keys.get(c.asset)!);
    for (const s of segments) if (s.segment !== null && s.segment !== 'ambiguous') out.moved.add(keys.get(s.segment)!);
  }
  for (const [key, list] of timed) out.timed.set(key, String(keyOf(list.join('\n'))));
  return out;
}
