import { DAY, utcDay } from '../../model';
import type { Store } from '../store/port';
import { sql } from '../store/sql';
import { table } from '../store/table';

/** Exports: pruneOld. Rows older than the retention leave, with what hangs on them; frozen reported values are another table and stay. */
export async function pruneOld(store: Store, retentionDays: number, now: number): Promise<number> {
  const edge = utcDay(now - retentionDays * DAY) * DAY;
  const day = edge / DAY;
  let removed = 0;
  // A ticket may outlive its alerts: its links tell then what is left.
  await store.transaction(tx => tx.execute(sql`update ${table('ticket')} set own_alerts = null where own_alerts is not null and own_first_at < ${edge}`));
  const statements = [
    sql`delete from ${table('siem_mark')} where alert_key in (select alert_key from ${table('alert')} a where coalesce(a."at", a.changed) < ${edge} and a.changed < ${edge})`,
    sql`delete from ${table('alert')} where coalesce("at", changed) < ${edge} and changed < ${edge}`,
    // Open work is never pruned, however old.
    sql`delete from ${table('item')} where start < ${edge} and (stop is not null or left_at is not null) and coalesce(due, start) < ${edge} and coalesce(stop, left_at) < ${edge}`,
    sql`delete from ${table('link')} where ticket_key in (select ticket_key from ${table('ticket')} where done and created < ${edge} and changed < ${edge})`,
    sql`delete from ${table('ticket')} where done and created < ${edge} and changed < ${edge}`,
    sql`delete from ${table('observation')} where day < ${day}`,
    sql`delete from ${table('seen_host')} where last < ${edge}`,
    sql`delete from ${table('asset_span')} where last_day < ${day - 1}`,
    sql`delete from ${table('coverage_day')} where day < ${day - 1}`,
    sql`delete from ${table('source_day')} where day < ${day}`,
  ];
  for (const statement of statements) removed += await store.transaction(tx => tx.execute(statement));
  return removed;
}
