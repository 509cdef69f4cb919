import type { AssetRow, RuleRow } from '../../../model';
import type { StoreRow } from '../../store/schema';
import { sameVersion } from '../../facts/asset/lives';
import { assetColumns, assetOf, overlay, recordKey, ruleColumns, sameColumns } from '../rows';
import { breather } from '../breathe';
import { byKey, newest, type Applied, type ApplyContext } from './shared';

/** Exports: applyRules, applyAssets. */
export async function applyRules({ dimensions, changedIsReading }: ApplyContext, rows: readonly RuleRow[]): Promise<Applied> {
  const done: Applied = { written: 0, same: 0, older: 0 };
  for (const row of newest(rows)) {
    const key = dimensions.ruleKey(row.rule);
    const old = dimensions.rule(key);
    const listed = old && !old.derived ? old : undefined;
    // A rule list outranks alerts; of two lists the newer change wins.
    if (row.derived && listed) { done.older++; continue; }
    if (listed && listed.changed! > row.changed) { done.older++; continue; }
    const next = ruleColumns(row, key, dimensions.sourceKey(row.source), listed);
    if (old && sameColumns(old, next, changedIsReading ? ['changed'] : [])) { done.same++; continue; }
    dimensions.putRule(next);
    done.written++;
  }
  return done;
}

const versionOf = (r: Pick<StoreRow<'asset_record'>, 'record_key' | 'changed' | 'client_key' | 'row'>): StoreRow<'asset_version'> => ({ record_key: r.record_key, changed: r.changed, client_key: r.client_key, row: r.row });

export async function applyAssets(context: ApplyContext, rows: readonly AssetRow[]): Promise<Applied> {
  const { tx, dimensions, touched } = context;
  const done: Applied = { written: 0, same: 0, older: 0 };
  const page = newest(rows);
  const stored = await byKey(tx, 'asset_record', 'record_key', page.map(row => recordKey(row.id)));
  const write: StoreRow<'asset_record'>[] = [];
  const versions: StoreRow<'asset_version'>[] = [];
  if (page.length < rows.length) {
    const kept = new Map(page.map(row => [row.id, row.changed]));
    for (const row of rows) if (row.changed < kept.get(row.id)!) versions.push(versionOf(assetColumns(row, dimensions)));
  }
  const pause = breather();
  for (const row of page) {
    await pause();
    const columns = assetColumns(row, dimensions);
    const old = stored.get(columns.record_key);
    if (old && old.id === row.id) {
      // What a record said before is kept, whichever version came first: days before keep it (facts/asset/lives).
      if (old.changed! > row.changed) { versions.push(versionOf(columns)); touched.assetRecords.add(columns.record_key); done.older++; continue; }
      if (sameColumns(old, columns, context.changedIsReading ? ['changed'] : [])) { done.same++; continue; }
      if (old.changed! < row.changed && !sameVersion(assetOf({ row: old.row, changed: old.changed, gone: old.gone }), row)) versions.push(versionOf(old));
    }
    write.push(overlay('asset_record', old, columns));
    touched.assetRecords.add(columns.record_key);
    done.written++;
  }
  await tx.upsert('asset_record', write);
  await tx.upsert('asset_version', versions);
  return done;
}
