import { DAY, dayNumber, dayStart, HOUR, localDay, MINUTE, UNASSIGNED, type Clock, type Ms, type SeverityTier } from '../../model';
import type { WorkspaceSettings } from '../../settings/schema';
import { ALWAYS, businessHours, type WorkingTime } from './calendar';

/** The targets that govern one item: which version applies was settled by its client and start. */
export interface Targets {
  readonly calendar: WorkingTime;
  /** Target of a tier and clock in ms of calendar time, or null: no target. */
  target(tier: SeverityTier, clock: Clock): Ms | null;
  /** True when any tier has a target for this clock: otherwise the clock is not contracted at all. */
  contracted(clock: Clock): boolean;
}
export interface SlaPolicy {
  targetsFor(client: string, start: Ms): Targets;
  /** Name of the shift that holds the instant in the SOC's zone, or null where the shifts leave a gap. */
  shiftOf(at: Ms): string | null;
  /** Local day of an instant in the client's zone (the SOC's for rows without a client). */
  dayOf(client: string, at: Ms): number;
  pauseAllowed(reason: string | null | undefined): boolean;
  readonly reopenWithin: Ms;
}

const NONE: Targets = { calendar: ALWAYS, target: () => null, contracted: () => false };
const minutes = (time: string): number => Number(time.slice(0, 2)) * 60 + Number(time.slice(3));
const compiled = new WeakMap<WorkspaceSettings, SlaPolicy>();

/** Minute of the local day by the wall clock: plain arithmetic, except on the two days a year that are not 24 hours long. */
function minuteOfDay(at: Ms, zone: string): number {
  const day = localDay(at, zone);
  const midnight = dayStart(day, zone);
  if (dayStart(day + 1, zone) - midnight === DAY) return Math.floor((at - midnight) / MINUTE);
  const parts = formatter(zone).format(at).split(':');
  return Number(parts[0]) * 60 + Number(parts[1]);
}
const formatters = new Map<string, Intl.DateTimeFormat>();
function formatter(zone: string): Intl.DateTimeFormat {
  let f = formatters.get(zone);
  if (!f) formatters.set(zone, f = new Intl.DateTimeFormat('en-GB', { timeZone: zone, hour: '2-digit', minute: '2-digit', hourCycle: 'h23' }));
  return f;
}

/**
 * Policy made ready for facts (metrics.md §3, Clocks, Shift). Compiled once per settings object.
 * Throws for a calendar that is named but not configured: settings with that mistake must not be applied.
 */
export function slaPolicy(settings: WorkspaceSettings): SlaPolicy {
  let policy = compiled.get(settings);
  if (!policy) compiled.set(settings, policy = compile(settings));
  return policy;
}

function compile(settings: WorkspaceSettings): SlaPolicy {
  const { sla } = settings.policy;
  const calendars = new Map<string, WorkingTime>([['24x7', ALWAYS]]);
  for (const [name, calendar] of Object.entries(sla.calendars)) calendars.set(name, businessHours(name, calendar));
  const clients = new Map(settings.clients.map(c => [c.id, c]));
  const zoneOf = (client: string) => clients.get(client)?.zone ?? settings.zone;

  const versions = sla.targets.map((t, order) => {
    const calendar = calendars.get(t.calendar);
    if (!calendar) throw new Error(`targets of client "${t.client}" from ${t.effectiveFrom} name the calendar "${t.calendar}", which is not configured; add it under policy.sla.calendars or use 24x7`);
    const targets: Targets = {
      calendar,
      target: (tier, clock) => { const hours = t.hours[tier]?.[clock]; return hours === undefined ? null : Math.round(hours * HOUR); },
      contracted: clock => Object.values(t.hours).some(h => h?.[clock] !== undefined),
    };
    return { client: t.client, from: dayStart(dayNumber(t.effectiveFrom), settings.zone), order, targets };
  }).sort((a, b) => a.from - b.from || a.order - b.order);

  // Contract dates are local dates of the client; targets apply from `onboarded` and no longer on the day of `left`.
  const contract = new Map(settings.clients.map(c => [c.id, {
    from: c.onboarded ? dayStart(dayNumber(c.onboarded), c.zone) : -Infinity,
    to: c.left ? dayStart(dayNumber(c.left), c.zone) : Infinity,
  }]));
  const newest = (client: string, start: Ms) => versions.filter(v => v.client === client && v.from <= start).at(-1)?.targets;
  const shifts = sla.shifts.map(s => ({ name: s.name, from: minutes(s.from), to: minutes(s.to) }));
  const allowed = new Set(sla.allowedPauses.map(p => p.trim().toLowerCase()));

  return {
    targetsFor(client, start) {
      const dates = contract.get(client);
      if (dates && (start < dates.from || start >= dates.to)) return NONE;
      return (client === UNASSIGNED ? undefined : newest(client, start)) ?? newest('*', start) ?? NONE;
    },
    shiftOf(at) {
      const minute = minuteOfDay(at, settings.zone);
      return shifts.find(s => (s.from < s.to ? s.from <= minute && minute < s.to : minute >= s.from || minute < s.to))?.name ?? null;
    },
    dayOf: (client, at) => localDay(at, zoneOf(client)),
    pauseAllowed: reason => allowed.has('*') || (reason != null && allowed.has(reason.trim().toLowerCase())),
    reopenWithin: sla.reopenDays * 24 * HOUR,
  };
}
