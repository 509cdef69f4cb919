import type { ScopedReader } from '../../scope/reader';
import { changedDecisions } from '../../store/month-unchanged';
import { partRows, type PartMonth } from './months';

/**
 * The months among the frozen that may count otherwise now: those whose decisions of today, in their number and their marks, are not those that were reported. In any
 * other, every reported decision is found again by its first alert, with its verdict, and no other counts (docs/adr/063). Months that the sync found so, and that nothing
 * was written to since, are not asked (docs/adr/067).
 */
export async function maybeChanged(reader: ScopedReader, months: readonly PartMonth[], signal?: AbortSignal): Promise<PartMonth[]> {
  const frozen = months.filter(m => !m.frozen!.same);
  if (frozen.length === 0) return [];
  const rows = await reader.query<{ client_key: number; month: number }>(changedDecisions(reader.relation('alert'), reader.relation('reported_decision'), partRows(frozen), frozen), signal);
  const changed = new Set(rows.map(r => `${r.client_key}|${r.month}`));
  return frozen.filter(m => changed.has(`${m.client}|${m.month}`));
}
