/**
 * rules.load says the same whether tickets say what they hold of their own client's alerts (docs/adr/064) or their links are asked, over random
 * worlds, spans cut through them, and after alerts changed their rule, client or time. The oracle (rules.check.ts) knows nothing of either way.
 */
import fc from 'fast-check';
import { metricQuery } from '../../../src/backend/metrics/all';
import { openDuckDb } from '../../../src/backend/store/duckdb';
import type { Store } from '../../../src/backend/store/port';
import { sql } from '../../../src/backend/store/sql';
import { table } from '../../../src/backend/store/table';
import { CATALOG } from '../../../src/catalog';
import { DAY, HOUR, MINUTE, type AlertRow, type TicketRow } from '../../../src/model';
import { parseQuery } from '../../../src/query/request';
import { caseWorld, worldRuns } from '../../worlds/cases';
import { clear, loadWorld, type WorldLoader } from '../../worlds/load';
import { readerOf } from '../../worlds/reader';

const question = fc.record({
  groupBy: fc.constantFrom<readonly string[]>([], ['rule'], ['client'], ['rule', 'client'], ['rule', 'tier']), from: fc.integer({ min: -2, max: 8 }), days: fc.constantFrom(1, 3, 6, 20),
  rule: fc.option(fc.constantFrom('test:r0', 'test:r1', 'test:r2'), { nil: undefined, freq: 3 }), client: fc.option(fc.constantFrom('acme', 'bravo'), { nil: undefined, freq: 3 }), only: fc.constantFrom(undefined, undefined, ['acme']),
});
/** What later pages bring: alerts with another rule, client or time. */
const edit = fc.record({ alert: fc.nat(20), rule: fc.constantFrom('test:r0', 'test:r1', null), client: fc.constantFrom('acme', 'bravo', undefined), later: fc.constantFrom(0, 0, 90, 2_000) });

describe('touches on tickets', () => {
  let store: Store;
  beforeAll(async () => { store = await openDuckDb({ path: ':memory:' }); });
  afterAll(() => store.close());

  it('count where an alert of theirs lies in range (hand case)', async () => {
    await clear(store);
    const drawn = fc.sample(caseWorld, { numRuns: 30, seed: 3 }).find(w => w.alerts.length > 0 && w.tickets.length > 0)!;
    const T = Date.UTC(2026, 5, 10, 12);
    const alert = (id: string, day: number, rule: string): AlertRow => ({ ...drawn.alerts[0]!, id: `siem:alert:${id}`, nativeId: id, joinId: id, source: 'siem', client: 'acme', rule, event: null, readable: null, detected: T + day * DAY, changed: T + day * DAY, acknowledgedAt: null, disposition: null, gone: null });
    const ticket = (id: string, day: number, quoted: readonly string[], acts: number): TicketRow => ({
      ...drawn.tickets[0]!, id: `desk:ticket:${id}`, nativeId: id, client: 'acme', created: T + day * DAY, mergedInto: null, gone: null, quotes: quoted.map(q => ({ alert: q, found: 'field', linkedAt: T + day * DAY })),
      timeline: Array.from({ length: acts }, (_, i) => ({ at: T + day * DAY + i, type: 'touched', from: null, to: null, actor: 'human' })),
    });
    // A: one rule, on day 1 and day 5, two touches. B: two rules, day 5, one touch.
    const world = {
      ...drawn, rules: [], alerts: [alert('a1', 1, 'test:r0'), alert('a5', 5, 'test:r0'), alert('b0', 5, 'test:r0'), alert('b1', 5, 'test:r1'), alert('o', 3, 'test:r0'), alert('p', 3, 'test:r1')],
      tickets: [ticket('A', 1, ['a1', 'a5'], 2), ticket('B', 5, ['b0', 'b1'], 1)],
    };
    const loader = await loadWorld(store, world);
    expect(await store.query(sql`select native_id, own_alerts, own_rule_key is null as several, own_first_at, own_last_at from ${table('ticket')} order by 1`)).toEqual([
      { native_id: 'A', own_alerts: 2, several: false, own_first_at: T + DAY, own_last_at: T + 5 * DAY }, { native_id: 'B', own_alerts: 2, several: true, own_first_at: T + 5 * DAY, own_last_at: T + 5 * DAY },
    ]);
    const touches = async (from: number, to: number, groupBy: readonly string[], asOf = T + 9 * DAY) => Object.fromEntries((await answer(loader, { groupBy, from, days: to - from, rule: undefined, client: undefined, only: undefined }, T - 12 * HOUR, asOf)).map(r => [String(r.rule ?? r.client ?? 'all'), r.touches]));
    for (const known of [true, false]) {
      if (!known) await store.transaction(tx => tx.execute(sql`update ${table('ticket')} set own_alerts = null`));
      expect(await touches(0, 9, ['rule'])).toEqual({ 'test:r0': 3, 'test:r1': 1 });
      expect(await touches(0, 9, [])).toEqual({ all: 3 });
      expect(await touches(0, 9, ['client'])).toEqual({ acme: 3 });
      // Between its alerts lies none of A's; each end alone is enough.
      expect(await touches(2, 4, ['rule'])).toEqual({ 'test:r0': 0, 'test:r1': 0 });
      expect(await touches(0, 3, ['rule'])).toMatchObject({ 'test:r0': 2 });
      expect(await touches(4, 9, ['rule'])).toEqual({ 'test:r0': 3, 'test:r1': 1 });
      // Of an instant before B there is no B.
      expect(await touches(0, 9, ['rule'], T + 5 * DAY - 1)).toEqual({ 'test:r0': 2, 'test:r1': 0 });
    }
  });

  it('are those of their links', async () => {
    const runs = worldRuns();
    const saw = { touches: 0, said: 0, several: 0, none: 0 };
    await fc.assert(fc.asyncProperty(caseWorld, fc.array(question, { minLength: 4, maxLength: 4 }), fc.array(edit, { maxLength: 4 }), async (world, questions, edits) => {
      await clear(store);
      const loader = await loadWorld(store, world);
      const changed = new Map(edits.filter(e => e.alert < world.alerts.length).map(e => {
        const a = world.alerts[e.alert]!;
        return [a.id, { ...a, rule: e.rule, client: e.client ?? a.client, detected: a.detected === null ? null : a.detected + e.later * MINUTE, changed: a.changed + MINUTE }];
      }));
      await loader.page({ alerts: [...changed.values()] });
      const asked = () => Promise.all(questions.map(q => answer(loader, q, Math.min(world.now, ...world.alerts.map(a => a.detected ?? a.changed)), world.now)));
      const said = await asked();
      const [counts] = await store.query<{ said: number; several: number; none: number }>(sql`select count(*) filter (where own_rule_key is not null) as said, count(*) filter (where own_alerts > 0 and own_rule_key is null) as several, count(*) filter (where own_alerts = 0) as none from ${table('ticket')}`);
      await store.transaction(tx => tx.execute(sql`update ${table('ticket')} set own_alerts = null, own_rule_key = 1, own_first_at = null`));
      expect(said).toEqual(await asked());
      saw.touches += said.flat().reduce((sum, r) => sum + Number(r.touches), 0);
      for (const k of ['said', 'several', 'none'] as const) saw[k] += counts![k];
    }), { ...runs, numRuns: Math.ceil(runs.numRuns / 2) });
    for (const n of Object.values(saw)) expect(n).toBeGreaterThan(runs.numRuns / 20);
  }, 300_000);
});

async function answer(loader: WorldLoader, { groupBy, from, days, rule, client, only }: { groupBy: readonly string[]; from: number; days: number; rule: string | undefined; client: string | undefined; only: readonly string[] | undefined }, start: number, asOf: number) {
  const query = parseQuery({ version: 1, metric: 'rules.load', groupBy: [...groupBy], filters: { ...(rule && { rule: [rule] }), ...(client && { client: [client] }) }, view: 'table' }, CATALOG);
  const { rows } = await metricQuery('rules.load').run(readerOf(loader, only), { ...query, range: { from: start + from * DAY, to: start + (from + days) * DAY }, asOf });
  return rows;
}
