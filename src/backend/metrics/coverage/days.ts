import { type CoverageState } from '../../../model';
import type { ScopedReader } from '../../scope/reader';
import { and, join, sql } from '../../store/sql';
import type { MetricRequest } from '../metric';
import { isIn } from '../shared/conditions';
import { addCounts, assetFilters, noCounts, type Counts, type Member } from './shared';

export interface DayCell { readonly day: number; readonly client_key: number; readonly kind: string; readonly criticality: string | null; readonly requirement: string; readonly counts: Counts }
interface Row { day: number; client_key: number; kind: string; criticality: string | null; requirement: string; state: CoverageState; n: number; weak: number; degraded: number; otherwise: number }

/** Roll-up of complete local days [from, to], by client and kind, and by criticality and requirement where asked. */
export async function dayCells(reader: ScopedReader, request: MetricRequest, members: readonly Member[], from: number, to: number, signal?: AbortSignal): Promise<DayCell[]> {
  if (members.length === 0 || to < from) return [];
  const fine = (['criticality', 'requirement'] as const).filter(d => request.groupBy.includes(d));
  const crit = fine.includes('criticality') ? sql`criticality` : sql`null`;
  const req = fine.includes('requirement') ? sql`requirement` : sql`''`;
  const rows = await reader.query<Row>(sql`
    select day, client_key, cast(kind as varchar) as kind, ${crit} as criticality, ${req} as requirement, cast(state as varchar) as state,
      sum(n) as n, sum(weak) as weak, sum(degraded) as degraded, sum(excluded_covered) as otherwise
    from (select * from ${reader.relation('coverage_day')} c where ${and([isIn(sql`client_key`, members.map(m => m.key)), sql`day >= ${from} and day <= ${to}`, assetFilters(request)])}) x
    group by ${join([sql`1`, sql`2`, sql`3`, sql`4`, sql`5`, sql`6`])}`, signal);
  const cells = new Map<string, DayCell>();
  for (const r of rows) {
    const key = `${r.day}|${r.client_key}|${r.kind}|${r.criticality ?? ''}|${r.requirement}`;
    let cell = cells.get(key);
    if (!cell) cells.set(key, cell = { day: r.day, client_key: r.client_key, kind: r.kind, criticality: r.criticality, requirement: r.requirement, counts: noCounts() });
    const of: Counts = { ...noCounts(), [r.state]: Number(r.n), weak: r.state === 'covered' ? Number(r.weak) : 0, degraded: r.state === 'covered' ? Number(r.degraded) : 0, otherwise: Number(r.otherwise) };
    addCounts(cell.counts, of);
  }
  return [...cells.values()];
}

/** The group columns of a row, in the request's order; kind always. */
export function headOf(request: MetricRequest, cell: { client_key: number; kind: string; criticality: string | null; requirement: string }, nameOf: (key: number) => string): Record<string, string | null> {
  return {
    ...(request.groupBy.includes('client') && { client: nameOf(cell.client_key) }), kind: cell.kind,
    ...(request.groupBy.includes('criticality') && { criticality: cell.criticality }), ...(request.groupBy.includes('requirement') && { requirement: cell.requirement }),
  };
}
