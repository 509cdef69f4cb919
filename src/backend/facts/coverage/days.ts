import { HOUR, dayStart, localDay, type AssetKind, type CoverageState, type Ms } from '../../../model';
import type { Rules } from './rules';
import { judge, type Seen, type Verdict } from './state';

/** What an asset was on one local day of its client. `otherwise` = without the exclusion. */
export interface DayFact {
  readonly state: CoverageState;
  readonly otherwise: Verdict['state'];
  readonly weak: boolean;
  readonly degraded: boolean;
  readonly reason: string | null;
}
/** The part of an asset that days depend on. */
export interface Subject {
  readonly kind: AssetKind;
  readonly group: string | null;
  readonly registeredAt: Ms;
  readonly retiredAt: Ms | null;
  readonly exclusion: { readonly reason: string; readonly from: Ms; readonly to: Ms } | null;
}

/** The instant at which a subject is judged on the day [start, end): its end, or the end of its registration; null = not in scope. */
export function instantOn(subject: Subject, start: Ms, end: Ms): Ms | null {
  const t = Math.min(end, subject.retiredAt ?? Infinity);
  return t - Math.max(start, subject.registeredAt) >= HOUR ? t : null;
}
/** A cloud instance younger than its window counts in its workload group, not by itself (metrics.md §1, Short-lived). */
export const countsInGroup = (subject: Subject, t: Ms, window: Ms): boolean =>
  subject.kind === 'cloud_workload' && subject.group !== null && t - subject.registeredAt < window;

const interned = new Map<string, DayFact>();
/** Equal facts are one object, so that runs are found by identity. */
export function fact(state: CoverageState, otherwise: Verdict['state'], weak: boolean, degraded: boolean, reason: string | null): DayFact {
  const key = `${state}|${otherwise}|${weak}|${degraded}|${reason ?? ''}|${reason === null}`;
  let known = interned.get(key);
  if (!known) {
    if (interned.size > 50_000) interned.clear();
    known = { state, otherwise, weak, degraded, reason };
    interned.set(key, known);
  }
  return known;
}
export const sameFact = (a: DayFact | null, b: DayFact | null): boolean =>
  a === b || (a !== null && b !== null && a.state === b.state && a.otherwise === b.otherwise && a.weak === b.weak && a.degraded === b.degraded && a.reason === b.reason);

const isExcluded = (subject: Subject, t: Ms): boolean => subject.exclusion !== null && subject.exclusion.from <= t - 1 && t - 1 < subject.exclusion.to;

/** One member of a workload group on one day: did it count, was it seen. */
export interface MemberDay { readonly day: number; readonly verdict: Verdict; readonly excluded: boolean }
export interface SubjectDays {
  /** By day − first; null where the subject is not in scope, not measured, or counted in its group. */
  readonly facts: (DayFact | null)[];
  readonly member: readonly MemberDay[];
}

/** Judges one subject on every local day from `first` to `last`, both included (metrics.md §1, Instant). */
export function judgeDays(subject: Subject, seen: Seen, rules: Rules, first: number, last: number, zone: string): SubjectDays {
  const facts: (DayFact | null)[] = new Array<DayFact | null>(last - first + 1).fill(null);
  const member: MemberDay[] = [];
  if (rules.measuredFrom === null) return { facts, member };
  const from = Math.max(first, localDay(Math.max(subject.registeredAt, rules.measuredFrom), zone));
  const to = subject.retiredAt === null ? last : Math.min(last, localDay(subject.retiredAt, zone));
  for (let day = from; day <= to; day++) {
    const t = instantOn(subject, dayStart(day, zone), dayStart(day + 1, zone));
    if (t === null || t <= rules.measuredFrom) continue;
    const verdict = judge(seen, t, rules);
    const excluded = isExcluded(subject, t);
    if (countsInGroup(subject, t, rules.window)) { member.push({ day, verdict, excluded }); continue; }
    facts[day - first] = excluded
      ? fact('excluded', verdict.state, verdict.weak, verdict.degraded, subject.exclusion!.reason)
      : fact(verdict.state, verdict.state, verdict.weak, verdict.degraded, verdict.reason);
  }
  return { facts, member };
}

/** A group is covered on a day when 95 % of its members that lived an hour of it were seen; integers, so that 19 of 20 is enough. */
const enough = (k: number, n: number): boolean => 20 * k >= 19 * n;
/**
 * One workload group on one day from its members: covered at ≥ 95 % seen, unknown when the unread members could still lift it there,
 * else agent only, dark or absent by the best of what its uncovered members were. The reason says k of n. Null without members.
 */
export function judgeGroup(members: readonly MemberDay[]): DayFact | null {
  const counted = members.some(m => !m.excluded) ? members.filter(m => !m.excluded) : members;
  if (counted.length === 0) return null;
  const n = counted.length;
  const count = (state: Verdict['state']): number => counted.filter(m => m.verdict.state === state).length;
  const k = count('covered');
  const state: Verdict['state'] = enough(k, n) ? 'covered' : enough(k + count('unknown'), n) ? 'unknown'
    : count('agent_only') > 0 ? 'agent_only' : k + count('dark') > 0 ? 'dark' : 'absent';
  const covered = state === 'covered';
  const weak = covered && !enough(counted.filter(m => m.verdict.state === 'covered' && !m.verdict.weak).length, n);
  const degraded = covered && counted.some(m => m.verdict.degraded);
  return fact(counted[0]!.excluded ? 'excluded' : state, state, weak, degraded, `${k} of ${n}`);
}
