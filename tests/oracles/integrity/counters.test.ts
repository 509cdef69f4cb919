import fc from 'fast-check';
import { CATALOG } from '../../../src/catalog';
import { COUNTERS } from '../../../src/catalog/integrity-counter-list';
import { metricQuery } from '../../../src/backend/metrics/all';
import type { ScopedReader } from '../../../src/backend/scope/reader';
import { openDuckDb } from '../../../src/backend/store/duckdb';
import type { Store } from '../../../src/backend/store/port';
import { DAY, MINUTE, rowId, type AlertRow, type Disposition, type TicketEvent, type TicketRow } from '../../../src/model';
import { parseQuery } from '../../../src/query/request';
import { workspaceSchema } from '../../../src/settings/schema';
import { worldRuns, type CaseWorld } from '../../worlds/cases';
import { loadWorld } from '../../worlds/load';
import { readerOf } from '../../worlds/reader';
import { bursts } from './counters.oracle';
import { fresh, streamState } from './worlds';

const ask = (reader: ScopedReader, world: Pick<CaseWorld, 'range' | 'now'>, groupBy: string[] = [], given: object = {}) =>
  metricQuery('integrity.counters').run(reader, { ...parseQuery({ version: 1, metric: 'integrity.counters', groupBy, ...given }, CATALOG), range: world.range, asOf: Math.min(world.range.to, world.now) });
const T = Date.UTC(2026, 5, 10, 12);
const range = { from: T - DAY, to: T + 5 * DAY };

describe('integrity.counters', () => {
  let store: Store;
  beforeAll(async () => { store = await openDuckDb({ path: ':memory:' }); });
  afterAll(() => store.close());

  it('finds twenty acknowledgements in any ten minutes, wherever they begin, and not twenty in ten minutes and one', async () => {
    const crowd = (last: number) => world(Array.from({ length: 20 }, (_, i) => ticket(i, [act('acknowledged', i === 19 ? last : i * 10_000)])));
    await fresh(store, range.from, []);
    const [inside] = (await ask(readerOf(await loadWorld(store, crowd(10 * MINUTE - 1))), { range, now: range.to }, [], { options: { counter: 'bulk_acknowledgements' } })).rows;
    expect(inside).toMatchObject({ value: 20, k: 20, n: 20, threshold: 20, state: 'past threshold', past: 1 });
    expect(inside!.headlines).toContain('SLA adherence');
    await fresh(store, range.from, []);
    const [outside] = (await ask(readerOf(await loadWorld(store, crowd(10 * MINUTE))), { range, now: range.to }, [], { options: { counter: 'bulk_acknowledgements' } })).rows;
    expect(outside).toMatchObject({ value: 19, k: 0, n: 20, state: 'ok', past: 0 });
  });

  it('calls 19 closes in 61 s no burst, and the twentieth one', async () => {
    const closes = (n: number) => world(Array.from({ length: n }, (_, i) => ticket(i, [act('closed', Math.round((i * 61_000) / 18))])));
    const burst = async (n: number) => { await fresh(store, range.from, []); return (await ask(readerOf(await loadWorld(store, closes(n))), { range, now: range.to }, [], { options: { counter: 'bulk_acknowledgements' } })).rows[0]!; };
    // A human close acknowledges too: 19 (20) acts of each kind, counted apart.
    expect(await burst(19)).toMatchObject({ value: 19, k: 0, n: 38, state: 'ok', reading: '19', agreed: 'fewer than 20' });
    expect(await burst(20)).toMatchObject({ value: 20, k: 40, n: 40, state: 'past threshold' });
  });

  it('gives every row its own unit', async () => {
    await fresh(store, range.from, []);
    await store.transaction(async tx => { await tx.upsert('stream_state', [streamState('siem', 'alerts', { watermark: range.to - 90 * MINUTE, last_success: range.to - 90 * MINUTE, last_attempt: range.to, current: true })]); });
    const { rows } = await ask(readerOf(await loadWorld(store, world([ticket(1, [act('closed', MINUTE)]), ticket(2, [act('acknowledged', MINUTE), act('closed', 2 * MINUTE)]), ticket(3, [act('acknowledged', MINUTE)])]))), { range, now: range.to });
    const of = (id: string) => rows.find(r => r.counter === id)!;
    // Of two closed tickets one saw nothing but its closing. Of the two acknowledged before a decision, one was touched within 2 h.
    expect(of('closing_only')).toMatchObject({ k: 1, n: 2, value: 0.5, reading: '50.0 %', agreed: 'at most 50.0 %', state: 'ok' });
    expect(of('acknowledged_untouched')).toMatchObject({ k: 1, n: 2, reading: '50.0 %', agreed: 'at most 20.0 %', state: 'past threshold' });
    expect(of('source_lag')).toMatchObject({ value: 106 * 86_400, reading: '106 d', agreed: 'at most 1 h' });
    expect(of('gone')).toMatchObject({ value: 0, reading: '0', agreed: 'at most 0' });
    expect(of('join_completeness')).toMatchObject({ value: null, reading: null, agreed: 'at least 95.0 %' });
  });

  it('finds the same crowds as plain loops, on random acts', async () => {
    const minutes = fc.array(fc.record({ ack: fc.option(fc.integer({ min: 0, max: 80 }), { freq: 5 }), close: fc.option(fc.constantFrom(0, 1, 9, 10, 11, 19, 20, 21, 40, 50, 60)) }), { minLength: 5, maxLength: 30 });
    let crowds = 0;
    await fc.assert(fc.asyncProperty(minutes, fc.integer({ min: 2, max: 6 }), async (drafts, burstCount) => {
      const tickets = drafts.map((d, i) => ticket(i, [...(d.ack === null ? [] : [act('acknowledged', d.ack * MINUTE)]), ...(d.close === null ? [] : [{ ...act('resolved', d.close * MINUTE), actor: 'automation' as const }])]));
      const plain = world(tickets);
      const settings = { ...plain.settings, policy: { ...plain.settings.policy, thresholds: { ...plain.settings.policy.thresholds, burstCount } } };
      await fresh(store, range.from, []);
      const [row] = (await ask(readerOf(await loadWorld(store, { ...plain, settings })), { range, now: range.to }, [], { options: { counter: 'bulk_acknowledgements' } })).rows;
      const crowd = bursts({ acknowledge: drafts.flatMap(d => (d.ack === null ? [] : [d.ack * MINUTE])), close: drafts.flatMap(d => (d.close === null ? [] : [d.close * MINUTE])) }, burstCount);
      crowds += crowd.k;
      expect({ value: row!.value, k: row!.k, n: row!.n }).toEqual({ value: crowd.n === 0 ? null : crowd.peak, k: crowd.k, n: crowd.n });
    }), worldRuns());
    expect(crowds).toBeGreaterThan(0);
  }, 240_000);

  it('counts conflicting verdicts, and those with a true positive among them', async () => {
    await fresh(store, range.from, []);
    const judged = (i: number, quoted: string[], disposition: Disposition): TicketRow => ({
      ...ticket(i, [{ ...act('disposition_set', MINUTE), to: disposition }]), disposition, dispositionAt: T + MINUTE, dispositionBy: 'human', quotes: quoted.map(id => ({ alert: id, found: 'field', linkedAt: null })),
    });
    // one: true and false; two: benign and false; three: false twice; four: alone, long past its decide target.
    const cases = [judged(1, ['one'], 'true_positive'), judged(2, ['one', 'two', 'three'], 'false_positive'), judged(3, ['two'], 'benign_positive'), judged(4, ['three'], 'false_positive')];
    const { rows } = await ask(readerOf(await loadWorld(store, { ...world(cases), alerts: ['one', 'two', 'three', 'four'].map(alert) })), { range, now: range.to });
    const of = (counter: string) => rows.find(r => r.counter === counter);
    expect(of('conflicts')).toMatchObject({ k: 2, n: 4, value: 0.5, threshold: 0.02, state: 'past threshold' });
    expect(of('conflicts_with_true')).toMatchObject({ k: 1, n: 4, value: 1, state: 'no threshold' });
    expect(of('review_completeness')).toMatchObject({ k: 1, n: 4, value: 0.25, state: 'past threshold' });
    expect(of('join_completeness')).toMatchObject({ k: 3, n: 4, value: 0.75, threshold: 0.95, state: 'past threshold' });
    expect(of('untracked')).toMatchObject({ k: 1, n: null, value: 1 });
  });

  it('counts a pause on the decide clock, and none that no policy allows', async () => {
    const paused = [act('paused', 5 * MINUTE, 'waiting for client'), act('resumed', 20 * MINUTE), act('resolved', 30 * MINUTE)];
    const unallowed = [act('paused', 5 * MINUTE, 'lunch'), act('resumed', 20 * MINUTE), act('resolved', 30 * MINUTE)];
    await fresh(store, range.from, []);
    const { rows } = await ask(readerOf(await loadWorld(store, world([ticket(1, paused), ticket(2, unallowed), ticket(3, [act('resolved', MINUTE)])]))), { range, now: range.to }, [], { options: { counter: 'paused_share' } });
    expect(rows).toMatchObject([{ counter: 'paused_share', k: 1, n: 3, value: 1 / 3, state: 'past threshold' }]);
  });

  it('is null with its reason where nothing was read, and keeps operators’ counters from clients', async () => {
    await fresh(store, range.from, []);
    await store.transaction(async tx => { await tx.upsert('stream_state', [streamState('desk', 'tickets', { kind: 'ticket' })]); });
    const loaded = await loadWorld(store, world([]));
    const { rows } = await ask(readerOf(loaded), { range, now: range.to });
    expect(rows.map(r => r.counter).sort()).toEqual(COUNTERS.map(c => c.id).sort());
    for (const r of rows) expect([r.counter, r.value, r.reason]).toEqual([r.counter, null, ['source_lag', 'quarantined_rows', 'registry_age', 'refused_ahead'].includes(String(r.counter)) ? 'never_read' : 'no_rows']);
    expect(rows.filter(r => r.state === 'past threshold').map(r => r.counter)).toEqual(['source_lag']);
    const client = await ask(readerOf(loaded, ['acme']), { range, now: range.to });
    const seen = client.rows.map(r => r.counter);
    for (const c of ['cross_client_links', 'unassigned', 'source_lag', 'quarantined_rows', 'registry_age']) expect(seen).not.toContain(c);
    expect(seen).toContain('join_completeness');
  });

  it('says how far sources lag and what was refused', async () => {
    await fresh(store, range.from, []);
    const now = T;
    const quarantined = { source: 'siem', stream: 'alerts', native_id: null, sample: null };
    await store.transaction(async tx => {
      await tx.upsert('stream_state', [
        streamState('desk', 'tickets', { kind: 'ticket', watermark: now - 10 * MINUTE, last_success: now, last_attempt: now, current: true }),
        streamState('siem', 'alerts', { watermark: now - 90 * MINUTE, last_success: now - 90 * MINUTE, last_attempt: now, current: true }),
      ]);
      await tx.upsert('quarantine', [
        { ...quarantined, reason: 'no id', field: 'id', count: 3, first: now - 20 * DAY, last: now - MINUTE },
        { ...quarantined, reason: 'old', field: 'time', count: 7, first: now - 20 * DAY, last: now - 10 * DAY },
      ]);
    });
    const { rows } = await ask(readerOf(await loadWorld(store, world([]))), { range, now });
    expect(rows.find(r => r.counter === 'source_lag')).toMatchObject({ value: 5400, k: 1, n: 2, threshold: 3600, state: 'past threshold' });
    expect(rows.find(r => r.counter === 'quarantined_rows')).toMatchObject({ value: 3, k: 3, n: null, threshold: 0, state: 'past threshold' });
  });

  it('has every counter that a headline names', () => {
    const known = COUNTERS.map(c => c.id as string);
    for (const entry of CATALOG.values()) for (const c of entry.counters) expect([entry.id, c, known.includes(c)]).toEqual([entry.id, c, true]);
  });
});

const act = (type: TicketEvent['type'], after: number, reason: string | null = null): TicketEvent => ({ at: T + after, type, from: null, to: null, actor: 'human', reason });
const ticket = (i: number, events: TicketEvent[]): TicketRow => ({
  id: rowId('desk', 'ticket', `B${i}`), source: 'desk', nativeId: `B${i}`, url: null, changed: T, gone: null, key: `SOC-B${i}`, title: null, created: T, sourceSeverity: null, tier: 'high', sourceClient: null, client: 'acme',
  sourceStatus: null, done: events.some(e => e.type === 'resolved'), sourceDisposition: null, disposition: null, dispositionAt: null, dispositionBy: null, origin: 'user', quotes: [],
  timeline: [{ at: T, type: 'created', from: null, to: null, actor: 'human' }, ...events], mergedInto: null,
});
const alert = (nativeId: string): AlertRow => ({
  id: rowId('siem', 'alert', nativeId), source: 'siem', nativeId, url: null, changed: T, gone: null, joinId: nativeId, rule: null, ruleName: null, ruleRevision: null, event: null, detected: T, readable: null,
  sourceSeverity: null, tier: 'high', sourceClient: null, client: 'acme', sourceStatus: null, acknowledgedAt: null, acknowledgedBy: null, sourceDisposition: null, disposition: null, dispositionAt: null, dispositionBy: null, suppressed: 0,
});
function world(tickets: TicketRow[]): CaseWorld {
  const settings = workspaceSchema.parse({ zone: 'UTC', clients: [{ id: 'acme', name: 'Acme', zone: 'UTC' }], policy: { sla: { targets: [{ hours: { high: { decide: 4 } } }], allowedPauses: ['waiting for client'] } } });
  return { settings, alerts: [], rules: [], tickets, now: range.to, range };
}
