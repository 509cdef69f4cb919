import { DAY, HOUR } from '../../src/model/time';
import { dayStart } from '../../src/model/zoned';
import { DECIDE_TARGET } from './decide';
import type { Severity } from './rules';
import type { World, WorldAlert, WorldTicket } from './types';

/**
 * Slow and obvious figures of the world, for the summary and the world's own tests. They say whether a story is in the data,
 * not what the product must print: the product's definitions (metrics.md) are richer.
 */
const DECIDING = new Set(['Escalated', 'Contained', 'Resolved', 'Closed']);
export interface Outcome { readonly tier: Severity; readonly start: number; readonly due: number; readonly stop: number | null; readonly met: boolean }

/** Decide clock of a ticket, net of "Waiting for client"; null for merged tickets and such without severity. */
export function decideOutcome(ticket: WorldTicket, alerts: ReadonlyMap<string, WorldAlert>): Outcome | null {
  if (ticket.severity === null || ticket.changes.some(c => c.field === 'merged_into')) return null;
  const stop = ticket.changes.find(c => c.actor === 'human' && ((c.field === 'resolution' && c.to !== null) || (c.field === 'status' && DECIDING.has(c.to ?? ''))))?.at ?? null;
  const start = Math.min(ticket.created, ...ticket.alertIds.map(id => alerts.get(id)?.detected ?? Infinity));
  let tier = ticket.severity;
  let due = start + DECIDE_TARGET[tier];
  let pausedAt: number | null = null;
  let paused = 0;
  for (const change of ticket.changes) {
    if (stop !== null && change.at >= stop) break;
    if (change.field === 'severity') {
      const to = change.to as Severity;
      due = Math.min(due, change.at + DECIDE_TARGET[to]);
      if (DECIDE_TARGET[to] < DECIDE_TARGET[tier]) tier = to;
    }
    if (change.field !== 'status') continue;
    if (change.to === 'Waiting for client') pausedAt = change.at;
    else if (pausedAt !== null) { paused += change.at - pausedAt; pausedAt = null; }
  }
  due += paused;
  return { tier, start, due, stop, met: stop !== null && stop <= due };
}

/** Share met per tier among tickets whose due instant lies in [from, to). */
export function adherence(outcomes: readonly (Outcome | null)[], from: number, to: number): Record<string, { met: number; n: number }> {
  const result: Record<string, { met: number; n: number }> = {};
  for (const outcome of outcomes) {
    if (!outcome || outcome.due < from || outcome.due >= to) continue;
    const cell = (result[outcome.tier] ??= { met: 0, n: 0 });
    cell.n++;
    if (outcome.met) cell.met++;
  }
  return result;
}

/** Quoted alert ids of a ticket, those linked later included. */
export const quotedIds = (ticket: WorldTicket): string[] => {
  const ids = new Set(ticket.alertIds);
  for (const change of ticket.changes) if (change.field === 'alert_ids') for (const id of (change.to ?? '').split(';')) if (id) ids.add(id);
  return [...ids];
};

/** The last resolution of each alert's tickets, or its own reason; undefined: nobody said. */
export function verdicts(alerts: readonly WorldAlert[], tickets: readonly WorldTicket[]): Map<string, string> {
  const result = new Map<string, string>();
  for (const alert of alerts) {
    const own = alert.workflow.find(step => step.status === 'closed' && step.actor === 'human' && step.reason);
    if (own) result.set(alert.id, own.reason!);
  }
  for (const ticket of tickets) {
    const last = ticket.changes.filter(c => c.field === 'resolution').at(-1)?.to;
    if (last && last !== 'Duplicate') for (const id of quotedIds(ticket)) result.set(id, last.toLowerCase().replace(' ', '_'));
  }
  return result;
}

/** Covered and all registered endpoints of one client at the end of its local day (or at now); null: a source was not read. */
export function endpointCoverage(world: World, client: string, day: number, now: number): { covered: number; n: number } | null {
  const zone = world.clients.find(c => c.id === client)!.zone;
  const at = Math.min(dayStart(day + 1, zone), now);
  const last = new Map<string, number>();
  for (let utc = Math.floor(at / DAY) - 8; utc <= Math.floor((at - 1) / DAY); utc++) {
    for (const stream of ['agent_events', 'host_logs'] as const) {
      // As the product would have seen it then: nothing after the instant.
      const rows = world.seen(stream, utc, at);
      if (rows === null && utc >= Math.floor(at / DAY) - 1) return null;
      for (const row of rows ?? []) if (row.client === client) last.set(row.host.toLowerCase(), row.last);
    }
  }
  let covered = 0;
  let n = 0;
  for (const asset of world.assets(at)) {
    if (asset.client !== client || asset.registry !== 'netbox' || (asset.role !== 'workstation' && asset.role !== 'server')) continue;
    if (asset.changes.length && asset.changes.at(-1)!.status !== 'active') continue;
    n++;
    if ((last.get(asset.name) ?? 0) > at - (asset.role === 'workstation' ? 7 * DAY : 24 * HOUR)) covered++;
  }
  return { covered, n };
}

/** Most human closes of one client within any ten minutes that begin in [from, to). */
export function largestBurst(tickets: readonly WorldTicket[], client: string, from: number, to: number): number {
  const closes = tickets.filter(t => t.client === client)
    .flatMap(t => t.changes.filter(c => c.actor === 'human' && c.field === 'status' && c.to === 'Closed').map(c => c.at))
    .filter(at => at >= from && at < to).sort((a, b) => a - b);
  let most = 0;
  for (let first = 0, last = 0; last < closes.length; last++) {
    while (closes[last]! - closes[first]! > 600_000) first++;
    most = Math.max(most, last - first + 1);
  }
  return most;
}
