import { DAY } from '../../src/model/time';
import { dayNumber, localDay } from '../../src/model/zoned';
import { draftHosts, type Known } from './asset-draft';
import { CLIENTS } from './clients';
import { draftCmdb } from './cmdb';
import { HISTORY_DAYS, type Context } from './context';
import { nodesOf, type Node } from './nodes';
import { draftPrefixes, type Segment } from './prefixes';
import { Reveal } from './reveal';
import { makeRules } from './rules';
import { seenOn } from './seen';
import { makeClientDay } from './ticket-day';
import type { World, WorldAlert, WorldAsset, WorldTicket } from './types';

export { cmdbCsv } from './cmdb';
export * from './stories';
export type * from './types';

export interface WorldOptions {
  /** ISO date of the last day of history, default today (UTC). */
  readonly anchor?: string;
  readonly seed?: number;
  /** 1 = full size (more than 200,000 alerts); stories keep a floor, so that they stay recognisable at 0.02. */
  readonly scale?: number;
}

/** The demo's managed SOC. The same options give the same world; every list is made when it is first asked for. */
export function createWorld({ anchor, seed = 7, scale = 1 }: WorldOptions = {}): World {
  const anchorDay = anchor ? dayNumber(anchor) : Math.floor(Date.now() / DAY);
  const anchorMs = anchorDay * DAY;
  const ruleSet = makeRules(seed, anchorMs, scale);
  const hosts: Known[] = [];
  const segments: Segment[] = [];
  const fixedAssets: WorldAsset[] = [];
  const estate: WorldAsset[][] = [];
  CLIENTS.forEach((_, index) => {
    const own = draftHosts(seed, anchorMs, scale, index);
    const prefixes = draftPrefixes(seed, anchorMs, scale, index);
    const cmdb = draftCmdb(seed, anchorMs, own, index);
    for (const known of [...own, ...cmdb.only]) hosts.push(known);
    for (const segment of prefixes.segments) segments.push(segment);
    for (const asset of [...own.map(known => known.asset), ...prefixes.containers, ...prefixes.segments.map(s => s.asset), ...cmdb.records]) fixedAssets.push(asset);
    estate.push(own.filter(known => known.asset.role !== 'network').map(known => known.asset));
  });
  const context: Context = { seed, anchor: anchorMs, anchorDay, scale, historyDays: HISTORY_DAYS, ruleSet, estate };

  const alerts = new Reveal<WorldAlert>(a => a.readable, a => a.id, cutAlert);
  const tickets = new Reveal<WorldTicket>(t => t.created, t => t.id, cutTicket);
  const assets = new Reveal<WorldAsset>(a => a.created, a => a.id, cutAsset);
  assets.add(fixedAssets);
  const nextDay = CLIENTS.map(() => anchorDay - HISTORY_DAYS);
  const advance = (now: number) => {
    const newAlerts: WorldAlert[] = [];
    const newTickets: WorldTicket[] = [];
    CLIENTS.forEach((client, index) => {
      for (const last = localDay(now, client.zone); nextDay[index]! <= last; nextDay[index]!++) {
        const day = makeClientDay(context, index, nextDay[index]!);
        for (const alert of day.alerts) newAlerts.push(alert);
        for (const ticket of day.tickets) newTickets.push(ticket);
      }
    });
    alerts.add(newAlerts);
    tickets.add(newTickets);
  };
  const nodeCache = new Map<number, Node[]>();
  const nodes = (day: number): Node[] => {
    let made = nodeCache.get(day);
    if (!made) nodeCache.set(day, (made = nodesOf(seed, anchorMs, scale, day)));
    return made;
  };
  let nextNodeDay = anchorDay - 60;

  return {
    seed, anchor: anchorMs, historyDays: HISTORY_DAYS, rules: ruleSet.rules,
    clients: CLIENTS.map(({ id, name, zone, tenantSlug, jiraProject }) => ({ id, name, zone, tenantSlug, jiraProject })),
    alerts(now) { advance(now); return alerts.at(now); },
    tickets(now) { advance(now); return tickets.at(now); },
    assets(now) {
      for (; nextNodeDay * DAY < now; nextNodeDay++) assets.add(nodes(nextNodeDay).map(node => node.asset));
      return assets.at(now);
    },
    seen: (stream, day, now) => seenOn({ hosts, segments, nodes, anchor: anchorMs }, stream, day, now),
  };
}

/** How many of a history's entries lie before now. */
function before(history: readonly { readonly at: number }[], now: number): number {
  let n = history.length;
  while (n > 0 && history[n - 1]!.at >= now) n--;
  return n;
}
function cutAlert(alert: WorldAlert, now: number): WorldAlert {
  const n = before(alert.workflow, now);
  return n === alert.workflow.length ? alert : { ...alert, workflow: alert.workflow.slice(0, n) };
}
function cutTicket(ticket: WorldTicket, now: number): WorldTicket {
  const n = before(ticket.changes, now);
  const gone = ticket.deletedAt !== null && ticket.deletedAt < now;
  if (n === ticket.changes.length && (gone || ticket.deletedAt === null)) return ticket;
  return { ...ticket, changes: ticket.changes.slice(0, n), deletedAt: gone ? ticket.deletedAt : null };
}
function cutAsset(asset: WorldAsset, now: number): WorldAsset {
  const n = before(asset.changes, now);
  return n === asset.changes.length ? asset : { ...asset, changes: asset.changes.slice(0, n), updated: n ? asset.changes[n - 1]!.at : asset.created };
}
