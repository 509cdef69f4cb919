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
  const byHost = new Map<bigint, Map<bigint, Tie[]>>();
  for (const asset of assets) for (const tie of ties.get(asset) ?? []) {
    let own = byHost.get(tie.host);
    if (!own) byHost.set(tie.host, own = new Map<bigint, Tie[]>());
    const list = own.get(asset);
    if (list) list.push(tie); else own.set(asset, [tie]);
  }
  const out = new Map<bigint, Sighting[]>();
  if (byHost.size === 0) return out;
  const rows = await tx.query<Observed>(sql`
    select host_key, evidence, day, first, last, count, source_key from ${table('observation')}
    where day >= ${from} and day <= ${to} and host_key in (select unnest(${[...byHost.keys()]}::ubigint[]))`);
  for (const row of rows) {
    const source = context.dimensions.sourceId(row.source_key);
    for (const [asset, own] of byHost.get(row.host_key)!) {
      const sighting = tied(row, own, source);
      if (sighting === null) continue;
      const list = out.get(asset);
      if (list) list.push(sighting); else out.set(asset, [sighting]);
    }
  }
  return out;
}

/**
 * What an asset's ties to a host let through of a host-day: network evidence only for segments; the ends that lie in one of them. It stays one
 * sighting where two ties hold one end each, as strong as its first.
 */
function tied(row: Observed, ties: readonly Tie[], source: string): Sighting | null {
  const holding = (t: number): Tie | undefined => ties.find(tie => tie.from <= t && t < tie.to && (!tie.segment || isNetworkEvidence(row.evidence)));
  const [atFirst, atLast] = [holding(row.first), holding(row.last)];
  const tie = atFirst ?? atLast;
  if (tie === undefined) return null;
  const first = atFirst ? row.first : row.last;
  return { source, evidence: row.evidence, day: row.day, first, last: atLast ? row.last : first, count: row.count, weak: tie.weak };
}
