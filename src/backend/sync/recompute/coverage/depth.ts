import { normaliseAddress, parseHostId } from '../../../facts/asset/identity';
import { windowOf } from '../../../facts/coverage/requirement';
import { segmentAt } from '../../../facts/asset/segment';
import type { Transaction } from '../../../store/port';
import { sql } from '../../../store/sql';
import { table } from '../../../store/table';
import type { FactContext } from '../../facts';
import type { ClientRun } from './evaluate';
import type { Matcher } from './hosts';

export interface Depth { depth_registered: number; depth_seen: number }

/**
 * Depth of each segment (metrics.md §1, Segment): addresses that registries give to machines of the client and that fall into it,
 * and those of them that network evidence saw within the window up to `end`, the end of the last complete local day: the instant at which the
 * segment itself is judged.
 */
export async function segmentDepths(tx: Transaction, context: FactContext, run: ClientRun, { index, keys }: Matcher, end: number): Promise<Map<bigint, Depth>> {
  const out = new Map<bigint, Depth>();
  for (const a of run.assets.values()) if (a.asset?.kind === 'network_segment') out.set(a.key, { depth_registered: 0, depth_seen: 0 });
  if (out.size === 0) return out;
  const edge = end - windowOf(context.settings.policy.coverage, 'network_segment', null);
  const rows = await tx.query<{ identity: string }>(sql`
    select distinct h.identity from ${table('observation')} o join ${table('seen_host')} h on h.host_key = o.host_key
    where h.client_key = ${run.key} and o.evidence in ('sensor', 'flow', 'firewall') and case when o.last <= ${end} then o.last when o.first <= ${end} then o.first end > ${edge}`);
  const seen = new Set(rows.map(r => normaliseAddress(parseHostId(r.identity)?.address ?? null)));
  const counted = new Set<string>();
  for (const { asset } of run.assets.values()) {
    if (!asset || asset.kind === 'network_segment' || asset.registeredAt >= end || (asset.retiredAt !== null && asset.retiredAt <= end)) continue;
    for (const { address: text } of asset.addresses) {
      const address = normaliseAddress(text);
      if (address === null || counted.has(address)) continue;
      counted.add(address);
      const segment = segmentAt(index.segments.find(address, null), end);
      const depth = segment === null || segment === 'ambiguous' ? undefined : out.get(keys.get(segment)!);
      if (!depth) continue;
      depth.depth_registered++;
      if (seen.has(address)) depth.depth_seen++;
    }
  }
  return out;
}
