import fc from 'fast-check';
import { countStages, type Group } from '../../../src/backend/metrics/pipeline/counted';
import { pipelineLatencyQuery } from '../../../src/backend/metrics/pipeline/latency';
import { LATENCY_STAGES } from '../../../src/catalog/pipeline-latency';
import { openDuckDb } from '../../../src/backend/store/duckdb';
import type { Store } from '../../../src/backend/store/port';
import type { AlertRow } from '../../../src/model';
import { caseWorld, worldRuns } from '../../worlds/cases';
import { clear, loadWorld } from '../../worlds/load';
import { readerOf } from '../../worlds/reader';

describe('pipeline.latency by hand', () => {
  let store: Store;
  beforeAll(async () => { store = await openDuckDb({ path: ':memory:' }); });
  afterAll(() => store.close());

  it('tells alerts that joined a ticket from clocks that disagree (hand case)', async () => {
    await clear(store);
    const T = Date.UTC(2026, 5, 10, 12);
    const minutes = (m: number) => T + m * 60_000;
    // One ticket, created 12:00. Alert, detected (minutes after 12:00), linked (minutes after 12:00, null unknown):
    const cases: [string, number, number | null][] = [
      ['opened', -2, 0], // 2 min before the ticket, quoted at its creation: 120 s
      ['exact', 0, 0], // at its very instant: 0 s
      ['late', 30, 31], // half an hour later, linked then: joined
      ['soon', 3, 4], // inside the allowed skew, but the link came after the creation: joined
      ['skewed', 3, 0], // quoted before it was detected: the clocks disagree by 180 s
      ['broken', 60, 0], // the same by an hour: a link cannot come before its alert, so it is skew all the same
      ['unsaid', 5, null], // link time unknown, 5 min: still within the allowed skew
      ['old', 6, null], // link time unknown, 6 min: joined
    ];
    const drawn = fc.sample(caseWorld, { numRuns: 30, seed: 3 }).find(w => w.alerts.length > 0 && w.tickets.length > 0)!;
    const alerts = cases.map(([id, at]): AlertRow => ({ ...drawn.alerts[0]!, id: `siem:alert:${id}`, nativeId: id, joinId: id, source: 'siem', client: 'acme', event: null, readable: null, detected: minutes(at), changed: minutes(at), gone: null }));
    const ticket = { ...drawn.tickets[0]!, created: T, mergedInto: null, quotes: cases.map(([id, , linked]) => ({ alert: id, found: 'field' as const, linkedAt: linked === null ? null : minutes(linked) })) };
    const world = { ...drawn, alerts, tickets: [ticket], now: minutes(600), range: { from: minutes(-600), to: minutes(600) } };
    const { rows } = await pipelineLatencyQuery.run(readerOf(await loadWorld(store, world)), { groupBy: ['stage'], filters: { stage: ['detected_ticket'] } as never, bucket: 'none', view: 'table', limit: 10, options: {}, range: world.range, asOf: world.now });
    // Measured: 120 s and 0 s, so the median lies half way at 60 s and p90 at 108 s.
    expect(rows).toEqual([expect.objectContaining({ stage: 'detected_ticket', measured: 2, p50: 60, p90: 108, negative: 3, joined: 3, missing: 0, reason: null })]);
  });

  it('says the same of many alerts, counted in bins, as of few, put in order', async () => {
    const saw = { percentiles: 0, above: 0, negative: 0, joined: 0, missing: 0 };
    const runs = worldRuns();
    await fc.assert(fc.asyncProperty(caseWorld, fc.subarray<Group>(['source', 'tier']), async (world, groups) => {
      await clear(store);
      const reader = readerOf(await loadWorld(store, world));
      const asOf = Math.min(world.range.to, world.now);
      const asked = (many: number) => countStages(reader, { groupBy: ['stage', ...groups], filters: {}, bucket: 'none', view: 'table', limit: 10, options: {}, range: world.range, asOf }, groups, LATENCY_STAGES, { zone: 'UTC', range: world.range, clients: null }, undefined, many);
      const said = async (many: number): Promise<string[]> => (await asked(many)).filter(c => c.measured + c.negative + c.joined + c.missing > 0).map(({ keys, ...c }) => JSON.stringify([groups.map(g => keys[`${g}${g === 'source' ? '_key' : ''}`]), Object.entries(c).sort()])).sort();
      expect(await said(0)).toEqual(await said(Infinity));
      for (const c of await asked(0)) { saw.percentiles += c.percentiles[2] === null ? 0 : 1; saw.above += c.above; saw.negative += c.negative; saw.joined += c.joined; saw.missing += c.missing; }
    }), { ...runs, numRuns: Math.ceil(runs.numRuns / 3) });
    for (const n of Object.values(saw)) expect(n).toBeGreaterThan(0);
  }, 300_000);
});
