import type { EvidenceKind } from '../../../../model';
import { isNetworkEvidence } from '../../../facts/coverage/rules';
import type { Sighting } from '../../../facts/coverage/state';
import type { Transaction } from '../../../store/port';
import { sql } from '../../../store/sql';
import { table } from '../../../store/table';
import type { FactContext } from '../../facts';
import type { Tie } from './hosts';

interface Observed { readonly host_key: bigint; readonly evidence: EvidenceKind; readonly day: number; readonly first: number; readonly last: number; readonly count: number; readonly source_key: number }

/** Sightings of some assets on UTC days [from, to], by asset key. One query; a tie that depends on the instant is held to it. */
export async function loadSightings(tx: Transaction, context: FactContext, ties: ReadonlyMap<bigint, readonly Tie[]>, assets: readonly bigint[], from: number, to: number): Promise<Map<bigint, Sighting[]>> {
  const byHost = new Map<bigint, { asset: bigint; tie: Tie }[]>();
  for (const asset of assets) for (const tie of ties.get(asset) ?? []) byHost.set(tie.host, [...(byHost.get(tie.host) ?? []), { asset, tie }]);
  const out = new Map<bigint, Sighting[]>();
  if (byHost.size === 0) return out;
  const rows = await tx.query<Observed>(sql`
    select host_key, evidence, day, first, last, count, source_key from ${table('observation')}
    where day >= ${from} and day <= ${to} and host_key in (select unnest(${[...byHost.keys()]}::ubigint[]))`);
  for (const row of rows) {
    const source = context.dimensions.sourceId(row.source_key);
    for (const { asset, tie } of byHost.get(row.host_key)!) {
      const sighting = tied(row, tie, source);
      if (sighting === null) continue;
      const list = out.get(asset);
      if (list) list.push(sighting); else out.set(asset, [sighting]);
    }
  }
  return out;
}

/** What a tie lets through of a host-day: network evidence only for segments; of a timed tie, the ends that lie in it. */
function tied(row: Observed, tie: Tie, source: string): Sighting | null {
  if (tie.segment && !isNetworkEvidence(row.evidence)) return null;
  const inside = (t: number): boolean => tie.from <= t && t < tie.to;
  const first = inside(row.first) ? row.first : inside(row.last) ? row.last : null;
  if (first === null) return null;
  const last = inside(row.last) ? row.last : row.first;
  return { source, evidence: row.evidence, day: row.day, first, last, count: row.count, weak: tie.weak };
}
