/** A SOC whose every text of a client carries that client's canary, read from real files by the real connector. */
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

export const NOW = Date.UTC(2026, 10, 24, 12);
const HOUR = 3_600_000;
const DAY = 24 * HOUR;

export interface CanaryClient {
  readonly id: string;
  readonly name: string;
  /** Lower-case letters, so that it can stand in ids; answers are searched without case. */
  readonly canary: string;
  readonly zone: string;
  readonly orgId: number;
  readonly uid: string;
}
export const CLIENTS: readonly CanaryClient[] = ['alpha', 'bravo', 'charlie'].map((word, i) => ({
  id: `cnr${word}xq`, name: `Client CNR${word.toUpperCase()}XQ`, canary: `cnr${word}xq`, zone: ['Europe/Berlin', 'America/New_York', 'Asia/Tokyo'][i]!, orgId: 11 + i, uid: `ds-${word}`,
}));
/** Rows that no mapping gives to a client: operators only. */
export const UNASSIGNED_CANARY = 'cnrnobodyxq';
/** Titles of tickets that hold alerts of several clients cross to nobody. */
export const SHARED_TITLE = 'cnrsharedtitlexq';

type Cells = Record<string, string | number | null | readonly string[]>;
const csv = (rows: readonly Cells[]): string => {
  const names = [...new Set(rows.flatMap(r => Object.keys(r)))];
  const cell = (v: Cells[string] | undefined): string => { const text = v == null ? '' : Array.isArray(v) ? v.join(';') : String(v); return `"${text.replace(/"/g, '""')}"`; };
  return [names.join(','), ...rows.map(r => names.map(n => cell(r[n])).join(','))].join('\n');
};
const iso = (at: number): string => new Date(at).toISOString();
const same = (...names: string[]): Record<string, string> => Object.fromEntries(names.map(n => [n, n]));

const TIERS = ['critical', 'high', 'medium', 'low'];
const VERDICTS = ['true_positive', 'benign_positive', 'false_positive'];

/** Text that a client's rows carry beside its canary; a test of hostile names gives its own. */
export type Decorate = (canary: string, what: string) => string;
const plainText: Decorate = (canary, what) => `${what} ${canary}`;

interface Rows { readonly alerts: Cells[]; readonly tickets: Cells[]; readonly assets: Cells[]; readonly observations: Cells[]; readonly rules: Cells[] }

function rowsOf(client: string | null, canary: string, text: Decorate, days: number, foreign: string | null, now: number): Rows {
  const alerts: Cells[] = [], tickets: Cells[] = [];
  for (let i = 0; i < days * 3; i++) {
    const at = now - (i % days) * DAY - 2 * HOUR - i * 60_000;
    const own = i % 2 === 0;
    alerts.push({
      id: `${canary}-alert-${i}`, rule: own ? `${canary}-rule` : 'shared-rule', ruleName: own ? text(canary, 'Rule') : 'Shared rule', ruleRevision: `${canary}-r1`, event: iso(at - 60_000), detected: iso(at), readable: iso(at + 30_000),
      severity: TIERS[i % 4]!, client, status: `${canary}-open`, disposition: i % 5 === 4 ? VERDICTS[i % 3]! : null, dispositionAt: i % 5 === 4 ? iso(at + HOUR) : null, dispositionBy: 'human', url: `https://siem.example/${canary}/${i}`,
    });
    if (i % 5 !== 4 && i % 7 !== 6) {
      tickets.push({
        id: `${canary}-ticket-${i}`, key: `${canary.toUpperCase()}-${i}`, title: foreign !== null && i < 6 ? `${SHARED_TITLE} ${canary}` : text(canary, 'Ticket'), created: iso(at + 5 * 60_000), severity: TIERS[i % 4]!, client, status: `${canary}-state`, done: i % 3 === 0 ? 'true' : 'false',
        // The first tickets also hold alerts of another client: the cross-client case.
        alerts: foreign !== null && i < 6 ? [`${canary}-alert-${i}`, `${foreign}-alert-${i + 1}`, `${foreign}-gone-${i}`] : [`${canary}-alert-${i}`],
        acknowledgedAt: iso(at + 10 * 60_000), disposition: i % 3 === 0 ? VERDICTS[i % 2]! : null, dispositionAt: i % 3 === 0 ? iso(at + (i % 4) * HOUR + HOUR) : null, notifiedAt: i % 3 === 0 ? iso(at + 2 * HOUR) : null,
        resolvedAt: i % 3 === 0 ? iso(at + 5 * HOUR) : null, closedAt: i % 3 === 0 ? iso(at + 6 * HOUR) : null, actor: 'human', url: `https://desk.example/${canary}/${i}`,
      });
    }
  }
  const assets = Array.from({ length: 8 }, (_, i): Cells => ({
    id: `${canary}-asset-${i}`, kind: i < 5 ? 'endpoint' : i < 7 ? 'cloud_workload' : 'network_segment', role: i < 5 ? 'server' : null, name: text(canary, `Asset${i}`), hostname: `${canary}-h${i}`, fqdn: `${canary}-h${i}.example`, prefix: i === 7 ? '10.1.0.0/16' : null,
    client, criticality: `${canary}-crown`, group: i === 6 ? `${canary}-pool` : null, status: `${canary}-active`, registeredAt: iso(now - 200 * DAY), exclusionReason: i === 4 ? text(canary, 'Excluded') : null, exclusionAgreedBy: i === 4 ? 'client' : null,
    exclusionFrom: i === 4 ? iso(now - 10 * DAY) : null, exclusionTo: i === 4 ? iso(now + 20 * DAY) : null, url: `https://cmdb.example/${canary}/${i}`,
  }));
  const observations = Array.from({ length: days }, (_, d) => Array.from({ length: 4 }, (_, i): Cells => ({
    evidence: 'agent_events', last: iso(now - d * DAY - HOUR), count: 10, client, hostname: i === 3 ? `${canary}-unregistered` : `${canary}-h${i}`, fqdn: i === 3 ? null : `${canary}-h${i}.example`,
  }))).flat();
  return { alerts, tickets, assets, observations, rules: [{ id: `${canary}-rule`, name: text(canary, 'Rule'), severity: 'high', enabled: 'true', url: `https://siem.example/rules/${canary}` }, { id: 'shared-rule', name: 'Shared rule', severity: 'medium', enabled: 'true', url: '' }] };
}

const stream = (kind: keyof Rows, name: string, path: string, columns: Record<string, string>) => ({ name, kind: kind.slice(0, -1), path, format: 'csv', columns, listSeparator: ';' });

export interface CanarySoc { readonly settings: Record<string, unknown>; readonly files: string }

/** Writes the files below `folder` and gives the settings of the workspace that reads them: one source for each client, and one for rows of nobody; `apart`: telemetry is a source of its own, so that it is evidence. */
export function canarySoc(folder: string, { days = 20, text = plainText, clients = CLIENTS, now = NOW, apart = false }: { days?: number; text?: Decorate; clients?: readonly CanaryClient[]; now?: number; apart?: boolean } = {}): CanarySoc {
  const files = join(folder, 'files');
  mkdirSync(files, { recursive: true });
  const owners = [...clients.map((c, i) => ({ id: c.id as string | null, canary: c.canary, foreign: clients.length > 1 ? clients[(i + 1) % clients.length]!.canary : null })), { id: null, canary: UNASSIGNED_CANARY, foreign: null }];
  const sources = owners.flatMap(({ id, canary, foreign }) => {
    const rows = rowsOf(id, canary, text, days, foreign, now);
    const columns = (kind: keyof Rows): Record<string, string> => same(...new Set(rows[kind].flatMap(r => Object.keys(r))));
    for (const kind of Object.keys(rows) as (keyof Rows)[]) writeFileSync(join(files, `${canary}-${kind}.csv`), csv(rows[kind]));
    const kinds = Object.keys(rows) as (keyof Rows)[];
    const source = (name: string, which: readonly (keyof Rows)[]) => ({
      id: `${name}-${canary}`, system: 'files', intervalSeconds: 3_600, historyDays: days + 5, streams: which.map(kind => stream(kind, `${canary}_${kind}`, join(files, `${canary}-${kind}.csv`), columns(kind))),
    });
    return apart ? [source('src', kinds.filter(k => k !== 'observations')), source('seen', ['observations'])] : [source('src', kinds)];
  });
  const target = (client: string, canary: string) => ({ client, calendar: `cal-${canary}`, hours: { critical: { decide: 1, notify: 2 }, high: { decide: 2 }, medium: { decide: 4 }, low: { decide: 8 } } });
  return {
    files,
    settings: {
      workspace: 'main', zone: 'Europe/Berlin', clients: clients.map(({ id, name, zone }) => ({ id, name, zone })), sources,
      policy: {
        sla: {
          targets: clients.map(c => target(c.id, c.canary)),
          calendars: Object.fromEntries(clients.map(c => [`cal-${c.canary}`, { zone: c.zone, hours: Object.fromEntries(['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun'].map(d => [d, [{ from: '00:00', to: '24:00' }]])) }])),
        },
        coverage: { requirements: clients.map(c => ({ name: `req-${c.canary}`, kind: 'endpoint', client: c.id, groups: [['agent_events']] })) },
      },
    },
  };
}
