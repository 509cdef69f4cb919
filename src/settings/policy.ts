import { z } from 'zod';
import { CLOCKS, EVIDENCE_KINDS, SEVERITY_TIERS } from '../model/vocabulary';

/** Zones found good. Settings are read with every request, and making a formatter for each zone in them was four fifths of that. */
const known = new Set<string>();
/** IANA zone name, checked by the runtime's own data. */
export const zone = z.string().refine(name => {
  if (known.has(name)) return true;
  // Newer runtimes take an offset for a zone; it knows no summer time, and the store does not take it.
  if (!/^[A-Za-z]/.test(name)) return false;
  try { new Intl.DateTimeFormat('en', { timeZone: name }); } catch { return false; }
  if (known.size < 1_000) known.add(name);
  return true;
}, { error: issue => `"${String(issue.input)}" is not an IANA time zone; use a name such as Europe/Berlin or UTC` });

const clockTime = z.string().regex(/^([01]\d|2[0-4]):[0-5]\d$/, 'use HH:MM, 00:00 to 24:00');
const date = z.string().regex(/^\d{4}-\d{2}-\d{2}$/, 'use YYYY-MM-DD');
const weekday = z.enum(['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun']);

/** A target is hours of this calendar's time. `24x7` needs no calendar and always exists. */
export const calendarSchema = z.strictObject({
  zone,
  /** Open intervals by weekday; several per day allowed. */
  hours: z.partialRecord(weekday, z.array(z.strictObject({ from: clockTime, to: clockTime })).min(1)),
  holidays: z.array(date).default([]),
});

/** Targets in hours by tier and clock; an absent one is "no target", its own state. Versioned by effective date. */
export const targetsSchema = z.strictObject({
  /** Client id, or `*` for every client without targets of its own. */
  client: z.string().default('*'),
  /** Local date in the SOC's zone from which these targets apply (to items that start on or after it). */
  effectiveFrom: date.default('1970-01-01'),
  calendar: z.string().default('24x7'),
  hours: z.partialRecord(z.enum(SEVERITY_TIERS), z.partialRecord(z.enum(CLOCKS), z.number().positive())),
});

export const shiftSchema = z.strictObject({ name: z.string().min(1), from: clockTime, to: clockTime });

export const slaPolicySchema = z.strictObject({
  targets: z.array(targetsSchema).default([]),
  calendars: z.record(z.string(), calendarSchema).default({}),
  /** Named windows in the SOC's zone that tile the day. */
  shifts: z.array(shiftSchema).default([
    { name: 'day', from: '08:00', to: '16:00' }, { name: 'evening', from: '16:00', to: '24:00' }, { name: 'night', from: '00:00', to: '08:00' },
  ]),
  /** Source words for pause reasons that may stop a clock (never acknowledge). Empty: no pause is allowed. `*`: any. */
  allowedPauses: z.array(z.string()).default([]),
  reopenDays: z.number().int().min(0).max(90).default(14),
  /** Adherence promised per tier, 0 to 1: what the budget of misses is made of. A tier without one has no budget. */
  goals: z.partialRecord(z.enum(SEVERITY_TIERS), z.number().min(0).max(1)).default({ critical: 0.95, high: 0.95, medium: 0.95, low: 0.95 }),
  /** Tiers whose alerts must have a ticket or an own verdict. */
  ticketRequired: z.array(z.enum(SEVERITY_TIERS)).default(['critical', 'high']),
  graceMinutes: z.number().min(0).default(60),
}).superRefine((sla, context) => {
  // A fact cannot be computed with either mistake, so such settings are refused before they are applied.
  sla.targets.forEach((t, i) => {
    if (t.calendar !== '24x7' && !Object.hasOwn(sla.calendars, t.calendar)) {
      context.addIssue({ code: 'custom', path: ['targets', i, 'calendar'], message: `the calendar "${t.calendar}" is not configured; add it under policy.sla.calendars or use 24x7` });
    }
  });
  for (const [name, calendar] of Object.entries(sla.calendars)) {
    if (Object.values(calendar.hours).every(h => !h || h.every(i => i.from >= i.to))) {
      context.addIssue({ code: 'custom', path: ['calendars', name, 'hours'], message: `the calendar "${name}" never opens; give at least one weekday an interval whose end is after its start` });
    }
  }
});

export const coverageRequirementSchema = z.strictObject({
  name: z.string().default('default'),
  kind: z.enum(['endpoint', 'cloud_workload', 'network_segment']),
  client: z.string().default('*'),
  /** Each group: one evidence kind of it must be met. */
  groups: z.array(z.array(z.enum(EVIDENCE_KINDS)).min(1)).min(1),
  /** Sources whose heartbeats the client accepts as evidence; the panel then says so. */
  acceptHeartbeatFrom: z.array(z.string()).default([]),
  /** Local date of the client from which it applies; days before keep the requirement they had. */
  effectiveFrom: date.default('1970-01-01'),
});

export const coveragePolicySchema = z.strictObject({
  requirements: z.array(coverageRequirementSchema).default([]),
  windowHours: z.strictObject({
    server: z.number().positive().default(24), workstation: z.number().positive().default(168),
    cloud_workload: z.number().positive().default(24), network_segment: z.number().positive().default(24),
  }).prefault({}),
  /** Registry sources, most trusted first (kind, criticality, retirement). Unlisted ones follow in configured order. */
  registryRank: z.array(z.string()).default([]),
  placeholderIdentifiers: z.array(z.string()).default([]),
  clockSkewMinutes: z.number().positive().default(5),
  unknownTolerance: z.number().min(0).max(1).default(0.01),
  degradedBelow: z.number().min(0).max(1).default(0.1),
});

/** Past these, the headlines a counter concerns become `qualified`. Shares 0..1 unless said. */
export const thresholdsSchema = z.strictObject({
  joinCompleteness: z.number().default(0.95), reviewCompleteness: z.number().default(0.8), registryCompleteness: z.number().default(0.9),
  conflictShare: z.number().default(0.02), unmatchedShare: z.number().default(0.1), undeterminedShare: z.number().default(0.1), unclassifiedShare: z.number().default(0.1),
  autoClosedShare: z.number().default(0.2), pausedShare: z.number().default(0.1), downgradeShare: z.number().default(0.05), weakMatchShare: z.number().default(0.2),
  unknownAssetShare: z.number().default(0.01), exclusionShare: z.number().default(0.05), burstCount: z.number().int().default(20), sourceLagMinutes: z.number().default(60),
  untouchedShare: z.number().default(0.2), closingOnlyShare: z.number().default(0.5), restatedItems: z.number().int().default(0), restatedAssets: z.number().int().default(0), restatedDecisions: z.number().int().default(0),
  lateLinkShare: z.number().default(0.05), bundledShare: z.number().default(0.1), redispositionShare: z.number().default(0.1), retiredUncoveredShare: z.number().default(0.03), shallowSegmentShare: z.number().default(0.1), degradedShare: z.number().default(0.1), clockSkewShare: z.number().default(0.05),
  goneTickets: z.number().int().default(0), quarantinedRows: z.number().int().default(0),
});

export const policySchema = z.strictObject({
  sla: slaPolicySchema.prefault({}),
  coverage: coveragePolicySchema.prefault({}),
  thresholds: thresholdsSchema.prefault({}),
  /** ≥ 20 decisions with upper bound below this → tuning backlog. */
  tuning: z.strictObject({ minDecisions: z.number().int().default(20), upperBound: z.number().default(0.2), minAlerts: z.number().int().default(20), reviewBelow: z.number().default(0.5) }).prefault({}),
  /** Months are provisional until this day of the next one (local to the client), then frozen as reported. A first load freezes no more than `months` closed ones. */
  reporting: z.strictObject({ closingDay: z.number().int().min(1).max(28).default(5), months: z.number().int().min(1).max(120).default(13) }).prefault({}),
  /** Rule id → id of the rule it replaced, where the source's rule list does not say so. Both are one rule in every metric (metrics.md, Rule). */
  predecessors: z.record(z.string(), z.string()).default({}),
  /** Latency targets in seconds, for the share above target. */
  latency: z.strictObject({ eventToDetected: z.number().default(900), detectedToReadable: z.number().default(300), detectedToTicket: z.number().default(900) }).prefault({}),
});
export type Policy = z.infer<typeof policySchema>;
