import { noneTouched, type Touched } from '../facts';
import { runRecompute } from '../commit';
import { wroteAlerts } from '../reported/written';
import { KEY, TABLE, type Kind, type ReconcileOptions } from './options';

/** Since when each row is gone, null for one that is there again; in slices, facts in the same transaction. */
export async function mark(o: ReconcileOptions, kind: Kind, rows: readonly { readonly key: bigint; readonly at: number | null }[]): Promise<void> {
  for (let from = 0; from < rows.length; from += 500) {
    const part = new Map(rows.slice(from, from + 500).map(row => [row.key, row.at]));
    const since = (key: bigint | null): number | null => part.get(key!) ?? null;
    await o.committer.run(async tx => {
      const touched: Touched = noneTouched();
      if (kind === 'alert') {
        const stored = await tx.lookup(TABLE.alert, KEY.alert, [...part.keys()]);
        await tx.upsert(TABLE.alert, stored.map(row => ({ ...row, gone: since(row.alert_key) })));
        await wroteAlerts(tx, stored.map(row => ({ client: row.client_key, at: row.at })));
        for (const row of stored) { touched.alerts.add(row.alert_key!); touched.joins.add(row.join_key!); }
      } else if (kind === 'ticket') {
        const stored = await tx.lookup(TABLE.ticket, KEY.ticket, [...part.keys()]);
        await tx.upsert(TABLE.ticket, stored.map(row => ({ ...row, gone: since(row.ticket_key) })));
        for (const row of stored) touched.tickets.add(row.ticket_key!);
      } else {
        const stored = await tx.lookup(TABLE.asset, KEY.asset, [...part.keys()]);
        await tx.upsert(TABLE.asset, stored.map(row => ({ ...row, gone: since(row.record_key) })));
        for (const row of stored) touched.assetRecords.add(row.record_key!);
      }
      await runRecompute(tx, touched, o.committer.context);
    });
  }
}
