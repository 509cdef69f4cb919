/** Times to decide that lie close together, tie with open ages and straddle the bins they are put together in: the curve of every single time gives the same quantiles. */
import fc from 'fast-check';
import { metricQuery } from '../../../src/backend/metrics/all';
import { openScope } from '../../../src/backend/scope/gate';
import { openDuckDb } from '../../../src/backend/store/duckdb';
import type { Store } from '../../../src/backend/store/port';
import { sql } from '../../../src/backend/store/sql';
import { table } from '../../../src/backend/store/table';
import { CATALOG } from '../../../src/catalog';
import { HOUR } from '../../../src/model';
import { parseQuery } from '../../../src/query/request';
import { workspaceSchema } from '../../../src/settings/schema';
import { worldRuns } from '../../worlds/cases';

const NOW = Date.parse('2026-11-20T12:00:00Z');
const settings = workspaceSchema.parse({ clients: [{ id: 'acme', name: 'Acme', zone: 'UTC' }, { id: 'globex', name: 'Globex', zone: 'America/New_York' }] });
interface Item { readonly client: number; readonly tier: 'high' | 'low'; readonly took: number; readonly decided: boolean }
const item = fc.record<Item>({
  client: fc.integer({ min: 1, max: 2 }), tier: fc.constantFrom('high', 'low'), decided: fc.boolean().chain(b => (b ? fc.constant(true) : fc.boolean())),
  took: fc.oneof(fc.integer({ min: 0, max: 45_000 }), fc.constantFrom(0, 9_999, 10_000, 10_001, 19_999, 20_000, 30_000)),
});

/** Product limit, one time after the other, in whole numbers: the share left is `left` of `of`. Seconds. */
function reached(items: readonly Item[], tenths: bigint): number | null {
  let [left, of] = [1n, 1n];
  for (const took of [...new Set(items.filter(i => i.decided).map(i => i.took))].sort((a, b) => a - b)) {
    const running = items.filter(i => i.took >= took).length;
    const decided = items.filter(i => i.took === took && i.decided).length;
    [left, of] = [left * BigInt(running - decided), of * BigInt(running)];
    if (left * 10n <= tenths * of) return took / 1_000;
  }
  return null;
}

describe('sla.time_to_decide', () => {
  let store: Store;
  beforeAll(async () => { store = await openDuckDb({ path: ':memory:' }); });
  afterAll(() => store.close());

  it.each([[['tier']], [['tier', 'client']]])('is the quantile of the curve of every time, by %s', async groupBy => {
    let crossed = 0;
    const runs = worldRuns();
    await fc.assert(fc.asyncProperty(fc.array(item, { minLength: 1, maxLength: 60 }), async items => {
      await store.transaction(async tx => {
        await tx.execute(sql`delete from ${table('item')}`);
        for (const [i, { client, tier, took, decided }] of items.entries()) {
          const start = decided ? NOW - HOUR : NOW - took;
          await tx.execute(sql`insert into ${table('item')} (item_clock_key, item_key, client_key, clock, tier, start, stop) values (${BigInt(i + 1)}, ${BigInt(i + 1)}, ${client}, 'decide', ${tier}, ${start}, ${decided ? start + took : null})`);
        }
      });
      const reader = openScope({ orgId: 1, dataSourceUid: 'x' }, { store, settings, settingsVersion: 1, operatorOrgIds: [1], owner: null, clientKey: id => ({ acme: 1, globex: 2 })[id] ?? null });
      const { rows } = await metricQuery('sla.time_to_decide').run(reader, { ...parseQuery({ version: 1, metric: 'sla.time_to_decide', groupBy }, CATALOG), range: { from: NOW - 2 * HOUR, to: NOW }, asOf: NOW });
      const heads = [...new Set(items.map(i => `${groupBy.includes('client') ? i.client : 0}|${i.tier}`))];
      const said = rows.map(r => [r.client ?? null, r.tier, r.items, r.decided, r.p50, r.p90, r.oldest]);
      const expected = heads.map(head => {
        const mine = items.filter(i => `${groupBy.includes('client') ? i.client : 0}|${i.tier}` === head);
        const open = mine.filter(i => !i.decided).map(i => i.took / 1_000);
        return [groupBy.includes('client') ? 'unassigned' : null, mine[0]!.tier, mine.length, mine.length - open.length, reached(mine, 5n), reached(mine, 1n), open.length === 0 ? null : Math.max(...open)];
      });
      const order = (list: unknown[][]): string[] => list.map(r => JSON.stringify(r)).sort();
      expect(order(said)).toEqual(order(expected));
      crossed += said.filter(r => r[5] !== null).length;
    }), { ...runs, numRuns: Math.ceil(runs.numRuns / 2) });
    expect(crossed).toBeGreaterThan(runs.numRuns / 4);
  }, 300_000);
});
