import fc from 'fast-check';
import { openDuckDb } from '../../src/backend/store/duckdb';
import type { Store } from '../../src/backend/store/port';
import { sql } from '../../src/backend/store/sql';
import { table } from '../../src/backend/store/table';
import { caseWorld, worldRuns } from './cases';
import { clear, loadWorld, WorldLoader } from './load';

const facts = async (store: Store) => ({
  items: await store.query(sql`select * from ${table('item')} order by item_clock_key`),
  tickets: await store.query(sql`select * from ${table('ticket')} order by ticket_key`),
  marks: await store.query(sql`select * from ${table('siem_mark')} order by alert_key`),
});

describe('random worlds', () => {
  let store: Store;
  beforeAll(async () => { store = await openDuckDb({ path: ':memory:' }); });
  afterAll(() => store.close());

  it('give the same items whatever the order and size of pages, and however often a row comes again', async () => {
    const { numRuns, ...runs } = worldRuns();
    let items = 0;
    await fc.assert(fc.asyncProperty(caseWorld, fc.infiniteStream(fc.nat()), async (world, dice) => {
      const next = () => dice.next().value;
      await clear(store);
      await loadWorld(store, world);
      const whole = await facts(store);
      items += whole.items.length;

      await clear(store);
      const loader = new WorldLoader(store, world.settings);
      await loader.page({ rules: world.rules });
      const todo: (() => Promise<void>)[] = [];
      for (const alert of world.alerts) {
        // An earlier version of the alert: unhandled, or handled at another time. Its marks must leave no trace.
        const draft = next() % 2 === 0 ? { ...alert, acknowledgedAt: null, acknowledgedBy: null, disposition: null, dispositionAt: null, dispositionBy: null } : { ...alert, acknowledgedAt: alert.changed, acknowledgedBy: 'human' as const };
        if (next() % 3 === 0) todo.push(async () => { await loader.page({ alerts: [draft] }); });
      }
      for (const t of world.tickets) if (next() % 3 === 0) todo.push(async () => { await loader.page({ tickets: [{ ...t, timeline: t.timeline.slice(0, 1 + next() % 3), quotes: t.quotes.slice(0, next() % 2) }] }); });
      for (const page of [...todo].sort(() => (next() % 2) - 0.5)) await page();
      const final: (() => Promise<void>)[] = [];
      for (let i = 0; i < world.alerts.length; i += 3) final.push(() => loader.page({ alerts: world.alerts.slice(i, i + 3) }));
      for (let i = 0; i < world.tickets.length; i += 2) final.push(() => loader.page({ tickets: world.tickets.slice(i, i + 2) }));
      for (const page of final.map(p => ({ p, k: next() })).sort((a, b) => a.k - b.k)) await page.p();
      expect(await facts(store)).toEqual(whole);
    }), { ...runs, numRuns: Math.ceil(numRuns / 20) });
    expect(items).toBeGreaterThan(0);
  }, 120_000);
});
