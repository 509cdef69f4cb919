import type { WorkspaceSettings } from '../../../src/settings/schema';
import { loadDimensions } from '../../../src/backend/sync';
import { compareReported } from '../../../src/backend/sync/reported/compared';
import { freezeReported } from '../../../src/backend/sync/reported/freeze';
import type { Store } from '../../../src/backend/store/port';
import { benchSettings, NOW } from './settings';

/** The sources that months rest on, as far as freezing asks. */
const SOURCES = ['siem', 'desk', 'cmdb', 'edr'].map(id => ({ id, enabled: true })) as unknown as WorkspaceSettings['sources'];

/** Freezes the months that have closed, and compares them, as a sync that has read everything does. */
export async function freezeMonths(store: Store, say: (text: string) => void = () => undefined): Promise<void> {
  const context = { settings: { ...benchSettings(), sources: SOURCES }, version: 1, dimensions: await loadDimensions(store), now: NOW };
  for (const flush of [freezeReported, compareReported]) {
    let done;
    do { done = await store.transaction(tx => flush(tx, context, true)); say(flush === freezeReported ? 'months frozen' : 'frozen months compared'); } while (done === 'more');
  }
  await store.checkpoint();
}
