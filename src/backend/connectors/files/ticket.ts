import { normaliseAlertId, rowId, type Ms, type Quote, type TicketEvent, type TicketEventType, type TicketRow } from '../../../model';
import type { FilePlan } from './plan';
import type { Row } from './row';

/** Exports: ticketOf, quotesOf, isDoneState, lookUpState. A ticket as one record: the times it names are its timeline. */
const TIMES: readonly (readonly [string, TicketEventType])[] = [
  ['acknowledgedAt', 'acknowledged'], ['escalatedAt', 'escalated'], ['notifiedAt', 'notified'], ['containedAt', 'contained'], ['dispositionAt', 'disposition_set'],
  ['mergedAt', 'merged'], ['resolvedAt', 'resolved'], ['closedAt', 'closed'],
];

/** A state's entry in one of the settings' maps, without case. */
export function lookUpState<T>(map: Readonly<Record<string, T>>, state: string | null): T | undefined {
  if (state === null) return undefined;
  const fold = state.trim().toLowerCase();
  return Object.entries(map).find(([name]) => name.trim().toLowerCase() === fold)?.[1];
}
export const isDoneState = (plan: FilePlan, state: string | null): boolean => { const means = lookUpState(plan.stream.states, state); return means === 'resolved' || means === 'closed' || means === 'merged'; };

export function quotesOf(plan: FilePlan, ids: readonly string[], linkedAt: Ms | null): Quote[] {
  const alerts = ids.map(id => normaliseAlertId(id, plan.stream.idPrefix)).filter((id): id is string => id !== null);
  return [...new Set(alerts)].map(alert => ({ alert, found: 'field', linkedAt }));
}

export function ticketOf(plan: FilePlan, row: Row, now: Ms): TicketRow {
  const nativeId = row.need('id');
  const created = row.needMs('created');
  const actor = row.actor();
  const verdict = row.disposition();
  const merged = row.text('mergedInto');
  const mergedInto = merged === null ? null : rowId(plan.source, 'ticket', merged);
  const timeline: TicketEvent[] = [{ at: created, type: 'created', from: null, to: null, actor: 'unknown' }];
  for (const [field, type] of TIMES) {
    const at = row.ms(field);
    if (at === null || (type === 'disposition_set' && verdict.disposition === null)) continue;
    timeline.push({ at, type, from: null, to: type === 'disposition_set' ? verdict.disposition : type === 'merged' ? mergedInto : null, actor });
  }
  const status = row.text('status');
  if (status !== null && Object.keys(plan.stream.states).length > 0 && lookUpState(plan.stream.states, status) === undefined && lookUpState(plan.stream.pauseStates, status) === undefined) row.unknown('status', status);
  const dispositionAt = verdict.disposition === null ? null : row.ms('dispositionAt');
  const said = row.flag('done');
  return {
    id: rowId(plan.source, 'ticket', nativeId), source: plan.source, nativeId, url: row.url(), changed: row.ms('changed') ?? now, gone: null,
    key: row.text('key') ?? nativeId, title: row.text('title'), created, ...row.tier(), ...row.client(), sourceStatus: status,
    done: said ?? (lookUpState(plan.stream.states, status) === undefined ? row.ms('closedAt') !== null : isDoneState(plan, status)),
    ...verdict, dispositionAt, dispositionBy: verdict.disposition === null ? null : actor, origin: row.origin(),
    quotes: quotesOf(plan, row.list('alerts'), row.ms('linkedAt')), timeline: timeline.sort((a, b) => a.at - b.at), mergedInto,
  };
}
