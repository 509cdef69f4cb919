import type { ActorKind, Disposition, Ms, SeverityTier, TicketEvent } from '../../model';
import { clockFact } from './clock';
import { itemFact, periodOf, type ItemFact } from './item';
import type { SlaPolicy } from './sla-policy';
import { rank } from './timeline';
import { NOT_ASKED, untouchedFact } from './untouched';

/** An alert without a ticket, as the SIEM handled it. */
export interface LooseAlert {
  readonly id: string;
  readonly client: string;
  readonly tier: SeverityTier;
  /** Detected, where absent readable, else null. */
  readonly detected: Ms | null;
  readonly acknowledgedAt: Ms | null;
  readonly acknowledgedBy: ActorKind | null;
  readonly disposition: Disposition | null;
  readonly dispositionAt: Ms | null;
  readonly dispositionBy: ActorKind | null;
}
/** What puts an alert into a group: what a human did with it, and when. */
export interface Mark { readonly kind: string; readonly at: Ms }

/** Marks of one rule and client chain into one item over gaps up to this (metrics.md §2, Decision). */
export const MARK_GAP: Ms = 60_000;

/**
 * What a human did: the verdict if there is one with a time, else the acknowledgement; null when no human touched it.
 * A null actor is unknown and counts as human; automation never makes an item.
 */
export function markOf(alert: LooseAlert): Mark | null {
  if (alert.disposition !== null && alert.dispositionAt !== null && alert.dispositionBy !== 'automation') return { kind: alert.disposition, at: alert.dispositionAt };
  if (alert.acknowledgedAt !== null && alert.acknowledgedBy !== 'automation') return { kind: 'acknowledged', at: alert.acknowledgedAt };
  return null;
}

/** Cuts marks of one rule, client and kind, ordered by time, where a gap exceeds 60 s. */
export function chains<T extends { readonly at: Ms }>(marks: readonly T[]): T[][] {
  const out: T[][] = [];
  for (const mark of marks) {
    const last = out.at(-1);
    if (last && mark.at - last.at(-1)!.at <= MARK_GAP) last.push(mark); else out.push([mark]);
  }
  return out;
}

/**
 * The item of one decision in the SIEM, for acknowledge and decide (metrics.md §3, Item). A SIEM tells no further clock.
 * Start: the earliest detection; where none is known, the earliest act, flagged.
 */
export function siemItems(members: readonly LooseAlert[], policy: SlaPolicy): ItemFact[] {
  const client = members[0]!.client;
  const detections = members.map(m => m.detected).filter((d): d is Ms => d !== null);
  const events: TicketEvent[] = members.flatMap(actsOf).sort((a, b) => a.at - b.at);
  const start = detections.length > 0 ? Math.min(...detections) : events[0]!.at;
  const tier = members.map(m => m.tier).reduce((a, b) => (rank(b) < rank(a) ? b : a));
  const targets = policy.targetsFor(client, start);
  const shared = { client, episode: 0, alerts: members.length, start, startFromCreation: detections.length === 0, reopened: 0, downgraded: false, ...periodOf(client, start, policy) };
  return (['acknowledge', 'decide'] as const).map(clock => {
    const fact = clockFact({ clock, start, tiers: [{ tier, at: start }], events, reopens: [] }, targets, policy);
    return itemFact(clock, shared, fact, clock === 'decide' ? untouchedFact(events, fact.targetMs, targets.calendar) : NOT_ASKED);
  });
}

function actsOf(alert: LooseAlert): TicketEvent[] {
  const out: TicketEvent[] = [];
  if (alert.acknowledgedAt !== null) out.push({ at: alert.acknowledgedAt, type: 'acknowledged', from: null, to: null, actor: alert.acknowledgedBy ?? 'unknown' });
  if (alert.disposition !== null && alert.dispositionAt !== null) out.push({ at: alert.dispositionAt, type: 'disposition_set', from: null, to: alert.disposition, actor: alert.dispositionBy ?? 'unknown' });
  return out;
}
