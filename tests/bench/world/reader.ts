import { openScope } from '../../../src/backend/scope/gate';
import type { ScopedReader } from '../../../src/backend/scope/reader';
import type { Store } from '../../../src/backend/store/port';
import { benchSettings, CLIENT_KEYS } from './settings';

const settings = benchSettings();
/** The real gate over a filled store: as an operator, or narrowed to clients. */
export const benchReader = (store: Store, only?: readonly string[]): ScopedReader => openScope(
  { orgId: 1, dataSourceUid: 'bench' },
  { store, settings, settingsVersion: 1, operatorOrgIds: [1], owner: null, clientKey: id => CLIENT_KEYS.get(id) ?? null },
  only,
);
