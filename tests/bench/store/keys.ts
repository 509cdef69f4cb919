import { mkdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openDuckDb } from '../../../src/backend/store/duckdb';
import type { Store } from '../../../src/backend/store/port';
import { sql } from '../../../src/backend/store/sql';
import { table } from '../../../src/backend/store/table';

/**
 * Keys on disk (docs/adr/003): the wide keyed alert table at SOC_BENCH_ROWS rows (default 10 M), written through the store's own
 * port. Not part of npm test: `nice node --import tsx tests/bench/store/keys.ts [folder] [--keep]`. Prints one JSON line per measurement.
 */
const ROWS = Number(process.env.SOC_BENCH_ROWS ?? 10_000_000);
const DAY = 86_400_000;
const NOW = Date.UTC(2026, 0, 1);
const MONTHS = 27;
const folder = process.argv[2] ?? join(tmpdir(), 'soc-bench-keys');
const path = join(folder, 'store.duckdb');

const resident = (): number => Math.round(Number(/VmRSS:\s+(\d+)/.exec(readFileSync('/proc/self/status', 'utf8'))?.[1] ?? 0) / 1024);
const peak = (): number => Math.round(Number(/VmHWM:\s+(\d+)/.exec(readFileSync('/proc/self/status', 'utf8'))?.[1] ?? 0) / 1024);
const fileMb = (): number => Math.round(statSync(path).size / 1e6);
async function measure<T>(name: string, work: () => Promise<T>): Promise<T> {
  const start = performance.now();
  const result = await work();
  console.log(JSON.stringify({ name, ms: Math.round(performance.now() - start), residentMb: resident(), peakMb: peak(), fileMb: fileMb() }));
  return result;
}
const open = (): Promise<Store> => openDuckDb({ path, memoryMb: 512, threads: 2 });

/** One month's alerts, newest month first as a first load writes them; the key is a hash, so it arrives in random order. */
async function fill(store: Store): Promise<void> {
  const perMonth = Math.ceil(ROWS / MONTHS);
  for (let month = 0; month < MONTHS; month++) {
    const base = month * perMonth;
    const from = NOW - (month + 1) * 30 * DAY;
    await store.transaction(tx => tx.execute(sql`
      insert into ${table('alert')} by name
      select hash(i) as alert_key, 'siem:alert:' || md5(i::varchar) as id, md5(i::varchar) as native_id, hash(i + 1) as join_key, md5(i::varchar) as join_id,
        1 as source_key, (i % 7)::integer as client_key, (i % 503)::integer as rule_key, 'Rule number ' || (i % 503) as rule_name, '3' as rule_revision,
        (['critical', 'high', 'medium', 'low', 'informational'])[1 + i % 5] as tier,
        t - 60000 as event, t as detected, t + 30000 as readable, (i % 5)::varchar as source_severity, 'client ' || (i % 7) as source_client,
        'closed' as source_status, t + 600000 as acknowledged_at, 'human' as acknowledged_by, 'Benign Positive' as source_disposition, 'benign_positive' as disposition,
        t + 900000 as disposition_at, 'human' as disposition_by, 0 as suppressed, 'https://siem.example/alerts/' || md5(i::varchar) as url, t + 900000 as changed,
        t as "at", (['true', 'benign', 'false', 'pending', 'unmatched'])[1 + i % 5] as bucket, i % 3 = 0 as inherited, false as conflict_with_true, t + 900000 as verdict_at,
        hash(i // 3) as decision_key, t as decision_head_at, i % 3 = 0 as decision_head, i % 2 = 0 as has_ticket, t + 120000 as first_ticket_created, t + 120000 as linked_at,
        1 as tickets, false as cross_client, null as untracked_due, i % 5 < 2 as ticket_required, 1 as settings_version
      from (select ${base} + x as i, ${from} + x * ${Math.floor((30 * DAY) / perMonth)} as t from range(${perMonth}) r(x))`));
  }
}

async function changed(store: Store, name: string, where: ReturnType<typeof sql>): Promise<void> {
  const rows = await store.query<never>(sql`select * from ${table('alert')} where ${where} order by hash(alert_key + ${Math.floor(performance.now())}) limit 1000`);
  const next = (rows as Record<string, unknown>[]).map(row => ({ ...row, source_status: 'closed again', changed: Number(row.changed) + 1, bucket: 'true', verdict_at: Number(row.changed) + 1 }));
  await measure(name, () => store.transaction(tx => tx.upsert('alert', next as never)));
}

async function main(): Promise<void> {
  mkdirSync(folder, { recursive: true });
  let store = await open();
  const [{ n }] = await store.query<{ n: number }>(sql`select count(*) as n from ${table('alert')}`) as [{ n: number }];
  if (n === 0) {
    await measure(`insert ${ROWS} rows`, () => fill(store));
    await measure('checkpoint after the insert', () => store.checkpoint());
  }
  await measure('close', () => store.close());
  store = await measure('reopen', open);
  const keys = (await store.query<{ k: bigint }>(sql`select alert_key as k from ${table('alert')} using sample 1000 rows`)).map(r => r.k);
  await measure('look up 1,000 random keys', () => store.transaction(tx => tx.lookup('alert', 'alert_key', keys)));
  await measure('counts per rule, all time', () => store.query(sql`select rule_key, bucket, count(*) from ${table('alert')} group by all`));
  for (const round of [1, 2, 3]) await changed(store, `upsert 1,000 changed rows of the last week, round ${round}`, sql`"at" >= ${NOW - 7 * DAY}`);
  for (const round of [1, 2]) await changed(store, `upsert 1,000 changed rows anywhere, round ${round}`, sql`true`);
  await measure('checkpoint', () => store.checkpoint());
  await measure('close', () => store.close());
  store = await measure('reopen', open);
  await store.close();
  if (!process.argv.includes('--keep')) rmSync(folder, { recursive: true, force: true });
}
main().catch(error => { console.error(error); process.exitCode = 1; });
