import { coverageHistory } from '../../../catalog/coverage-history';
import type { CoverageNullReason } from '../../../catalog/coverage-columns';
import { bucketDay, dayStart, type Bucket } from '../../../model';
import type { ScopedReader } from '../../scope/reader';
import { defineQuery, type Cell, type MetricRequest } from '../metric';
import { contribution, partsOf } from './change';
import { groupsOf, measurer, type Group } from './groups';
import { movesBetween, type Move } from './moves';
import { addCounts, figures, membersOf, noCounts, readingsOf, type Counts, type Reading } from './shared';

/** Points and assets by which coverage must fall in a week to be a signal (metrics.md §1, Signal). */
export const SIGNAL = { points: -0.03, fewer: 5, days: 7 } as const;

/** coverage.history (metrics.md §1): complete local days from the roll-up; a day without value stays null with its reason. */
export const coverageHistoryQuery = defineQuery(coverageHistory, async (reader, request, signal) => {
  const all = membersOf(reader, request);
  const bucket: Bucket = request.bucket === 'none' ? 'day' : request.bucket;
  const tolerance = reader.policy.coverage.unknownTolerance;
  const readings = await readingsOf(reader, all, signal);
  const groups = await groupsOf(reader, request, all, SIGNAL.days, signal);
  groups.sort((a, b) => String(a.head.client ?? '').localeCompare(String(b.head.client ?? '')) || a.kind.localeCompare(b.kind));
  const out = groups.flatMap(group => bucketsOf(group, readings, bucket, tolerance));
  // The sort is stable: within one instant the groups keep their order.
  out.sort((a, b) => (a.row.time as number) - (b.row.time as number));
  const rows = request.options.only === 'signals' ? out.filter(o => o.row.signal === 1) : out;
  await nameParts(reader, request, rows, signal);
  return {
    rows: rows.slice(0, request.limit).map(o => o.row),
    ...(rows.length > request.limit && { notices: [{ severity: 'warning' as const, text: `${rows.length - request.limit} further rows are not shown; take longer buckets or a shorter range.` }] }),
  };
});

interface Row { readonly row: Record<string, Cell>; readonly group: Group; /** Last day of the bucket. */ readonly day: number }

/** Names what took most away where a signal fires, so that an annotation says more than that coverage fell (metrics.md §1, Signal). */
async function nameParts(reader: ScopedReader, request: MetricRequest, rows: readonly Row[], signal?: AbortSignal): Promise<void> {
  const asked = new Map<string, Promise<Move[]>>();
  for (const { row, group, day } of rows) {
    if (row.signal !== 1) continue;
    const key = `${day}|${group.members.map(m => m.key).join(',')}`;
    const moves = asked.get(key) ?? movesBetween(reader, request, group.members, day - SIGNAL.days, day, signal);
    asked.set(key, moves);
    const head = JSON.stringify(group.head);
    const worth = contribution(group.days.get(day - SIGNAL.days)!, group.days.get(day)!);
    const parts = partsOf((await moves).filter(m => m.head === head)).map(p => ({ p, worth: p.moves.reduce((n, m) => n + worth(m), 0) }));
    const least = parts.reduce<(typeof parts)[number] | null>((a, b) => (a === null || b.worth < a.worth ? b : a), null);
    if (least) row.largest_part = `${least.p.part.replaceAll('_', ' ')}${least.p.source === null ? '' : ` ${least.p.source}`} (${least.p.moves.length})`;
  }
}

function bucketsOf(group: Group, readings: readonly Reading[], bucket: Bucket, tolerance: number): Row[] {
  const { head, days, from, to, zone } = group;
  const { why, valueOn } = measurer(group, readings, tolerance);
  const out: Row[] = [];
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
    const row: Record<string, Cell> = {
      time: dayStart(start, zone), ...head, ...(measured > 0 ? figures(sum, null) : reason === 'before_telemetry' || reason === 'not_yet' ? nothing() : figures(unmeasured, reason)),
      days: end - start + 1, days_measured: measured, change, signal: change === null ? null : change <= SIGNAL.points + 1e-9 && fewer >= SIGNAL.fewer ? 1 : 0, largest_part: null, reason: measured > 0 ? null : reason,
    };
    out.push({ row, group, day: end });
    start = end + 1;
  }
  return out;
}
const NOBODY: Counts = noCounts();
/** A bucket nobody looked at has no counts either. */
const nothing = (): Record<string, null> => Object.fromEntries(Object.keys(figures(noCounts(), 'no_assets')).map(k => [k, null]));
