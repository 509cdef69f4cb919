/** The newest incidents are joined first, and all of them where those did not fill the list: both ways give the rows a whole join gives. */
import { metricQuery } from '../../../src/backend/metrics/all';
import { openScope } from '../../../src/backend/scope/gate';
import { openDuckDb } from '../../../src/backend/store/duckdb';
import type { Store } from '../../../src/backend/store/port';
import { sql } from '../../../src/backend/store/sql';
import { table } from '../../../src/backend/store/table';
import { CATALOG } from '../../../src/catalog';
import { DAY, MINUTE } from '../../../src/model';
import { parseQuery } from '../../../src/query/request';
import { workspaceSchema } from '../../../src/settings/schema';

const NOW = Date.parse('2026-11-20T12:00:00Z');
const settings = workspaceSchema.parse({ clients: [{ id: 'acme', name: 'Acme', zone: 'UTC' }, { id: 'globex', name: 'Globex', zone: 'America/New_York' }] });
const KEYS: Readonly<Record<string, number>> = { acme: 1, globex: 2 };

describe('sla.incidents, the newest first', () => {
  let store: Store;
  beforeAll(async () => {
    store = await openDuckDb({ path: ':memory:' });
    // 400 confirmed tickets, one a minute: the newest 250 of a client that was taken out of the settings, then the two in turn.
    await store.transaction(tx => tx.execute(sql`
      insert into ${table('ticket')} (ticket_key, id, native_id, "key", source_key, client_key, tier, created, disposition, disposition_at, disposition_by)
      select 1000 + n, 'desk:ticket:' || n, n::varchar, 'T-' || n, 1, case when n < 250 then 9 else 1 + n % 2 end, 'high', ${NOW} - (n + 5) * ${MINUTE}, 'true_positive', ${NOW} - n * ${MINUTE}, 'human' from range(400) r(n)`));
  });
  afterAll(() => store.close());

  const run = (limit: number, filters: object) => {
    const reader = openScope({ orgId: 1, dataSourceUid: 'x' }, { store, settings, settingsVersion: 1, operatorOrgIds: [1], owner: null, clientKey: id => KEYS[id] ?? null });
    return metricQuery('sla.incidents').run(reader, { ...parseQuery({ version: 1, metric: 'sla.incidents', view: 'table', filters, limit }, CATALOG), range: { from: NOW - DAY, to: NOW }, asOf: NOW });
  };
  const ask = async (limit: number, filters: object = {}) => {
    const { rows, notices } = await run(limit, filters);
    return { tickets: rows.map(r => r.incident), cut: notices !== undefined };
  };
  const expected = Array.from({ length: 150 }, (_, i) => `T-${250 + i}`);

  it.each([1, 20, 149, 150, 151, 300, 500])('a list of %i', async limit => {
    expect(await ask(limit)).toEqual({ tickets: expected.slice(0, limit), cut: limit < 150 });
  });
  it('of one client', async () => {
    expect(await ask(10, { client: ['globex'] })).toEqual({ tickets: expected.filter((_, i) => i % 2 === 1).slice(0, 10), cut: true });
  });
  it('reads the lives of an item wherever they lie', async () => {
    const lives = (first: number, episode: number, before: number) => sql`
      insert into ${table('item')} (item_clock_key, item_key, ticket_key, client_key, clock, tier, alerts, "start", first_stop, episode)
      select ${first} + n, n, 1000 + n, 1 + n % 2, 'decide', 'high', 2, ${NOW} - n * ${MINUTE} - ${before}, ${NOW} - n * ${MINUTE}, ${episode} from range(250, 400) r(n)`;
    await store.transaction(async tx => { await tx.execute(lives(10_000, 1, 3 * DAY)); await tx.execute(lives(20_000, 2, MINUTE)); });
    const { rows } = await run(300, {});
    expect(rows.map(r => [r.incident, r.detected, r.alerts])).toEqual(Array.from({ length: 150 }, (_, i) => [`T-${250 + i}`, NOW - (250 + i) * MINUTE - 3 * DAY, 2]));
  });
  it('of more tickets than are looked up by key', async () => {
    await store.transaction(tx => tx.execute(sql`
      insert into ${table('ticket')} (ticket_key, id, native_id, "key", source_key, client_key, tier, created, disposition, disposition_at, disposition_by)
      select 1000 + n, 'desk:ticket:' || n, n::varchar, 'T-' || n, 1, 1 + n % 2, 'high', ${NOW} - (n + 5) * ${MINUTE}, 'true_positive', ${NOW} - n * ${MINUTE}, 'human' from range(400, 1200) r(n)`));
    expect(await ask(900)).toEqual({ tickets: Array.from({ length: 900 }, (_, i) => `T-${250 + i}`), cut: true });
  });
});

describe('sla.incidents of the SIEM', () => {
  // Ranges are whole local days; of two zones the earlier one's would be read.
  const oneZone = { ...settings, clients: settings.clients.filter(c => c.id === 'acme') };
  const from = Date.parse('2026-11-19T00:00:00Z');
  const decision = (key: number, at: readonly number[]) => sql`
    insert into ${table('alert')} (alert_key, client_key, tier, bucket, has_ticket, decision_key, disposition_at, "at", rule_name)
    select ${key * 100} + n, 1, 'high', 'true', false, ${key}, nullif(d, 0), ${from} + ${key} * ${MINUTE}, ${`R-${key}`} from (select unnest(${at}::bigint[]) as d, generate_subscripts(${at}::bigint[], 1) as n) r`;
  // 3: judged in the range. 5: the source tells no time (0 here), so the alert's own counts.
  const inside = [decision(3, [from, from + 30_000, from + 80_000]), decision(5, [0])];

  it.each([
    ['none at its begin', []],
    ['one that straddles its begin, which is of the range before', [decision(7, [from - 60_000, from, from + 60_000])]],
    ['one that ended just before', [decision(8, [from - 90_000, from - 30_000])]],
  ])('decisions of a range: %s', async (_name, more) => {
    const store = await openDuckDb({ path: ':memory:' });
    try {
      await store.transaction(async tx => { for (const statement of [...inside, ...more]) await tx.execute(statement); });
      const reader = openScope({ orgId: 1, dataSourceUid: 'x' }, { store, settings: oneZone, settingsVersion: 1, operatorOrgIds: [1], owner: null, clientKey: id => KEYS[id] ?? null });
      const { rows } = await metricQuery('sla.incidents').run(reader, { ...parseQuery({ version: 1, metric: 'sla.incidents', view: 'table', limit: 10 }, CATALOG), range: { from, to: NOW }, asOf: NOW });
      expect(rows.map(r => [r.title, r.alerts, r.confirmed_at])).toEqual([['R-5', 1, from + 5 * MINUTE], ['R-3', 3, from]]);
    } finally { await store.close(); }
  });
});
