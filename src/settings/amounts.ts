import type { Problem } from './checks';
import type { SourceSettings, WorkspaceSettings } from './schema';

/**
 * Exports: amountsOf. Numbers and words of the right shape that would switch something off, or on for ever, without a word: a share written
 * in percent, a limit of nothing, a map that says two things, an index that is every index.
 */
/** Longest target in hours: ten years. A due time further off than a date can say stops the computing of every fact. */
const LONGEST_TARGET = 87_600;

export const amountsOf = (settings: WorkspaceSettings): Problem[] => [...sla(settings), ...shares(settings), ...least(settings), ...coverage(settings), ...settings.sources.flatMap((source, i) => ofSource(source, `sources[${i}]`))];

function sla({ policy: { sla: { targets, calendars } } }: WorkspaceSettings): Problem[] {
  const long = targets.flatMap((t, i) => Object.entries(t.hours).flatMap(([tier, clocks]) => Object.entries(clocks ?? {}).flatMap(([clock, hours]) => (hours! > LONGEST_TARGET
    ? [{ path: `policy.sla.targets[${i}].hours.${tier}.${clock}`, message: `${hours} hours are more than ten years; leave the target out if none was agreed` }] : []))));
  return Object.hasOwn(calendars, '24x7') ? [...long, { path: 'policy.sla.calendars.24x7', message: 'the name 24x7 means around the clock, whatever hours stand here; give this calendar another name' }] : long;
}

function shares({ policy }: WorkspaceSettings): Problem[] {
  const asked: [string, number][] = [
    ...Object.entries(policy.thresholds).filter(([name]) => /(Completeness|Share)$/.test(name)).map(([name, value]): [string, number] => [`policy.thresholds.${name}`, value]),
    ['policy.tuning.upperBound', policy.tuning.upperBound], ['policy.tuning.reviewBelow', policy.tuning.reviewBelow],
  ];
  return asked.filter(([, value]) => value < 0 || value > 1).map(([path, value]) => ({ path, message: `${value} is no share; write a number from 0 to 1, such as 0.95 for 95 %` }));
}

/** Limits and counts below which nothing would be answered, or everything be past its threshold. */
function least({ policy, limits }: WorkspaceSettings): Problem[] {
  const asked: [string, number, number][] = [
    ...(['maxRows', 'maxBuckets'] as const).map((name): [string, number, number] => [`limits.${name}`, limits[name], 1]), ['limits.queryTimeoutSeconds', limits.queryTimeoutSeconds, 1],
    ...(['minDecisions', 'minAlerts'] as const).map((name): [string, number, number] => [`policy.tuning.${name}`, policy.tuning[name], 1]),
    ...Object.entries(policy.latency).map(([name, value]): [string, number, number] => [`policy.latency.${name}`, value, 0]),
    ['policy.thresholds.burstCount', policy.thresholds.burstCount, 2], ['policy.thresholds.sourceLagMinutes', policy.thresholds.sourceLagMinutes, 1],
    ...(['restatedItems', 'restatedAssets', 'restatedDecisions', 'goneTickets', 'quarantinedRows'] as const).map((name): [string, number, number] => [`policy.thresholds.${name}`, policy.thresholds[name], 0]),
  ];
  return asked.filter(([, value, from]) => value < from).map(([path, value, from]) => ({ path, message: `${value} is too little; use at least ${from}` }));
}

/** Of a host and a UTC day the first and the last sighting are kept: within a shorter window a host that was seen all day would look silent at a midnight in between. */
const LEAST_WINDOW = 24;
function coverage({ policy: { coverage: { requirements, registryRank, windowHours } }, sources }: WorkspaceSettings): Problem[] {
  const ids = sources.map(s => s.id);
  const known = (id: string, path: string): Problem[] => (ids.includes(id) ? [] : [{ path, message: `"${id}" is no source of this workspace; use one of: ${ids.join(', ') || 'none configured'}` }]);
  return [
    ...Object.entries(windowHours).filter(([, hours]) => hours < LEAST_WINDOW).map(([name, hours]) => ({ path: `policy.coverage.windowHours.${name}`, message: `${hours} is too little; use at least ${LEAST_WINDOW}, because telemetry is kept by day` })),
    ...registryRank.flatMap((id, i) => known(id, `policy.coverage.registryRank[${i}]`)),
    ...requirements.flatMap((r, i) => {
      const path = `policy.coverage.requirements[${i}]`;
      const first = requirements.findIndex(o => o.kind === r.kind && o.client === r.client && o.effectiveFrom === r.effectiveFrom);
      return [
        ...r.acceptHeartbeatFrom.flatMap((id, n) => known(id, `${path}.acceptHeartbeatFrom[${n}]`)),
        ...(first === i ? [] : [{ path, message: `what covers ${r.kind} of client "${r.client}" from ${r.effectiveFrom} stands twice (also as requirements[${first}]), and only one can govern; put all groups into one entry, or give this one another effectiveFrom` }]),
      ];
    }),
  ];
}

function ofSource(source: SourceSettings, path: string): Problem[] {
  const maps = [{ maps: source.maps, at: `${path}.maps` }, ...(source.system === 'files' ? source.streams.map((s, i) => ({ maps: s.maps, at: `${path}.streams[${i}].maps` })) : [])];
  return [
    ...maps.flatMap(({ maps: each, at }) => Object.entries(each).flatMap(([name, map]) => twoMeanings(map as Record<string, unknown>, `${at}.${name}`))),
    ...(source.system === 'files' ? [] : network(source, path)), ...(source.system === 'elasticsearch' ? indices(source, path) : []),
  ];
}

/** Keys are compared without case and blanks around them. */
function twoMeanings(map: Record<string, unknown>, path: string): Problem[] {
  const fold = (key: string): string => key.trim().toLowerCase();
  return Object.entries(map).flatMap(([key, value]) => {
    const [first, meaning] = Object.entries(map).find(([other]) => fold(other) === fold(key))!;
    return meaning === value ? [] : [{ path: `${path}.${key}`, message: `"${first}" and "${key}" are one value (without case), and mean two things; keep one of them` }];
  });
}

function network(source: Exclude<SourceSettings, { system: 'files' }>, path: string): Problem[] {
  const pem = (['ca', 'clientCert'] as const).filter(name => source[name] !== undefined && source[name].trim() !== '' && !source[name].includes('-----BEGIN ')).map(name => ({ path: `${path}.${name}`, message: 'is no PEM text; paste the certificate itself, from -----BEGIN to -----END (a path is not read)' }));
  return [
    ...pem, ...(/[?#]/.test(source.url) ? [{ path: `${path}.url`, message: 'holds a query or fragment, which is not sent; leave it out, and put a key into the secret of this source' }] : []),
    ...(source.auth.kind === 'basic' && !source.auth.user ? [{ path: `${path}.auth.user`, message: 'is missing; basic authentication needs a user beside the secret' }] : []),
  ];
}

function indices(source: Extract<SourceSettings, { system: 'elasticsearch' }>, path: string): Problem[] {
  const named: [string, string | undefined][] = [['alerts.index', source.alerts?.index], ['rules.index', source.rules?.index], ...source.telemetry.map((t, i): [string, string] => [`telemetry[${i}].index`, t.index])];
  return [
    ...named.filter(([, index]) => index?.split(',').some(part => part.trim() === '')).map(([name]) => ({ path: `${path}.${name}`, message: 'holds an empty name, which would mean every index; name the index, alias or pattern' })),
    ...source.telemetry.flatMap((t, i) => (t.lagMinutes < 0 ? [{ path: `${path}.telemetry[${i}].lagMinutes`, message: `${t.lagMinutes} is too little; use at least 0` }] : [])),
  ];
}
