import type { ActorKind, Disposition, Ms, SeverityTier, TicketEvent, TicketEventType } from '../../../model';
import { mapDisposition, mapTier } from '../../../settings/value-maps';
import type { Change, Comment, Item } from './history';
import type { JiraPlan } from './plan';
import type { Statuses } from './statuses';
import { sourceChange } from './values';

export interface TimelineInput {
  readonly plan: JiraPlan;
  readonly statuses: Statuses;
  readonly created: Ms;
  readonly creator: ActorKind;
  readonly changes: readonly Change[];
  readonly comments: readonly Comment[];
  readonly status: { readonly id: string | null; readonly name: string | null };
  /** Has the issue a resolution now? */
  readonly resolved: boolean;
  /** When Jira says it was resolved, for issues whose history does not tell; null = it does not say. */
  readonly resolvedAt: Ms | null;
  readonly mergeTarget: (value: string) => string;
  /** An unmapped word was met: to be counted. */
  readonly unknown: (field: string, value: string) => void;
}
export interface Timeline {
  readonly events: readonly TicketEvent[];
  readonly done: boolean;
  /** The last time each disposition was set, by whom. */
  readonly dispositions: readonly { readonly value: Disposition | null; readonly at: Ms; readonly by: ActorKind }[];
}

/** Types that entering a configured status emits as they are; done states, pauses and acknowledgement have rules of their own. */
const PLAIN: ReadonlySet<TicketEventType> = new Set(['touched', 'disposition_set', 'escalated', 'notified', 'contained', 'severity_changed', 'merged']);
const rank = (plan: JiraPlan, item: Item): number => (item.field === 'status' ? 2 : item.field === 'resolution' || item.field === plan.settings.fields.disposition ? 0 : 1);

/**
 * Replays a ticket's history (metrics.md, Ticket timeline). Closed = entry into a done state from one that was not done, so a bulk
 * workflow migration of closed tickets moves nothing; reopened = the way back. Resolution changes of the same instant are applied
 * before the status change they came with.
 */
export function timelineOf(input: TimelineInput): Timeline {
  const { plan, statuses } = input;
  const { fields, maps } = plan.settings;
  const events: TicketEvent[] = [{ at: input.created, type: 'created', from: null, to: null, actor: input.creator }];
  const dispositions: { value: Disposition | null; at: Ms; by: ActorKind }[] = [];
  const items = input.changes.flatMap(change => change.items.map(item => ({ item, at: change.at, actor: change.actor })))
    .sort((a, b) => a.at - b.at || rank(plan, a.item) - rank(plan, b.item));

  const firstResolution = items.find(i => i.item.field === 'resolution');
  let resolved = firstResolution ? firstResolution.item.fromId !== null || firstResolution.item.fromText !== null : input.resolved;
  const firstStatus = items.find(i => i.item.field === 'status');
  const initial = firstStatus ? { id: firstStatus.item.fromId, name: firstStatus.item.fromText } : input.status;
  let done = statuses.isDone(initial.id, initial.name, resolved);
  let acknowledged = false;
  let resolvedSaid = done;
  let closedSaid = false;

  const emit = (type: TicketEventType, at: Ms, actor: ActorKind, from: string | null, to: string | null, reason?: string): void => {
    events.push({ at, type, from, to, actor, ...(reason === undefined ? {} : { reason }) });
  };
  const startPause = statuses.pause(initial.id, initial.name);
  if (startPause !== undefined) emit('paused', input.created, input.creator, null, statuses.name(initial.id, initial.name), startPause);

  const status = (item: Item, at: Ms, actor: ActorKind): void => {
    const before = events.length;
    const from = statuses.name(item.fromId, item.fromText);
    const to = statuses.name(item.toId, item.toText);
    const wasDone = statuses.isDone(item.fromId, item.fromText, done);
    const nowDone = statuses.isDone(item.toId, item.toText, resolved);
    const meaning = statuses.meaning(item.toId, item.toText);
    const leaves = statuses.category(item.fromId, item.fromText) === 'new' && !['new', null].includes(statuses.category(item.toId, item.toText));
    if (statuses.pause(item.fromId, item.fromText) !== undefined) emit('resumed', at, actor, from, to, statuses.pause(item.fromId, item.fromText));
    if (wasDone && !nowDone) { emit('reopened', at, actor, from, to); resolvedSaid = false; }
    if (!acknowledged && (meaning === 'acknowledged' || leaves)) { emit('acknowledged', at, actor, from, to); acknowledged = true; }
    if (meaning !== undefined && PLAIN.has(meaning)) emit(meaning, at, actor, meaning === 'disposition_set' || meaning === 'severity_changed' ? null : from, meaning === 'disposition_set' || meaning === 'severity_changed' ? null : to);
    if ((meaning === 'resolved' || (nowDone && !wasDone)) && !resolvedSaid) { emit('resolved', at, actor, from, to); resolvedSaid = true; }
    if (nowDone && !wasDone) { emit('closed', at, actor, from, to); closedSaid = true; }
    const pause = statuses.pause(item.toId, item.toText);
    if (pause !== undefined) emit('paused', at, actor, from, to, pause);
    if (events.length === before && !(wasDone && nowDone) && actor !== 'automation') emit('touched', at, actor, from, to);
    done = nowDone;
  };

  const disposition = (item: Item, at: Ms, actor: ActorKind): boolean => {
    const [from, to] = [[item.fromId, item.fromText], [item.toId, item.toText]].map(([id, words]) => {
      const mapped = mapDisposition(sourceChange(id ?? null, words ?? null, maps.disposition), maps.disposition);
      if (!mapped.known) input.unknown(fields.disposition, words ?? id ?? '');
      return mapped.value;
    }) as [Disposition | null, Disposition | null];
    dispositions.push({ value: to, at, by: actor });
    if (from === to) return false;
    emit('disposition_set', at, actor, from, to);
    return true;
  };
  const severity = (item: Item, at: Ms, actor: ActorKind): boolean => {
    const [from, to] = [[item.fromId, item.fromText], [item.toId, item.toText]].map(([id, words]) => {
      const mapped = mapTier(sourceChange(id ?? null, words ?? null, maps.tier), maps.tier);
      if (!mapped.known) input.unknown(fields.severity, words ?? id ?? '');
      return mapped.value;
    }) as [SeverityTier, SeverityTier];
    if (from !== to) emit('severity_changed', at, actor, from, to);
    return from !== to;
  };

  for (const { item, at, actor } of items) {
    if (item.field === 'resolution') resolved = item.toId !== null || item.toText !== null;
    let said = item.field === 'resolution';
    if (item.field === fields.disposition) said = disposition(item, at, actor) || said;
    if (item.field === fields.severity) said = severity(item, at, actor) || said;
    const target = item.toText ?? item.toId;
    if (item.field === fields.mergedInto && target !== null) { emit('merged', at, actor, null, input.mergeTarget(target)); said = true; }
    if (item.field === 'status') status(item, at, actor);
    else if (!said && actor !== 'automation') emit('touched', at, actor, null, null);
  }
  for (const comment of input.comments) if (comment.actor !== 'automation') emit('touched', comment.at, comment.actor, null, null);

  const nowDone = statuses.isDone(input.status.id, input.status.name, input.resolved);
  // A closing that the history does not hold (imported, pruned, created closed): Jira's own resolution date is its only witness.
  if (nowDone && (!done || !closedSaid) && input.resolvedAt !== null) {
    if (!resolvedSaid || !closedSaid) emit('resolved', input.resolvedAt, 'unknown', null, null);
    emit('closed', input.resolvedAt, 'unknown', null, null);
  }
  // `sort` is stable: ties keep the order in which they were emitted.
  return { events: events.sort((a, b) => a.at - b.at), done: nowDone, dispositions };
}
