import { CLOCKS, HOUR, type Clock, type Ms, type SeverityTier, type TicketEvent } from '../../model';
import { clockFact, type ClockFact } from './clock';
import type { SlaPolicy } from './sla-policy';
import { NOT_ASKED, untouchedFact, type Untouched } from './untouched';
import { episodes, firstHumanAction, ordered, rank, tierAt, toTier, type Episode, type TimelineTicket } from './timeline';

/** An alert that a ticket holds. */
export interface HeldAlert {
  readonly client: string;
  readonly tier: SeverityTier;
  /** Detected, where absent readable; null: neither is known. */
  readonly detected: Ms | null;
  readonly linkedAt: Ms | null;
  /** True when this ticket is the alert's first. */
  readonly first: boolean;
  /** True when an earlier ticket of this alert had closed within the reopen days: this ticket reopens that one. */
  readonly continues: boolean;
}
export interface ItemTicket extends TimelineTicket { readonly client: string }

/** One item and clock: the columns of table `item` that a definition gives. Nothing in it depends on now. */
export interface ItemFact extends ClockFact, Untouched {
  readonly client: string;
  readonly episode: number;
  readonly clock: Clock;
  readonly alerts: number;
  readonly start: Ms;
  /** Start is the creation because no alert qualifies: counted. */
  readonly startFromCreation: boolean;
  readonly reopened: number;
  readonly downgraded: boolean;
  readonly shift: string | null;
  readonly weekend: boolean;
  readonly holiday: boolean;
}

const LINK_UNKNOWN_WITHIN = 24 * HOUR;

/** Clients whose item a ticket is: those of its alerts, its own if it holds none (metrics.md §3, Item). */
export const itemClients = (ticket: ItemTicket, alerts: readonly HeldAlert[]): string[] =>
  alerts.length === 0 ? [ticket.client] : [...new Set(alerts.map(a => a.client))].sort();

/** Alerts that may give the start: first ticketed here, and linked before anybody acted on the ticket. */
export function startingAlerts(ticket: ItemTicket, alerts: readonly HeldAlert[]): HeldAlert[] {
  const acted = firstHumanAction(ticket);
  return alerts.filter(a => a.first && a.detected !== null && (a.linkedAt !== null
    ? acted === null || a.linkedAt <= acted
    : a.detected <= ticket.created && ticket.created - a.detected <= LINK_UNKNOWN_WITHIN));
}

/** A later ticket for the same alert, as events of the first: it reopens, holds its own tier, and its events go on. */
export const continuation = (later: TimelineTicket): TicketEvent[] => [
  { at: later.created, type: 'reopened', from: null, to: null, actor: 'automation' },
  { at: later.created, type: 'severity_changed', from: null, to: tierAt(later, later.created), actor: 'automation' },
  ...later.timeline.filter(e => e.type !== 'created' && !(e.type === 'severity_changed' && e.at <= later.created)),
];

/**
 * Items of one ticket, one per client, episode and clock (metrics.md §3). `later(client)` gives the tickets that reopen this one
 * for alerts of that client, in order of creation. A ticket that only reopens others has no item of its own for that client.
 */
export function ticketItems(ticket: ItemTicket, alerts: readonly HeldAlert[], later: (client: string) => readonly TimelineTicket[], policy: SlaPolicy): ItemFact[] {
  const out: ItemFact[] = [];
  for (const client of itemClients(ticket, alerts)) {
    const held = alerts.filter(a => a.client === client);
    if (held.length > 0 && held.every(a => a.continues)) continue;
    const opening = tierAt(ticket, ticket.created);
    // The opening tier is pinned first, so that a later ticket's tier cannot be mistaken for what this one began with.
    const timeline = [...ordered(ticket.timeline), ...later(client).flatMap(continuation)];
    for (const episode of episodes(ticket.created, timeline, policy.reopenWithin)) {
      out.push(...episodeItems(ticket, client, held, opening, timeline, episode, policy));
    }
  }
  return out;
}

function episodeItems(ticket: ItemTicket, client: string, held: readonly HeldAlert[], opening: SeverityTier, timeline: readonly TicketEvent[], episode: Episode, policy: SlaPolicy): ItemFact[] {
  const starting = episode.number === 0 ? startingAlerts(ticket, held) : [];
  const start = starting.length > 0 ? Math.min(...starting.map(a => a.detected!)) : episode.begin;
  const base = Math.max(start, episode.begin);
  const firstTier = toTierAt(ordered(timeline).filter(e => e.type === 'severity_changed'), base, opening);
  // Only this life's changes: an item that was never stopped does not take the tier of the one that followed it.
  const changes = episode.events.filter(e => e.type === 'severity_changed' && e.at > base);
  const raised = changes.map(e => ({ tier: toTier(e.to), at: e.at }));
  const highest = starting.map(a => a.tier).filter(t => t !== 'untiered').sort((a, b) => rank(a) - rank(b))[0];
  const shared = {
    client, episode: episode.number, alerts: held.length, start, startFromCreation: episode.number === 0 && starting.length === 0, reopened: episode.reopens.length,
    // A ticket without severity on an alert that had one leaves the alert's tier as surely as one opened lower (docs/adr/040).
    downgraded: episode.number === 0 && highest !== undefined && rank(opening) > rank(highest),
    ...periodOf(client, start, policy),
  };
  const targets = policy.targetsFor(client, start);
  return CLOCKS.filter(clock => ALWAYS_KEPT.includes(clock) || targets.contracted(clock)).map(clock => {
    const fact = clockFact({ clock, start, tiers: [{ tier: firstTier, at: start }, ...raised], events: episode.events, reopens: episode.reopens }, targets, policy);
    return itemFact(clock, shared, fact, clock === 'decide' ? untouchedFact(episode.events, fact.targetMs, targets.calendar) : NOT_ASKED);
  });
}
type Shared = Omit<ItemFact, keyof ClockFact | keyof Untouched | 'clock'>;
/** One literal: spreading three objects into one was most of what an item costs. */
export const itemFact = (clock: Clock, shared: Shared, fact: ClockFact, { halfDue, untouched }: Untouched): ItemFact => ({
  client: shared.client, episode: shared.episode, clock, alerts: shared.alerts, start: shared.start, startFromCreation: shared.startFromCreation, reopened: shared.reopened,
  downgraded: shared.downgraded, shift: shared.shift, weekend: shared.weekend, holiday: shared.holiday,
  tier: fact.tier, targetMs: fact.targetMs, due: fact.due, grossDue: fact.grossDue, stop: fact.stop, firstStop: fact.firstStop, stopUnknownActor: fact.stopUnknownActor,
  pausedMs: fact.pausedMs, pausedSince: fact.pausedSince, leftAt: fact.leftAt, leftAs: fact.leftAs, halfDue, untouched,
});
/** Notify and contain are contracted by few; without any target they would only be rows that say nothing. */
const ALWAYS_KEPT: readonly Clock[] = ['acknowledge', 'decide', 'resolve'];

function toTierAt(changes: readonly TicketEvent[], at: Ms, opening: SeverityTier): SeverityTier {
  const before = changes.filter(e => e.at <= at).at(-1);
  return before ? toTier(before.to) : opening;
}

/** Shift by the SOC's zone, weekend and holiday by the client's local day, all by the start. */
export function periodOf(client: string, start: Ms, policy: SlaPolicy): { shift: string | null; weekend: boolean; holiday: boolean } {
  const day = policy.dayOf(client, start);
  return { shift: policy.shiftOf(start), weekend: ((day + 3) % 7 + 7) % 7 >= 5, holiday: policy.targetsFor(client, start).calendar.isHoliday(day) };
}
