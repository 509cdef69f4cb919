import { utcDay, type EvidenceKind } from '../../../../model';
import { lastAt, seenBy, type Seen, type Sighting } from '../../../facts/coverage/state';
import type { Transaction } from '../../../store/port';
import { sql } from '../../../store/sql';
import { table } from '../../../store/table';
import type { FactContext } from '../../facts';
import type { AssetStoreRow, RunAsset } from './assets';
import type { ClientRun } from './evaluate';
import { isNetworkEvidence } from '../../../facts/coverage/rules';
import { loadSightings } from './sightings';

export type Lasts = Pick<AssetStoreRow, 'last_event' | 'last_strong' | 'last_heartbeat' | 'last_any' | 'last_seen_by'>;

/**
 * Newest evidence of every asset of a client: the columns by which a query judges the running day. One aggregation over all
 * observations; assets whose registration ended, or whose hosts were seen after they were theirs, are read row by row.
 */
export async function newestEvidence(tx: Transaction, context: FactContext, run: ClientRun): Promise<Map<bigint, Lasts>> {
  const rows = await tx.query<{ host_key: bigint; evidence: EvidenceKind; source_key: number; last: number }>(sql`
    select o.host_key, o.evidence, o.source_key, max(o.last) as last from ${table('observation')} o
    join ${table('seen_host')} h on h.host_key = o.host_key where h.client_key = ${run.key} group by o.host_key, o.evidence, o.source_key`);
  const byHost = new Map<bigint, typeof rows>();
  for (const row of rows) { const list = byHost.get(row.host_key); if (list) list.push(row); else byHost.set(row.host_key, [row]); }
  const out = new Map<bigint, Lasts>();
  const byRow: bigint[] = [];
  for (const asset of run.assets.values()) {
    if (!asset.asset) continue;
    const ties = run.hosts.ties.get(asset.key) ?? [];
    const end = asset.asset.retiredAt ?? Infinity;
    const newest: Sighting[] = [];
    let plain = true;
    for (const tie of ties) for (const r of byHost.get(tie.host) ?? []) {
      if (tie.segment && !isNetworkEvidence(r.evidence)) continue;
      // Its newest sighting lies before the tie: so do all.
      if (r.last < tie.from) continue;
      if (r.last > end || (r.last >= tie.to && !ties.some(o => o.host === tie.host && o.from <= r.last && r.last < o.to && (!o.weak || tie.weak)))) plain = false;
      if (r.last >= tie.to) continue;
      newest.push({ source: context.dimensions.sourceId(r.source_key), evidence: r.evidence, day: utcDay(r.last), first: r.last, last: r.last, count: 0, weak: tie.weak });
    }
    if (plain) out.set(asset.key, lastsOf(newest, asset, run)); else byRow.push(asset.key);
  }
  for (let i = 0; i < byRow.length; i += 250) {
    const chunk = byRow.slice(i, i + 250);
    const sightings = await loadSightings(tx, context, run.hosts.ties, chunk, 0, utcDay(context.now) + 2);
    for (const key of chunk) out.set(key, lastsOf(sightings.get(key) ?? [], run.assets.get(key)!, run));
  }
  for (const group of run.assets.values()) if (!group.asset) out.set(group.key, ofMembers(group.members.map(m => out.get(m)!)));
  return out;
}

/** Least over the groups of the newest that meets each, not after the end of registration; null where a group was never met. */
function lastsOf(sightings: readonly Sighting[], asset: RunAsset, run: ClientRun): Lasts {
  const seen: Seen = seenBy(sightings, run.rulesFor(asset.asset!.kind, asset.asset!.role));
  const end = asset.asset!.retiredAt ?? Infinity;
  const newest = (list: readonly Sighting[]): number | null => {
    const most = list.reduce((m, s) => Math.max(m, lastAt(s, end)), -Infinity);
    return most === -Infinity ? null : most;
  };
  const least = (of: (list: readonly Sighting[]) => number | null): number | null => {
    const all = seen.groups.map(of);
    return all.some(v => v === null) || all.length === 0 ? null : Math.min(...(all as number[]));
  };
  let any: Sighting | null = null;
  for (const s of seen.all) if (any === null || s.last > any.last || (s.last === any.last && `${s.evidence}${s.source}` < `${any.evidence}${any.source}`)) any = s;
  return {
    last_event: least(newest), last_strong: least(list => newest(list.filter(s => !s.weak))), last_heartbeat: newest(seen.heartbeats),
    last_any: any?.last ?? null, last_seen_by: any === null ? null : `${any.evidence} (${any.source})`,
  };
}
function ofMembers(members: readonly Lasts[]): Lasts {
  const none: Lasts = { last_event: null, last_strong: null, last_heartbeat: null, last_any: null, last_seen_by: null };
  return members.reduce((a, b) => ((b.last_any ?? -Infinity) > (a.last_any ?? -Infinity) ? b : a), none);
}
