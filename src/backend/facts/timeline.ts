import { SEVERITY_TIERS, type Clock, type Ms, type SeverityTier, type TicketEvent, type TicketEventType } from '../../model';

/** What replays need of a ticket: its canonical row without text. */
export interface TimelineTicket {
  readonly created: Ms;
  /** The tier now: the tier at creation too where the timeline knows no change. */
  readonly tier: SeverityTier;
  readonly timeline: readonly TicketEvent[];
}

/** Unknown actors count as human (and are counted); only automation does not (metrics.md §3, Stop). */
export const isHuman = (event: TicketEvent): boolean => event.actor !== 'automation';

/** By time; ties keep the source's order. Nearly every timeline comes in order: that one is given back itself. */
export function ordered(timeline: readonly TicketEvent[]): readonly TicketEvent[] {
  for (let i = 1; i < timeline.length; i++) if (timeline[i]!.at < timeline[i - 1]!.at) return [...timeline].sort((a, b) => a.at - b.at);
  return timeline;
}

const DECIDES: readonly TicketEventType[] = ['disposition_set', 'escalated', 'contained', 'resolved', 'closed'];
/**
 * Kinds that stop a clock (metrics.md §3, Clocks). A human who decides, notifies or merges has acknowledged; a source without a
 * state "resolved" closes, so both are a resolution. Clearing a disposition decides nothing.
 */
const STOPS: Record<Clock, readonly TicketEventType[]> = {
  acknowledge: ['acknowledged', 'notified', 'merged', ...DECIDES], decide: DECIDES, notify: ['notified'], contain: ['contained'], resolve: ['resolved', 'closed'],
};
export const stops = (clock: Clock, event: TicketEvent): boolean =>
  isHuman(event) && STOPS[clock].includes(event.type) && !(event.type === 'disposition_set' && event.to === null);

/** What a reopen undoes: verdicts and closings. That somebody acknowledged, escalated, notified or contained stays true. */
const VOIDABLE: readonly TicketEventType[] = ['disposition_set', 'resolved', 'closed'];
export const undoneByReopen = (clock: Clock, event: TicketEvent): boolean => clock !== 'acknowledge' && VOIDABLE.includes(event.type);

const isTier = (value: string | null): value is SeverityTier => value !== null && (SEVERITY_TIERS as readonly string[]).includes(value);
export const toTier = (value: string | null): SeverityTier => (isTier(value) ? value : 'untiered');
/** Index in SEVERITY_TIERS: lower is more severe. */
export const rank = (tier: SeverityTier): number => SEVERITY_TIERS.indexOf(tier);

/** Tier at an instant: the first change tells what it was before; changes at the instant itself belong to it. */
export function tierAt(ticket: TimelineTicket, at: Ms): SeverityTier {
  const changes = ordered(ticket.timeline).filter(e => e.type === 'severity_changed');
  const before = changes.filter(e => e.at <= at).at(-1);
  if (before) return toTier(before.to);
  return changes.length > 0 ? toTier(changes[0]!.from) : ticket.tier;
}

/** First human action after opening: later links are evidence and never move a start (metrics.md §3, Start). */
export const firstHumanAction = (ticket: TimelineTicket): Ms | null =>
  ordered(ticket.timeline).find(e => isHuman(e) && e.type !== 'created')?.at ?? null;

export const entersDone = (type: TicketEventType): boolean => type === 'resolved' || type === 'closed';

/** Since when the ticket stands in a done state at an instant, or null while it is open. */
export function doneSince(timeline: readonly TicketEvent[], at: Ms): Ms | null {
  let since: Ms | null = null;
  for (const e of ordered(timeline)) {
    if (e.at > at) break;
    if (entersDone(e.type)) since ??= e.at;
    else if (e.type === 'reopened') since = null;
  }
  return since;
}

/** One life of an item: from creation or a late reopen to the next late reopen. */
export interface Episode {
  readonly number: number;
  /** Creation, or the instant of the late reopen. */
  readonly begin: Ms;
  readonly events: readonly TicketEvent[];
  /** Indexes into `events` of the reopens within the agreed days: same item, same due. */
  readonly reopens: readonly number[];
}

/** Cuts a timeline where a reopen comes later than `reopenWithin` after the closing (metrics.md §3, Reopen). */
export function episodes(created: Ms, timeline: readonly TicketEvent[], reopenWithin: Ms): Episode[] {
  const out: Episode[] = [];
  let begin = created;
  let events: TicketEvent[] = [];
  let reopens: number[] = [];
  let done: Ms | null = null;
  const finish = () => out.push({ number: out.length, begin, events, reopens });
  for (const e of ordered(timeline)) {
    if (e.type === 'reopened' && done !== null) {
      if (e.at - done > reopenWithin) {
        finish();
        begin = e.at; events = []; reopens = [];
      } else {
        reopens.push(events.length);
      }
      done = null;
    } else if (entersDone(e.type)) {
      done ??= e.at;
    }
    events.push(e);
  }
  finish();
  return out;
}
