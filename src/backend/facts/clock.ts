import type { Clock, Ms, SeverityTier, TicketEvent } from '../../model';
import type { WorkingTime } from './calendar';
import type { SlaPolicy, Targets } from './sla-policy';
import { isHuman, rank, stops, undoneByReopen } from './timeline';

export interface ClockInput {
  readonly clock: Clock;
  readonly start: Ms;
  /** Tiers in order of time; the first is held from the start. */
  readonly tiers: readonly { readonly tier: SeverityTier; readonly at: Ms }[];
  /** Events of one episode, ordered. */
  readonly events: readonly TicketEvent[];
  readonly reopens: readonly number[];
}
export interface ClockFact {
  /** Highest tier held before the stop. */
  readonly tier: SeverityTier;
  /** Target that governs, ms of calendar time; null: no target. */
  readonly targetMs: Ms | null;
  /** Net of allowed pauses; null without a target, and while paused with time left at the end of the known timeline. */
  readonly due: Ms | null;
  readonly grossDue: Ms | null;
  readonly stop: Ms | null;
  /** Stop as it stood before any reopen. */
  readonly firstStop: Ms | null;
  readonly stopUnknownActor: boolean;
  /** Calendar time within allowed pauses between start and stop (or the end of what is known). */
  readonly pausedMs: Ms;
  readonly pausedSince: Ms | null;
  /** When a human took the item out of the count, before its due; else null. */
  readonly leftAt: Ms | null;
  readonly leftAs: 'duplicate' | 'test' | 'merged' | null;
}
interface Pause { readonly from: Ms; /** null: still paused at the end of the known timeline. */ readonly to: Ms | null }

/**
 * One clock of one item, replayed (metrics.md §3, Due to Pause). `stop ≤ due` is met; which of met, missed, overdue, running holds
 * is decided by the query at its own instant.
 */
export function clockFact(input: ClockInput, targets: Targets, policy: SlaPolicy): ClockFact {
  const { clock, events } = input;
  const stopEvent = standingStop(input);
  const stop = stopEvent?.at ?? null;
  const held = input.tiers.filter((t, i) => i === 0 || stop === null || t.at < stop);
  const pauses = clock === 'acknowledge' ? [] : pausesOf(events, stop, policy);
  const open = pauses.find(p => p.to === null);

  let due: Ms | null = null;
  let grossDue: Ms | null = null;
  let targetMs: Ms | null = null;
  let governing = Infinity;
  const seen = new Set<SeverityTier>();
  for (const { tier, at } of held) {
    if (seen.has(tier)) continue;
    seen.add(tier);
    const target = targets.target(tier, clock);
    if (target === null) continue;
    const gross = targets.calendar.add(at, target);
    const net = netDue(at, target, pauses, targets.calendar);
    if (grossDue === null || gross < grossDue) grossDue = gross;
    if (net !== null && (due === null || net < due)) due = net;
    const urgency = net ?? Number.MAX_SAFE_INTEGER;
    if (targetMs === null || urgency < governing) { targetMs = target; governing = urgency; }
  }

  const left = leaving(input);
  const leftCounts = left !== null && grossDue !== null && (due === null || left.at < due);
  return {
    tier: held.map(t => t.tier).reduce((a, b) => (rank(b) < rank(a) ? b : a)),
    targetMs, due, grossDue, stop, firstStop: events.find(e => stops(clock, e))?.at ?? null, stopUnknownActor: stopEvent?.actor === 'unknown',
    pausedMs: pauses.reduce((sum, p) => sum + (p.to === null ? 0 : targets.calendar.between(Math.max(p.from, input.start), p.to)), 0),
    pausedSince: open?.from ?? null,
    leftAt: leftCounts ? left.at : null, leftAs: leftCounts ? left.as : null,
  };
}

/** First human event of the clock's kind that no later reopen undid (metrics.md §3, Stop and Reopen: closed time counts). */
function standingStop({ clock, events, reopens }: ClockInput): TicketEvent | undefined {
  const lastReopen = reopens.at(-1) ?? -1;
  return events.find((e, i) => stops(clock, e) && (i > lastReopen || !undoneByReopen(clock, e)));
}

/**
 * Allowed pauses up to the stop. A pause with another reason replaces the one before; resuming, closing, reopening and merging end it.
 * A pause that lasts beyond the stop ends with it.
 */
function pausesOf(events: readonly TicketEvent[], stop: Ms | null, policy: SlaPolicy): Pause[] {
  const out: Pause[] = [];
  let since: Ms | null = null;
  const end = (at: Ms) => { if (since !== null && at > since) out.push({ from: since, to: at }); since = null; };
  for (const e of events) {
    if (stop !== null && e.at >= stop) break;
    if (e.type === 'paused') {
      const allowed = policy.pauseAllowed(e.reason);
      if (!allowed) end(e.at);
      else since ??= e.at;
    } else if (e.type === 'resumed' || e.type === 'resolved' || e.type === 'closed' || e.type === 'reopened' || e.type === 'merged') {
      end(e.at);
    }
  }
  if (since !== null) { if (stop !== null) end(stop); else out.push({ from: since, to: null }); }
  return out;
}

/** Instant at which the target's calendar time has passed outside the pauses; null when an open pause holds it up. */
function netDue(start: Ms, target: Ms, pauses: readonly Pause[], calendar: WorkingTime): Ms | null {
  let at = start;
  let left = target;
  for (const p of pauses) {
    if (p.to !== null && p.to <= at) continue;
    const worked = calendar.between(at, Math.max(at, p.from));
    if (worked >= left) break;
    if (p.to === null) return null;
    left -= worked;
    at = p.to;
  }
  return calendar.add(at, left);
}

/**
 * Duplicate, test or merge by a human, as it stands at the end: a later verdict of another kind, or a reopen, brings the item back.
 * The instant is when the standing state began.
 */
function leaving({ events, reopens }: ClockInput): { at: Ms; as: 'duplicate' | 'test' | 'merged' } | null {
  const after = events.slice((reopens.at(-1) ?? -1) + 1).filter(isHuman);
  let verdict: { at: Ms; as: 'duplicate' | 'test' } | null = null;
  for (const e of after) {
    if (e.type !== 'disposition_set') continue;
    if (e.to !== 'duplicate' && e.to !== 'test') verdict = null;
    else verdict ??= { at: e.at, as: e.to };
  }
  const merge = after.find(e => e.type === 'merged');
  const merged = merge ? { at: merge.at, as: 'merged' as const } : null;
  if (verdict && merged) return merged.at < verdict.at ? merged : verdict;
  return verdict ?? merged;
}
