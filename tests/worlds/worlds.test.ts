import fc from 'fast-check';
import { openDuckDb } from '../../src/backend/store/duckdb';
import type { Store } from '../../src/backend/store/port';
import type { AlertRow, TicketRow } from '../../src/model';
import { sql } from '../../src/backend/store/sql';
import { table } from '../../src/backend/store/table';
import { caseWorld, worldRuns } from './cases';
import { clear, loadWorld, WorldLoader } from './load';

const facts = async (store: Store) => ({
  items: await store.query(sql`select * from ${table('item')} order by item_clock_key`),
  tickets: await store.query(sql`select * from ${table('ticket')} order by ticket_key`),
  marks: await store.query(sql`select * from ${table('siem_mark')} order by alert_key`),
});

/** A page names a row once: the engine sees to that before it writes (sync/pipeline). */
const once = <T extends { readonly id: string }>(rows: readonly T[]): T[] => [...new Map(rows.map(r => [r.id, r])).values()];
interface Page { readonly alerts?: readonly AlertRow[]; readonly tickets?: readonly TicketRow[] }
/** Rows in any order, in pages of 1 to 23, alerts and tickets mixed. */
function paged(rows: readonly Page[], next: () => number): Page[] {
  const shuffled = rows.map(row => ({ row, at: next() })).sort((a, b) => a.at - b.at).map(x => x.row);
  const out: Page[] = [];
  for (let i = 0; i < shuffled.length;) {
    const page = shuffled.slice(i, i += 1 + (next() % 23));
    out.push({ alerts: once(page.flatMap(p => p.alerts ?? [])), tickets: once(page.flatMap(p => p.tickets ?? [])) });
  }
  return out;
}

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
      // Earlier versions of the rows: unhandled, or handled at another time; a shorter history, fewer alerts. They must leave no trace.
      const earlier: Page[] = [
        ...world.alerts.filter(() => next() % 3 === 0).map(a => ({ alerts: [next() % 2 === 0 ? { ...a, acknowledgedAt: null, acknowledgedBy: null, disposition: null, dispositionAt: null, dispositionBy: null } : { ...a, acknowledgedAt: a.changed, acknowledgedBy: 'human' as const }] })),
        ...world.tickets.filter(() => next() % 3 === 0).map(t => ({ tickets: [{ ...t, timeline: t.timeline.slice(0, 1 + next() % 3), quotes: t.quotes.slice(0, next() % 2) }] })),
      ];
      for (const page of paged(earlier, next)) await loader.page(page);
      // A fifth of the rows comes a second time, anywhere after the first.
      const final: Page[] = [...world.alerts.map(a => ({ alerts: [a] })), ...world.tickets.map(t => ({ tickets: [t] }))];
      for (const page of paged([...final, ...final.filter(() => next() % 5 === 0)], next)) await loader.page(page);
      expect(await facts(store)).toEqual(whole);
    }), { ...runs, numRuns });
    expect(items).toBeGreaterThan(0);
  }, 600_000);
});
