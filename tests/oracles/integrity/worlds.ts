import fc from 'fast-check';
import { DAY } from '../../../src/model';
import type { Store } from '../../../src/backend/store/port';
import { TABLES, type StoreRow } from '../../../src/backend/store/schema';
import { sql } from '../../../src/backend/store/sql';
import { table } from '../../../src/backend/store/table';
import { clear } from '../../worlds/load';

/** How far the two alert streams of a world were read, in days from the start of its range; null: never. */
export const readings = fc.array(fc.record({ begins: fc.option(fc.constantFrom(-30, -1, 0, 2, 5), { freq: 6 }), readTo: fc.constantFrom(0, 3, 8, 40, 200) }), { minLength: 0, maxLength: 2 });
export type Readings = readonly { readonly begins: number | null; readonly readTo: number }[];

export const streamState = (source: string, stream: string, given: Partial<StoreRow<'stream_state'>>): StoreRow<'stream_state'> =>
  ({ ...Object.fromEntries(Object.keys(TABLES.stream_state.columns).map(c => [c, null])), source, stream, kind: 'alert', ...given }) as StoreRow<'stream_state'>;

/** Empties the store, the streams' state included, and writes how far alerts were read. */
export async function fresh(store: Store, from: number, read: Readings): Promise<void> {
  await clear(store);
  await readStreams(store, from, read);
}
/** Writes how far alerts were read, whatever was said before. */
export async function readStreams(store: Store, from: number, read: Readings): Promise<void> {
  await store.transaction(async tx => {
    for (const name of ['stream_state', 'quarantine'] as const) await tx.execute(sql`delete from ${table(name)}`);
    // A ticket stream begins earlier and later than any alert stream: it must not count.
    await tx.upsert('stream_state', [
      streamState('desk', 'tickets', { kind: 'ticket', backfilled_to: from + 100 * DAY, watermark: from - 100 * DAY }),
      ...read.map((r, i) => streamState(`siem${i}`, 'alerts', { backfilled_to: r.begins === null ? null : from + r.begins * DAY, watermark: r.begins === null ? null : from + r.readTo * DAY })),
    ]);
  });
}
export const historyOf = (from: number, read: Readings): { begins: number | null; readTo: number | null } => {
  const whole = read.length > 0 && read.every(r => r.begins !== null);
  const started = read.filter(r => r.begins !== null);
  return {
    begins: whole ? Math.max(...read.map(r => from + r.begins! * DAY)) : null,
    readTo: started.length > 0 ? Math.min(...started.map(r => from + r.readTo * DAY)) : null,
  };
};
