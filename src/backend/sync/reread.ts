import { createHash } from 'node:crypto';
import type { SourceSettings } from '../../settings/sources';
import type { WorkspaceSettings } from '../../settings/schema';
import type { Store } from '../store/port';
import { sql } from '../store/sql';
import { table } from '../store/table';
import { readMeta, writeMeta } from './meta';

/**
 * Exports: rereadChanged. An edited value map, field or automation list changes what rows say: the streams of that source are read again
 * from their start while what is stored stays on the panels. Rows that come out the same are not touched, so this costs reading only.
 */
const TRANSPORT = new Set(['enabled', 'name', 'intervalSeconds', 'historyDays', 'auth', 'ca', 'clientCert', 'clientKey', 'serverName', 'proxy', 'connectTimeoutMs', 'timeoutMs', 'maxBytes', 'concurrency', 'retries']);

const hashOf = (source: SourceSettings, settings: WorkspaceSettings): string => createHash('sha256').update(JSON.stringify([
  Object.entries(source).filter(([name]) => !TRANSPORT.has(name)).sort(([a], [b]) => (a < b ? -1 : 1)), settings.clients.map(c => c.id).sort(),
])).digest('hex').slice(0, 32);

/** Ids of sources whose reading begins anew. */
export async function rereadChanged(store: Store, settings: WorkspaceSettings): Promise<string[]> {
  const again: string[] = [];
  for (const source of settings.sources) {
    const name = `source_settings:${source.id}`;
    const hash = hashOf(source, settings);
    const known = await readMeta<{ hash: string }>(store, name);
    if (known?.hash === hash) continue;
    await store.transaction(async tx => {
      if (known) {
        await tx.execute(sql`update ${table('stream_state')} set watermark = null, backfilled_to = null, cursor = null, "current" = false, progress = 0 where source = ${source.id}`);
        again.push(source.id);
      }
      await writeMeta(tx, name, { hash });
    });
  }
  return again;
}
