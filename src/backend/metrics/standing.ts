import { COUNTERS, type CounterDefinition } from '../../catalog/integrity-counter-list';
import type { CatalogEntry } from '../../catalog/types';
import type { Standing } from '../../catalog/standing';
import type { ScopedReader } from '../scope/reader';
import { counterRows } from './integrity/counters';
import type { Cell, MetricRequest, MetricResult } from './metric';

/**
 * Standing of headlines (metrics.md, Rule 9): measured, qualified or not measured. The one place that decides it. A metric says in its
 * catalog entry which counters concern its headline, and nothing else; thresholds are policy.
 */
type Row = Readonly<Record<string, Cell>>;
type Asked = Pick<MetricRequest, 'groupBy' | 'filters' | 'range' | 'asOf'>;
export interface Findings { readonly past: readonly { readonly counter: string; readonly client: string | null; readonly text: string }[] }

/** Only single values and tables say it: a line of a chart is no headline, and an evaluator wants numbers alone. */
export const wantsStanding = (entry: CatalogEntry, view: MetricRequest['view'], columns: readonly string[] | null): boolean =>
  entry.headline !== null && (view === 'stat' || (view === 'table' && (columns === null || columns.some(c => c.startsWith('standing')))));

/** The entry's counters past their threshold, over the same range and clients; by client where the request is, with what concerns all sources. */
export async function findings(reader: ScopedReader, entry: CatalogEntry, asked: Asked, signal?: AbortSignal): Promise<Findings> {
  if (entry.counters.length === 0) return { past: [] };
  const byClient = asked.groupBy.includes('client');
  const of = (groupBy: MetricRequest['groupBy']): Promise<Row[]> => counterRows(reader, {
    ...asked, groupBy, filters: asked.filters.client ? { client: asked.filters.client } : {}, bucket: 'none', view: 'table', limit: 100_000, options: { counter: 'all' },
  }, entry.counters, signal);
  const rows = byClient ? [...(await of(['client'])), ...(reader.operator && !asked.filters.client ? (await of([])).filter(r => r.operator_only === true) : [])] : await of([]);
  return { past: rows.filter(r => r.state === 'past threshold').map(r => ({
    counter: String(r.counter), client: byClient && typeof r.client === 'string' ? r.client : null,
    text: r.reading === null ? `${r.title}: ${r.reason ?? 'past its threshold'}` : `${r.title} ${r.reading}, agreed ${r.agreed}`,
  })) };
}

/** A counter of one kind of asset leaves rows of another kind alone. */
const concerns = (counter: string, row: Row): boolean => {
  const kind = (COUNTERS as readonly CounterDefinition[]).find(c => c.id === counter)?.kind;
  return kind === undefined || row.kind === undefined || row.kind === null || row.kind === kind;
};

/** Standing of one row. `null` value: not measured, with the sentence behind its reason. */
export function standingOf(entry: CatalogEntry, row: Row, { past }: Findings): { standing: Standing; standing_why: string | null } {
  if ((row[entry.headline!] ?? null) === null) {
    const reasons = Object.values(entry.nullReasons);
    const why = typeof row.reason === 'string' ? entry.nullReasons[row.reason] ?? row.reason : reasons.length === 1 ? reasons[0]! : 'There is no value in this range.';
    return { standing: 'not measured', standing_why: why };
  }
  const mine = past.filter(p => (p.client === null || p.client === row.client) && concerns(p.counter, row));
  return mine.length === 0 ? { standing: 'measured', standing_why: null } : { standing: 'qualified', standing_why: mine.map(p => p.text).join('; ') };
}

/** The result with the standing of each row. */
export const withStanding = (entry: CatalogEntry, result: MetricResult, found: Findings): MetricResult =>
  ({ ...result, rows: result.rows.map(row => ({ ...row, ...standingOf(entry, row, found) })) });
