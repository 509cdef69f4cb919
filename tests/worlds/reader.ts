import { openScope } from '../../src/backend/scope/gate';
import type { ScopedReader } from '../../src/backend/scope/reader';
import type { WorldLoader } from './load';

/** The real gate over a loaded world: as an operator, or narrowed to clients as a client would see it. */
export const readerOf = (loader: WorldLoader, only?: readonly string[]): ScopedReader => openScope(
  { orgId: 1, dataSourceUid: 'world' },
  { store: loader.store, settings: loader.settings, settingsVersion: 1, operatorOrgIds: [1], owner: null, clientKey: loader.clientKey },
  only,
);
