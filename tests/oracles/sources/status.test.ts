import { CATALOG } from '../../../src/catalog';
import { metricQuery } from '../../../src/backend/metrics/all';
import { openDuckDb } from '../../../src/backend/store/duckdb';
import type { Store } from '../../../src/backend/store/port';
import { sql } from '../../../src/backend/store/sql';
import { table } from '../../../src/backend/store/table';
import { storeRow } from '../../../src/backend/store/testing/rows';
import { HOUR, MINUTE } from '../../../src/model';
import { parseQuery } from '../../../src/query/request';
import { workspaceSchema } from '../../../src/settings/schema';
import { loadWorld } from '../../worlds/load';
import { readerOf } from '../../worlds/reader';
import { fresh, streamState } from '../integrity/worlds';

const NOW = Date.UTC(2026, 5, 10, 12);
const ask = (groupBy: string[] = [], filters = {}) => ({ ...parseQuery({ version: 1, metric: 'sources.status', ...(groupBy.length > 0 && { groupBy }), filters }, CATALOG), range: { from: NOW - 24 * HOUR, to: NOW }, asOf: NOW });

describe('sources.status, by hand', () => {
  let store: Store;
  beforeAll(async () => { store = await openDuckDb({ path: ':memory:' }); });
  afterAll(() => store.close());

  const load = async () => {
    await fresh(store, NOW, []);
    const loader = await loadWorld(store, { settings: workspaceSchema.parse({ zone: 'UTC', clients: [{ id: 'acme', name: 'Acme', zone: 'UTC' }] }), alerts: [], tickets: [], rules: [] });
    await store.transaction(async tx => {
      await tx.execute(sql`delete from ${table('stream_state')}`);
      await tx.upsert('stream_state', [
        // Exactly the allowed hour behind is current; a millisecond more is stale.
        streamState('siem', 'on-time', { watermark: NOW - HOUR, last_success: NOW - HOUR, current: true, rows: 10, rejected: 1, waiting: 'no field "verdict" yet.', unlisted: 'Vanished rows were not looked for: part.' }),
        streamState('siem', 'late', { watermark: NOW - HOUR - 1, last_success: NOW - HOUR, current: true }),
        streamState('siem', 'broken', { watermark: NOW - MINUTE, last_success: NOW - MINUTE, last_attempt: NOW, current: true, error: 'siem answered 401.', remedy: 'Renew the key.' }),
        streamState('siem', 'loading', { watermark: NOW - MINUTE, last_success: NOW - MINUTE, current: false, progress: 0.25, eta_ms: 90_000 }),
        streamState('siem', 'new', {}),
        streamState('desk', 'ahead', { watermark: NOW + MINUTE, last_success: NOW, current: true }),
      ]);
    });
    return loader;
  };

  it('says the state of each stream, failing first, and the lag in seconds', async () => {
    const { rows } = await metricQuery('sources.status').run(readerOf(await load()), ask());
    expect(rows.map(r => [r.stream, r.state, r.lag])).toEqual([
      ['broken', 'failing', 60], ['late', 'stale', 3600.001], ['new', 'never read', null], ['loading', 'loading', 60], ['ahead', 'current', 0], ['on-time', 'current', 3600],
    ]);
    expect(rows[0]).toMatchObject({ source: 'siem', system: 'test', error: 'siem answered 401. Renew the key.' });
    expect(rows.find(r => r.stream === 'loading')).toMatchObject({ progress: 0.25, eta: 90 });
    expect(rows.find(r => r.stream === 'on-time')).toMatchObject({ rows: 10, quarantined: 1, last_success: NOW - HOUR, read_to: NOW - HOUR, error: null, remarks: 'no field "verdict" yet. Vanished rows were not looked for: part.' });
    expect(rows.find(r => r.stream === 'late')).toMatchObject({ remarks: null });
  });

  it('names values that no map knows, the most frequent first, and what else can be mended; to operators alone', async () => {
    const loader = await load();
    const notice = (code: string, field: string, value: string, count: number, stream = 'late') => ({ source: 'siem', stream, code, field, value, count, first: NOW, last: NOW });
    await store.transaction(tx => tx.upsert('notice', [
      notice('unknown_value', 'severity', 'P1', 9), notice('unknown_value', 'severity', 'P2', 90), notice('unknown_value', 'severity', 'x'.repeat(60), 5), notice('unknown_value', 'severity', 'P4', 1), notice('unknown_value', 'severity', 'P5', 1),
      notice('unknown_client', 'tenant', 'Umbrella', 2), notice('not_utf8', 'rule', '', 4), notice('pit_expired', '', '', 4), notice('unknown_value', 'severity', 'P9', 1, 'broken'),
    ]));
    const remarks = async (reader: ReturnType<typeof readerOf>) => Object.fromEntries((await metricQuery('sources.status').run(reader, ask())).rows.map(r => [r.stream, r.remarks]));
    const said = await remarks(readerOf(loader));
    expect(said.late).toBe(`rule: text that is not UTF-8 was read; export it as UTF-8. severity: no map knows "P2", "P1", "${'x'.repeat(39)}…" and 2 more; name what each means in this source's maps (or states). tenant: no map knows "Umbrella"; name what each means in this source's maps (or states).`);
    expect(said.broken).toBe('severity: no map knows "P9"; name what each means in this source\'s maps (or states).');
    expect(said.loading).toBeNull();
    expect(Object.values(await remarks(readerOf(loader, ['acme']))).filter(Boolean)).toEqual([]);
    await store.transaction(tx => tx.execute(sql`delete from ${table('notice')}`));
  });

  it('gives alert rules one row per source: the longest lag, and whether any stream fails or is late', async () => {
    const { rows } = await metricQuery('sources.status').run(readerOf(await load()), { ...ask(), view: 'alert' });
    expect(rows).toEqual([{ source: 'desk', lag: 0, failing: 0, late: 0 }, { source: 'siem', lag: 3600.001, failing: 1, late: 1 }]);
  });

  it('keeps to the sources that were asked for, and tells clients of no source without rows of theirs', async () => {
    const loader = await load();
    const { rows } = await metricQuery('sources.status').run(readerOf(loader), ask([], { source: ['desk'] }));
    expect(rows.map(r => r.stream)).toEqual(['ahead']);
    expect((await metricQuery('sources.status').run(readerOf(loader, ['acme']), ask())).rows).toEqual([]);
  });

  it.each(['alert', 'ticket', 'asset_record', 'seen_host'] as const)('tells a client of a source that carries nothing of it but a row of %s, and nothing of its volume and errors', async name => {
    const loader = await load();
    const row = { alert: storeRow('alert', { alert_key: 1n }), ticket: storeRow('ticket', { ticket_key: 1n }), asset_record: storeRow('asset_record', { record_key: 1n }), seen_host: storeRow('seen_host', { host_key: 1n }) }[name];
    await store.transaction(async tx => {
      for (const each of ['alert', 'ticket', 'asset_record', 'seen_host'] as const) await tx.execute(sql`delete from ${table(each)}`);
      await tx.upsert(name, [{ ...row, source_key: loader.dimensions.sourceKey('siem'), client_key: loader.clientKey('acme')! }]);
    });
    const { rows } = await metricQuery('sources.status').run(readerOf(loader, ['acme']), ask());
    expect([...new Set(rows.map(r => r.source))]).toEqual(['siem']);
    expect(rows.find(r => r.stream === 'broken')).toMatchObject({ state: 'failing', rows: null, quarantined: null, error: 'It cannot be read at the moment; the operators of the SOC see why.' });
    await store.transaction(tx => tx.execute(sql`delete from ${table(name)}`));
  });
});
