import { HOUR, dayStart, localDay, type AssetKind, type CoverageState, type Ms } from '../../../model';
import type { AssetClass } from '../asset/merge';
import type { Rules } from './rules';
import { judge, seenBy, type Seen, type Sighting, type Verdict } from './state';

/** Where a day counts. It stays there when the registry or the policy says otherwise later. */
export interface DayCell { readonly kind: AssetKind; readonly criticality: string | null; readonly requirement: string }
/** What an asset was on one local day of its client. `otherwise` = without the exclusion. */
export interface DayFact extends DayCell {
  readonly state: CoverageState;
  readonly otherwise: Verdict['state'];
  readonly weak: boolean;
  readonly degraded: boolean;
  readonly reason: string | null;
}
/** The part of an asset that days depend on. */
export interface Subject extends AssetClass {
  /** Its group of short-lived instances; null for anything else. */
  readonly group: string | null;
  readonly registeredAt: Ms;
  readonly retiredAt: Ms | null;
  /** Classes before the present one, oldest first. */
  readonly past: readonly (AssetClass & { readonly until: Ms })[];
}
/** The class that held on a day: what the registry said at its end. */
export const classOn = (subject: Subject, end: Ms): AssetClass => subject.past.find(p => end <= p.until) ?? subject;
/** Rules by kind, role and local day. */
export type RulesOn = (kind: AssetKind, role: string | null, day: number) => Rules;

/** The instant at which a subject is judged on the day [start, end): its end, or the end of its registration; null = not in scope. */
export function instantOn(subject: Pick<Subject, 'registeredAt' | 'retiredAt'>, start: Ms, end: Ms): Ms | null {
  const t = Math.min(end, subject.retiredAt ?? Infinity);
  return t - Math.max(start, subject.registeredAt) >= HOUR ? t : null;
}
/** A cloud instance younger than its window counts in its workload group, not by itself (metrics.md §1, Short-lived). */
export const countsInGroup = (subject: Pick<Subject, 'group' | 'registeredAt'>, kind: AssetKind, t: Ms, window: Ms): boolean =>
  kind === 'cloud_workload' && subject.group !== null && t - subject.registeredAt < window;

const interned = new Map<string, DayFact>();
/** Equal facts are one object, so that runs are found by identity. */
export function fact({ kind, criticality, requirement }: DayCell, state: CoverageState, otherwise: Verdict['state'], weak: boolean, degraded: boolean, reason: string | null): DayFact {
  const key = `${state}|${otherwise}|${weak}|${degraded}|${kind}|${criticality ?? ''}|${criticality === null}|${requirement}|${reason ?? ''}|${reason === null}`;
  let known = interned.get(key);
  if (!known) {
    if (interned.size > 50_000) interned.clear();
    known = { kind, criticality, requirement, state, otherwise, weak, degraded, reason };
    interned.set(key, known);
  }
  return known;
}
export const sameFact = (a: DayFact | null, b: DayFact | null): boolean =>
  a === b || (a !== null && b !== null && a.state === b.state && a.otherwise === b.otherwise && a.weak === b.weak && a.degraded === b.degraded && a.reason === b.reason
    && a.kind === b.kind && a.criticality === b.criticality && a.requirement === b.requirement);

const isExcluded = ({ exclusion }: AssetClass, t: Ms): boolean => exclusion !== null && exclusion.from <= t - 1 && t - 1 < exclusion.to;

/** One member of a workload group on one day: did it count, was it seen. */
export interface MemberDay { readonly day: number; readonly verdict: Verdict; readonly excluded: boolean }
export interface SubjectDays {
  /** By day − first; null where the subject is not in scope, not measured, or counted in its group. */
  readonly facts: (DayFact | null)[];
  readonly member: readonly MemberDay[];
}

/** Judges one subject on every local day from `first` to `last`, both included (metrics.md §1, Instant). */
export function judgeDays(subject: Subject, sightings: readonly Sighting[], rulesOn: RulesOn, first: number, last: number, zone: string): SubjectDays {
  const facts: (DayFact | null)[] = new Array<DayFact | null>(last - first + 1).fill(null);
  const member: MemberDay[] = [];
  const known = new Map<Rules, Seen>();
  const from = Math.max(first, localDay(subject.registeredAt, zone));
  const to = subject.retiredAt === null ? last : Math.min(last, localDay(subject.retiredAt, zone));
  for (let day = from; day <= to; day++) {
    const end = dayStart(day + 1, zone);
    const of = classOn(subject, end);
    const rules = rulesOn(of.kind, of.role, day);
    const t = instantOn(subject, dayStart(day, zone), end);
    if (t === null || rules.measuredFrom === null || t <= rules.measuredFrom || end > rules.measuredUntil) continue;
    let seen = known.get(rules);
    if (!seen) known.set(rules, seen = seenBy(sightings, rules));
    const verdict = judge(seen, t, rules);
    const excluded = isExcluded(of, t);
    if (countsInGroup(subject, of.kind, t, rules.window)) { member.push({ day, verdict, excluded }); continue; }
    facts[day - first] = fact({ kind: of.kind, criticality: of.criticality, requirement: rules.requirement.name }, excluded ? 'excluded' : verdict.state, verdict.state, verdict.weak, verdict.degraded, excluded ? of.exclusion!.reason : verdict.reason);
  }
  return { facts, member };
}

/** A group is covered on a day when 95 % of its members that lived an hour of it were seen; integers, so that 19 of 20 is enough. */
const enough = (k: number, n: number): boolean => 20 * k >= 19 * n;
/**
 * One workload group on one day from its members: covered at ≥ 95 % seen, unknown when the unread members could still lift it there,
 * else agent only, dark or absent by the best of what its uncovered members were. The reason says k of n. Null without members.
 */
export function judgeGroup(members: readonly MemberDay[], cell: DayCell): DayFact | null {
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
  return fact(cell, counted[0]!.excluded ? 'excluded' : state, state, weak, degraded, `${k} of ${n}`);
}
