import { coverageHistory } from '../../../catalog/coverage-history';
import type { CoverageNullReason } from '../../../catalog/coverage-columns';
import { bucketDay, dayStart, localDay, type Bucket } from '../../../model';
import { defineQuery, type Cell } from '../metric';
import { zoneCuts } from '../shared/zones';
import { cellClients, dayCells, headOf } from './days';
import { addCounts, coverageOf, figures, membersOf, noCounts, readingsOf, whyNot, type Counts, type Reading } from './shared';

/** Points and assets by which coverage must fall in a week to be a signal (metrics.md §1, Signal). */
export const SIGNAL = { points: -0.03, fewer: 5, days: 7 } as const;

/** coverage.history (metrics.md §1): complete local days from the roll-up; a day without value stays null with its reason. */
export const coverageHistoryQuery = defineQuery(coverageHistory, async (reader, request, signal) => {
  const all = membersOf(reader, request);
  const byClient = request.groupBy.includes('client');
  const bucket: Bucket = request.bucket === 'none' ? 'day' : request.bucket;
  const tolerance = reader.policy.coverage.unknownTolerance;
  const readings = await readingsOf(reader, all, signal);
  const groups: Group[] = [];
  for (const cut of zoneCuts(reader, request.range, byClient, request.filters.client)) {
    const members = all.filter(m => cut.clients === null || cut.clients.includes(m.id));
    const from = localDay(cut.range.from, cut.zone);
    const to = Math.min(localDay(cut.range.to - 1, cut.zone), localDay(request.asOf, cut.zone) - 1);
    const nameOf = (key: number): string => members.find(m => m.key === key)!.id;
    const asked = { from: from - SIGNAL.days, to };
    const byKey = new Map<string, Group>();
    const keyOf = (cell: Head): string => `${byClient ? cell.client_key : 0}|${cell.kind}|${cell.criticality ?? ''}|${cell.criticality === null}|${cell.requirement}`;
    const groupOf = (cell: Head): Group => {
      const key = keyOf(cell);
      let group = byKey.get(key);
      if (!group) { byKey.set(key, group = { head: headOf(request, cell, nameOf), kind: cell.kind, days: new Map(), clients: new Set(), from, to, zone: cut.zone }); groups.push(group); }
      return group;
    };
    for (const cell of await dayCells(reader, request, members, asked, byClient, signal)) groupOf(cell).days.set(cell.day, cell.counts);
    for (const cell of await cellClients(reader, request, members, asked, signal)) groupOf(cell).clients.add(cell.client_key);
  }
  groups.sort((a, b) => String(a.head.client ?? '').localeCompare(String(b.head.client ?? '')) || a.kind.localeCompare(b.kind));
  const out = groups.flatMap(group => bucketsOf(group, readings, bucket, tolerance));
  // The sort is stable: within one instant the groups keep their order.
  out.sort((a, b) => (a.time as number) - (b.time as number));
  return {
    rows: out.slice(0, request.limit),
    ...(out.length > request.limit && { notices: [{ severity: 'warning' as const, text: `${out.length - request.limit} further rows are not shown; take longer buckets or a shorter range.` }] }),
  };
});

type Head = { readonly client_key: number; readonly kind: string; readonly criticality: string | null; readonly requirement: string };
/** Complete local days of one row of the answer, and the clients in it. */
interface Group { readonly head: Record<string, string | null>; readonly kind: string; readonly days: Map<number, Counts>; readonly clients: Set<number>; readonly from: number; readonly to: number; readonly zone: string }

function bucketsOf({ head, kind, days, clients, from, to, zone }: Group, readings: readonly Reading[], bucket: Bucket, tolerance: number): Record<string, Cell>[] {
  // A total is measured only where every client in it is: half a sum would look like a fall.
  const own = readings.filter(r => clients.has(r.client_key) && r.kind === kind && r.first_day !== null);
  const first = Math.max(...own.map(r => r.first_day!));
  const last = Math.min(...own.map(r => r.last_day!));
  const why = (day: number): CoverageNullReason | null => (own.length === 0 || day < first ? 'before_telemetry' : day > last ? 'not_yet' : whyNot(days.get(day) ?? NOBODY, tolerance));
  const valueOn = (day: number): number | null => (why(day) === null ? coverageOf(days.get(day)!, tolerance) : null);
  const out: Record<string, Cell>[] = [];
  for (let start = from; start <= to;) {
    const firstOf = bucketDay(start, bucket);
    let end = start;
    while (end < to && bucketDay(end + 1, bucket) === firstOf) end++;
    const sum = noCounts();
    let measured = 0;
    let reason: CoverageNullReason | null = null;
    const unmeasured = noCounts();
    for (let day = start; day <= end; day++) {
      const not = why(day);
      if (not === null) { measured++; addCounts(sum, days.get(day)!); } else { reason = not; addCounts(unmeasured, days.get(day) ?? NOBODY); }
    }
    const now = valueOn(end);
    const before = valueOn(end - SIGNAL.days);
    const change = now === null || before === null ? null : now - before;
    const fewer = change === null ? 0 : days.get(end - SIGNAL.days)!.covered - days.get(end)!.covered;
    out.push({
      time: dayStart(start, zone), ...head, ...(measured > 0 ? figures(sum, null) : reason === 'before_telemetry' || reason === 'not_yet' ? nothing() : figures(unmeasured, reason)),
      days: end - start + 1, days_measured: measured, change, signal: change === null ? null : change <= SIGNAL.points + 1e-9 && fewer >= SIGNAL.fewer ? 1 : 0, reason: measured > 0 ? null : reason,
    });
    start = end + 1;
  }
  return out;
}
const NOBODY: Counts = noCounts();
/** A bucket nobody looked at has no counts either. */
const nothing = (): Record<string, null> => Object.fromEntries(Object.keys(figures(noCounts(), 'no_assets')).map(k => [k, null]));
