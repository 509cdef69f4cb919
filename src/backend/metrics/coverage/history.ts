import { coverageHistory } from '../../../catalog/coverage-history';
import type { CoverageNullReason } from '../../../catalog/coverage-columns';
import { bucketDay, dayStart, localDay, type Bucket } from '../../../model';
import { defineQuery, type Cell } from '../metric';
import { zoneCuts } from '../shared/zones';
import { dayCells, headOf } from './days';
import { addCounts, coverageOf, figures, membersOf, noCounts, readingsOf, whyNot, type Counts } from './shared';

/** Points and assets by which coverage must fall in a week to be a signal (metrics.md §1, Signal). */
export const SIGNAL = { points: -0.03, fewer: 5, days: 7 } as const;

/** coverage.history (metrics.md §1): complete local days from the roll-up; a day without value stays null with its reason. */
export const coverageHistoryQuery = defineQuery(coverageHistory, async (reader, request, signal) => {
  const all = membersOf(reader, request);
  const byClient = request.groupBy.includes('client');
  const bucket: Bucket = request.bucket === 'none' ? 'day' : request.bucket;
  const tolerance = reader.policy.coverage.unknownTolerance;
  const readings = await readingsOf(reader, all, signal);
  const out: Record<string, Cell>[] = [];
  for (const cut of zoneCuts(reader, request.range, byClient, request.filters.client)) {
    const members = all.filter(m => cut.clients === null || cut.clients.includes(m.id));
    const from = localDay(cut.range.from, cut.zone);
    const to = Math.min(localDay(cut.range.to - 1, cut.zone), localDay(request.asOf, cut.zone) - 1);
    const nameOf = (key: number): string => members.find(m => m.key === key)!.id;
    const groups = new Map<string, { head: Record<string, string | null>; days: Map<number, Counts>; clients: Set<number> }>();
    for (const cell of await dayCells(reader, request, members, from - SIGNAL.days, to, signal)) {
      const head = headOf(request, cell, nameOf);
      const key = JSON.stringify(head);
      let group = groups.get(key);
      if (!group) groups.set(key, group = { head, days: new Map(), clients: new Set() });
      group.clients.add(cell.client_key);
      group.days.set(cell.day, addCounts(group.days.get(cell.day) ?? noCounts(), cell.counts));
    }
    for (const { head, days, clients } of groups.values()) {
      // A total is measured only where every client in it is: half a sum would look like a fall.
      const own = readings.filter(r => clients.has(r.client_key) && r.kind === head.kind && r.first_day !== null);
      const first = Math.max(...own.map(r => r.first_day!));
      const last = Math.min(...own.map(r => r.last_day!));
      const why = (day: number): CoverageNullReason | null => (own.length === 0 || day < first ? 'before_telemetry' : day > last ? 'not_yet' : whyNot(days.get(day) ?? noCounts(), tolerance));
      const valueOn = (day: number): number | null => (why(day) === null ? coverageOf(days.get(day)!, tolerance) : null);
      for (let start = from; start <= to;) {
        const head0 = bucketDay(start, bucket);
        let end = start;
        while (end < to && bucketDay(end + 1, bucket) === head0) end++;
        const sum = noCounts();
        let measured = 0;
        let reason: CoverageNullReason | null = null;
        const unmeasured = noCounts();
        for (let day = start; day <= end; day++) {
          const not = why(day);
          if (not === null) { measured++; addCounts(sum, days.get(day)!); } else { reason = not; addCounts(unmeasured, days.get(day) ?? noCounts()); }
        }
        const now = valueOn(end);
        const before = valueOn(end - SIGNAL.days);
        const change = now === null || before === null ? null : now - before;
        const fewer = change === null ? 0 : days.get(end - SIGNAL.days)!.covered - days.get(end)!.covered;
        out.push({
          time: dayStart(start, cut.zone), ...head, ...(measured > 0 ? figures(sum, null) : reason === 'before_telemetry' || reason === 'not_yet' ? nothing() : figures(unmeasured, reason)),
          days: end - start + 1, days_measured: measured, change, signal: change === null ? null : change <= SIGNAL.points + 1e-9 && fewer >= SIGNAL.fewer ? 1 : 0, reason: measured > 0 ? null : reason,
        });
        start = end + 1;
      }
    }
  }
  out.sort((a, b) => Number(a.time) - Number(b.time) || String(a.client ?? '').localeCompare(String(b.client ?? '')) || String(a.kind).localeCompare(String(b.kind)));
  return {
    rows: out.slice(0, request.limit),
    ...(out.length > request.limit && { notices: [{ severity: 'warning' as const, text: `${out.length - request.limit} further rows are not shown; take longer buckets or a shorter range.` }] }),
  };
});
/** A bucket nobody looked at has no counts either. */
const nothing = (): Record<string, null> => Object.fromEntries(Object.keys(figures(noCounts(), 'no_assets')).map(k => [k, null]));
