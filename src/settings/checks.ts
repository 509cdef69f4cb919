import { UNASSIGNED } from '../model/vocabulary';
import { amountsOf } from './amounts';
import type { SourceSettings, WorkspaceSettings } from './schema';

/**
 * Exports: checksOf. What the shapes alone cannot say: references between parts of the settings, and values of the right shape that
 * would lose rows, count wrongly or stop the computing of facts. Asked of settings that arrive; a store's own, accepted by an earlier
 * version, are not: it goes on answering with them.
 */
export interface Problem { readonly path: string; readonly message: string }
/** A timer of the runtime holds less than 25 days and fires at once when asked for more. */
const LONGEST_INTERVAL = 7 * 86_400;

export function checksOf(settings: WorkspaceSettings): Problem[] {
  return [...references(settings), ...names(settings), ...days(settings), ...hours(settings), ...targets(settings), ...sources(settings), ...amountsOf(settings)];
}

function references(settings: WorkspaceSettings): Problem[] {
  const problems: Problem[] = [];
  const clients = new Set(settings.clients.map(c => c.id));
  const known = (id: string, path: string, more: string | null = null): void => {
    if (id !== more && !clients.has(id)) problems.push({ path, message: `"${id}" is no client of this workspace; add it under clients, or use one of: ${[...clients].join(', ') || 'none configured'}` });
  };
  settings.policy.sla.targets.forEach((t, i) => {
    known(t.client, `policy.sla.targets[${i}].client`, '*');
    if (t.calendar !== '24x7' && !Object.hasOwn(settings.policy.sla.calendars, t.calendar)) {
      problems.push({ path: `policy.sla.targets[${i}].calendar`, message: `no calendar "${t.calendar}" under policy.sla.calendars; add it, or use 24x7` });
    }
  });
  settings.policy.coverage.requirements.forEach((r, i) => known(r.client, `policy.coverage.requirements[${i}].client`, '*'));
  settings.sources.forEach((source, i) => {
    for (const [value, client] of Object.entries(source.maps.client)) known(client, `sources[${i}].maps.client.${value}`, UNASSIGNED);
    if (source.system === 'files') source.streams.forEach((stream, n) => { for (const [value, client] of Object.entries(stream.maps.client)) known(client, `sources[${i}].streams[${n}].maps.client.${value}`, UNASSIGNED); });
    for (const { fixed, path } of fixedClients(source)) known(fixed, `sources[${i}].${path}`, UNASSIGNED);
  });
  return problems;
}

/** Clients that a source names outright. Rows of one that does not exist would be in nobody's numbers. */
function fixedClients(source: SourceSettings): { fixed: string; path: string }[] {
  if (source.system === 'files') {
    return source.streams.flatMap((stream, i) => {
      const column = stream.columns.client;
      if (column === undefined || !column.startsWith('=')) return [];
      const fixed = column.slice(1).trim().toLowerCase();
      return [...Object.keys(source.maps.client), ...Object.keys(stream.maps.client)].some(key => key.trim().toLowerCase() === fixed) ? [] : [{ fixed, path: `streams[${i}].columns.client` }];
    });
  }
  if (source.system === 'elasticsearch') {
    return [{ rule: source.alerts?.client, path: 'alerts.client.fixed' }, ...source.telemetry.map((t, i) => ({ rule: t.client, path: `telemetry[${i}].client.fixed` }))]
      .flatMap(({ rule, path }) => (rule?.fixed === undefined ? [] : [{ fixed: rule.fixed, path }]));
  }
  if (source.client.fixed === undefined) return [];
  // Tickets and assets take it through the source's map of clients, without case, where it may be a name of its own.
  const fixed = source.client.fixed.trim().toLowerCase();
  return Object.keys(source.maps.client).some(key => key.trim().toLowerCase() === fixed) ? [] : [{ fixed, path: 'client.fixed' }];
}

/** A stream goes on from the place kept under its name: of two with one name the second would never be read. */
function names(settings: WorkspaceSettings): Problem[] {
  return settings.sources.flatMap((source, i) => {
    const [key, list] = source.system === 'elasticsearch' ? ['telemetry', source.telemetry] as const : source.system === 'files' ? ['streams', source.streams] as const : ['', []] as const;
    return list.flatMap(({ name }, n) => (list.findIndex(other => other.name === name) === n ? [] : [{ path: `sources[${i}].${key}[${n}].name`, message: `the name "${name}" stands twice in this source; give each its own` }]));
  });
}

const isDay = (text: string): boolean => { const at = new Date(`${text}T00:00:00Z`); return !Number.isNaN(at.getTime()) && at.toISOString().startsWith(text); };
/** A date that no calendar has would stop the computing of every fact. */
function days(settings: WorkspaceSettings): Problem[] {
  const { sla, coverage } = settings.policy;
  const asked: [string, string | undefined][] = [
    ...settings.clients.flatMap((c, i): [string, string | undefined][] => [[`clients[${i}].onboarded`, c.onboarded], [`clients[${i}].left`, c.left]]),
    ...sla.targets.map((t, i): [string, string] => [`policy.sla.targets[${i}].effectiveFrom`, t.effectiveFrom]),
    ...Object.entries(sla.calendars).flatMap(([name, c]) => c.holidays.map((day, i): [string, string] => [`policy.sla.calendars.${name}.holidays[${i}]`, day])),
    ...coverage.requirements.map((r, i): [string, string] => [`policy.coverage.requirements[${i}].effectiveFrom`, r.effectiveFrom]),
  ];
  const wrong = asked.filter(([, day]) => day !== undefined && !isDay(day)).map(([path, day]) => ({ path, message: `"${day}" is no day of the calendar; use YYYY-MM-DD` }));
  const turned = settings.clients.flatMap((c, i) => (c.onboarded !== undefined && c.left !== undefined && c.left < c.onboarded
    ? [{ path: `clients[${i}].left`, message: `${c.left} lies before onboarded (${c.onboarded}), so no target would ever apply; exchange the two dates` }] : []));
  return [...wrong, ...turned];
}

/** Such an interval would be left out without a word, beside others that count. */
function hours({ policy: { sla } }: WorkspaceSettings): Problem[] {
  const late = (time: string): boolean => time > '24:00';
  const inCalendars = Object.entries(sla.calendars).flatMap(([name, calendar]) => Object.entries(calendar.hours).flatMap(([day, intervals]) => (intervals ?? []).flatMap(({ from, to }, i) => {
    const path = `policy.sla.calendars.${name}.hours.${day}[${i}]`;
    if (late(from) || late(to)) return [{ path, message: 'use HH:MM, 00:00 to 24:00' }];
    return from < to ? [] : [{ path, message: `${from} to ${to} ends before it begins; cut hours over midnight in two: to 24:00, and from 00:00 of the next day` }];
  })));
  return [...inCalendars, ...sla.shifts.flatMap((s, i) => (late(s.from) || late(s.to) ? [{ path: `policy.sla.shifts[${i}]`, message: 'use HH:MM, 00:00 to 24:00' }] : []))];
}

/** Only one of two governs an item: the tiers of the other would have no target. */
function targets({ policy: { sla } }: WorkspaceSettings): Problem[] {
  return sla.targets.flatMap((t, i) => {
    const first = sla.targets.findIndex(other => other.client === t.client && other.effectiveFrom === t.effectiveFrom);
    return first === i ? [] : [{ path: `policy.sla.targets[${i}]`, message: `targets of client "${t.client}" from ${t.effectiveFrom} stand twice (also as targets[${first}]), and only one can govern; put all tiers into one entry, or give this one another effectiveFrom` }];
  });
}

function sources(settings: WorkspaceSettings): Problem[] {
  return settings.sources.flatMap((source, i) => [
    ...(source.intervalSeconds > LONGEST_INTERVAL ? [{ path: `sources[${i}].intervalSeconds`, message: `use at most ${LONGEST_INTERVAL} (a week)` }] : []),
    ...('url' in source && /^https?:\/\/[^/?#]*@/i.test(source.url) ? [{ path: `sources[${i}].url`, message: 'holds a user or password; put them into auth.user and the secret of this source' }] : []),
    ...nothing(source).map(message => ({ path: `sources[${i}]`, message })),
  ]);
}
/** What a source could read and does not: it would stand in the list as current, and bring no row. */
function nothing(source: WorkspaceSettings['sources'][number]): string[] {
  if (source.system === 'elasticsearch' && !source.alerts && !source.rules && source.telemetry.length === 0) return ['reads nothing; add alerts, rules or telemetry, or remove the source'];
  if (source.system === 'netbox' && !source.devices && !source.virtualMachines && !source.prefixes) return ['reads nothing; turn on devices, virtualMachines or prefixes, or remove the source'];
  return [];
}
