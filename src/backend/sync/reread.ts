import type { WorkspaceSettings } from '../../settings/schema';
import { sql } from '../store/sql';
import type { Transaction } from '../store/port';
import { table } from '../store/table';
import type { Committer } from './commit';
import { sourceHash } from './edits';
import { rejectsOf } from './ledger';
import { readMeta, writeMeta } from './meta';
import { mappingOf, remapAlerts, type Mapping } from './remap';

/**
 * Exports: takeUpEdits. An edited value map, field or automation list changes what rows say (docs/adr/034). Stored alerts are mapped
 * anew by the words that stand beside them, in the transaction that notes the edit; then the streams of that source are read again from
 * their start while what is stored stays on the panels. Rows that come out the same are not touched, so that costs reading only.
 */
/** What was refused or remarked under the old mapping: reading begins anew, and counts anew what is still wrong. Stamps from the future are no matter of mapping. */
async function forget(tx: Transaction, source: string): Promise<void> {
  await tx.execute(sql`delete from ${table('quarantine')} where source = ${source}`);
  await tx.execute(sql`delete from ${table('notice')} where source = ${source} and code <> 'clock_ahead'`);
  await tx.execute(sql`delete from ${table('meta')} where starts_with(name, ${rejectsOf(source, '')})`);
}

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
        await tx.execute(sql`update ${table('stream_state')} set watermark = null, backfilled_to = null, cursor = null, "current" = false, progress = 0, rejected = 0 where source = ${source.id}`);
        await forget(tx, source.id);
        again.set(source.id, known.mapping && mapping ? await remapAlerts(tx, dimensions, source.id, known.mapping, mapping) : 0);
      }
      await writeMeta(tx, name, { hash, mapping });
    });
  }
  return again;
}
