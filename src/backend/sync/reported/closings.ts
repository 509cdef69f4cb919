import { DAY, localDay, reportedMonths, UNASSIGNED, type ReportedMonth } from '../../../model';
import type { WorkspaceSettings } from '../../../settings/schema';
import type { Transaction } from '../../store/port';
import type { MonthRow } from '../../store/month-coverage';
import { sql } from '../../store/sql';
import { table } from '../../store/table';
import type { FactContext } from '../facts';
import { readMeta } from '../meta';
import { isClean, loadDirty } from '../recompute/coverage/dirty';

/** Exports: Closing, closings, coverageClosings, readThrough, factsUnfinished, rowOf. Which months have closed and are not frozen yet, and whether what they need was read. */
export interface Closing extends ReportedMonth { readonly client: number; readonly id: string; readonly zone: string }
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
export async function closings(tx: Transaction, context: FactContext, read: { from: number; to: number }): Promise<Closing[]> {
  const frozen = await tx.query<Mark>(sql`select client_key, month from ${table('reported_month')}`);
  return closed(context, Math.min(context.now, read.to), frozen).filter(m => m.begins >= read.from);
}
interface Mark { client_key: number; month: number }

function closed({ settings, dimensions }: FactContext, until: number, marks: readonly Mark[]): Closing[] {
  const { closingDay, months } = settings.policy.reporting;
  const done = new Set(marks.map(f => `${f.client_key}|${f.month}`));
  return [...settings.clients.map(c => ({ id: c.id, zone: c.zone })), { id: UNASSIGNED, zone: settings.zone }].flatMap(({ id, zone }) => {
    const client = dimensions.clientKey(id);
    return reportedMonths(until - (months + 2) * LONGEST_MONTH, until, zone, closingDay)
      .filter(m => m.closes <= until).slice(-months)
      .filter(m => !done.has(`${client}|${m.month}`))
      .map(m => ({ ...m, client, id, zone }));
  }).sort((a, b) => a.month - b.month || a.client - b.client);
}

/**
 * Months whose coverage can be frozen: no registry and no telemetry is behind or failing, every day of the month has its facts, and what could
 * cover a kind was read past the month's end. Months before the telemetry have no facts and stay provisional; days before it in the first month are
 * not measured, and that is frozen with it.
 */
export async function coverageClosings(tx: Transaction, context: FactContext): Promise<Closing[]> {
  const sources = context.settings.sources.filter(s => s.enabled).map(s => s.id);
  const [streams] = await tx.query<{ n: number; behind: number }>(sql`
    select count(*) filter (where kind = 'observation') as n, count(*) filter (where not coalesce("current", false) or error is not null) as behind
    from ${table('stream_state')} where kind in ('asset', 'observation') and source = any(${sources})`);
  if (!streams || streams.n === 0 || streams.behind > 0) return [];
  const marks = await tx.query<Mark>(sql`select client_key, month from ${table('reported_part')} where part = 'coverage'`);
  const due = closed(context, context.now, marks);
  if (due.length === 0 || !isClean(await loadDirty(tx))) return [];
  const readings = await tx.query<{ client_key: number; first_day: number; last_day: number; read_to: number | null; reason: string | null }>(sql`
    select client_key, first_day, last_day, read_to, reason from ${table('coverage_reading')} where first_day is not null`);
  return due.filter(m => {
    const kinds = readings.filter(r => r.client_key === m.client);
    const { lastDay } = rowOf(m);
    // A kind that nothing covers any longer holds nobody up: its days until then have their facts.
    const live = kinds.filter(k => k.reason === null);
    const read = live.flatMap(k => k.read_to ?? []);
    return kinds.some(k => k.first_day <= lastDay && k.last_day >= m.month) && (live.length === 0 || (live.every(k => k.last_day >= lastDay) && read.length > 0 && Math.min(...read) >= m.ends));
  });
}

/** A closing as the statements over months take it. */
export const rowOf = (m: Closing): MonthRow => ({ client: m.client, month: m.month, lastDay: localDay(m.ends - 1, m.zone), begins: m.begins, ends: m.ends, at: m.closes });
