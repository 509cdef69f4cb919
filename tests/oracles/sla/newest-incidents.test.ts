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

  const ask = async (limit: number, filters: object = {}) => {
    const reader = openScope({ orgId: 1, dataSourceUid: 'x' }, { store, settings, settingsVersion: 1, operatorOrgIds: [1], owner: null, clientKey: id => KEYS[id] ?? null });
    const { rows, notices } = await metricQuery('sla.incidents').run(reader, { ...parseQuery({ version: 1, metric: 'sla.incidents', view: 'table', filters, limit }, CATALOG), range: { from: NOW - DAY, to: NOW }, asOf: NOW });
    return { tickets: rows.map(r => r.incident), cut: notices !== undefined };
  };
  const expected = Array.from({ length: 150 }, (_, i) => `T-${250 + i}`);

  it.each([1, 20, 149, 150, 151, 300, 500])('a list of %i', async limit => {
    expect(await ask(limit)).toEqual({ tickets: expected.slice(0, limit), cut: limit < 150 });
  });
  it('of one client', async () => {
    expect(await ask(10, { client: ['globex'] })).toEqual({ tickets: expected.filter((_, i) => i % 2 === 1).slice(0, 10), cut: true });
  });
  it('of more tickets than are looked up by key', async () => {
    await store.transaction(tx => tx.execute(sql`
      insert into ${table('ticket')} (ticket_key, id, native_id, "key", source_key, client_key, tier, created, disposition, disposition_at, disposition_by)
      select 1000 + n, 'desk:ticket:' || n, n::varchar, 'T-' || n, 1, 1 + n % 2, 'high', ${NOW} - (n + 5) * ${MINUTE}, 'true_positive', ${NOW} - n * ${MINUTE}, 'human' from range(400, 1200) r(n)`));
    expect(await ask(900)).toEqual({ tickets: Array.from({ length: 900 }, (_, i) => `T-${250 + i}`), cut: true });
  });
});
