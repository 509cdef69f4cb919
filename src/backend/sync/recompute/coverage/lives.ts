import { UNASSIGNED, type AssetRow } from '../../../../model';
import { livesIn, type Life } from '../../../facts/asset/lives';
import type { Transaction } from '../../../store/port';
import { sql } from '../../../store/sql';
import { table } from '../../../store/table';
import type { FactContext } from '../../facts';

interface Stored { record_key: bigint; row: string; changed: number; gone: number | null; client_key: number }

/** Registry records of one client with their older versions, and those that belonged to it once. */
export async function clientLives(tx: Transaction, context: FactContext, clientKey: number, clientId: string, present: readonly AssetRow[]): Promise<Life[]> {
  const versions = await tx.query<Stored>(sql`
    select record_key, row, changed, null::bigint as gone, client_key from ${table('asset_version')}
    where record_key in (select record_key from ${table('asset_version')} where client_key = ${clientKey} union select record_key from ${table('asset_record')} where client_key = ${clientKey})
    union all select record_key, row, changed, gone, client_key from ${table('asset_record')}
    where record_key in (select record_key from ${table('asset_version')} where client_key = ${clientKey}) and client_key <> ${clientKey}
    order by record_key, changed`);
  const byId = new Map<string, AssetRow[]>();
  const put = (row: AssetRow): void => { const list = byId.get(row.id); if (list) list.push(row); else byId.set(row.id, [row]); };
  for (const v of versions) put({ ...(JSON.parse(v.row) as AssetRow), changed: v.changed, gone: v.gone, client: v.client_key === clientKey ? clientId : context.dimensions.clientId(v.client_key) ?? UNASSIGNED });
  for (const row of present) put(row);
  return [...byId.values()].flatMap(list => livesIn(clientId, list.sort((a, b) => a.changed - b.changed)));
}
