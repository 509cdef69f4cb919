import { ASSET_KINDS, DAY, localDay, type AssetKind, type Ms } from '../../../../model';
import { newestReadTo, readAt, type StreamReading } from '../../../facts/coverage/reading';
import type { Rules } from '../../../facts/coverage/rules';
import { keyOf } from '../../../store/key';
import type { StoreRow } from '../../../store/schema';

/** Up to when a stream was read without a gap that matters for the window: at best its newest instant, else the end of an earlier day; null = never. */
function goodTo(s: StreamReading, window: Ms): Ms | null {
  const newest = newestReadTo(s);
  if (newest === null) return null;
  if (readAt(s, newest, window) === 'read') return newest;
  const ends = [...s.days.keys()].map(day => (day + 1) * DAY).filter(end => end < newest).sort((a, b) => b - a);
  return ends.find(end => readAt(s, end, window) === 'read') ?? null;
}

/** Rows of coverage_reading for one client: what a query needs to know about sources, without seeing any. */
export function readingRows(clientKey: number, rulesFor: (kind: AssetKind, role: string | null) => Rules, span: { first: number; last: number } | null): StoreRow<'coverage_reading'>[] {
  return ASSET_KINDS.map(kind => {
    const rules = rulesFor(kind, null);
    const ends = rules.streams.flat().filter(s => s.endedAt === undefined).map(s => goodTo(s, rules.window));
    // Of what is read no longer, the days until it ended.
    const last = span === null || rules.measuredFrom === null ? null : rules.measuredUntil === Infinity ? span.last : Math.min(span.last, localDay(rules.measuredUntil, rules.zone) - 1);
    const known = span !== null && last !== null && last >= span.first;
    return {
      reading_key: keyOf('reading', clientKey, kind), client_key: clientKey, kind,
      read_to: rules.impossible !== null || ends.length === 0 || ends.some(e => e === null) ? null : Math.min(...(ends as number[])),
      first_day: known ? span.first : null, last_day: known ? last : null,
      reason: rules.impossible,
    };
  });
}
