import { DAY, isoDay, localDay, reportedMonths, UNASSIGNED, type ReportedMonth } from '../../../model';
import type { ScopedReader } from '../../scope/reader';
import { monthRows } from '../../store/month-coverage';
import { sql, type Sql } from '../../store/sql';

/** One month of one client: frozen, or provisional until its closing day. */
export interface ClientMonth extends ReportedMonth {
  readonly client: number;
  readonly id: string;
  readonly zone: string;
  /** Instant its outcomes are judged at: the closing, or the question's own instant before it. */
  readonly at: number;
  readonly frozen: { readonly at: number; readonly settingsVersion: number; readonly definition: number; readonly items: number; /** Found as it was reported, and nothing was written to it since. */ readonly same: boolean } | null;
  /** False where rows of it may have been removed with age: nothing is compared then. */
  readonly kept: boolean;
}
interface Stored { client_key: number; month: number; closed_at: number; frozen_at: number | null; settings_version: number; definition: number; items: number; same: boolean | null }

/** Months whose first local day, in whatever zone, can be one of those that overlap [from, to): a store that has run for years keeps many more. */
const near = ({ from, to }: { from: number; to: number }): Sql => sql`m.month >= ${Math.floor(from / DAY) - 33} and m.month <= ${Math.floor(to / DAY) + 2}`;

/** Months of the clients in scope that overlap [from, to) and have begun by `asOf`; `clients` null = all in scope. */
export async function clientMonths(reader: ScopedReader, range: { from: number; to: number }, asOf: number, clients: readonly string[] | null, signal?: AbortSignal): Promise<ClientMonth[]> {
  const stored = await reader.query<Stored>(sql`select client_key, month, closed_at, frozen_at, settings_version, definition, items, same from ${reader.relation('reported_month')} m where ${near(range)}`, signal);
  return monthsOf(reader, range, asOf, clients, stored);
}

/** The same of one part of the months that is frozen by itself. */
export interface PartMonth extends ClientMonth {
  /** Last local day of the month; of one that runs, the last complete one. Before `month`: none is complete. */
  readonly lastDay: number;
  /** It closed before this store kept the part: what was reported is not known. */
  readonly unkept: boolean;
}
export async function partMonths(reader: ScopedReader, part: 'coverage' | 'verdicts', range: { from: number; to: number }, asOf: number, clients: readonly string[] | null, signal?: AbortSignal): Promise<PartMonth[]> {
  const stored = await reader.query<Stored>(sql`select client_key, month, closed_at, frozen_at, settings_version, definition, n as items, same from ${reader.relation('reported_part')} m where part = ${part} and ${near(range)}`, signal);
  const unkept = new Set(stored.filter(s => s.frozen_at === null && s.closed_at <= asOf).map(s => `${s.client_key}|${s.month}`));
  return monthsOf(reader, range, asOf, clients, stored).map(m => ({ ...m, lastDay: Math.min(localDay(m.ends - 1, m.zone), localDay(asOf, m.zone) - 1), unkept: unkept.has(`${m.client}|${m.month}`) }));
}
/** The part months as the statements of the store take them. */
export const partRows = (months: readonly PartMonth[]): Sql => monthRows(months);

function monthsOf(reader: ScopedReader, range: { from: number; to: number }, asOf: number, clients: readonly string[] | null, stored: readonly Stored[]): ClientMonth[] {
  const marks = new Map(stored.map(s => [`${s.client_key}|${s.month}`, s]));
  const known = [...reader.clients.map(c => ({ id: c.id, zone: c.zone })), ...(reader.operator ? [{ id: UNASSIGNED, zone: reader.socZone }] : [])];
  // Of many clients in a zone the calendar is asked once.
  const calendar = new Map<string, ReportedMonth[]>();
  const inZone = (zone: string): ReportedMonth[] => {
    if (!calendar.has(zone)) calendar.set(zone, reportedMonths(range.from, range.to, zone, reader.policy.reporting.closingDay));
    return calendar.get(zone)!;
  };
  return known.filter(c => clients === null || clients.includes(c.id)).flatMap(({ id, zone }) => {
    const client = reader.clientKey(id);
    if (client === null) return [];
    return inZone(zone).filter(m => m.begins <= asOf).map((m): ClientMonth => {
      const s = marks.get(`${client}|${m.month}`);
      // What was frozen keeps the closing day it was frozen by, and a question about the past does not know of it yet.
      const closes = s?.closed_at ?? m.closes;
      const frozen = s && s.frozen_at !== null && closes <= asOf ? { at: s.frozen_at, settingsVersion: s.settings_version, definition: s.definition, items: s.items, same: s.same === true } : null;
      return { ...m, client, id, zone, closes, at: Math.min(closes, asOf), kept: m.begins >= asOf - (reader.retentionDays - 1) * DAY, frozen };
    });
  });
}

/** A month as YYYY-MM; of many rows the calendar is asked once. */
export function monthName(month: number): string {
  let name = NAMES.get(month);
  if (name === undefined) NAMES.set(month, name = isoDay(month).slice(0, 7));
  return name;
}
const NAMES = new Map<number, string>();
