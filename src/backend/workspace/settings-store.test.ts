/** Which settings the store holds: numbers go up, an older edit never wins, and what an older build wrote gives way without taking its number along. */
import { workspaceSchema } from '../../settings/schema';
import { openDuckDb } from '../store/duckdb';
import type { Store } from '../store/port';
import { sql } from '../store/sql';
import { table } from '../store/table';
import { newestSettings, recordSettings } from './settings-store';

const of = (zone: string) => workspaceSchema.parse({ zone, clients: [{ id: 'acme', name: 'Acme', zone: 'UTC' }] });
let store: Store;
beforeEach(async () => { store = await openDuckDb({ path: ':memory:' }); });
afterEach(() => store.close());
const versions = () => store.query(sql`select version, updated from ${table('settings_version')} order by version`);

test('each change is a version of its own; the same words are none', async () => {
  expect(await recordSettings(store, of('UTC'), 'editor', 10, 10)).toMatchObject({ accepted: true, changed: true, applied: { version: 1 } });
  expect(await recordSettings(store, of('UTC'), 'editor', 20, 20)).toMatchObject({ accepted: true, changed: false, applied: { version: 1, updated: 10 } });
  expect(await recordSettings(store, of('Europe/Berlin'), 'editor', 30, 30)).toMatchObject({ changed: true, applied: { version: 2 } });
  expect(await newestSettings(store)).toMatchObject({ version: 2, settings: { zone: 'Europe/Berlin' } });
});

test('an older edit of one carrier never wins over its newer one', async () => {
  await recordSettings(store, of('UTC'), 'editor', 30, 30);
  expect(await recordSettings(store, of('Europe/Berlin'), 'editor', 29, 40)).toMatchObject({ accepted: false, changed: false, applied: { version: 1, settings: { zone: 'UTC' } } });
  expect(await recordSettings(store, of('Europe/Berlin'), 'file', 29, 40)).toMatchObject({ accepted: true, applied: { version: 2 } });
});

test('settings that this build does not take any more give way, and the next ones come after them', async () => {
  const unread = JSON.stringify({ ...of('UTC'), clients: 'nobody knows any more what stood here' });
  await store.transaction(tx => tx.upsert('settings_version', [1, 2].map(version => ({ version, hash: `h${version}`, carrier: 'editor', updated: 90, applied: 90, settings: unread }))));
  expect(await newestSettings(store)).toBeNull();
  expect(await recordSettings(store, of('UTC'), 'editor', 50, 100)).toMatchObject({ accepted: true, changed: true, applied: { version: 3 } });
  expect(await newestSettings(store)).toMatchObject({ version: 3 });
  expect(await versions()).toEqual([{ version: 1, updated: 90 }, { version: 2, updated: 90 }, { version: 3, updated: 50 }]);
});
