import type { AssetRow } from '../../../../model';
import { mergeRecords, type Asset } from '../../../facts/asset/merge';
import { notAssets, parents } from '../../../facts/asset/parents';
import { windowOf } from '../../../facts/coverage/requirement';
import { keyOf } from '../../../store/key';
import type { Transaction } from '../../../store/port';
import type { StoreRow } from '../../../store/schema';
import { sql } from '../../../store/sql';
import { table } from '../../../store/table';
import type { FactContext } from '../../facts';
import { clientLives } from './lives';

export type AssetStoreRow = StoreRow<'asset'>;
/** An asset of the run: as merged, and as a row. Groups of short-lived instances have no `asset`. */
export interface RunAsset { readonly key: bigint; readonly asset: Asset | null; readonly row: AssetStoreRow; readonly members: readonly bigint[] }

export interface ClientAssets {
  readonly assets: Map<bigint, RunAsset>;
  /** Record key → asset key, null for records that are no assets. */
  readonly records: Map<bigint, bigint | null>;
  readonly storedRecords: Map<bigint, bigint | null>;
  /** Sources that register each kind. */
  readonly registries: Map<string, Set<string>>;
}

/** Registry records of one client, merged. Registries rank as the policy says, then in configured order. */
export async function clientAssets(tx: Transaction, context: FactContext, clientKey: number, clientId: string): Promise<ClientAssets> {
  const stored = await tx.query<{ record_key: bigint; asset_key: bigint | null; row: string; changed: number | null; gone: number | null }>(
    sql`select record_key, asset_key, row, changed, gone from ${table('asset_record')} where client_key = ${clientKey}`);
  const keys = new Map<string, bigint>();
  const present = stored.map(s => {
    const row = { ...(JSON.parse(s.row) as AssetRow), changed: s.changed ?? 0, gone: s.gone, client: clientId };
    keys.set(row.id, s.record_key);
    return row;
  });
  const lives = await clientLives(tx, context, clientKey, clientId, present);
  const rows = lives.map(l => l.row);
  const registries = new Map<string, Set<string>>();
  const known = new Map(lives.map(l => [l.row.id, l]));
  const hidden = parents(rows, known);
  const none = notAssets(hidden, known);
  for (const row of rows) if (!none.has(row.id)) registries.set(row.kind, (registries.get(row.kind) ?? new Set()).add(row.source));
  const { coverage } = context.settings.policy;
  const rank = [...coverage.registryRank, ...context.settings.sources.map(s => s.id).filter(id => !coverage.registryRank.includes(id))];
  const assets = new Map<bigint, RunAsset>();
  const records = new Map<bigint, bigint | null>(stored.map(s => [s.record_key, null]));
  const groups = new Map<string, Asset[]>();
  const merged = mergeRecords(rows, { rank, placeholders: coverage.placeholderIdentifiers }, known, hidden);
  for (const asset of merged) {
    const key = keyOf(asset.id);
    assets.set(key, { key, asset, row: rowOf(asset, key, clientKey, context), members: [] });
    // What an asset was before its records joined another one's is no record's asset now; nor is the life with an earlier client.
    if (asset.current) for (const id of asset.records) { const record = keys.get(id); if (record !== undefined) records.set(record, key); }
    if (asset.kind === 'cloud_workload' && asset.group !== null) groups.set(asset.group, [...(groups.get(asset.group) ?? []), asset]);
  }
  for (const [group, members] of groups) {
    const id = `group:${clientId}:${group}`;
    assets.set(keyOf(id), { key: keyOf(id), asset: null, row: groupRow(id, group, members, clientKey, context), members: members.map(m => keyOf(m.id)) });
  }
  return { assets, records, storedRecords: new Map(stored.map(s => [s.record_key, s.asset_key])), registries };
}

function rowOf(asset: Asset, key: bigint, clientKey: number, context: FactContext): AssetStoreRow {
  const { coverage } = context.settings.policy;
  return {
    asset_key: key, id: asset.id, name: asset.name, kind: asset.kind, role: asset.role, client_key: clientKey, criticality: asset.criticality, workload_group: asset.group,
    // The name of the requirement is filled in by the day.
    requirement: null, hostname: asset.hostnames[0] ?? null, fqdn: asset.fqdns[0] ?? null, prefix: asset.prefix, vrf: asset.vrf,
    address: asset.addresses[0]?.address ?? null, url: asset.url, source_key: context.dimensions.sourceKey(asset.source), registries: asset.registries.length,
    registered_at: asset.registeredAt, retired_at: asset.retiredAt,
    excluded_from: asset.exclusion?.from ?? null, excluded_to: asset.exclusion?.to ?? null, excluded_asked: asset.exclusion?.asked ?? null, exclusion_reason: asset.exclusion?.reason ?? null, exclusion_by: asset.exclusion?.agreedBy ?? null,
    last_event: null, last_heartbeat: null, last_any: null, last_strong: null, window_ms: windowOf(coverage, asset.kind, asset.role), state: null, state_reason: null,
    registry_disagreement: asset.disagreement.length > 0 ? asset.disagreement.join(', ') : null, settings_version: context.version,
    began_as: asset.beganAs, ended_as: asset.endedAs, past: pastText(asset, undefined),
    is_group: false, last_seen_by: null, depth_registered: null, depth_seen: null,
  };
}
/** Classes before the present one, and the hosts that were it for a time, as text to compare by: a change here judges all days again. */
export const pastText = ({ past }: Asset, timed: string | undefined): string | null => (past.length === 0 && timed === undefined ? null : JSON.stringify([past, timed ?? null]));

/** The workload group as one asset: what people see in a drill. Its criticality is the members' if they agree. */
function groupRow(id: string, group: string, members: readonly Asset[], clientKey: number, context: FactContext): AssetStoreRow {
  const criticality = new Set(members.map(m => m.criticality));
  return {
    ...rowOf(members[0]!, keyOf(id), clientKey, context), id, name: group, criticality: criticality.size === 1 ? members[0]!.criticality : null,
    hostname: null, fqdn: null, address: null, registries: 1, registered_at: Math.min(...members.map(m => m.registeredAt)),
    retired_at: members.some(m => m.retiredAt === null) ? null : Math.max(...members.map(m => m.retiredAt!)),
    excluded_from: null, excluded_to: null, excluded_asked: null, exclusion_reason: null, exclusion_by: null, registry_disagreement: null, began_as: null, ended_as: null, past: null, is_group: true,
  };
}
