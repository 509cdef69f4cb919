import { ASSET_KINDS, DAY, type AssetKind, type Ms } from '../../../../model';
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
    const ends = rules.streams.flat().map(s => goodTo(s, rules.window));
    return {
      reading_key: keyOf('reading', clientKey, kind), client_key: clientKey, kind,
      read_to: rules.impossible !== null || ends.length === 0 || ends.some(e => e === null) ? null : Math.min(...(ends as number[])),
      first_day: rules.impossible === null && rules.measuredFrom !== null ? span?.first ?? null : null, last_day: rules.impossible === null && rules.measuredFrom !== null ? span?.last ?? null : null,
      reason: rules.impossible,
    };
  });
}
