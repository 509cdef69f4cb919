import { localDay, utcDay, type CoverageState, type EvidenceKind, type Ms } from '../../../model';
import { LOOKBACK_DAYS } from './reading';
import type { Rules } from './rules';
import { isBelowUsual, volumeByDay, type Volume } from './volume';

/** What one source saw of one asset on one UTC day. */
export interface Sighting {
  readonly source: string;
  readonly evidence: EvidenceKind;
  readonly day: number;
  readonly first: Ms;
  readonly last: Ms;
  readonly count: number;
  /** Tied to the asset by host name or address only. */
  readonly weak: boolean;
}
export interface Verdict {
  readonly state: Exclude<CoverageState, 'excluded'>;
  /** Covered, but some group only by weak matches. */
  readonly weak: boolean;
  readonly degraded: boolean;
  /** `with_source:<id>` when dark because that source lost its hosts, `unread:<ids>` when unknown, else null. */
  readonly reason: string | null;
}

/**
 * Newest known instant of a host-day not after t; -Infinity for none. The first sighting bounds it from below when t lies inside the
 * day, which loses nothing for windows of 24 h and more.
 */
export const lastAt = (s: Pick<Sighting, 'first' | 'last'>, t: Ms): Ms => (s.last <= t ? s.last : s.first <= t ? s.first : -Infinity);

/** An asset's sightings of the days that matter, sorted by day, and within it so that no order of arrival shows in a sum of fractions, with those of its kind's registries taken out. */
export interface Seen {
  readonly groups: readonly (readonly Sighting[])[];
  readonly heartbeats: readonly Sighting[];
  readonly all: readonly Sighting[];
  /** Events of the required kinds by local day; worked out when first asked for. */
  volume(): Volume;
}
const byText = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);
const byDay = (a: Sighting, b: Sighting): number => a.day - b.day || byText(a.source, b.source) || byText(a.evidence, b.evidence) || a.first - b.first || a.last - b.last || a.count - b.count;

export function seenBy(sightings: readonly Sighting[], rules: Rules): Seen {
  const all = sightings.filter(s => !rules.registries.has(s.source)).sort(byDay);
  const accepted = (s: Sighting): boolean => s.evidence === 'heartbeat' && rules.requirement.acceptHeartbeatFrom.includes(s.source);
  const groups = rules.requirement.groups.map(group => all.filter(s => (group.includes(s.evidence) && s.evidence !== 'heartbeat') || accepted(s)));
  let volume: Volume | null = null;
  return { groups, heartbeats: all.filter(s => s.evidence === 'heartbeat'), all, volume: () => volume ??= volumeByDay([...new Set(groups.flat())].filter(s => s.evidence !== 'heartbeat'), rules.zone) };
}

/** Index of the first sighting whose day is not before `day`. */
function lowerBound(list: readonly Sighting[], day: number): number {
  let lo = 0;
  let hi = list.length;
  while (lo < hi) { const mid = (lo + hi) >> 1; if (list[mid]!.day < day) lo = mid + 1; else hi = mid; }
  return lo;
}
/** Whether any sighting stands in (t − window, t], and whether a strong one does. */
function within(list: readonly Sighting[], t: Ms, window: Ms): 'none' | 'weak' | 'strong' {
  let found: 'none' | 'weak' = 'none';
  const until = utcDay(t);
  for (let i = lowerBound(list, utcDay(t - window)); i < list.length && list[i]!.day <= until; i++) {
    if (lastAt(list[i]!, t) <= t - window) continue;
    if (!list[i]!.weak) return 'strong';
    found = 'weak';
  }
  return found;
}

/** State of an asset at an instant (metrics.md §1: Covered, Not measured, dark, absent, agent only). Pure; knows no clock. */
export function judge(seen: Seen, t: Ms, rules: Rules): Verdict {
  const met = seen.groups.map(list => within(list, t, rules.window));
  if (met.every(m => m !== 'none')) return { state: 'covered', weak: met.includes('weak'), degraded: isBelowUsual(seen.volume(), localDay(t, rules.zone) - 1, rules.degradedBelow), reason: null };
  const unread = rules.unread(t);
  const missing = met.flatMap((m, i) => (m === 'none' ? [unread[i]!] : []));
  if (missing.every(sources => sources.length > 0)) return { state: 'unknown', weak: false, degraded: false, reason: `unread:${[...new Set(missing.flat())].sort().join(',')}` };
  if (within(seen.heartbeats, t, rules.window) !== 'none') return { state: 'agent_only', weak: false, degraded: false, reason: null };
  const lost = lostWith(seen, t, rules);
  if (lost !== null) return { state: 'dark', weak: false, degraded: false, reason: `with_source:${lost}` };
  return { state: within(seen.all, t, rules.window) === 'none' ? 'absent' : 'dark', weak: false, degraded: false, reason: null };
}

/** The source of its newest required evidence, where that source has lost its hosts on the day of t. */
function lostWith(seen: Seen, t: Ms, rules: Rules): string | null {
  let newest: Sighting | null = null;
  let at = -Infinity;
  for (const list of seen.groups) {
    for (let i = lowerBound(list, utcDay(t) - LOOKBACK_DAYS); i < list.length && list[i]!.day <= utcDay(t); i++) {
      const s = list[i]!;
      const last = lastAt(s, t);
      if (last > at || (last === at && newest !== null && s.source < newest.source)) { newest = s; at = last; }
    }
  }
  return newest !== null && rules.lost(newest.source, newest.evidence, utcDay(t - 1)) ? newest.source : null;
}
