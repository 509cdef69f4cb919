/** One condition for all zones says of every row what its client's own range says: on random ranges, clients and instants, edges among them. */
import fc from 'fast-check';
import { before, within } from '../../../src/backend/metrics/shared/conditions';
import { zoneCuts } from '../../../src/backend/metrics/shared/zones';
import { openScope } from '../../../src/backend/scope/gate';
import { openDuckDb } from '../../../src/backend/store/duckdb';
import type { Store } from '../../../src/backend/store/port';
import { sql } from '../../../src/backend/store/sql';
import { workspaceSchema } from '../../../src/settings/schema';
import { worldRuns } from '../../worlds/cases';

const IDS = ['a', 'b', 'c', 'd', 'e', 'f'];
const settings = workspaceSchema.parse({ clients: IDS.map(id => ({ id, name: id, zone: 'UTC' })) });
/** Client f has no row yet, and rows of key 9 are of a client that was taken out of the settings. */
const keyOf = (id: string): number | null => (id === 'f' ? null : IDS.indexOf(id) + 1);
const KEYS = [1, 2, 3, 4, 5, 9];

describe('one scan for all zones', () => {
  let store: Store;
  beforeAll(async () => { store = await openDuckDb({ path: ':memory:' }); });
  afterAll(() => store.close());

  const instant = fc.integer({ min: -6, max: 12 });
  const spans = fc.tuple(fc.shuffledSubarray(IDS, { minLength: 1 }), fc.array(fc.tuple(instant, fc.integer({ min: 0, max: 9 })), { minLength: 1, maxLength: 4 }))
    .map(([ids, ranges]) => ranges.map(([from, length], z) => ({ clients: ids.filter((_, i) => i % ranges.length === z), range: { from, to: from + length } })).filter(s => s.clients.length > 0));

  it('within and before are those of the row’s own client', async () => {
    let [inside, edges] = [0, 0];
    const runs = worldRuns();
    await fc.assert(fc.asyncProperty(spans, fc.array(fc.tuple(fc.constantFrom(...KEYS), instant), { minLength: 1, maxLength: 40 }), fc.boolean(), async (all, rows, whole) => {
      const reader = openScope({ orgId: 1, dataSourceUid: 'x' }, { store, settings, settingsVersion: 1, operatorOrgIds: [1], owner: null, clientKey: keyOf });
      const asked = whole ? [{ clients: null, range: all[0]!.range }] : all;
      const of = (key: number) => asked.find(s => s.clients === null || s.clients.some(id => keyOf(id) === key));
      const list = sql`(select unnest(${rows.map((_, i) => i)}::bigint[]) as i, unnest(${rows.map(r => r[0])}::bigint[]) as client_key, unnest(${rows.map(r => r[1])}::bigint[]) as t)`;
      const holds = async (where: ReturnType<typeof within>) => new Set((await store.query<{ i: number }>(sql`select i from ${list} x where ${where}`)).map(r => r.i));
      const [found, earlier] = [await holds(within(reader, asked, sql`x.t`)), await holds(before(reader, asked, sql`x.t`))];
      rows.forEach(([key, t], i) => {
        const span = of(key);
        expect([key, t, found.has(i)]).toEqual([key, t, span !== undefined && t >= span.range.from && t < span.range.to]);
        if (span) expect([key, t, earlier.has(i)]).toEqual([key, t, t < span.range.from]);
        if (found.has(i)) inside++;
        if (span && (t === span.range.from || t === span.range.to)) edges++;
      });
    }), runs);
    expect(Math.min(inside, edges)).toBeGreaterThan(runs.numRuns / 10);
  }, 120_000);
});

/** Rule 7: a client's values are cut in that client's zone for every viewer, totals over clients in the SOC's. */
describe('the zone of a question that is not by client', () => {
  const settings = workspaceSchema.parse({ zone: 'America/New_York', clients: [{ id: 'a', name: 'A', zone: 'Europe/Berlin' }, { id: 'b', name: 'B', zone: 'Asia/Tokyo' }] });
  const zoneOf = (only: readonly string[] | null, filter?: readonly string[]): string => {
    const reader = openScope({ orgId: 1, dataSourceUid: 'x' }, { store: {} as Store, settings, settingsVersion: 1, operatorOrgIds: [1], owner: null, clientKey: () => 1 }, only ?? undefined);
    return zoneCuts(reader, { from: 0, to: 1 }, false, filter)[0]!.zone;
  };
  it.each<[readonly string[] | null, readonly string[] | undefined, string]>([
    [null, undefined, 'America/New_York'], [null, ['a'], 'Europe/Berlin'], [null, ['a', 'b'], 'America/New_York'], [null, ['unassigned'], 'America/New_York'], [null, ['a', 'unassigned'], 'America/New_York'],
    // Named twice it is one client all the same; a name that nobody bears, or that is out of scope, is as if it were not there.
    [null, ['a', 'a'], 'Europe/Berlin'], [null, ['a', 'nobody'], 'Europe/Berlin'], [null, ['nobody'], 'America/New_York'], [['a'], ['a', 'b'], 'Europe/Berlin'], [['a'], ['b'], 'America/New_York'],
    [['a'], undefined, 'Europe/Berlin'], [['a', 'b'], undefined, 'America/New_York'], [['a', 'b'], ['b'], 'Asia/Tokyo'], [['a'], ['a', 'unassigned'], 'Europe/Berlin'],
  ])('scope %j, filter %j: %s', (only, filter, zone) => { expect(zoneOf(only, filter)).toBe(zone); });
});
