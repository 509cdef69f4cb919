import type { TicketEvent } from '../../../src/model';
import type { WorkspaceSettings } from '../../../src/settings/schema';
import type { OracleItem } from './oracle';
import { local, MIN, opener, type NaiveCalendar } from './naive-time';

/** One clock of one ticket, in plain loops: the version of the targets in force, what stops it, its pauses and tiers. Times are whole minutes. */
export const TIERS = ['critical', 'high', 'medium', 'low', 'informational', 'untiered'];
export const human = (e: TicketEvent) => e.actor === 'human' || e.actor === 'unknown';
export const inOrder = (events: readonly TicketEvent[]) => events.map((e, i) => ({ e, i })).sort((a, b) => a.e.at - b.e.at || a.i - b.i).map(x => x.e);

interface Version { calendar: NaiveCalendar | undefined; hours: Record<string, Record<string, number | undefined> | undefined> }
export function versionFor(s: WorkspaceSettings, client: string, start: number): Version | null {
  const contract = s.clients.find(c => c.id === client);
  if (contract) {
    const today = local(start, contract.zone).date;
    if (contract.onboarded && today < contract.onboarded) return null;
    if (contract.left && today >= contract.left) return null;
  }
  const today = local(start, s.zone).date;
  for (const owner of client === 'unassigned' ? ['*'] : [client, '*']) {
    let best: (typeof s.policy.sla.targets)[number] | null = null;
    for (const t of s.policy.sla.targets) if (t.client === owner && t.effectiveFrom <= today && (best === null || t.effectiveFrom >= best.effectiveFrom)) best = t;
    if (best) return { calendar: best.calendar === '24x7' ? undefined : (s.policy.sla.calendars[best.calendar] as unknown as NaiveCalendar), hours: best.hours as Version['hours'] };
  }
  return null;
}

const stopsClock = (clock: string, e: TicketEvent): boolean => {
  if (!human(e)) return false;
  const decides = (e.type === 'disposition_set' && e.to !== null) || e.type === 'escalated' || e.type === 'contained' || e.type === 'resolved' || e.type === 'closed';
  switch (clock) {
    case 'acknowledge': return e.type === 'acknowledged' || e.type === 'merged' || e.type === 'notified' || decides;
    case 'decide': return decides;
    case 'notify': return e.type === 'notified';
    case 'contain': return e.type === 'contained';
    default: return e.type === 'resolved' || e.type === 'closed';
  }
};

export interface Life { begin: number; number: number; events: TicketEvent[]; reopens: TicketEvent[] }

/** Everything one clock says, from events and the tiers held. */
export function replay(s: WorkspaceSettings, version: Version | null, clock: string, start: number, base: number, opening: string, life: Life) {
  const { events, reopens } = life;
  const lastReopen = reopens.length > 0 ? events.indexOf(reopens[reopens.length - 1]!) : -1;
  let stop: TicketEvent | null = null;
  let firstStop: TicketEvent | null = null;
  events.forEach((e, i) => {
    if (!stopsClock(clock, e)) return;
    firstStop ??= e;
    const undone = i < lastReopen && clock !== 'acknowledge' && (e.type === 'disposition_set' || e.type === 'resolved' || e.type === 'closed');
    if (!undone) stop ??= e;
  });
  const stopAt = (stop as TicketEvent | null)?.at ?? null;

  const held: { tier: string; at: number }[] = [{ tier: opening, at: start }];
  for (const e of events) if (e.type === 'severity_changed' && e.at > base && (stopAt === null || e.at < stopAt) && !held.some(h => h.tier === (e.to ?? 'untiered'))) held.push({ tier: e.to ?? 'untiered', at: e.at });

  const allowed = (reason: string | null | undefined) => s.policy.sla.allowedPauses.includes('*') || (reason != null && s.policy.sla.allowedPauses.some(p => p.toLowerCase().trim() === reason.toLowerCase().trim()));
  /** Paused after everything that happened up to a minute; and since when. */
  const pausedAt = (minute: number): number | null => {
    let since: number | null = null;
    for (const e of events) {
      if (e.at > minute || (stopAt !== null && e.at >= stopAt)) break;
      if (e.type === 'paused') since = allowed(e.reason) ? since ?? e.at : null;
      if (['resumed', 'resolved', 'closed', 'reopened', 'merged'].includes(e.type)) since = null;
    }
    return stopAt !== null && minute >= stopAt ? null : since;
  };
  const lastEvent = events.length > 0 ? events[events.length - 1]!.at : start;
  const openPause = clock === 'acknowledge' || stopAt !== null ? null : pausedAt(Math.max(lastEvent, start) + MIN);
  /** Changes of the paused state, so that the walk need not replay every minute. */
  const steps = clock === 'acknowledge' ? [] : [...new Set([...events.map(e => e.at), ...(stopAt === null ? [] : [stopAt])])].sort((a, b) => a - b).map(at => ({ at, paused: pausedAt(at) !== null }));

  const open = opener(version?.calendar);
  const walk = (from: number, minutes: number, pauses: boolean): number | null => {
    let left = minutes;
    let step = 0;
    let paused = false;
    for (let m = from; ; m += MIN) {
      while (pauses && step < steps.length && steps[step]!.at <= m) paused = steps[step++]!.paused;
      if (paused && step >= steps.length) return null;
      if (!paused && open(m)) left--;
      if (left === 0) return m + MIN;
    }
  };
  let due: number | null = null;
  let gross: number | null = null;
  let target: number | null = null;
  for (const h of held) {
    const hours = version?.hours[h.tier]?.[clock];
    if (hours === undefined) continue;
    const g = walk(h.at, hours * 60, false)!;
    const n = walk(h.at, hours * 60, true);
    if (gross === null || g < gross) gross = g;
    if (target === null || (n !== null && (due === null || n < due))) target = hours * 60 * MIN;
    if (n !== null && (due === null || n < due)) due = n;
  }

  // Left: the duplicate, test or merge that still stands at the end of this life.
  let standing: number | null = null;
  let merged: number | null = null;
  events.slice(lastReopen + 1).forEach(e => {
    if (!human(e)) return;
    if (e.type === 'disposition_set') standing = e.to === 'duplicate' || e.to === 'test' ? standing ?? e.at : null;
    if (e.type === 'merged') merged ??= e.at;
  });
  let left: number | null = null;
  for (const at of [standing, merged] as (number | null)[]) if (at !== null && (left === null || at < left)) left = at;
  if (gross === null || (left !== null && due !== null && left >= due)) left = null;

  // Acknowledged and left: half the decide target after the acknowledgement, unless that act (or an earlier one) decided.
  let halfDue: number | null = null;
  let untouched: boolean | null = null;
  const acknowledged = events.find(e => stopsClock('acknowledge', e));
  if (clock === 'decide' && target !== null && acknowledged && !events.some(e => e.at <= acknowledged.at && stopsClock('decide', e))) {
    const minutes = target / MIN / 2;
    const whole = Math.floor(minutes);
    halfDue = whole === 0 ? acknowledged.at : walk(acknowledged.at, whole, false)!;
    if (minutes > whole) { while (!open(halfDue)) halfDue += MIN; halfDue += (minutes - whole) * MIN; }
    untouched = !events.some(e => human(e) && e.at > acknowledged.at && e.at <= halfDue!);
  }

  return {
    halfDue, untouched, clock, tier: TIERS.find(t => held.some(h => h.tier === t))!, target, due, grossDue: gross, stop: stopAt, firstStop: (firstStop as TicketEvent | null)?.at ?? null,
    unknownStop: (stop as TicketEvent | null)?.actor === 'unknown', pausedSince: openPause, left,
  };
}

export function placeOf(s: WorkspaceSettings, client: string, start: number, version: Version | null): Pick<OracleItem, 'shift' | 'day'> {
  const zone = s.clients.find(c => c.id === client)?.zone ?? s.zone;
  const here = local(start, zone);
  const { time } = local(start, s.zone);
  const day = version?.calendar?.holidays.includes(here.date) ? 'holiday' : here.weekday === 'sat' || here.weekday === 'sun' ? 'weekend' : 'weekday';
  return { day, shift: s.policy.sla.shifts.find(w => (w.from < w.to ? w.from <= time && time < w.to : time >= w.from || time < w.to))?.name ?? null };
}
