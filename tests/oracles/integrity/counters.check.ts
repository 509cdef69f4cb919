import fc from 'fast-check';
import { CATALOG } from '../../../src/catalog';
import { COUNTERS } from '../../../src/catalog/integrity-counter-list';
import { metricQuery } from '../../../src/backend/metrics/all';
import type { ScopedReader } from '../../../src/backend/scope/reader';
import { DAY } from '../../../src/model';
import { parseQuery } from '../../../src/query/request';
import type { CaseWorld } from '../../worlds/cases';
import { check } from '../one-world/check';
import { asked } from '../rules/local-days';
import { alertCounters, bursts, itemCounters, story, ticketCounters, untracked, type Pair } from './counters.oracle';
import { instant } from './orphans.oracle';
import { historyOf, readings, readStreams } from './worlds';

/** integrity.counters over alerts, tickets and items; what is rare in random worlds has cases by hand (counters.test.ts). */
const ask = (reader: ScopedReader, world: Pick<CaseWorld, 'range' | 'now'>, groupBy: string[]) =>
  metricQuery('integrity.counters').run(reader, { ...parseQuery({ version: 1, metric: 'integrity.counters', groupBy }, CATALOG), range: world.range, asOf: Math.min(world.range.to, world.now) });
const drawn = fc.record({ read: readings, groupBy: fc.constantFrom<string[]>([], ['client']), only: fc.constantFrom<string[] | null>(null, ['acme', 'coast']), burstCount: fc.constantFrom(2, 3, 20), whole: fc.constantFrom(true, true, false) });
export const countersCheck = check('integrity.counters', ['join_completeness', 'unmatched', 'late_links', 'unknown_actors', 'clock_skew', 'conflicts', 'cross_client_links', 'gone', 'reopens', 'closing_only', 'downgrades', 'acknowledged_untouched', 'untracked', 'burst'], drawn, async ({ store, world: plain, reader: open }, { read, groupBy, only, burstCount, whole }, saw) => {
  // Mostly the whole history at once: the counters of a short range are mostly zero and agree with everything.
  const times = [...plain.alerts.map(instant), ...plain.tickets.map(t => t.created), plain.range.from];
  const wide = { from: Math.min(...times) - DAY, to: Math.max(...times) + 60 * DAY };
  const world = { ...plain, ...(whole && { range: wide, now: wide.to }), settings: { ...plain.settings, policy: { ...plain.settings.policy, thresholds: { ...plain.settings.policy.thresholds, burstCount } } } };
  await readStreams(store, world.range.from, read);
  const reader = open(only, world.settings);
  const history = historyOf(world.range.from, read);
  const asOf = Math.min(world.range.to, world.now);
  const byClient = groupBy.includes('client');
  const mine = (client: string, at: number, until = asOf) => (only === null || only.includes(client)) && asked(world, at, client, byClient, until);
  const { rows } = await ask(reader, world, groupBy);

  const clients = byClient ? [...new Set(rows.map(r => String(r.client)))] : [null];
  for (const client of clients) {
    const here = (id: string) => client === null || id === client;
    const alerts = world.alerts.filter(a => here(a.client) && mine(a.client, instant(a)));
    const tickets = world.tickets.filter(t => here(t.client) && mine(t.client, t.created));
    const expected: Record<string, Pair> = { ...alertCounters(alerts, world, asOf), ...ticketCounters(tickets, world, history), ...itemCounters(world, (id, start) => here(id) && mine(id, start), asOf) };
    for (const [counter, [k, n]] of Object.entries(expected)) {
      const row = rows.find(r => r.counter === counter && (client === null || r.client === client));
      if (COUNTERS.find(c => c.id === counter)!.family === 'alerts' && ['unassigned', 'cross_client_links'].includes(counter) && (byClient || only !== null)) { expect(row).toBeUndefined(); continue; }
      const unit = COUNTERS.find(c => c.id === counter)!.unit;
      expect({ counter, client, k: row?.k, n: row?.n, value: row?.value }).toEqual({ counter, client, k, n, value: n === 0 ? null : unit === 'ratio' ? k / n : k });
      saw(counter, k);
    }
    const acts = world.tickets.filter(t => here(t.client)).map(t => ({ client: t.client, ...story(t) }));
    const crowd = bursts({
      acknowledge: acts.filter(a => a.acknowledgedAt !== null && mine(a.client, a.acknowledgedAt)).map(a => a.acknowledgedAt!),
      close: acts.filter(a => a.closedAt !== null && mine(a.client, a.closedAt)).map(a => a.closedAt!),
    }, burstCount);
    const burst = rows.find(r => r.counter === 'bulk_acknowledgements' && (client === null || r.client === client))!;
    expect({ k: burst.k, n: burst.n, value: burst.value, past: burst.past }).toEqual({ k: crowd.k, n: crowd.n, value: crowd.n === 0 ? null : crowd.peak, past: crowd.n === 0 ? null : crowd.peak >= burstCount ? 1 : 0 });
    const late = untracked(world, (id, due) => here(id) && mine(id, due), asOf).length;
    expect(rows.find(r => r.counter === 'untracked' && (client === null || r.client === client))!.k).toBe(late);
    saw('burst', crowd.k);
    saw('untracked', late);
  }
});
