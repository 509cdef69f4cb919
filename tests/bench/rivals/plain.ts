import { existsSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { openDuckDb } from '../../../src/backend/store/duckdb';
import type { Store } from '../../../src/backend/store/port';
import { sql } from '../../../src/backend/store/sql';
import { alertDraft, BLOCK, ticketDraft } from '../world/draft';

const CHUNK = 100_000;

/**
 * The same alerts and tickets as three plain tables, the way they land where somebody loads them into a warehouse to write the join by
 * hand: alert, ticket, and which ticket quotes which alert, joined by their string ids. Same engine, same threads, same order of rows.
 */
export async function plainTables(alerts: number, folder: string, threads: number, memoryMb: number): Promise<Store> {
  const complete = join(folder, 'rivals-complete');
  const fresh = !existsSync(complete);
  if (fresh) rmSync(join(folder, 'rivals'), { recursive: true, force: true });
  mkdirSync(join(folder, 'rivals'), { recursive: true });
  const store = await openDuckDb({ path: join(folder, 'rivals', 'plain.duckdb'), memoryMb, threads });
  if (!fresh) return store;
  const blocks = Math.ceil(alerts / BLOCK);
  await store.transaction(async tx => {
    await tx.execute(sql`create table plain_alert (alert_id varchar, rule varchar, client varchar, severity varchar, detected bigint, verdict varchar, verdict_by varchar, closed bigint)`);
    await tx.execute(sql`create table plain_ticket (ticket_id varchar, status varchar, resolution varchar, created bigint, resolved bigint)`);
    await tx.execute(sql`create table plain_link (ticket_id varchar, alert_id varchar)`);
  });
  for (let to = blocks; to > 0; to -= CHUNK) {
    const from = Math.max(0, to - CHUNK);
    await store.transaction(async tx => {
      await tx.execute(sql`create or replace temp table draft_ticket as ${ticketDraft(from, to, blocks)}`);
      await tx.execute(sql`create or replace temp table draft_alert as ${alertDraft(from, to, blocks)}`);
      await tx.execute(sql`insert into plain_alert select native_id, 'Rule ' || rule_key, 'Client ' || client_key, tier, detected,
        case fate when 'judged' then case when ((hash(i * 128 + 24) % 10)::bigint) < 7 then 'false_positive' else 'benign_positive' end when 'robot' then 'false_positive' end, case fate when 'judged' then 'human' when 'robot' then 'automation' end,
        case when fate in ('judged', 'robot', 'closed') then detected end from draft_alert order by detected`);
      await tx.execute(sql`insert into plain_ticket select native_id, case when done then 'Done' else 'Open' end, disposition, created, closes from draft_ticket order by created`);
      await tx.execute(sql`insert into plain_link select t.native_id, a.native_id from draft_alert a join draft_ticket t on t.k = a.k order by t.created`);
    });
  }
  await store.checkpoint();
  writeFileSync(complete, '');
  return store;
}
