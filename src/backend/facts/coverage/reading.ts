import { DAY, utcDay, type EvidenceKind, type Ms } from '../../../model';

/** How far one telemetry stream was read. Days are UTC days. */
export interface StreamReading {
  readonly source: string;
  readonly stream: string;
  /** Evidence kinds it can carry; null = not known, any. */
  readonly evidence: readonly EvidenceKind[] | null;
  /** The one client it serves; null = any. */
  readonly client: string | null;
  /** By UTC day: read up to this instant, and how many hosts the day carried. */
  readonly days: ReadonlyMap<number, { readonly readTo: Ms; readonly hosts: number }>;
  /** The first load reached its depth: days before the oldest one are not going to be read. */
  readonly loaded: boolean;
  /** The settings read it no longer: up to here it was read, and nothing more is waited for. */
  readonly endedAt?: Ms;
}

/** How far back degraded and lost look, days. Facts of a day depend on nothing older than this and the window. */
export const LOOKBACK_DAYS = 28;
/** A gap of reading inside the window up to this share of it makes nobody unknown; the end of the window must always have been read. */
const TOLERATED_GAP = 1 / 6;
const LOST_SHARE = 0.1;

export const oldestDay = (s: StreamReading): number | null => { let least: number | null = null; for (const day of s.days.keys()) if (least === null || day < least) least = day; return least; };
export const newestReadTo = (s: StreamReading): Ms | null => { let most: number | null = null; for (const { readTo } of s.days.values()) if (most === null || readTo > most) most = readTo; return most; };

/**
 * Whether a stream was read over (t − window, t]. `absent`: the stream does not reach back to t and never will, or had ended by then. `unread`: evidence
 * may exist there that nobody read (metrics.md §1, Not measured): t itself not read past, or more than a sixth of the window missing.
 */
export function readAt(s: StreamReading, t: Ms, window: Ms): 'read' | 'unread' | 'absent' {
  const oldest = oldestDay(s);
  if (oldest === null) return 'unread';
  if (s.endedAt !== undefined && t > s.endedAt) return 'absent';
  if (t <= oldest * DAY) return s.loaded ? 'absent' : 'unread';
  const end = s.days.get(utcDay(t - 1));
  if (!end || end.readTo < t) return 'unread';
  let missing = 0;
  for (let day = utcDay(t - window); day * DAY < t; day++) {
    const from = Math.max(day * DAY, t - window);
    const to = Math.min((day + 1) * DAY, t);
    const readTo = s.days.get(day)?.readTo ?? 0;
    missing += to - Math.min(Math.max(readTo, from), to);
  }
  return missing > window * TOLERATED_GAP ? 'unread' : 'read';
}

/**
 * UTC days on which a stream that WAS read carried at most a tenth of the hosts it carried before it fell: a real loss, as opposed
 * to an outage of reading. It lasts until the hosts are back, and for 28 days at most.
 */
export function lostDays(s: StreamReading): ReadonlySet<number> {
  const lost = new Set<number>();
  const whole = [...s.days].filter(([day, d]) => d.readTo >= (day + 1) * DAY).sort((a, b) => a[0] - b[0]);
  for (let i = 0; i < whole.length; i++) {
    const [before, { hosts }] = whole[i]!;
    for (let k = i + 1; k < whole.length && whole[k]![0] <= before + LOOKBACK_DAYS && hosts > 0 && whole[k]![1].hosts <= hosts * LOST_SHARE; k++) lost.add(whole[k]![0]);
  }
  // A day still being read is judged like the one before it until it is whole.
  for (const [day, d] of s.days) if (d.readTo < (day + 1) * DAY && lost.has(day - 1)) lost.add(day);
  return lost;
}
