import type { AlertRow, TicketEvent, TicketRow } from '../../../src/model';
import type { WorkspaceSettings } from '../../../src/settings/schema';
import { midnight, MIN, nextMidnight, opener } from './naive-time';
import { human, inOrder, placeOf, replay, TIERS, versionFor, type Life } from './replay';

/**
 * SLA as metrics.md §3 words it, in plain loops over canonical rows. Shares no helper with facts or metrics; times are whole minutes.
 */
export interface Rows { settings: WorkspaceSettings; alerts: readonly AlertRow[]; tickets: readonly TicketRow[] }
export interface OracleItem {
  client: string; source: string; ticket: TicketRow | null; alert: AlertRow | null; clock: string; tier: string; start: number; fromCreation: boolean; alerts: number; episode: number;
  target: number | null; due: number | null; grossDue: number | null; stop: number | null; firstStop: number | null; unknownStop: boolean;
  pausedSince: number | null; left: number | null; reopened: number; downgraded: boolean; gone: boolean; /** When the last alert of a decision in the SIEM vanished, if all did. */ goneAt?: number | null; halfDue: number | null; untouched: boolean | null; shift: string | null; day: 'weekday' | 'weekend' | 'holiday';
}


const older = (a: TicketRow, b: TicketRow) => a.created < b.created || (a.created === b.created && a.id < b.id);


interface Known { readonly alerts: unknown; readonly targets: unknown; readonly clients: unknown; readonly zone: string; readonly items: OracleItem[] }
const remembered = new WeakMap<object, Known[]>();
/** All items of a world; worked out once per set of rows and what of the settings they depend on, for it is slow. */
export function oracleItems(rows: Rows): OracleItem[] {
  const { settings } = rows;
  const key = { alerts: rows.alerts, targets: settings.policy.sla.targets, clients: settings.clients, zone: settings.zone };
  const known = remembered.get(rows.tickets) ?? [];
  remembered.set(rows.tickets, known);
  const same = known.find(k => k.alerts === key.alerts && k.targets === key.targets && k.clients === key.clients && k.zone === key.zone);
  if (same) return same.items;
  const items = workOut(rows);
  known.push({ ...key, items });
  return items;
}
function workOut({ settings: s, alerts, tickets }: Rows): OracleItem[] {
  const out: OracleItem[] = [];
  const quoting = (a: AlertRow) => tickets.filter(t => t.quotes.some(q => q.alert === a.joinId)).sort((x, y) => (older(x, y) ? -1 : 1));
  const firstAct = (t: TicketRow) => inOrder(t.timeline).find(e => human(e) && e.type !== 'created')?.at ?? Infinity;
  const tierAtOpening = (t: TicketRow): string => {
    const changes = inOrder(t.timeline).filter(e => e.type === 'severity_changed');
    let tier = changes.length > 0 ? changes[0]!.from ?? 'untiered' : t.tier;
    for (const e of changes) if (e.at <= t.created) tier = e.to ?? 'untiered';
    return tier;
  };
  /** Does `later` reopen `earlier` through this alert? */
  const reopens = (earlier: TicketRow, later: TicketRow, a: AlertRow): boolean => {
    if (earlier === later || !older(earlier, later)) return false;
    const linked = later.quotes.find(q => q.alert === a.joinId)!.linkedAt;
    if (linked !== null && linked > firstAct(later)) return false;
    let closed: number | null = null;
    for (const e of inOrder(earlier.timeline)) {
      if (e.at > later.created) break;
      if ((e.type === 'resolved' || e.type === 'closed') && closed === null) closed = e.at;
      if (e.type === 'reopened') closed = null;
    }
    return closed !== null && later.created - closed <= s.policy.sla.reopenDays * 24 * 60 * MIN;
  };

  for (const ticket of tickets) {
    const mine = alerts.filter(a => ticket.quotes.some(q => q.alert === a.joinId));
    const clients = mine.length === 0 ? [ticket.client] : [...new Set(mine.map(a => a.client))];
    for (const client of clients) {
      const held = mine.filter(a => a.client === client);
      if (held.length > 0 && held.every(a => quoting(a).some(t => reopens(t, ticket, a)))) continue;

      // Everything that goes on where this ticket closed, step by step, through alerts of this client.
      const chain: TicketRow[] = [];
      const grow = (t: TicketRow) => {
        for (const a of alerts.filter(x => x.client === client && t.quotes.some(q => q.alert === x.joinId))) {
          for (const l of quoting(a)) if (reopens(t, l, a) && !chain.includes(l)) { chain.push(l); grow(l); }
        }
      };
      grow(ticket);
      chain.sort((x, y) => (older(x, y) ? -1 : 1));
      const log: TicketEvent[] = [...inOrder(ticket.timeline)];
      for (const l of chain) {
        log.push({ at: l.created, type: 'reopened', from: null, to: null, actor: 'automation' });
        log.push({ at: l.created, type: 'severity_changed', from: null, to: tierAtOpening(l), actor: 'automation' });
        for (const e of l.timeline) if (e.type !== 'created' && (e.type !== 'severity_changed' || e.at > l.created)) log.push(e);
      }
      const lives: Life[] = [{ begin: ticket.created, number: 0, events: [], reopens: [] }];
      let closed: number | null = null;
      for (const e of inOrder(log)) {
        let life = lives[lives.length - 1]!;
        if ((e.type === 'resolved' || e.type === 'closed') && closed === null) closed = e.at;
        if (e.type === 'reopened' && closed !== null) {
          if (e.at - closed > s.policy.sla.reopenDays * 24 * 60 * MIN) lives.push(life = { begin: e.at, number: lives.length, events: [], reopens: [] });
          else life.reopens.push(e);
          closed = null;
        }
        life.events.push(e);
      }

      const starters = held.filter(a => {
        const detected = a.detected ?? a.readable;
        if (detected === null || quoting(a)[0] !== ticket) return false;
        const linked = ticket.quotes.find(q => q.alert === a.joinId)!.linkedAt;
        return linked !== null ? linked <= firstAct(ticket) : detected <= ticket.created && detected >= ticket.created - 24 * 60 * MIN;
      });
      for (const life of lives) {
        const own = life.number === 0 && starters.length > 0;
        const start = own ? Math.min(...starters.map(a => (a.detected ?? a.readable)!)) : life.begin;
        const base = Math.max(start, life.begin);
        let opening = tierAtOpening(ticket);
        for (const e of inOrder(log)) if (e.type === 'severity_changed' && e.at <= base) opening = e.to ?? 'untiered';
        const version = versionFor(s, client, start);
        const best = TIERS.slice(0, 5).find(t => starters.some(a => a.tier === t));
        for (const clock of ['acknowledge', 'decide', 'notify', 'contain', 'resolve']) {
          if ((clock === 'notify' || clock === 'contain') && !Object.values(version?.hours ?? {}).some(h => h?.[clock] !== undefined)) continue;
          out.push({
            ...replay(s, version, clock, start, base, opening, life), ...placeOf(s, client, start, version), client, source: ticket.source, ticket, alert: null, start, episode: life.number,
            fromCreation: life.number === 0 && !own, alerts: held.length, reopened: life.reopens.length, gone: ticket.gone !== null,
            downgraded: life.number === 0 && best !== undefined && TIERS.indexOf(tierAtOpening(ticket)) > TIERS.indexOf(best),
          });
        }
      }
    }
  }
  out.push(...inTheSiem({ settings: s, alerts, tickets }));
  return out;
}

/** Alerts without a ticket that a human handled: grouped by what was done within 60 s of each other. */
function inTheSiem({ settings: s, alerts, tickets }: Rows): OracleItem[] {
  const marks = alerts.filter(a => !tickets.some(t => t.quotes.some(q => q.alert === a.joinId))).flatMap(a => {
    if (a.disposition !== null && a.dispositionAt !== null && a.dispositionBy !== 'automation') return [{ a, what: a.disposition as string, at: a.dispositionAt }];
    if (a.acknowledgedAt !== null && a.acknowledgedBy !== 'automation') return [{ a, what: 'acknowledged', at: a.acknowledgedAt }];
    return [];
  });
  const seen = new Set<unknown>();
  const out: OracleItem[] = [];
  for (const mark of marks) {
    if (seen.has(mark)) continue;
    const group = [mark];
    seen.add(mark);
    for (const g of group) for (const m of marks) {
      if (!seen.has(m) && m.a.rule === g.a.rule && m.a.client === g.a.client && m.what === g.what && Math.abs(m.at - g.at) <= 60_000) { seen.add(m); group.push(m); }
    }
    const events = inOrder(group.flatMap(({ a }): TicketEvent[] => [
      ...(a.acknowledgedAt !== null ? [{ at: a.acknowledgedAt, type: 'acknowledged' as const, from: null, to: null, actor: a.acknowledgedBy ?? ('unknown' as const) }] : []),
      ...(a.disposition !== null && a.dispositionAt !== null ? [{ at: a.dispositionAt, type: 'disposition_set' as const, from: null, to: a.disposition, actor: a.dispositionBy ?? ('unknown' as const) }] : []),
    ]));
    const detections = group.map(g => g.a.detected ?? g.a.readable).filter((d): d is number => d !== null);
    const start = detections.length > 0 ? Math.min(...detections) : events[0]!.at;
    const client = mark.a.client;
    const first = [...group].sort((x, y) => x.at - y.at || (x.a.id < y.a.id ? -1 : 1))[0]!.a;
    const version = versionFor(s, client, start);
    for (const clock of ['acknowledge', 'decide']) {
      out.push({
        ...replay(s, version, clock, start, start, TIERS.find(t => group.some(g => g.a.tier === t))!, { begin: start, number: 0, events, reopens: [] }), ...placeOf(s, client, start, version),
        client, source: first.source, ticket: null, alert: first, start, episode: 0, fromCreation: detections.length === 0, alerts: group.length, reopened: 0, downgraded: false, gone: group.every(g => g.a.gone !== null), goneAt: group.every(g => g.a.gone !== null) ? Math.max(...group.map(g => g.a.gone!)) : null,
      });
    }
  }
  return out;
}

/** Alerts of a ticket-required tier with neither ticket nor any human act, and the due of their decide clock. */
export function oracleUntracked({ settings: s, alerts, tickets }: Rows): { alert: AlertRow; due: number }[] {
  return alerts.flatMap(alert => {
    if (!s.policy.sla.ticketRequired.includes(alert.tier)) return [];
    if (tickets.some(t => t.quotes.some(q => q.alert === alert.joinId))) return [];
    if (alert.acknowledgedAt !== null && alert.acknowledgedBy !== 'automation') return [];
    if (alert.disposition !== null && alert.dispositionBy !== 'automation') return [];
    const due = ownDue(alert, { settings: s });
    return due === null ? [] : [{ alert, due }];
  });
}
/** When the decide target of an alert's own tier ends; null: no target. */
export function ownDue(alert: AlertRow, { settings: s }: Pick<Rows, 'settings'>): number | null {
  const start = alert.detected ?? alert.readable ?? alert.event ?? alert.changed;
  const version = versionFor(s, alert.client, start);
  const hours = version?.hours[alert.tier]?.decide;
  if (hours === undefined) return null;
  const open = opener(version!.calendar);
  let left = hours * 60;
  for (let m = start; ; m += MIN) if (open(m) && --left === 0) return m + MIN;
}

export type OracleOutcome = 'met' | 'missed' | 'overdue' | 'on_hold' | 'left' | 'no_target' | 'running';
export function oracleOutcome(i: OracleItem, asOf: number): OracleOutcome {
  if (i.target === null) return 'no_target';
  if (i.left !== null && i.left <= asOf) return 'left';
  if (i.due === null) return i.grossDue! < asOf && i.pausedSince! <= asOf ? 'on_hold' : 'running';
  if (asOf <= i.due) return 'running';
  if (i.stop === null || i.stop > asOf) return 'overdue';
  return i.stop <= i.due ? 'met' : 'missed';
}
/** The instant whose period an item counts in. */
export const oraclePeriod = (i: OracleItem): number => i.due ?? i.grossDue ?? i.start;
export const widened = (range: { from: number; to: number }, zone: string) => ({ from: midnight(range.from, zone), to: nextMidnight(range.to - 1, zone) });
