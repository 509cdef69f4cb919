import fc from 'fast-check';
import {
  DAY, DISPOSITIONS, HOUR, MINUTE, rowId, ruleId, SEVERITY_TIERS, UNASSIGNED,
  type AlertRow, type Disposition, type Quote, type RuleRow, type SeverityTier, type TicketEvent, type TicketEventType, type TicketRow,
} from '../../src/model';
import { workspaceSchema, type WorkspaceSettings } from '../../src/settings/schema';

/**
 * Random SMALL worlds as canonical rows, heavy on boundaries: equal timestamps, days of 23 and 25 hours, targets met to the minute,
 * reopens after exactly the agreed days. All times are whole minutes, so that an oracle may walk them minute by minute.
 */
export interface CaseWorld {
  readonly settings: WorkspaceSettings;
  readonly alerts: readonly AlertRow[];
  readonly rules: readonly RuleRow[];
  readonly tickets: readonly TicketRow[];
  /** The host's clock. */
  readonly now: number;
  readonly range: { readonly from: number; readonly to: number };
}

/** Worlds begin some days before a change of clocks, before the turn of a year, or on plain days. */
const ANCHORS = ['2026-03-20', '2026-10-16', '2026-12-22', '2026-06-08'].map(d => Date.parse(`${d}T00:00:00Z`));
export const CLIENT_ZONES = { acme: 'Europe/Berlin', bravo: 'America/New_York', coast: 'Asia/Kolkata', empty: 'Pacific/Auckland' } as const;
export const CALENDARS = {
  office: { zone: 'Europe/Berlin', hours: Object.fromEntries(['mon', 'tue', 'wed', 'thu', 'fri'].map(d => [d, [{ from: '09:00', to: '17:00' }]])), holidays: ['2026-12-25', '2027-01-01', '2026-06-10', '2026-10-20', '2026-04-03'] },
  split: { zone: 'America/New_York', hours: { ...Object.fromEntries(['mon', 'tue', 'wed', 'thu', 'fri', 'sat'].map(d => [d, [{ from: '08:00', to: '12:00' }, { from: '13:00', to: '18:30' }]])), sun: [{ from: '00:00', to: '06:00' }] }, holidays: ['2026-12-31'] },
} as const;

const tier = fc.constantFrom(...SEVERITY_TIERS, 'critical', 'high', 'high') as fc.Arbitrary<SeverityTier>;
const actor = fc.constantFrom('human', 'human', 'human', 'automation', 'unknown') as fc.Arbitrary<'human' | 'automation' | 'unknown'>;
const maybe = <T>(arb: fc.Arbitrary<T>, freq = 3) => fc.option(arb, { nil: null, freq });
const rarely = <T>(arb: fc.Arbitrary<T>) => fc.oneof({ weight: 3, arbitrary: fc.constant(null) }, { weight: 2, arbitrary: arb });
/** Minutes since the anchor: few days and few minutes, so that rows collide. */
const moment = fc.tuple(fc.integer({ min: 0, max: 12 }), fc.constantFrom(0, 1, 2, 7, 8, 9, 12, 15, 16, 23), fc.constantFrom(0, 0, 1, 30, 59)).map(([d, h, m]) => d * 1440 + h * 60 + m);
const lag = fc.constantFrom(-5, -1, 0, 0, 1, 2, 5, 15, 60, 240);
const gap = fc.constantFrom(0, 0, 1, 5, 14, 15, 16, 59, 60, 61, 180, 239, 240, 241, 600, 1440, 1441, 2880, 14 * 1440, 14 * 1440 + 1, 15 * 1440);
const disposition = fc.constantFrom(...DISPOSITIONS) as fc.Arbitrary<Disposition>;
const client = fc.constantFrom('acme', 'acme', 'acme', 'bravo', 'bravo', 'coast', UNASSIGNED);

const alertDraft = fc.record({
  client, tier, rule: maybe(fc.integer({ min: 0, max: 3 }), 6), at: moment, event: maybe(lag), readable: maybe(lag, 5), detected: fc.constantFrom(true, true, true, true, true, false),
  ack: rarely(fc.record({ after: fc.constantFrom(0, 0, 1, 2, 15, 60, 240), by: actor })), verdict: rarely(fc.record({ after: fc.constantFrom(0, 1, 1, 2, 60, 240, 1440), by: actor, to: disposition })),
  source: fc.constantFrom('siem', 'siem', 'siem2'), twin: fc.constantFrom(false, false, false, false, false, false, false, true), gone: fc.constantFrom(false, false, false, false, false, false, false, false, true),
});
const EVENT_TYPES: TicketEventType[] = [
  'touched', 'acknowledged', 'acknowledged', 'disposition_set', 'disposition_set', 'escalated', 'notified', 'contained', 'severity_changed', 'severity_changed',
  'paused', 'paused', 'resumed', 'resumed', 'resolved', 'resolved', 'reopened', 'reopened', 'closed', 'closed', 'merged',
];
const eventDraft = fc.record({
  gap, type: fc.constantFrom(...EVENT_TYPES), actor, tier, disposition: maybe(disposition, 6), reason: fc.constantFrom('waiting for client', 'Waiting for Client ', 'vendor', null),
});
const ticketDraft = fc.record({
  client, tier, at: moment,
  /** Created this long after the last event of the ticket before it (a candidate for "a new ticket is a reopen"), or null. */
  follows: maybe(gap, 1), creator: actor, events: fc.oneof(fc.array(eventDraft, { maxLength: 2 }), fc.array(eventDraft, { maxLength: 9, size: 'max' })), merge: fc.integer({ min: -1, max: 6 }),
  quotes: fc.uniqueArray(fc.record({ alert: fc.integer({ min: 0, max: 13 }), linked: maybe(fc.constantFrom(0, 0, 1, 5, 15, 60, 1440), 4) }), { maxLength: 5, size: 'max', selector: q => q.alert }),
  /** Ends in a pause, soon after the last event: on hold later. */
  tail: fc.constantFrom(null, null, 0, 1, 30), gone: fc.constantFrom(false, false, false, false, false, false, true), origin: fc.constantFrom('alert', 'alert', 'user', 'client', 'third_party', 'hunt', 'unknown') as fc.Arbitrary<TicketRow['origin']>,
});

const hours = fc.constantFrom(0.25, 1, 4, 4, 8, 24, 24, 72);
const clocks = fc.record({ acknowledge: hours, decide: hours, resolve: hours, contain: hours, notify: hours }, { requiredKeys: ['decide', 'acknowledge'] });
const targets = fc.record({
  client: fc.constantFrom('*', '*', 'acme', 'bravo'), effectiveFrom: fc.constantFrom('1970-01-01', '1970-01-01', '2026-03-25', '2026-03-29', '2026-10-20', '2026-06-10', '2026-12-28'),
  calendar: fc.constantFrom('24x7', '24x7', 'office', 'split'), hours: fc.record({ critical: clocks, high: clocks, medium: clocks, low: clocks, untiered: clocks }, { requiredKeys: ['critical', 'high', 'medium'] }),
});
const settingsDraft = fc.record({
  zone: fc.constantFrom('Europe/Berlin', 'UTC', 'America/New_York'), targets: fc.array(targets, { minLength: 1, maxLength: 4 }),
  allowedPauses: fc.constantFrom<string[]>(['waiting for client'], ['*'], []), reopenDays: fc.constantFrom(14, 14, 14, 1, 0),
  onboarded: maybe(fc.constantFrom('2026-03-22', '2026-10-18', '2026-06-09', '2026-12-24'), 1), left: maybe(fc.constantFrom('2026-03-29', '2026-10-26', '2026-06-15', '2027-01-01'), 1),
});

const toSettings = (d: typeof settingsDraft extends fc.Arbitrary<infer T> ? T : never): WorkspaceSettings => workspaceSchema.parse({
  zone: d.zone,
  clients: Object.entries(CLIENT_ZONES).map(([id, zone]) => ({ id, name: id, zone, ...(id === 'bravo' && d.onboarded && { onboarded: d.onboarded }), ...(id === 'bravo' && d.left && { left: d.left }) })),
  policy: { sla: { targets: d.targets, calendars: CALENDARS, allowedPauses: d.allowedPauses, reopenDays: d.reopenDays } },
});

type AlertDraft = typeof alertDraft extends fc.Arbitrary<infer T> ? T : never;
function toAlert(d: AlertDraft, i: number, anchor: number): AlertRow {
  const at = anchor + d.at * MINUTE;
  const nativeId = `A${i}`;
  const detected = d.detected ? at : null;
  return {
    id: rowId(d.source, 'alert', nativeId), source: d.source, nativeId, url: null, changed: at, gone: d.gone ? at + DAY : null,
    // A twin answers to the id of the alert before it: two SIEMs may number alike.
    joinId: d.twin && i > 0 ? `A${i - 1}` : nativeId, rule: d.rule === null ? null : ruleId('test', `r${d.rule}`), ruleName: d.rule === null ? null : `Rule ${d.rule}`, ruleRevision: null,
    event: d.event === null ? null : at - d.event * MINUTE, detected, readable: d.readable === null ? null : at + d.readable * MINUTE,
    sourceSeverity: d.tier, tier: d.tier, sourceClient: d.client, client: d.client, sourceStatus: null,
    acknowledgedAt: d.ack ? at + d.ack.after * MINUTE : null, acknowledgedBy: d.ack?.by ?? null,
    sourceDisposition: d.verdict?.to ?? null, disposition: d.verdict?.to ?? null, dispositionAt: d.verdict ? at + d.verdict.after * MINUTE : null, dispositionBy: d.verdict?.by ?? null,
    suppressed: 0,
  };
}

type TicketDraft = typeof ticketDraft extends fc.Arbitrary<infer T> ? T : never;
function toTicket(d: TicketDraft, i: number, anchor: number, alerts: readonly AlertRow[], before: TicketRow | undefined, count: number): TicketRow {
  const created = d.follows !== null && before ? (before.timeline.at(-1)?.at ?? before.created) + d.follows * MINUTE : anchor + d.at * MINUTE;
  const timeline: TicketEvent[] = [{ at: created, type: 'created', from: null, to: null, actor: d.creator }];
  let at = created;
  let tierNow: SeverityTier = d.tier;
  let verdict: { to: Disposition | null; at: number; by: TicketEvent['actor'] } | null = null;
  let done = false;
  let merged = false;
  for (const e of d.events) {
    at += e.gap * MINUTE;
    let from: string | null = null;
    let to: string | null = null;
    if (e.type === 'severity_changed') { from = tierNow; to = tierNow = e.tier; }
    if (e.type === 'disposition_set') { from = verdict?.to ?? null; to = e.disposition; verdict = { to: e.disposition, at, by: e.actor }; }
    if (e.type === 'resolved' || e.type === 'closed') done = true;
    if (e.type === 'reopened') done = false;
    if (e.type === 'merged') merged = true;
    timeline.push({ at, type: e.type, from, to, actor: e.actor, reason: e.type === 'paused' ? e.reason : null });
  }
  if (d.tail !== null) timeline.push({ at: at + d.tail * MINUTE, type: 'paused', from: null, to: null, actor: 'human', reason: 'waiting for client' });
  const quotes: Quote[] = d.quotes.map(q => ({ alert: alerts[q.alert]?.joinId ?? `missing${q.alert}`, found: 'field', linkedAt: q.linked === null ? null : created + q.linked * MINUTE }));
  const nativeId = `T${i}`;
  return {
    id: rowId('desk', 'ticket', nativeId), source: 'desk', nativeId, url: `https://desk.example/T${i}`, changed: at, gone: d.gone ? at + HOUR : null,
    key: `SOC-${i}`, title: `Case ${i}`, created, sourceSeverity: tierNow, tier: tierNow, sourceClient: d.client, client: d.client, sourceStatus: done ? 'done' : 'open', done,
    sourceDisposition: verdict?.to ?? null, disposition: verdict?.to ?? null, dispositionAt: verdict?.to ? verdict.at : null, dispositionBy: verdict?.to ? verdict.by : null,
    origin: d.origin, quotes: quotes.filter((q, k) => quotes.findIndex(o => o.alert === q.alert) === k), timeline,
    mergedInto: merged && d.merge >= 0 && d.merge !== i && d.merge < count ? rowId('desk', 'ticket', `T${d.merge}`) : null,
  };
}

/** One world. `now` may lie inside the history, so that some rows lie in the future of a question. */
export const caseWorld: fc.Arbitrary<CaseWorld> = fc.record({
  anchor: fc.constantFrom(...ANCHORS), settings: settingsDraft, // Filled to the brim as a rule: an empty world agrees with everything.
  alerts: fc.oneof({ weight: 1, arbitrary: fc.array(alertDraft, { maxLength: 3 }) }, { weight: 9, arbitrary: fc.array(alertDraft, { minLength: 8, maxLength: 14, size: 'max' }) }),
  tickets: fc.oneof({ weight: 1, arbitrary: fc.array(ticketDraft, { maxLength: 2 }) }, { weight: 9, arbitrary: fc.array(ticketDraft, { minLength: 4, maxLength: 8, size: 'max' }) }),
 
  now: fc.tuple(fc.constantFrom(1, 3, 6, 9, 12, 15, 25, 40, 60, 60, 90), moment).map(([d, m]) => d * 1440 + (m % 1440)), from: fc.constantFrom(0, 0, 0, 1, 3, 6, 9, 12, 20), days: fc.constantFrom(0, 1, 7, 14, 30, 40, 60, 90), offset: fc.constantFrom(0, 0, 61, 720),
}).map(d => {
  const alerts = d.alerts.map((a, i) => toAlert(a, i, d.anchor));
  const tickets: TicketRow[] = [];
  d.tickets.forEach((t, i) => tickets.push(toTicket(t, i, d.anchor, alerts, tickets[i - 1], d.tickets.length)));
  const rules: RuleRow[] = [0, 1, 2, 3].map(r => ({
    id: rowId('siem', 'rule', `r${r}`), source: 'siem', nativeId: `r${r}`, url: null, changed: d.anchor, gone: null, rule: ruleId('test', `r${r}`), name: `Rule ${r}`, revision: '1',
    tier: 'high', sourceSeverity: 'high', attack: [], enabled: true, queryHash: null, predecessor: null, derived: false,
  }));
  const from = d.anchor + d.from * DAY + d.offset * MINUTE;
  return { settings: toSettings(d.settings), alerts, rules, tickets, now: d.anchor + d.now * MINUTE, range: { from, to: from + Math.max(d.days * DAY, HOUR) } };
});

/** How many worlds a property test runs, and from which seed; both are printed so that a failure can be run again. */
export const worldRuns = (): { numRuns: number; seed: number; endOnFailure: boolean } => {
  // Shrinking takes minutes where the oracle is slow: asked for with SOC_SHRINK=1.
  const runs = { numRuns: Number(process.env.SOC_WORLDS ?? 200), seed: Number(process.env.SOC_SEED ?? 20261124), endOnFailure: process.env.SOC_SHRINK !== '1' };
  console.log(`worlds: SOC_WORLDS=${runs.numRuns} SOC_SEED=${runs.seed}`);
  return runs;
};
