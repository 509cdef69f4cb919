/** clients.grants against a slow second opinion on random grants, and by hand at the instants where something changes. */
import fc from 'fast-check';
import { metricQuery } from '../../../src/backend/metrics/all';
import { Denied } from '../../../src/backend/scope/reader';
import { openDuckDb } from '../../../src/backend/store/duckdb';
import type { Store } from '../../../src/backend/store/port';
import type { StoreRow } from '../../../src/backend/store/schema';
import { sql } from '../../../src/backend/store/sql';
import { table } from '../../../src/backend/store/table';
import { CATALOG } from '../../../src/catalog';
import { DAY } from '../../../src/model';
import { parseQuery } from '../../../src/query/request';
import { workspaceSchema } from '../../../src/settings/schema';
import { worldRuns } from '../../worlds/cases';
import { loadWorld, type WorldLoader } from '../../worlds/load';
import { readerOf } from '../../worlds/reader';

const NOW = Date.UTC(2026, 10, 24, 12);
const CLIENTS = ['acme', 'bravo', 'coast'];
const grant = (n: number, more: Partial<StoreRow<'client_grant'>> = {}): StoreRow<'client_grant'> => ({
  grant_id: `g${String(n).padStart(16, '0')}`, org_id: 10 + n, uid: `ds-${n}`, clients: '["acme"]', not_before: NOW - 10 * DAY, expires: NOW + 10 * DAY, key_id: 'k1', minted: NOW - 10 * DAY, last_used: null, revoked: null, revoked_reason: null, replaced_by: null, ...more,
});

describe('clients.grants', () => {
  let store: Store;
  let loader: WorldLoader;
  beforeAll(async () => {
    store = await openDuckDb({ path: ':memory:' });
    loader = await loadWorld(store, { settings: workspaceSchema.parse({ zone: 'UTC', clients: CLIENTS.map(id => ({ id, name: id, zone: 'UTC' })) }), alerts: [], tickets: [], rules: [] });
  });
  afterAll(() => store.close());
  const load = (rows: StoreRow<'client_grant'>[]) => store.transaction(async tx => { await tx.execute(sql`delete from ${table('client_grant')}`); await tx.upsert('client_grant', rows); });
  const ask = async (more: Record<string, unknown> = {}, asOf = NOW, only?: string[]) =>
    (await metricQuery('clients.grants').run(readerOf(loader, only), { ...parseQuery({ version: 1, metric: 'clients.grants', ...more }, CATALOG), range: { from: asOf - DAY, to: asOf }, asOf })).rows;

  test('a grant holds from its begin to the millisecond before its end, unless it was revoked by then', async () => {
    await load([grant(1)]);
    const states = async (at: number) => (await ask({ groupBy: [] }, at)).map(r => r.state);
    expect([await states(NOW - 10 * DAY - 1), await states(NOW - 10 * DAY), await states(NOW + 10 * DAY - 1), await states(NOW + 10 * DAY)]).toEqual([[], ['in force'], ['in force'], ['expired']]);
    await load([grant(1, { not_before: NOW, revoked: NOW + DAY })]);
    expect([await states(NOW - 1), await states(NOW), await states(NOW + DAY - 1), await states(NOW + DAY)]).toEqual([['not yet'], ['in force'], ['in force'], ['revoked']]);
  });

  test('by client: how many hold, whose, until when, and why there is none', async () => {
    await load([grant(1), grant(2, { clients: '["acme","coast"]', expires: NOW + 3 * DAY, last_used: NOW - DAY }), grant(3, { clients: '["bravo"]', expires: NOW })]);
    expect(await ask()).toEqual([
      { client: 'acme', in_force: 2, organisation: '11, 12', ends: NOW + 10 * DAY, days_left: 10, last_used: NOW - DAY, reason: null },
      { client: 'bravo', in_force: 0, organisation: null, ends: null, days_left: null, last_used: null, reason: 'no_grant' },
      { client: 'coast', in_force: 1, organisation: '12', ends: NOW + 3 * DAY, days_left: 3, last_used: NOW - DAY, reason: null },
    ]);
    expect((await ask({ filters: { client: ['coast'] } })).map(r => r.client)).toEqual(['coast']);
    expect((await ask({ groupBy: [], filters: { client: ['coast'] } })).map(r => r.grant)).toEqual([grant(2).grant_id]);
  });

  test('one that was revoked before it was ever met is listed with what is known of it', async () => {
    await load([grant(1, { org_id: null, uid: null, clients: '[]', not_before: null, expires: null, key_id: null, minted: null, revoked: NOW - DAY, revoked_reason: 'lost laptop' })]);
    expect(await ask({ groupBy: [] })).toEqual([expect.objectContaining({ state: 'revoked', organisation: null, clients: null, revoked_reason: 'lost laptop', days_left: null })]);
  });

  test('operators alone: a client, and an operator who views as one, are denied; single values are by client', async () => {
    await load([grant(1)]);
    for (const metric of ['clients.grants', 'clients.requests'] as const) {
      await expect(metricQuery(metric).run(readerOf(loader, ['acme']), { ...parseQuery({ version: 1, metric, groupBy: [] }, CATALOG), range: { from: 0, to: NOW }, asOf: NOW })).rejects.toThrow(Denied);
    }
    await expect(ask({ groupBy: [], view: 'alert' })).rejects.toThrow('by client');
  });

  test('as the oracle counts them, on random grants', async () => {
    const at = fc.integer({ min: -40, max: 40 }).map(d => NOW + d * DAY);
    const some = fc.array(fc.record({ clients: fc.uniqueArray(fc.constantFrom(...CLIENTS), { minLength: 1 }), begin: at, length: fc.integer({ min: 1, max: 60 }), minted: at, revoked: fc.option(at), used: fc.option(at), org: fc.integer({ min: 2, max: 5 }) }), { maxLength: 12 });
    let held = 0;
    const { numRuns, ...runs } = worldRuns();
    await fc.assert(fc.asyncProperty(some, at, async (grants, asOf) => {
      await load(grants.map((g, n) => grant(n, { clients: JSON.stringify(g.clients), not_before: g.begin, expires: g.begin + g.length * DAY, minted: g.minted, revoked: g.revoked, last_used: g.used, org_id: g.org })));
      const rows = await ask({}, asOf);
      expect(rows.map(r => r.client)).toEqual(CLIENTS);
      for (const row of rows) {
        // Day by day: everything random here falls on whole days from NOW.
        let ends: number | null = null, n = 0;
        for (const g of grants) {
          if (g.minted > asOf || !g.clients.includes(String(row.client))) continue;
          let holds = false;
          for (let day = 0; day < g.length; day++) if (g.begin + day * DAY === asOf) holds = true;
          if (g.revoked !== null && g.revoked <= asOf) holds = false;
          if (!holds) continue;
          n++;
          if (ends === null || g.begin + g.length * DAY > ends) ends = g.begin + g.length * DAY;
        }
        held += n;
        expect([row.in_force, row.ends, row.days_left]).toEqual([n, ends, ends === null ? null : Math.round((ends - asOf) / DAY)]);
      }
      const byState = await ask({ groupBy: [] }, asOf);
      expect(byState.length).toBe(grants.filter(g => g.minted <= asOf).length);
      const rank = ['in force', 'not yet', 'expired', 'revoked'];
      const order = byState.map(r => rank.indexOf(String(r.state)));
      expect(order).toEqual([...order].sort());
    }), { ...runs, numRuns });
    expect(held).toBeGreaterThan(0);
  }, 120_000);
});
