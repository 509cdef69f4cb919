import { rowId, type ActorKind, type Disposition, type Ms, type SeverityTier, type TicketEvent, type TicketEventType, type TicketOrigin, type TicketRow } from '../../../model';
import type { FilePlan } from './plan';
import type { Row } from './row';
import { isDoneState, lookUpState, quotesOf } from './ticket';

/** Exports: Update, updateOf, ticketOfUpdates. Kind ticket_audit: one record per update of a ticket; its timeline is what they tell in order. */
export interface Update {
  readonly id: string; readonly at: Ms; readonly order: number | null; readonly created: Ms | null; readonly state: string; readonly sourceSeverity: string | null; readonly tier: SeverityTier;
  readonly sourceDisposition: string | null; readonly disposition: Disposition | null; readonly actor: ActorKind; readonly sourceClient: string | null; readonly client: string;
  readonly origin: TicketOrigin; readonly alerts: readonly string[]; readonly key: string | null; readonly title: string | null; readonly url: string | null;
}

/** One record; throws Fault. A state that neither `states` nor `pauseStates` names moves no clock and is counted. */
export function updateOf(plan: FilePlan, row: Row): Update {
  const state = row.need('state');
  if (lookUpState(plan.stream.states, state) === undefined && lookUpState(plan.stream.pauseStates, state) === undefined) row.unknown('state', state);
  return {
    id: row.need('id'), at: row.needMs('at'), order: row.column('order') === '=file' ? 0 : row.count('order'), created: row.ms('created'), state, ...row.tier(), ...row.disposition(), actor: row.actor(), ...row.client(), origin: row.origin(),
    alerts: row.list('alerts'), key: row.text('key'), title: row.text('title'), url: row.url(),
  };
}

const last = <T>(updates: readonly Update[], pick: (u: Update) => T | null): T | null => {
  for (let i = updates.length - 1; i >= 0; i--) { const value = pick(updates[i]!); if (value !== null) return value; }
  return null;
};

/**
 * The updates of one ticket → the ticket. They follow each other by time, or by the column `order` where the log has a better one than
 * its clock (`order: =file`: as they stand in the file); ties keep the file's order.
 */
export function ticketOfUpdates(plan: FilePlan, given: readonly Update[]): TicketRow {
  const updates = [...given].sort((a, b) => (a.order === null || b.order === null ? a.at - b.at : a.order - b.order));
  const first = updates[0]!;
  const created = updates.find(u => u.created !== null)?.created ?? first.at;
  const severity = replay(plan, updates, created);
  const verdict = last(updates, u => (u.disposition === null ? null : u));
  const set = [...severity.timeline].reverse().find(e => e.type === 'disposition_set' && e.to === verdict?.disposition);
  const state = updates.at(-1)!.state;
  const withSeverity = last(updates, u => (u.sourceSeverity === null ? null : u));
  const withClient = last(updates, u => (u.sourceClient === null ? null : u)) ?? first;
  const linked = new Map<string, Ms>();
  for (const u of updates) for (const quote of quotesOf(plan, u.alerts, u.at)) if (!linked.has(quote.alert)) linked.set(quote.alert, u.at);
  return {
    id: rowId(plan.source, 'ticket', first.id), source: plan.source, nativeId: first.id, url: last(updates, u => u.url), changed: updates.reduce((ms, u) => Math.max(ms, u.at), first.at), gone: null,
    key: last(updates, u => u.key) ?? first.id, title: last(updates, u => u.title), created, sourceSeverity: withSeverity?.sourceSeverity ?? null, tier: withSeverity?.tier ?? 'untiered',
    sourceClient: withClient.sourceClient, client: withClient.client, sourceStatus: state, done: isDoneState(plan, state),
    sourceDisposition: verdict?.sourceDisposition ?? null, disposition: verdict?.disposition ?? null, dispositionAt: set?.at ?? null, dispositionBy: set?.actor ?? null,
    origin: last(updates, u => (u.origin === 'unknown' ? null : u.origin)) ?? 'unknown',
    quotes: [...linked].map(([alert, linkedAt]) => ({ alert, found: 'field', linkedAt })), timeline: severity.timeline, mergedInto: null,
  };
}

/**
 * metrics.md, Ticket timeline. Entering a state is its event; a pause begins when one of `pauseStates` is entered and ends when it is
 * left; leaving a done state for one that is not done is a reopen. An update that changes none of these is a touch, unless automation's.
 */
function replay(plan: FilePlan, updates: readonly Update[], created: Ms): { timeline: TicketEvent[] } {
  const timeline: TicketEvent[] = [{ at: created, type: 'created', from: null, to: null, actor: updates[0]!.at <= created ? updates[0]!.actor : 'unknown' }];
  let state: string | null = null;
  let tier: SeverityTier | null = null;
  let disposition: Disposition | null = null;
  updates.forEach((u, i) => {
    const before = timeline.length;
    const emit = (type: TicketEventType, from: string | null, to: string | null, reason?: string): void => { timeline.push({ at: u.at, type, from, to, actor: u.actor, ...(reason === undefined ? {} : { reason }) }); };
    // An update that does not tell the severity or verdict changes neither.
    if (u.sourceSeverity !== null) {
      if (tier !== null && tier !== u.tier) emit('severity_changed', tier, u.tier);
      tier = u.tier;
    }
    if (u.disposition !== null) {
      if (u.disposition !== disposition) emit('disposition_set', disposition, u.disposition);
      disposition = u.disposition;
    }
    if (u.state !== state) {
      const paused = lookUpState(plan.stream.pauseStates, state);
      const pause = lookUpState(plan.stream.pauseStates, u.state);
      const means = lookUpState(plan.stream.states, u.state);
      if (paused !== undefined) emit('resumed', state, u.state, paused);
      if (isDoneState(plan, state) && !isDoneState(plan, u.state)) emit('reopened', state, u.state);
      // `created` marks the state tickets begin in: entering it is no event of its own.
      if (means !== undefined && means !== 'created' && means !== 'paused' && means !== 'resumed') emit(means, means === 'disposition_set' ? null : state, means === 'disposition_set' ? null : u.state);
      if (pause !== undefined) emit('paused', state, u.state, pause);
      state = u.state;
    }
    // The first record is the ticket's creation itself.
    if (timeline.length === before && i > 0 && u.actor !== 'automation') emit('touched', null, null);
  });
  // Created may be told as later than the first update; order is by time, ties as emitted.
  return { timeline: timeline.sort((a, b) => a.at - b.at) };
}
