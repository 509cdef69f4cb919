/** Exports and logs as people keep them: every row names an assignee, a reporter or a closer somewhere, in columns, objects and broken rows. */
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { login, person } from '../../../demo/upstreams/people';

const HOUR = 3_600_000;
const iso = (ms: number): string => new Date(ms).toISOString();
const csv = (head: string, rows: readonly string[]): string => `${head}\n${rows.join('\n')}\n`;

/**
 * Writes the files and gives a source that maps what a careless operator maps: names where only the kind of actor is wanted, an object
 * (a person's card) where a word is expected. Rows that cannot be read are among them.
 */
export function peopleFiles(folder: string, now: number): Record<string, unknown> {
  mkdirSync(folder, { recursive: true });
  // Every second row a month ago, in the month that has closed since.
  const at = (i: number): number => now - (i + 2) * HOUR - (i % 2) * 30 * 24 * HOUR;
  const write = (name: string, text: string): string => { const path = join(folder, name); writeFileSync(path, text); return path; };
  const ids = Array.from({ length: 12 }, (_, i) => i);
  const alerts = write('alerts.csv', csv('id,rule,detected,severity,verdict,verdict_at,closed_by,assigned_to,watchers', [
    ...ids.map(i => `P-${i},rule-1,${iso(at(i))},high,true_positive,${iso(at(i) + HOUR)},${person(i)},${login(i)},"${person(i)}; ${person(i + 1)}"`),
    `P-broken,rule-1,yesterday,high,,,${person(1)},${login(1)},${person(2)}`,
    `P-short,rule-1,${person(3)}`,
  ]));
  const tickets = write('tickets.jsonl', ids.map(i => JSON.stringify({
    id: `T-${i}`, created: iso(at(i) + 60_000), alerts: [`P-${i}`], severity: 'high', resolution: i === 3 ? { by: person(3), login: login(3) } : 'true_positive', resolvedAt: iso(at(i) + HOUR),
    assignee: { displayName: person(i), emailAddress: `${login(i)}@soc.example` }, reporter: person(i + 1), resolvedBy: { displayName: person(i + 2) }, comments: [{ author: { displayName: person(i) } }],
  })).concat(`{"id":"T-cut","assignee":"${person(2)}`).join('\n'));
  const audit = write('audit.csv', csv('number,incident_state,sys_updated_at,sys_updated_by,opened_by,assigned_to,caller_id,priority', ids.flatMap(i => ['New', 'Active', 'Resolved'].map((state, n) =>
    `INC-${i},${state},${iso(at(i) + n * 600_000)},${login(i + n)},${person(i)},${person(i + 1)},${person(i + 2)},2 - High`))));
  const assets = write('assets.csv', csv('id,kind,name,owner,registered', ids.map(i => `A-${i},endpoint,host-${i},${person(i)},${iso(now - 100 * 24 * HOUR)}`)));
  return {
    id: 'people', system: 'files', intervalSeconds: 3_600, historyDays: 60,
    streams: [
      { name: 'alerts', kind: 'alert', path: alerts, format: 'csv', columns: { id: 'id', rule: 'rule', detected: 'detected', severity: 'severity', disposition: 'verdict', dispositionAt: 'verdict_at', dispositionBy: 'closed_by' } },
      { name: 'tickets', kind: 'ticket', path: tickets, format: 'jsonl', columns: { id: 'id', created: 'created', alerts: 'alerts', severity: 'severity', disposition: 'resolution', dispositionAt: 'resolvedAt', actor: 'reporter' } },
      { name: 'cards', kind: 'ticket', path: tickets, format: 'jsonl', columns: { id: 'id', created: 'created', status: 'assignee' } },
      { name: 'audit', kind: 'ticket_audit', path: audit, format: 'csv', columns: { id: 'number', at: 'sys_updated_at', state: 'incident_state', severity: 'priority', actor: 'sys_updated_by' }, states: { New: 'created', Active: 'acknowledged', Resolved: 'resolved' } },
      { name: 'assets', kind: 'asset', path: assets, format: 'csv', columns: { id: 'id', kind: 'kind', name: 'name', registeredAt: 'registered' } },
    ],
  };
}
