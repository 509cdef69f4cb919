import type { TableName } from './schema';

/** The text column a hash key was made from, by table: an upsert compares it so that a collision is refused. */
export const IDENTITY: Partial<Record<TableName, string>> = { alert: 'id', ticket: 'id', asset_record: 'id', asset: 'id', seen_host: 'identity' };
