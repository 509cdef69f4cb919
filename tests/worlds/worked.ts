import { DAY, dayNumber, HOUR, MINUTE, rowId, ruleId, type AlertRow, type Disposition, type RuleRow, type SeverityTier, type TicketEvent, type TicketRow } from '../../src/model';
import { workspaceSchema } from '../../src/settings/schema';
import { asset, seen } from './coverage';

/**
 * The week of the worked examples (docs/metrics/): small enough to count on one's fingers. Exports: CASES, ESTATE, RANGE; of longer examples JUNE, CLOSING,
 * ASKED, EDITED, JUNE_DAYS, LATE_DAYS, TUNED, SHIFTS, MANAGED. Told in words in
 * tools/metric-pages/worked-notes.ts; whoever changes a row here changes the story there.
 */
export const MONDAY = Date.UTC(2026, 5, 8);
export const RANGE = { from: MONDAY, to: MONDAY + 7 * DAY };
const at = (day: number, hour: number, minute = 0): number => MONDAY + (day - 8) * DAY + hour * HOUR + minute * MINUTE;
const clients = [{ id: 'acme', name: 'Acme', zone: 'UTC' }];
const targets = [{ hours: { critical: { decide: 1, acknowledge: 0.25, resolve: 24 }, high: { decide: 4, acknowledge: 1, resolve: 72 } } }];

const alert = (nativeId: string, rule: string, tier: SeverityTier, detected: number, verdict: Disposition | null = null): AlertRow => ({
  id: rowId('siem', 'alert', nativeId), source: 'siem', nativeId, url: null, changed: detected, gone: null, joinId: nativeId, rule: ruleId('siem', rule), ruleName: rule, ruleRevision: null, event: detected - 5 * MINUTE, detected, readable: detected + MINUTE,
  sourceSeverity: tier, tier, sourceClient: 'acme', client: 'acme', sourceStatus: null, acknowledgedAt: null, acknowledgedBy: null, sourceDisposition: verdict, disposition: verdict,
  dispositionAt: verdict === null ? null : detected + 30 * MINUTE, dispositionBy: verdict === null ? null : 'human', suppressed: 0,
});
const ticket = (key: string, tier: SeverityTier, created: number, quotes: readonly string[], verdict: Disposition | null, events: readonly TicketEvent[]): TicketRow => ({
  id: rowId('desk', 'ticket', key), source: 'desk', nativeId: key, url: null, changed: created, gone: null, key, title: null, created, sourceSeverity: tier, tier, sourceClient: 'acme', client: 'acme', sourceStatus: null, done: verdict !== null,
  sourceDisposition: verdict, disposition: verdict, dispositionAt: events.find(e => e.type === 'disposition_set')?.at ?? null, dispositionBy: verdict === null ? null : 'human', origin: 'alert',
  quotes: quotes.map(q => ({ alert: q, found: 'field' as const, linkedAt: created })), timeline: [{ at: created, type: 'created', from: null, to: null, actor: 'automation' }, ...events], mergedInto: null,
});
const decided = (when: number, to: Disposition): TicketEvent[] => [{ at: when, type: 'disposition_set', from: null, to, actor: 'human' }, { at: when, type: 'closed', from: null, to: null, actor: 'human' }];
const rule = (name: string, tier: SeverityTier): RuleRow => ({
  id: rowId('siem', 'rule', name), source: 'siem', nativeId: name, url: null, changed: MONDAY - 90 * DAY, gone: null, rule: ruleId('siem', name), name, revision: null, tier, sourceSeverity: tier, attack: [], enabled: true, queryHash: null, predecessor: null, derived: false,
});
export const CASES = {
  settings: workspaceSchema.parse({ zone: 'UTC', clients, policy: { sla: { targets, allowedPauses: ['waiting for client'] }, tuning: { minDecisions: 10, upperBound: 0.6, minAlerts: 2 } } }),
  rules: [rule('Password spray', 'high'), rule('Odd login', 'high'), rule('New admin', 'critical'), rule('Golden ticket', 'high'), rule('Old beacon', 'high')],
  alerts: [
    ...Array.from({ length: 12 }, (_, i) => alert(`P${i + 1}`, 'Password spray', 'high', at(8, 8 + i), i < 3 ? 'true_positive' : 'false_positive')),
    alert('O1', 'Odd login', 'high', at(9, 8, 50)), alert('O2', 'Odd login', 'high', at(10, 9)), alert('O3', 'Odd login', 'high', at(12, 9)), alert('O4', 'Odd login', 'high', at(14, 22)),
    alert('N1', 'New admin', 'critical', at(11, 9)), alert('N2', 'New admin', 'critical', at(13, 10)),
    alert('G1', 'Golden ticket', 'high', at(10, 8), 'true_positive'), alert('G2', 'Golden ticket', 'high', at(10, 12), 'true_positive'), alert('G3', 'Golden ticket', 'high', at(10, 16), 'true_positive'),
    alert('B1', 'Old beacon', 'high', at(3, 12), 'true_positive'),
  ],
  tickets: [
    ticket('T-1', 'high', at(9, 9), ['O1'], 'true_positive', decided(at(9, 10), 'true_positive')),
    ticket('T-2', 'high', at(10, 9, 5), ['O2'], 'false_positive', decided(at(10, 15), 'false_positive')),
    ticket('T-3', 'critical', at(11, 9, 2), ['N1'], null, []),
    ticket('T-4', 'high', at(12, 9, 10), ['O3'], 'benign_positive', [
      { at: at(12, 10), type: 'paused', from: null, to: null, actor: 'human', reason: 'waiting for client' }, { at: at(12, 12), type: 'resumed', from: null, to: null, actor: 'human' }, ...decided(at(12, 14, 30), 'benign_positive'),
    ]),
    ticket('T-5', 'high', at(14, 22, 5), ['O4'], null, []),
    { ...ticket('T-6', 'high', at(11, 12), [], 'true_positive', decided(at(11, 13), 'true_positive')), origin: 'client' as const },
  ],
};

const files = (id: string, kind: string, columns: Record<string, string>) => ({ id, system: 'files', streams: [{ name: 'all', kind, path: `${id}.csv`, format: 'csv', columns }] });
const FIRST = dayNumber('2026-06-08');
/** Of five servers two send events every day, one until the 11th, one never; one is a lab, excluded. A stranger sends events too. */
export const ESTATE = {
  settings: workspaceSchema.parse({ zone: 'UTC', clients, sources: [files('cmdb', 'asset', {}), files('edr', 'observation', { evidence: '=agent_events' })] }),
  now: RANGE.to,
  assets: ['web-1', 'web-2', 'mail', 'old', 'lab'].map(name => asset('cmdb', name, { client: 'acme', hostname: name, exclusion: name === 'lab' ? { reason: 'lab', agreedBy: 'client', from: at(1, 0), to: at(30, 0) } : null })),
  days: Array.from({ length: 21 }, (_, i) => FIRST - 14 + i).map(day => ({
    source: 'edr', stream: 'all', day, rows: ['web-1', 'web-2', ...(day <= FIRST + 3 ? ['mail'] : []), 'stranger'].map(hostname => seen('edr', 'agent_events', day, day * DAY + HOUR, day * DAY + 23 * HOUR, { client: 'acme', hostname })),
  })),
};

/** June as it was when it closed on 5 July, and as it is on the 6th: T-2 was edited and mail's events of the 12th to 14th came late. */
export const JUNE = { from: at(1, 0), to: at(31, 0) };
export const CLOSING = at(35, 0);
export const ASKED = at(36, 0);
export const EDITED = { ...CASES, tickets: CASES.tickets.map(t => (t.key !== 'T-2' ? t : { ...ticket('T-2', 'high', at(10, 9, 5), ['O2'], 'true_positive', decided(at(10, 12, 30), 'true_positive')), changed: at(35, 12) })) };
const juneDay = (day: number, mail: boolean) => ({
  source: 'edr', stream: 'all', day, rows: ['web-1', 'web-2', ...(mail ? ['mail'] : []), 'stranger'].map(hostname => seen('edr', 'agent_events', day, day * DAY + HOUR, day * DAY + 23 * HOUR, { client: 'acme', hostname })),
});
export const JUNE_DAYS = Array.from({ length: 41 }, (_, i) => FIRST - 14 + i).map(day => juneDay(day, day <= FIRST + 3));
export const LATE_DAYS = [4, 5, 6].map(i => juneDay(FIRST + i, true));

/** A rule 28 days before and after its second revision, with the week between. */
const judgedAlert = (i: number, when: number, revision: string, to: Disposition): AlertRow => ({ ...alert(`M${i}`, 'Mail forwarding', 'high', when, to), ruleRevision: revision });
export const TUNED = {
  range: { from: at(1, 0), to: at(42, 0) }, settings: CASES.settings, rules: [rule('Mail forwarding', 'high')], tickets: [],
  alerts: [
    ...Array.from({ length: 40 }, (_, i) => judgedAlert(i, at(-24, 12) + i * 16 * HOUR, '1', i < 4 ? 'true_positive' : 'false_positive')),
    judgedAlert(40, at(10, 9), '2', 'false_positive'),
    ...Array.from({ length: 30 }, (_, i) => judgedAlert(41 + i, at(11, 12) + i * 20 * HOUR, '2', i < 15 ? 'true_positive' : 'false_positive')),
  ],
};
/** Two clients, a case of each at two and at ten o'clock on thirty days. */
const CELLS = [['acme', 2, 15], ['acme', 10, 1], ['bravo', 2, 2], ['bravo', 10, 2]] as const;
export const SHIFTS = {
  range: { from: at(1, 0), to: at(32, 0) }, rules: [], alerts: [],
  settings: workspaceSchema.parse({ zone: 'UTC', clients: [...clients, { id: 'bravo', name: 'Bravo', zone: 'UTC' }], policy: { sla: { targets } } }),
  tickets: CELLS.flatMap(([client, hour, misses]) => Array.from({ length: 30 }, (_, i) => {
    const created = at(1 + i, hour);
    return { ...ticket(`${client}-${hour}-${i}`, 'high', created, [], 'false_positive', decided(created + (i < misses ? 5 * HOUR : HOUR / 2), 'false_positive')), client, sourceClient: client, origin: 'user' as const };
  })),
};
/** A SOC with two client organisations, as seen at noon of the 15th: grants, requests, and how far its three sources were read. */
export const MANAGED = {
  range: { from: at(8, 0), to: at(15, 12) }, rules: [], alerts: [], tickets: [],
  settings: workspaceSchema.parse({ zone: 'UTC', clients: [...clients, { id: 'bravo', name: 'Bravo', zone: 'UTC' }, { id: 'coast', name: 'Coast', zone: 'UTC' }] }),
  streams: [
    { source: 'siem', stream: 'alerts', watermark: at(15, 11, 55), last_success: at(15, 11, 56), progress: 1, current: true, rows: 21, rejected: 2 },
    { source: 'edr', stream: 'hosts', watermark: at(15, 10), last_success: at(15, 11, 50), progress: 1, current: true, rows: 5, rejected: 0 },
    { source: 'desk', stream: 'tickets', watermark: at(14, 12), last_success: at(14, 12, 1), progress: 1, current: true, rows: 6, rejected: 0, error: 'desk answered 401: the key was refused.', remedy: 'Renew the key and save the settings.' },
  ],
  grants: [
    { grant_id: 'g1', org_id: 2, uid: 'acme-outcomes', clients: '["acme"]', not_before: at(1, 0), minted: at(1, 0), expires: at(30, 12), last_used: at(15, 11), key_id: 'k1' },
    { grant_id: 'g2', org_id: 3, uid: 'bravo-outcomes', clients: '["bravo"]', not_before: at(1, 0), minted: at(1, 0), expires: at(10, 0), last_used: at(9, 23), key_id: 'k1' },
  ],
  requests: [
    { day: FIRST + 2, org_id: 3, role: 'Viewer', result: 'expired', count: 4, first: at(10, 8), last: at(10, 9) },
    { day: FIRST + 3, org_id: 2, role: 'Admin', result: 'view_as', count: 1, first: at(11, 14), last: at(11, 14) },
    { day: FIRST + 7, org_id: 2, role: 'Viewer', result: 'allowed', count: 60, first: at(15, 8), last: at(15, 11) },
  ],
};
