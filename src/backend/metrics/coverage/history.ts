import { coverageHistory } from '../../../catalog/coverage-history';
import type { CoverageNullReason } from '../../../catalog/coverage-columns';
import { bucketDay, dayStart, type Bucket } from '../../../model';
import type { ScopedReader } from '../../scope/reader';
import { defineQuery, type Cell, type MetricRequest } from '../metric';
import { assetsOf, contribution, partsOf, sum } from './change';
import { byHead, groupsOf, measurer, membersIn, type Group } from './groups';
import { movesOver } from './moves';
import { acceptedHeartbeats, addCounts, figures, membersOf, noCounts, readingsOf, type Counts } from './shared';

/** Points and assets by which coverage must fall in a week to be a signal (metrics.md §1, Signal). */
export const SIGNAL = { points: -0.03, fewer: 5, days: 7 } as const;

/** coverage.history (metrics.md §1): complete local days from the roll-up; a day without value stays null with its reason. */
export const coverageHistoryQuery = defineQuery(coverageHistory, async (reader, request, signal) => {
  const all = membersOf(reader, request);
  const bucket: Bucket = request.bucket === 'none' ? 'day' : request.bucket;
  const tolerance = reader.policy.coverage.unknownTolerance;
  const readings = await readingsOf(reader, all, signal);
  const groups = await groupsOf(reader, request, all, SIGNAL.days, signal);
  groups.sort(byHead);
  // The sort is stable: within one instant the groups keep their order.
  const spans = spansOf(groups, bucket).sort((a, b) => a.time - b.time);
  const measure = new Map(groups.map(group => [group, measurer(group, readings, tolerance)]));
  const rowOf = (span: Span): Row => ({ row: figuresOf(span, measure.get(span.group)!), group: span.group, day: span.end });
  // Days of fifty clients are more than an answer shows: only what is shown is worked out, unless what is shown depends on it.
  const signals = request.options.only === 'signals' ? spans.map(rowOf).filter(o => o.row.signal === 1) : null;
  const found = signals?.length ?? spans.length;
  const shown = signals?.slice(0, request.limit) ?? spans.slice(0, request.limit).map(rowOf);
  // Lines and alert rules carry numbers alone: only who reads rows is told what fell.
  if (request.view !== 'series' && request.view !== 'alert') await nameParts(reader, request, shown, signal);
  const notices = [
    ...(found > request.limit ? [{ severity: 'warning' as const, text: `${found - request.limit} further rows are not shown; take longer buckets or a shorter range.` }] : []),
    ...acceptedHeartbeats(reader, all, request),
  ];
  return { rows: shown.map(o => o.row), ...(notices.length > 0 && { notices }) };
});

interface Row { readonly row: Record<string, Cell>; readonly group: Group; /** Last day of the bucket. */ readonly day: number }

/** Names what took most away where a signal fires, so that an annotation says more than that coverage fell (metrics.md §1, Signal). */
async function nameParts(reader: ScopedReader, request: MetricRequest, rows: readonly Row[], signal?: AbortSignal): Promise<void> {
  const fallen = rows.filter(r => r.row.signal === 1);
  const moves = await movesOver(reader, request, fallen.map(({ group, day }) => ({ members: membersIn(group), from: day - SIGNAL.days, to: day })), false, signal);
  fallen.forEach(({ row, group, day }, i) => {
    const head = JSON.stringify(group.head);
    const worth = contribution(group.days.get(day - SIGNAL.days)!, group.days.get(day)!);
    // Of whole numbers added up: parts that are worth the same are even then, and the first of them is named.
    const parts = partsOf(moves[i]!.filter(m => m.head === head)).map(p => ({ p, worth: worth({ covered: sum(p.moves, 'covered'), scope: sum(p.moves, 'scope') }) }));
    const least = parts.reduce<(typeof parts)[number] | null>((a, b) => (a === null || b.worth < a.worth ? b : a), null);
    if (least) row.largest_part = `${least.p.part.replaceAll('_', ' ')}${least.p.source === null ? '' : ` ${least.p.source}`} (${assetsOf(least.p.moves)})`;
  });
}

/** Days of one bucket of one group, within the range. */
interface Span { readonly group: Group; readonly start: number; readonly end: number; /** Start of the bucket, epoch ms. */ readonly time: number }
function spansOf(groups: readonly Group[], bucket: Bucket): Span[] {
  // Groups of one zone are cut alike.
  const cuts = new Map<string, Omit<Span, 'group'>[]>();
  return groups.flatMap(group => {
    const { from, to, zone } = group;
    const key = `${from}|${to}|${zone}`;
    let cut = cuts.get(key);
    if (!cut) cuts.set(key, cut = cutDays(from, to, zone, bucket));
    return cut.map(({ start, end, time }) => ({ group, start, end, time }));
  });
}
function cutDays(from: number, to: number, zone: string, bucket: Bucket): Omit<Span, 'group'>[] {
  const out: Omit<Span, 'group'>[] = [];
  for (let start = from; start <= to;) {
    const firstOf = bucketDay(start, bucket);
    let end = start;
    while (end < to && bucketDay(end + 1, bucket) === firstOf) end++;
    out.push({ start, end, time: dayStart(start, zone) });
    start = end + 1;
  }
  return out;
}

function figuresOf({ group, start, end, time }: Span, { why, valueOn }: ReturnType<typeof measurer>): Record<string, Cell> {
  const { head, days } = group;
  const total = noCounts();
  let measured = 0;
  let reason: CoverageNullReason | null = null;
  const unmeasured = noCounts();
  for (let day = start; day <= end; day++) {
    const not = why(day);
    if (not === null) { measured++; addCounts(total, days.get(day)!); } else { reason = not; addCounts(unmeasured, days.get(day) ?? NOBODY); }
  }
  const now = valueOn(end);
  const before = valueOn(end - SIGNAL.days);
  const change = now === null || before === null ? null : now - before;
  const fewer = change === null ? 0 : days.get(end - SIGNAL.days)!.covered - days.get(end)!.covered;
  return {
    time, ...head, ...(measured > 0 ? figures(total, null) : reason !== null && NOBODY_LOOKED.includes(reason) ? nothing() : figures(unmeasured, reason)),
    days: end - start + 1, days_measured: measured, change, signal: change === null ? null : change <= SIGNAL.points + 1e-9 && fewer >= SIGNAL.fewer ? 1 : 0, largest_part: null, reason: measured > 0 ? null : reason,
  };
}
const NOBODY: Counts = noCounts();
/** A bucket nobody looked at has no counts either. */
const NOBODY_LOOKED: readonly CoverageNullReason[] = ['before_telemetry', 'not_yet', 'no_source', 'registry_only'];
const nothing = (): Record<string, null> => Object.fromEntries(Object.keys(figures(noCounts(), 'no_assets')).map(k => [k, null]));
