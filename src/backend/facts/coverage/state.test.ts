/** What one asset's sightings mean does not hang on the order in which the store gives them. */
import { DAY, HOUR } from '../../../model';
import { workspaceSchema } from '../../../settings/schema';
import { makeRules, type Rules } from './rules';
import { judge, seenBy, type Sighting } from './state';
import { volumeByDay } from './volume';

const { policy } = workspaceSchema.parse({ clients: [{ id: 'acme', name: 'Acme', zone: 'Australia/Sydney' }] });
const TODAY = 20_600;
const streams = (['edr', 'logs', 'soc'] as const).map(source => ({ source, stream: 'all', evidence: null, client: null, loaded: true, days: new Map(Array.from({ length: 40 }, (_, i) => [TODAY - 39 + i, { readTo: (TODAY - 38 + i) * DAY, hosts: 100 }])) }));
const rules = makeRules(policy.coverage, { id: 'acme', zone: 'Australia/Sydney' }, 'endpoint', 'server', new Set(), streams, TODAY);
const seen = (source: string, evidence: Sighting['evidence'], from: number, to: number, count: number, day = TODAY): Sighting => ({ source, evidence, day, first: day * DAY + from * HOUR, last: day * DAY + to * HOUR, count, weak: false });
const orders = <T>(list: readonly T[]): T[][] => (list.length < 2 ? [[...list]] : list.flatMap((first, i) => orders(list.filter((_, k) => k !== i)).map(rest => [first, ...rest])));

test('events of a local day are the same sum, to the last digit', () => {
  // Local midnight is at 14:00 UTC: each is cut in two.
  const sightings = [seen('edr', 'agent_events', 3, 20, 7), seen('edr', 'host_logs', 2, 23, 1_001), seen('logs', 'host_logs', 5, 17, 13), seen('soc', 'agent_events', 1, 15, 99_991)];
  const sums = (list: readonly (readonly [number, number])[]): string => JSON.stringify([...list].sort((a, b) => a[0] - b[0]));
  expect(new Set(orders(sightings).map(list => sums([...volumeByDay(list, 'Australia/Sydney')]))).size).toBeGreaterThan(1);
  expect(new Set(orders(sightings).map(list => sums([...seenBy(list, rules).volume()]))).size).toBe(1);
});

test('of kinds of evidence that one source saw last at one instant, the same is asked whether it was lost', () => {
  const sightings = [seen('edr', 'host_logs', 3, 4, 1, TODAY - 5), seen('edr', 'agent_events', 3, 4, 1, TODAY - 5)];
  const some: Rules = { ...rules, lost: (_source, evidence) => evidence === 'agent_events' };
  expect(new Set(orders(sightings).map(list => judge(seenBy(list, some), TODAY * DAY, some).reason))).toEqual(new Set(['with_source:edr']));
});
