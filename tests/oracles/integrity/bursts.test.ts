import fc from 'fast-check';
import { CATALOG } from '../../../src/catalog';
import { metricQuery } from '../../../src/backend/metrics/all';
import { openDuckDb } from '../../../src/backend/store/duckdb';
import { DAY, MINUTE, rowId, SECOND, type TicketEvent, type TicketRow } from '../../../src/model';
import { parseQuery } from '../../../src/query/request';
import { workspaceSchema } from '../../../src/settings/schema';
import { worldRuns } from '../../worlds/cases';
import { loadWorld } from '../../worlds/load';
import { readerOf } from '../../worlds/reader';
import { bursts } from './counters.oracle';
import { fresh } from './worlds';

const T = Date.UTC(2026, 5, 10, 12);
const range = { from: T - DAY, to: T + DAY };
const CLIENTS = ['acme', 'bravo'];
const act = (type: TicketEvent['type'], at: number, actor: TicketEvent['actor']): TicketEvent => ({ at, type, from: null, to: null, actor, reason: null });
const ticket = (i: number, client: string, events: TicketEvent[]): TicketRow => ({
  id: rowId('desk', 'ticket', `B${i}`), source: 'desk', nativeId: `B${i}`, url: null, changed: T, gone: null, key: `B${i}`, title: null, created: T - MINUTE, sourceSeverity: null, tier: 'high', sourceClient: null, client,
  sourceStatus: null, done: false, sourceDisposition: null, disposition: null, dispositionAt: null, dispositionBy: null, origin: 'user', quotes: [], timeline: [act('created', T - MINUTE, 'human'), ...events], mergedInto: null,
});

/** Bounds by bins and parts of bins decide most windows (metrics/integrity/count-bursts): acts to the millisecond about their edges, in crowds and alone, against plain loops. */
it('finds the same crowds as plain loops, wherever acts lie in a bin, of all clients and of each', async () => {
  const store = await openDuckDb({ path: ':memory:' });
  const seen = { crowds: 0, part: 0, alone: 0 };
  const edge = fc.tuple(fc.integer({ min: 0, max: 30 }), fc.constantFrom(-1, 0, 1, 20 * SECOND)).map(([n, off]) => n * 120 * SECOND + off);
  const moment = fc.oneof(edge, fc.integer({ min: 0, max: 60 * MINUTE }), fc.integer({ min: 0, max: 90 }).map(s => 20 * MINUTE + s * SECOND));
  const drafts = fc.array(fc.record({ client: fc.constantFrom(...CLIENTS), ack: fc.option(moment, { freq: 6 }), close: fc.option(moment) }), { minLength: 3, maxLength: 60 });
  await fc.assert(fc.asyncProperty(drafts, fc.integer({ min: 1, max: 8 }), async (given, burstCount) => {
    const settings = workspaceSchema.parse({ zone: 'UTC', clients: CLIENTS.map(id => ({ id, name: id, zone: 'UTC' })), policy: { sla: { targets: [{ hours: { high: { decide: 4 } } }] }, thresholds: { burstCount } } });
    const tickets = given.map((d, i) => ticket(i, d.client, [...(d.ack === null ? [] : [act('acknowledged', T + d.ack, 'human')]), ...(d.close === null ? [] : [act('resolved', T + d.close, 'automation')])]));
    await fresh(store, range.from, []);
    const reader = readerOf(await loadWorld(store, { settings, alerts: [], rules: [], tickets }));
    for (const groupBy of [[], ['client']]) {
      const { rows } = await metricQuery('integrity.counters').run(reader, { ...parseQuery({ version: 1, metric: 'integrity.counters', groupBy, options: { counter: 'bulk_acknowledgements' } }, CATALOG), range, asOf: range.to } as never);
      const expected = (groupBy.length === 0 ? [null] : CLIENTS.filter(c => given.some(d => d.client === c && (d.ack !== null || d.close !== null)))).map(client => {
        const of = (name: 'ack' | 'close') => given.flatMap(d => (d[name] === null || (client !== null && d.client !== client) ? [] : [d[name]]));
        const crowd = bursts({ acknowledge: of('ack'), close: of('close') }, burstCount);
        if (crowd.k === 0) seen.alone++; else if (crowd.k < crowd.n) seen.part++; else seen.crowds++;
        return { ...(client !== null && { client }), value: crowd.n === 0 ? null : crowd.peak, k: crowd.k, n: crowd.n };
      });
      expect(rows.map(({ client, value, k, n }) => ({ ...(client !== undefined && { client }), value, k, n })).sort((a, b) => (String(a.client) < String(b.client) ? -1 : 1))).toEqual(expected);
    }
  }), worldRuns());
  expect(Math.min(seen.crowds, seen.part, seen.alone)).toBeGreaterThan(0);
  await store.close();
}, 240_000);
