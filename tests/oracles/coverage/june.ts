import { DAY, dayNumber, HOUR, type AssetRow, type ObservationRow } from '../../../src/model';
import { worldSettings } from '../../worlds/coverage';
import { Estate } from './harness';

/** Cases by hand over one week. Day 0 is Monday 1 June 2026; a local day of client berlin ends at 22:00 UTC, one of york at 04:00 UTC of the next date. */
export const MONDAY = dayNumber('2026-06-01');
export const at = (day: number, hours = 0): number => (MONDAY + day) * DAY + hours * HOUR;
export const agent = (value: string): AssetRow['identifiers'] => [{ type: 'agent', value }];

/** The estate of the test that runs; closed after each. */
export let estate: Estate;
afterEach(async () => { await estate.store.close(); });

/** Sources read from two days before to day `last`; now is the end of that UTC day. */
export async function open(assets: readonly AssetRow[], rows: readonly ObservationRow[], last = 6): Promise<void> {
  estate = await Estate.open(worldSettings(), at(last + 1));
  await estate.assets(assets);
  await estate.telemetry(['edr', 'logs', 'console', 'flows', 'audit'].flatMap(source => Array.from({ length: last + 3 }, (_, i) => MONDAY - 2 + i).map(day => ({ source, stream: 'all', day, rows: rows.filter(r => r.source === source && r.day === day) }))));
  await estate.flush();
}
/** States of days 0 to 6, null where the asset is not in scope. */
export async function states(id: string): Promise<(string | null)[]> {
  const days = (await estate.days()).filter(d => d.asset === `asset:${id}`);
  return [0, 1, 2, 3, 4, 5, 6].map(d => days.find(x => x.day === MONDAY + d)?.state ?? null);
}
