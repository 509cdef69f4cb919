import fc from 'fast-check';
import { openDuckDb } from '../../src/backend/store/duckdb';
import type { Store } from '../../src/backend/store/port';
import { rowId, type AlertRow, type TicketRow } from '../../src/model';
import { workspaceSchema } from '../../src/settings/schema';
import { sql } from '../../src/backend/store/sql';
import { table } from '../../src/backend/store/table';
import { caseWorld, worldRuns } from './cases';
import { clear, loadWorld, WorldLoader } from './load';

const T0 = Date.UTC(2026, 5, 1);
const facts = async (store: Store) => ({
  items: await store.query(sql`select * from ${table('item')} order by item_clock_key`),
  tickets: await store.query(sql`select * from ${table('ticket')} order by ticket_key`),
  /** Verdicts and decisions with their heads. */
  alerts: await store.query(sql`select * from ${table('alert')} order by alert_key`),
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

  it('give the same items, verdicts and decisions whatever the order and size of pages, and however often a row comes again', async () => {
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

describe('acts in the SIEM that come one by one', () => {
  // metrics.md §2, Decision: within 60 s of each other, and neighbours chain. The one that joins two others comes last.
  it.each([[60_000, 1], [60_001, 3]])('%d ms apart are %d of each, decision and item, as if they had come together', async (gap, expected) => {
    const store = await openDuckDb({ path: ':memory:' });
    try {
      const settings = workspaceSchema.parse({ zone: 'UTC', clients: [{ id: 'acme', name: 'Acme', zone: 'UTC' }], policy: { sla: { targets: [{ hours: { high: { decide: 4 } } }] } } });
      const judged = (n: number): AlertRow => ({
        id: rowId('siem', 'alert', `A${n}`), source: 'siem', nativeId: `A${n}`, url: null, changed: T0, gone: null, joinId: `A${n}`, rule: 'test:r', ruleName: 'R', ruleRevision: null, event: null, detected: T0, readable: null, sourceSeverity: null, tier: 'high',
        sourceClient: null, client: 'acme', sourceStatus: null, acknowledgedAt: null, acknowledgedBy: null, sourceDisposition: null, disposition: 'false_positive', dispositionAt: T0 + n * gap, dispositionBy: 'human', suppressed: 0,
      });
      const loader = await loadWorld(store, { settings, alerts: [], tickets: [], rules: [] });
      for (const n of [0, 2, 1]) await loader.page({ alerts: [judged(n)] });
      const [found] = await store.query(sql`select (select count(distinct decision_key)::integer from ${table('alert')}) as decisions, (select count(*)::integer from ${table('item')} where clock = 'decide') as items`);
      expect(found).toEqual({ decisions: expected, items: expected });
    } finally { await store.close(); }
  });
});
