import type { ScopedReader } from '../../scope/reader';
import { restatedItems as itemsOf } from '../../store/month-items';
import { sql, type Sql } from '../../store/sql';
import type { ClientMonth } from './months';

export const CAUSES = ['late_data', 'source_edit', 'gone', 'policy', 'definition'] as const;
export type Cause = (typeof CAUSES)[number];
export interface Restated { readonly client_key: number; readonly month: number; readonly clock: string; readonly tier: string; readonly cause: Cause; readonly n: number }

/**
 * Items of frozen months that count otherwise now (metrics.md, Rule 10), with the cause that shows in the rows: vanished since; the
 * rows it is computed from changed (source edit); the rows are the same, so it is the definition if that is a newer one, else the policy;
 * not in any frozen month (late data); of one that another month reported, the rows as its last report had them. Months older than the retention are not compared, nor those that the sync found as they were reported and that
 * nothing was written to since (docs/adr/067).
 */
export async function restated(reader: ScopedReader, months: readonly ClientMonth[], clocks: readonly string[] | null, signal?: AbortSignal): Promise<Restated[]> {
  const rows = restatedItems(reader, months, clocks);
  return rows === null ? [] : reader.query<Restated & Record<string, never>>(sql`select client_key, month, clock, tier, cause, count(*) as n from (${rows}) x group by all`, signal);
}

/** The items themselves; null: no month is to be compared. */
export function restatedItems(reader: ScopedReader, months: readonly ClientMonth[], clocks: readonly string[] | null = null): Sql | null {
  const frozen = months.filter(m => m.frozen !== null && m.kept && !m.frozen.same);
  return frozen.length === 0 ? null : itemsOf(reader, frozen, clocks);
}
