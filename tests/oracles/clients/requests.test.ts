/** clients.requests: what the access log wrote, counted again one request at a time. */
import { metricQuery } from '../../../src/backend/metrics/all';
import { AccessLog, type AccessResult } from '../../../src/backend/scope/grants/access-log';
import { openDuckDb } from '../../../src/backend/store/duckdb';
import type { Store } from '../../../src/backend/store/port';
import { CATALOG } from '../../../src/catalog';
import { ACCESS_RESULTS } from '../../../src/catalog/clients-requests';
import { DAY, HOUR } from '../../../src/model';
import { parseQuery } from '../../../src/query/request';
import { workspaceSchema } from '../../../src/settings/schema';
import { random } from '../../security/support/fuzz';
import { loadWorld, type WorldLoader } from '../../worlds/load';
import { readerOf } from '../../worlds/reader';

const NOW = Date.UTC(2026, 10, 24, 12);
const SEED = Number(process.env.SOC_SEED ?? 20261124);
/** Whoever adds a reason for a refusal has to give it a word in the catalog: this object does not compile without it. */
const EVERY: Record<AccessResult, true> = {
  allowed: true, no_organisation: true, no_grant: true, malformed: true, unknown_key: true, signature: true, workspace: true, organisation: true, data_source: true, not_yet: true, expired: true, revoked: true, no_client: true, foreign_settings: true, owner: true, view_as: true,
  operators_only: true, role: true,
};

describe('clients.requests', () => {
  let store: Store;
  let loader: WorldLoader;
  const asked: { at: number; orgId: number; role: string; result: AccessResult }[] = [];
  beforeAll(async () => {
    console.log(`requests: SOC_SEED=${SEED}`);
    store = await openDuckDb({ path: ':memory:' });
    loader = await loadWorld(store, { settings: workspaceSchema.parse({ zone: 'UTC', clients: [{ id: 'acme', name: 'Acme', zone: 'UTC' }] }), alerts: [], tickets: [], rules: [] });
    await store.transaction(tx => tx.upsert('client_grant', [{ grant_id: 'g0000000000000001', org_id: 2, uid: 'x', clients: '["acme"]', not_before: 0, expires: NOW * 2, key_id: 'k', minted: 0, last_used: null, revoked: null, revoked_reason: null, replaced_by: null }]));
    const next = random(SEED);
    const pick = <T>(list: readonly T[]): T => list[Math.floor(next() * list.length)]!;
    const log = new AccessLog();
    for (let i = 0; i < 400; i++) {
      // In the order of time, as requests come.
      const one = { at: NOW - 6 * DAY + Math.floor((i + next()) * 6 * DAY / 400), orgId: pick([1, 2, 3]), role: pick(['Viewer', 'Admin', 'none']), result: pick<AccessResult>(['allowed', 'allowed', 'expired', 'signature']) };
      asked.push(one);
      log.note(one, one.at);
      if (i % 50 === 49) await log.flush(store, one.at);
    }
  });
  afterAll(() => store.close());
  const ask = async (from: number, to: number, more: Record<string, unknown> = {}) =>
    (await metricQuery('clients.requests').run(readerOf(loader), { ...parseQuery({ version: 1, metric: 'clients.requests', ...more }, CATALOG), range: { from, to }, asOf: Math.min(to, NOW) })).rows;

  test.each([[NOW - 3 * DAY, NOW], [NOW - 10 * DAY, NOW + DAY], [NOW - 2 * DAY - 12 * HOUR, NOW - 2 * DAY - 12 * HOUR + 1], [NOW - 40 * DAY, NOW - 30 * DAY], [NOW - 2 * DAY, NOW - 12 * HOUR]])('from %d to %d: each row is the requests of its day, none is missing', async (from, to) => {
    // The days the range touches; its end is not part of it.
    const day = (at: number): string => new Date(at).toISOString().slice(0, 10);
    const days = new Set<string>();
    for (let at = from; at < to; at += HOUR / 2) days.add(day(at));
    days.add(day(to - 1));
    for (const [show, within] of [['denied', asked.filter(a => a.result !== 'allowed')], ['all', asked]] as const) {
      const mine = within.filter(a => days.has(day(a.at)));
      const rows = await ask(from, to, { options: { show } });
      for (const row of rows) {
        const same = mine.filter(a => day(a.at) === day(row.day as number) && String(a.orgId) === row.organisation && a.role === row.role && a.result === row.result);
        expect(row).toEqual({ day: Date.parse(day(same[0]!.at)), organisation: row.organisation, clients: row.organisation === '2' ? 'acme' : null, role: same[0]!.role, result: same[0]!.result, requests: same.length, first: Math.min(...same.map(a => a.at)), last: Math.max(...same.map(a => a.at)) });
      }
      expect(rows.reduce((n, r) => n + Number(r.requests), 0)).toBe(mine.length);
      expect(await ask(from, to, { view: 'alert', options: { show } })).toEqual([{ requests: mine.length }]);
      expect(rows.map(r => r.last)).toEqual([...rows.map(r => r.last)].sort((a, b) => Number(b) - Number(a)));
    }
  });

  test('every reason of a refusal has its word, and no column could name a person', () => {
    expect([...ACCESS_RESULTS].sort()).toEqual(Object.keys(EVERY).sort());
    expect(CATALOG.get('clients.requests')!.columns.filter(c => /user|login|mail|person|name/i.test(c.name))).toEqual([]);
  });
});
