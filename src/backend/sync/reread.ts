import type { WorkspaceSettings } from '../../settings/schema';
import { sql } from '../store/sql';
import { table } from '../store/table';
import type { Committer } from './commit';
import { sourceHash } from './edits';
import { readMeta, writeMeta } from './meta';
import { mappingOf, remapAlerts, type Mapping } from './remap';

/**
 * Exports: takeUpEdits. An edited value map, field or automation list changes what rows say (docs/adr/034). Stored alerts are mapped
 * anew by the words that stand beside them, in the transaction that notes the edit; then the streams of that source are read again from
 * their start while what is stored stays on the panels. Rows that come out the same are not touched, so that costs reading only.
 */
/** By id of a source whose reading begins anew: how many values of stored alerts were mapped anew. */
export async function takeUpEdits(committer: Committer, settings: WorkspaceSettings): Promise<Map<string, number>> {
  const { store, dimensions } = committer.context;
  const again = new Map<string, number>();
  const clients = settings.clients.map(c => c.id);
  for (const source of settings.sources) {
    const name = `source_settings:${source.id}`;
    const hash = sourceHash(source, settings);
    const known = await readMeta<{ hash: string; mapping?: Mapping | null }>(store, name);
    const mapping = mappingOf(source, clients);
    // A store of an older build kept the hash alone: what the old map was is not known then.
    if (known?.hash === hash && known.mapping !== undefined) continue;
    await committer.run(async tx => {
      if (known && known.hash !== hash) {
        await tx.execute(sql`update ${table('stream_state')} set watermark = null, backfilled_to = null, cursor = null, "current" = false, progress = 0 where source = ${source.id}`);
        again.set(source.id, known.mapping && mapping ? await remapAlerts(tx, dimensions, source.id, known.mapping, mapping) : 0);
      }
      await writeMeta(tx, name, { hash, mapping });
    });
  }
  return again;
}
