import type { World, WorldAlert, WorldAsset, WorldRule, WorldSeen, WorldTicket, TelemetryStream } from '../../../demo/world/types';

const MINUTE = 60_000, HOUR = 60 * MINUTE, DAY = 24 * HOUR;
/** 2026-03-02T00:00Z, a Monday. History: the 10 days before it, and the hours of the anchor day up to `NOW`. */
export const ANCHOR = Date.UTC(2026, 2, 2);
export const NOW = ANCHOR + 12 * HOUR;
export const HISTORY_DAYS = 10;

const SEVERITIES = ['low', 'medium', 'high', 'critical'] as const;
const pick = <T>(list: readonly T[], n: number): T => list[n % list.length] as T;

const clients = [
  { id: 'acme', name: 'Acme', zone: 'Europe/Berlin', tenantSlug: 'acme', jiraProject: 'ACM' },
  { id: 'globex', name: 'Globex', zone: 'America/New_York', tenantSlug: 'globex', jiraProject: 'GLX' },
];
const rules: WorldRule[] = [0, 1, 2].map(n => ({
  stableId: `rule-${n}`, uuid: `00000000-0000-4000-8000-00000000000${n}`, name: `Rule number ${n}`, severity: pick(SEVERITIES, n + 1), attack: ['T1110'], enabled: n !== 2,
  query: `event.code: ${n}`, revisions: [{ revision: 1, from: ANCHOR - 400 * DAY }, { revision: 2, from: ANCHOR - 2 * DAY }],
}));

/** Every third pair of alerts shares its instant, so that equal timestamps straddle pages. */
const alerts: WorldAlert[] = Array.from({ length: 60 }, (_, n) => {
  const detected = ANCHOR - 9 * DAY + Math.floor(n / 2) * 7 * HOUR + (n % 6 === 1 ? 0 : (n % 2) * MINUTE);
  return {
    id: `alert-${String(n).padStart(4, '0')}`, client: pick(clients, n).id, rule: pick(rules, n).stableId, host: n % 5 === 0 ? null : `host-${n % 7}`,
    event: detected - 3 * MINUTE, detected, readable: detected + 20_000, severity: pick(SEVERITIES, n), suppressed: n % 4 === 0 ? 2 : 0,
    workflow: n % 3 === 0 ? [
      { at: detected + 10 * MINUTE, status: 'acknowledged' as const, reason: null, actor: 'human' as const },
      { at: detected + 50 * MINUTE, status: 'closed' as const, reason: n % 2 ? 'false_positive' : 'true_positive', actor: 'human' as const },
    ] : [],
  };
}).sort((a, b) => a.readable - b.readable);

const tickets: WorldTicket[] = Array.from({ length: 25 }, (_, n) => {
  const alert = pick(alerts, n * 2);
  const created = alert.readable + 5 * MINUTE;
  const human = 'human' as const;
  return {
    id: 10_000 + n, key: `${alert.client === 'acme' ? 'ACM' : 'GLX'}-${n + 1}`, client: alert.client, title: `Investigate ${alert.rule}`, created, severity: n === 7 ? null : alert.severity,
    alertIds: n % 6 === 5 ? [] : [alert.id], quotedIn: n % 6 === 5 ? 'none' : pick(['field', 'label', 'text'] as const, n), origin: n % 6 === 5 ? 'user' : 'alert',
    changes: [
      { at: created + 4 * MINUTE, actor: human, field: 'status', from: 'New', to: 'Acknowledged' },
      { at: created + 9 * MINUTE, actor: human, field: 'severity', from: 'medium', to: 'high' },
      { at: created + 20 * MINUTE, actor: human, field: 'status', from: 'Acknowledged', to: 'Waiting for client' },
      { at: created + 60 * MINUTE, actor: human, field: 'status', from: 'Waiting for client', to: 'Resolved' },
      { at: created + 60 * MINUTE, actor: human, field: 'resolution', from: null, to: n % 2 ? 'False Positive' : 'True Positive' },
      { at: created + 61 * MINUTE, actor: 'automation', field: 'noise', from: null, to: 'build 7' },
    ],
    deletedAt: n === 24 ? NOW - HOUR : null,
  };
});

const assets: WorldAsset[] = Array.from({ length: 14 }, (_, n) => ({
  id: n + 1, registry: 'netbox' as const, type: n < 7 ? 'device' as const : n < 11 ? 'vm' as const : 'prefix' as const, client: pick(clients, n).id,
  name: `host-${n}`, fqdn: n % 2 ? `host-${n}.example.test` : null, role: n < 4 ? 'workstation' as const : n < 7 ? 'server' as const : n < 11 ? 'cloud' as const : null,
  agentId: `agent-${n}`, instanceId: n >= 7 && n < 11 ? `i-${n}` : null, serial: n < 7 ? `SER${n}` : null, mac: `00:16:3e:00:00:0${n.toString(16)}`, address: `10.0.0.${n + 1}`,
  prefix: n >= 11 ? `10.${n}.0.0/16` : null, container: n === 13, vrf: null, group: n >= 9 && n < 11 ? 'pool-a' : null, criticality: 'normal' as const,
  created: ANCHOR - 300 * DAY, updated: ANCHOR - 5 * DAY + n * HOUR, changes: n === 6 ? [{ at: ANCHOR - 3 * DAY, status: 'deleted' as const }] : [],
}));

const seen = (stream: TelemetryStream, day: number, now: number): readonly WorldSeen[] | null => {
  const start = day * DAY;
  if (start >= now) return [];
  if (stream === 'flow' && day === ANCHOR / DAY - 3) return null;
  return Array.from({ length: 7 }, (_, n) => ({
    host: `host-${n}`, fqdn: n % 2 ? `host-${n}.example.test` : null, agentId: `agent-${n}`, instanceId: null, address: `10.0.0.${n + 1}`, client: pick(clients, n).id,
    first: start + n * MINUTE, last: Math.min(start + 6 * HOUR + n * MINUTE, now - 1), count: 100 + n,
  })).filter(s => s.first < now);
};

/** A SOC small enough to count by hand: 2 clients, 3 rules, 60 alerts, 25 tickets, 14 assets, 7 hosts seen a day. */
export const smallWorld = (changes: Partial<World> = {}): World => ({
  seed: 1, anchor: ANCHOR, historyDays: HISTORY_DAYS, clients, rules,
  alerts: now => alerts.filter(a => a.readable < now), tickets: now => tickets.filter(t => t.created < now), assets: now => assets.filter(a => a.created < now), seen,
  ...changes,
});
/** The same SOC before anything happened. */
export const emptyWorld = (): World => smallWorld({ alerts: () => [], tickets: () => [], assets: () => [], rules: [], seen: () => [] });
