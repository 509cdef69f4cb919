import { DAY, reportedMonths, UNASSIGNED, type ReportedMonth } from '../../../model';
import type { WorkspaceSettings } from '../../../settings/schema';
import type { Transaction } from '../../store/port';
import { sql } from '../../store/sql';
import { table } from '../../store/table';
import type { FactContext } from '../facts';
import { readMeta } from '../meta';

/** Exports: Closing, closings, readThrough. Which months have closed and are not frozen yet, and whether what they need was read. */
export interface Closing extends ReportedMonth { readonly client: number; readonly zone: string }
const LONGEST_MONTH = 31 * DAY;

/** How far every alert and ticket stream was read: [from, to). Null while one of them is behind, being read again, or its facts are. */
export async function readThrough(tx: Transaction, settings: WorkspaceSettings): Promise<{ from: number; to: number } | null> {
  const sources = settings.sources.filter(s => s.enabled).map(s => s.id);
  const [row] = await tx.query<{ n: number; behind: number; begins: number | null; read_to: number | null }>(sql`
    select count(*) as n, count(*) filter (where not "current" or error is not null or backfilled_to is null or watermark is null) as behind, max(backfilled_to) as begins, min(watermark) as read_to
    from ${table('stream_state')} where kind in ('alert', 'ticket') and source = any(${sources})`);
  if (!row || row.n === 0 || row.behind > 0 || row.begins === null || row.read_to === null) return null;
  return { from: row.begins, to: row.read_to };
}

/** Facts still to be computed: pages of a first load, or a rebuild under way. */
export async function factsUnfinished(tx: Transaction): Promise<boolean> {
  const facts = await readMeta<{ version: number | null; target: number }>(tx, 'facts');
  if (facts !== null && facts.version !== facts.target) return true;
  const [row] = await tx.query<{ n: number }>(sql`
    select (select count(*) from ${table('alert')} where settings_version is null) + (select count(*) from ${table('ticket')} where settings_version is null) as n`);
  return row!.n > 0;
}

/** Months of every client that closed, were read whole and are not frozen, oldest first; at most the policy's number of closed months back. */
export async function closings(tx: Transaction, { settings, dimensions, now }: FactContext, read: { from: number; to: number }): Promise<Closing[]> {
  const { closingDay, months } = settings.policy.reporting;
  const frozen = await tx.query<{ client_key: number; month: number }>(sql`select client_key, month from ${table('reported_month')}`);
  const done = new Set(frozen.map(f => `${f.client_key}|${f.month}`));
  const until = Math.min(now, read.to);
  return [...settings.clients.map(c => ({ id: c.id, zone: c.zone })), { id: UNASSIGNED, zone: settings.zone }].flatMap(({ id, zone }) => {
    const client = dimensions.clientKey(id);
    return reportedMonths(until - (months + 2) * LONGEST_MONTH, until, zone, closingDay)
      .filter(m => m.closes <= until).slice(-months)
      .filter(m => m.begins >= read.from && !done.has(`${client}|${m.month}`))
      .map(m => ({ ...m, client, zone }));
  }).sort((a, b) => a.month - b.month || a.client - b.client);
}
