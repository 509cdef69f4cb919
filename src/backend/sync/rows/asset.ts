import type { AssetRow } from '../../../model';
import { keyOf } from '../../store/key';
import type { StoreRow } from '../../store/schema';
import type { Dimensions } from '../facts';

/** Exports: recordKey, assetColumns, assetOf. One registry record ↔ `asset_record`; the canonical row stands whole in `row`. */
export const recordKey = (id: string): bigint => keyOf(id);

export const assetColumns = (row: AssetRow, dimensions: Dimensions) => ({
  record_key: recordKey(row.id), id: row.id, source_key: dimensions.sourceKey(row.source), client_key: dimensions.clientKey(row.client),
  // The columns hold `changed` and `gone`; in the text they would make an unchanged record look changed.
  row: JSON.stringify({ ...row, changed: 0, gone: null }), changed: row.changed, gone: row.gone,
}) satisfies Partial<StoreRow<'asset_record'>>;

export const assetOf = (row: Pick<StoreRow<'asset_record'>, 'row' | 'changed' | 'gone'>): AssetRow =>
  ({ ...(JSON.parse(row.row!) as AssetRow), changed: row.changed!, gone: row.gone });
