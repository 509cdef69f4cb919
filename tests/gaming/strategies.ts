import { DAY, HOUR, MINUTE, rowId, type AlertRow, type Disposition, type TicketRow } from '../../src/model';
import type { CaseWorld } from '../worlds/cases';
import { each, judged, onTicket, without, withEvents } from './play';
import { rule } from '../oracles/rules/hand';
import { event, everything, FROM, late, worldOf, type Case } from './world';

/** Exports: STRATEGIES. What somebody might do to better a number without bettering the defence; each a change of the honest month. */
export interface Strategy { readonly name: string; readonly aims: readonly string[]; readonly play: () => CaseWorld }

const DECIDE = ['decide critical', 'decide high'];
const ACKNOWLEDGE = ['acknowledge critical', 'acknowledge high'];
const RATES = ['confirmation rate', 'false-positive share'];
const SEVERE = new Set(['critical', 'high']);

const stormOnly = (change: (t: TicketRow, c: Case, n: number) => TicketRow): CaseWorld => onTicket((t, c) => (t.nativeId.startsWith('TS') ? change(t, c, Number(t.nativeId.slice(2))) : t));
/** All of the storm decided and closed in one minute, an hour after its last alert. */
const BURST = FROM + 15 * DAY + 16 * HOUR;
const bulk = (to: Disposition): CaseWorld => stormOnly((t, _c, n) => judged(withEvents(t, [...without(t, 'disposition_set', 'closed', 'touched').filter(e => e.at < BURST), event(BURST + n * 1000, 'disposition_set', to), event(BURST + n * 1000, 'closed')]), to, BURST + n * 1000));
const noisy = (a: AlertRow): boolean => a.ruleName === 'noisy';

export const STRATEGIES: readonly Strategy[] = [
  { name: 'Acknowledge everything by robot', aims: ACKNOWLEDGE, play: () => onTicket(t => withEvents(t, [...t.timeline, event(t.created + 1000, 'acknowledged', null, 'automation')])) },
  { name: 'Acknowledge at once and leave', aims: ACKNOWLEDGE, play: () => onTicket((t, c) => judged(withEvents(t, [t.timeline[0]!, event(t.created + MINUTE, 'acknowledged'), event(c.alert.detected! + 3 * DAY, 'disposition_set', t.disposition), event(c.alert.detected! + 3 * DAY + HOUR, 'closed')]), t.disposition, c.alert.detected! + 3 * DAY)) },
  { name: 'Close the storm in bulk as benign', aims: DECIDE, play: () => bulk('benign_positive') },
  { name: 'Close the storm in bulk as true positive', aims: DECIDE, play: () => bulk('true_positive') },
  { name: 'Close the storm in bulk as duplicate', aims: DECIDE, play: () => bulk('duplicate') },
  { name: 'Close the storm in bulk as test', aims: DECIDE, play: () => bulk('test') },
  { name: 'Nineteen closes in 61 seconds, then the next nineteen', aims: DECIDE, play: () => stormOnly((t, _c, n) => { const when = BURST + Math.floor(n / 19) * 11 * MINUTE + (n % 19) * 3200; return judged(withEvents(t, [...without(t, 'disposition_set', 'closed', 'touched').filter(e => e.at < when), event(when, 'disposition_set', 'benign_positive'), event(when, 'closed')]), 'benign_positive', when); }) },
  { name: 'Leave false positives undetermined', aims: RATES, play: () => onTicket(t => (t.disposition === 'false_positive' ? judged(withEvents(t, t.timeline.map(e => (e.type === 'disposition_set' ? { ...e, to: 'undetermined' } : e))), 'undetermined', t.dispositionAt) : t)) },
  { name: 'Close false positives without any verdict', aims: RATES, play: () => onTicket(t => (t.disposition === 'false_positive' ? judged(withEvents(t, without(t, 'disposition_set')), null, null) : t)) },
  { name: 'Verdicts by robot', aims: DECIDE, play: () => onTicket((t, c) => judged(withEvents(t, [...without(t, 'disposition_set'), event(c.alert.detected! + 10 * MINUTE, 'disposition_set', t.disposition, 'automation')]), t.disposition, c.alert.detected! + 10 * MINUTE, 'automation')) },
  { name: 'Open tickets below the alert’s tier', aims: DECIDE, play: () => onTicket((t, c) => (SEVERE.has(c.alert.tier) && late(c) ? { ...t, tier: 'medium', sourceSeverity: 'medium' } : t)) },
  { name: 'Lower the tier before the deadline', aims: DECIDE, play: () => onTicket((t, c) => (SEVERE.has(c.alert.tier) && late(c) ? { ...withEvents(t, [...t.timeline, event(t.created + 30 * MINUTE, 'severity_changed', 'medium', 'human', { from: c.alert.tier })]), tier: 'medium' } : t)) },
  { name: 'Leave the severity of tickets empty', aims: DECIDE, play: () => onTicket((t, c) => (SEVERE.has(c.alert.tier) && late(c) ? { ...t, tier: 'untiered', sourceSeverity: null } : t)) },
  { name: 'Pause until it is decided', aims: DECIDE, play: () => onTicket((t, c) => (late(c) ? withEvents(t, [...t.timeline, event(t.created + 30 * MINUTE, 'paused', null, 'human', { reason: 'waiting for client' }), event(t.dispositionAt! - MINUTE, 'resumed')]) : t)) },
  { name: 'Pause for a reason nobody agreed', aims: DECIDE, play: () => onTicket((t, c) => (late(c) ? withEvents(t, [...t.timeline, event(t.created + 30 * MINUTE, 'paused', null, 'human', { reason: 'lunch' }), event(t.dispositionAt! - MINUTE, 'resumed')]) : t)) },
  { name: 'Pause before acknowledging', aims: ACKNOWLEDGE, play: () => onTicket(t => withEvents(t, [...t.timeline, event(t.created + MINUTE, 'paused', null, 'human', { reason: 'waiting for client' }), event(t.created + 10 * HOUR, 'resumed'), ...without(t).filter(e => e.type === 'acknowledged').map(e => ({ ...e, at: e.at + 9 * HOUR }))].filter(e => !(e.type === 'acknowledged' && e.at < t.created + 2 * HOUR)))) },
  { name: 'Close early, reopen, decide at leisure', aims: DECIDE, play: () => onTicket((t, c) => (late(c) ? withEvents(t, [...t.timeline, event(t.created + 40 * MINUTE, 'closed'), event(t.created + 2 * DAY, 'reopened')]) : t)) },
  { name: 'Close early and open a new ticket instead of reopening', aims: DECIDE, play: () => {
    const world = onTicket((t, c) => (late(c) ? judged(withEvents(t, [t.timeline[0]!, event(t.created + 12 * MINUTE, 'acknowledged'), event(t.created + 40 * MINUTE, 'closed')]), null, null) : t));
    const second = everything().filter(late).map(({ ticket: t }) => ({ ...withEvents(t, t.timeline.map(e => ({ ...e, at: e.at + 2 * DAY }))), id: rowId('desk', 'ticket', `${t.nativeId}b`), nativeId: `${t.nativeId}b`, key: `${t.key}b`, created: t.created + 2 * DAY, dispositionAt: t.dispositionAt! + 2 * DAY, quotes: t.quotes.map(q => ({ ...q, linkedAt: t.created + 2 * DAY })) }));
    return { ...world, tickets: [...world.tickets, ...second] };
  } },
  { name: 'Delete missed tickets', aims: DECIDE, play: () => onTicket((t, c) => (late(c) ? { ...t, gone: t.changed + DAY } : t)) },
  { name: 'Merge misses away after they are due', aims: DECIDE, play: () => onTicket((t, c, i) => (late(c) && i > 0 ? { ...withEvents(t, [...without(t, 'closed'), event(t.dispositionAt! + HOUR, 'merged')]), mergedInto: rowId('desk', 'ticket', 'T0') } : t)) },
  { name: 'Mark misses as duplicates after they are due', aims: DECIDE, play: () => onTicket((t, c) => (late(c) ? judged(withEvents(t, [...t.timeline, event(t.changed + HOUR, 'disposition_set', 'duplicate')]), 'duplicate', t.changed + HOUR) : t)) },
  { name: 'Open tickets only when they are as good as decided', aims: DECIDE, play: () => onTicket(t => { const opened = t.dispositionAt! - 10 * MINUTE; return { ...withEvents(t, [{ ...t.timeline[0]!, at: opened }, event(opened + MINUTE, 'acknowledged'), ...without(t, 'created', 'acknowledged', 'touched')]), created: opened, quotes: t.quotes.map(q => ({ ...q, linkedAt: opened })) }; }) },
  { name: 'Open no ticket where it would be late', aims: ['floor critical', 'floor high'], play: () => onTicket((t, c) => (late(c) ? null : t)) },
  { name: 'Strip the alert id of late tickets', aims: ['floor critical', 'floor high'], play: () => onTicket((t, c) => (late(c) ? { ...t, quotes: [], created: t.dispositionAt! - 30 * MINUTE, timeline: [{ ...t.timeline[0]!, at: t.dispositionAt! - 30 * MINUTE }, ...t.timeline.slice(1).filter(e => e.at >= t.dispositionAt!)] } : t)) },
  { name: 'Split one confirmed ticket into many', aims: RATES, play: () => {
    const world = worldOf(everything());
    const more = everything().filter(c => c.ticket.disposition === 'true_positive').flatMap(({ ticket: t }) => [1, 2, 3].map(n => ({ ...t, id: rowId('desk', 'ticket', `${t.nativeId}-${n}`), nativeId: `${t.nativeId}-${n}`, key: `${t.key}-${n}` })));
    return { ...world, tickets: [...world.tickets, ...more] };
  } },
  { name: 'Bundle noise into a confirmed ticket', aims: RATES, play: () => {
    const noise = everything().filter(c => noisy(c.alert));
    const host = everything().find(c => c.alert.ruleName === 'beacon' && c.ticket.disposition === 'true_positive')!;
    return onTicket((t, c) => (noisy(c.alert) ? null : t.id === host.ticket.id ? { ...t, quotes: [...t.quotes, ...noise.map(n => ({ alert: n.alert.joinId, found: 'field' as const, linkedAt: n.alert.detected! }))] } : t));
  } },
  { name: 'Link late alerts to an old ticket that was in time', aims: DECIDE, play: () => {
    const host = everything().find(c => c.alert.tier === 'high' && !late(c))!;
    const moved = everything().filter(c => c.alert.tier === 'high' && late(c));
    return onTicket((t, c) => (c.alert.tier === 'high' && late(c) ? null : t.id === host.ticket.id ? { ...t, quotes: [...t.quotes, ...moved.map(m => ({ alert: m.alert.joinId, found: 'field' as const, linkedAt: m.alert.detected! + HOUR }))] } : t));
  } },
  { name: 'Switch off the noisy rule', aims: RATES, play: () => { const world = worldOf(everything().filter(c => !noisy(c.alert) || c.alert.detected! < FROM + 6 * DAY)); return { ...world, rules: world.rules.map(r => (r.name === 'noisy' ? { ...r, enabled: false } : r)) }; } },
  { name: 'Rename the noisy rule', aims: RATES, play: () => { const world = each(c => (noisy(c.alert) ? { ...c, alert: { ...c.alert, ruleName: 'quiet' } } : c)); return { ...world, rules: world.rules.map(r => (r.name === 'noisy' ? { ...r, name: 'quiet' } : r)) }; } },
  { name: 'Clone the noisy rule and go on under the clone', aims: RATES, play: () => { const world = each(c => (noisy(c.alert) && c.alert.detected! > FROM + 14 * DAY ? { ...c, alert: { ...c.alert, rule: 'test:noisy2', ruleName: 'noisy2' } } : c)); return { ...world, rules: [...world.rules, rule('noisy2')] }; } },
  { name: 'Re-revision the noisy rule', aims: RATES, play: () => each(c => (noisy(c.alert) ? { ...c, alert: { ...c.alert, ruleRevision: c.alert.detected! > FROM + 14 * DAY ? '2' : '1' } } : c)) },
  { name: 'Shift the SIEM’s clock forward', aims: DECIDE, play: () => each(c => ({ ...c, alert: { ...c.alert, event: c.alert.detected!, readable: c.alert.detected! + MINUTE, detected: c.alert.detected! + 5 * HOUR } })) },
  { name: 'Guess a verdict at once, correct it at leisure', aims: DECIDE, play: () => onTicket((t, c) => (late(c) ? withEvents(t, [...t.timeline, event(t.created + 20 * MINUTE, 'disposition_set', t.disposition === 'benign_positive' ? 'false_positive' : 'benign_positive')]) : t)) },
  { name: 'Escalate whatever would be late', aims: DECIDE, play: () => onTicket((t, c) => (late(c) ? withEvents(t, [...t.timeline, event(t.created + 20 * MINUTE, 'escalated')]) : t)) },
  { name: 'Shift every clock of the SIEM forward, together', aims: DECIDE, play: () => each(c => ({ ...c, alert: { ...c.alert, event: c.alert.detected! + 5 * HOUR - MINUTE, readable: c.alert.detected! + 5 * HOUR + MINUTE, detected: c.alert.detected! + 5 * HOUR } })) },
  { name: 'A script that acts under a person’s account', aims: DECIDE, play: () => onTicket((t, c) => { const when = t.created + 15 * MINUTE; return late(c) ? judged(withEvents(t, [t.timeline[0]!, event(t.created + 5 * MINUTE, 'acknowledged'), event(t.created + 8 * MINUTE, 'touched'), event(when, 'disposition_set', t.disposition), event(when + 2 * HOUR, 'closed')]), t.disposition, when) : t; }) },
];
