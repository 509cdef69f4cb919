import { sql, type Sql } from '../../../src/backend/store/sql';
import type { Store } from '../../../src/backend/store/port';
import { insertAlerts, insertMarks } from './alerts';
import { writeDimensions } from './dimensions';
import { alertDraft, BLOCK, ticketDraft, timesOf } from './draft';
import { assetsFor, insertAssets, insertHosts, insertReadings, insertRollUp, insertSpans } from './estate';
import { insertSiemItems, insertTicketItems } from './items';
import { insertLinks, insertTickets } from './tickets';

/** Blocks per transaction: 200,000 alerts, in the order of a first load, newest first. */
const CHUNK = 20_000;

/** Fills an empty store with `alerts` alerts, 0.3 as many tickets, their facts and SLA items, and an estate. About 30 s a million. */
export async function fillStore(store: Store, alerts: number, say: (text: string) => void = () => undefined): Promise<void> {
  const blocks = Math.ceil(alerts / BLOCK);
  await writeDimensions(store, blocks * BLOCK);
  const run = (statements: readonly Sql[]) => store.transaction(async tx => { for (const s of statements) await tx.execute(s); });
  for (let to = blocks; to > 0; to -= CHUNK) {
    const from = Math.max(0, to - CHUNK);
    const [first, last] = timesOf(from, to, blocks);
    await run([
      sql`create or replace temp table draft_ticket as ${ticketDraft(from, to, blocks)}`, sql`create or replace temp table draft_alert as ${alertDraft(from, to, blocks)}`,
      insertAlerts, insertTickets, insertLinks, insertMarks(first, last), insertTicketItems, insertSiemItems(first, last),
    ]);
    if (blocks > CHUNK) say(`${((blocks - from) * BLOCK).toLocaleString('en')} of ${(blocks * BLOCK).toLocaleString('en')} alerts written`);
  }
  const assets = assetsFor(alerts);
  await run([sql`drop table if exists draft_ticket`, sql`drop table if exists draft_alert`, insertAssets(assets), insertSpans(assets), insertRollUp, insertReadings, insertHosts(assets)]);
  await store.checkpoint();
}
