import type { ScopedReader } from '../../scope/reader';
import { alias, and, column, join, sql, type Sql } from '../../store/sql';
import type { MetricRequest } from '../metric';
import { isIn } from '../shared/conditions';
import { assetFilters, type Counts, type Member } from './shared';

/** One day of one cell. `client_key` is 0 where cells of several clients were added up. */
export interface DayCell { readonly day: number; readonly client_key: number; readonly kind: string; readonly criticality: string | null; readonly requirement: string; readonly counts: Counts }
type Row = Omit<DayCell, 'counts'> & Record<keyof Counts, number>;
/** Clients whose local days are asked together. */
export interface Asked { readonly members: readonly Member[]; readonly days: Days }
/** Local days: [from, to], or those listed. */
export type Days = { readonly from: number; readonly to: number } | { readonly days: readonly number[] };

const STATES = ['covered', 'agent_only', 'dark', 'absent', 'unknown', 'excluded'] as const;
const heads = (request: Pick<MetricRequest, 'groupBy'>, byClient: boolean): Sql => sql`${byClient ? column('client_key') : sql`0`} as client_key, kind,
  ${request.groupBy.includes('criticality') ? column('criticality') : sql`null`} as criticality, ${request.groupBy.includes('requirement') ? column('requirement') : sql`''`} as requirement`;
const cellsOf = (reader: ScopedReader, request: Pick<MetricRequest, 'filters'>, asked: readonly Asked[]): Sql => sql`(
  select * from ${reader.relation('coverage_day')} c where ${assetFilters(request)} and (${join(asked.map(({ members, days }) => and([isIn(column('client_key'), members.map(m => m.key)), 'days' in days ? isIn(column('day'), days.days) : sql`day >= ${days.from} and day <= ${days.to}`])), sql` or `)}))`;
const some = (asked: readonly Asked[]): Asked[] => asked.filter(({ members, days }) => members.length > 0 && ('days' in days ? days.days.length > 0 : days.to >= days.from));
/** Counts of a group of cells. Weak and degraded are parts of covered. */
const SUMS = join([
  ...STATES.map(s => sql`coalesce(sum(n) filter (where state = ${s}), 0)::double as ${alias(s)}`), sql`coalesce(sum(weak) filter (where state = 'covered'), 0)::double as weak`,
  sql`coalesce(sum(degraded) filter (where state = 'covered'), 0)::double as degraded`, sql`coalesce(sum(excluded_covered), 0)::double as otherwise`,
]);

/**
 * Roll-up of complete local days by kind, and by criticality and requirement where asked; by client, or added up over the members: a SOC of
 * fifty clients has some hundred thousand cells a year, and the store adds them faster than they are read.
 */
export async function dayCells(reader: ScopedReader, request: MetricRequest, parts: readonly Asked[], byClient: boolean, signal?: AbortSignal): Promise<DayCell[]> {
  const asked = some(parts);
  if (asked.length === 0) return [];
  const rows = await reader.query<Row>(sql`select day, ${heads(request, byClient)}, ${SUMS} from ${cellsOf(reader, request, asked)} x group by 1, 2, 3, 4, 5`, signal);
  // The row is its own counts: some ten thousand are read for a year of fifty clients.
  return rows.map(row => ({ day: row.day, client_key: row.client_key, kind: row.kind, criticality: row.criticality, requirement: row.requirement, counts: row }));
}

/** Which clients stand in which cell within the days. */
export async function cellClients(reader: ScopedReader, request: MetricRequest, parts: readonly Asked[], signal?: AbortSignal): Promise<Omit<DayCell, 'day' | 'counts'>[]> {
  const asked = some(parts);
  return asked.length === 0 ? [] : reader.query(sql`select distinct ${heads(request, true)} from ${cellsOf(reader, request, asked)} x`, signal);
}

/** Newest measured day of a cell with its counts, and how many days of [low, high] were measured. */
export interface Measured { readonly client_key: number; readonly kind: string; readonly criticality: string | null; readonly requirement: string; readonly in_range: number; readonly last_day: number | null; readonly covered: number | null; readonly scope: number | null }
/** Local days of one row's zone: those of the range, and the last that was over at the question's instant. */
export interface DayBounds { readonly low: number; readonly high: number; readonly over: number }
/**
 * A day is measured by the rule of `whyNot` (shared.ts), and only where every client in the row judged it: half a sum would look like a fall.
 * `bounds` by client, or one under 0 for all of them.
 */
export async function measuredDays(reader: ScopedReader, request: MetricRequest, members: readonly Member[], days: Days, byClient: boolean, bounds: ReadonlyMap<number, DayBounds>, tolerance: number, signal?: AbortSignal): Promise<Measured[]> {
  const asked = some([{ members, days }]);
  if (asked.length === 0) return [];
  const list = (of: (b: DayBounds) => number): Sql => sql`unnest(${[...bounds.values()].map(of)}::integer[])`;
  return reader.query<Measured>(sql`
    with d as (select day, ${heads(request, byClient)}, sum(n) filter (where state <> 'excluded') as scope, coalesce(sum(n) filter (where state = 'covered'), 0) as covered, coalesce(sum(n) filter (where state = 'unknown'), 0) as unknown
        from ${cellsOf(reader, request, asked)} x group by 1, 2, 3, 4, 5),
      judged as (select c.client_key, c.kind, c.criticality, c.requirement, max(r.first_day) as since, min(r.last_day) as until
        from (select distinct x.client_key as own, ${heads(request, byClient)} from ${cellsOf(reader, request, asked)} x) c join ${reader.relation('coverage_reading')} r on r.client_key = c.own and r.kind = c.kind where r.first_day is not null group by all)
    select d.client_key, d.kind, d.criticality, d.requirement, count(*) filter (where d.day >= b.low and d.day <= b.high) as in_range, max(d.day) as last_day, arg_max(d.covered, d.day) as covered, arg_max(d.scope, d.day) as scope
    from d join (select unnest(${[...bounds.keys()]}::integer[]) as client_key, ${list(b => b.low)} as low, ${list(b => b.high)} as high, ${list(b => b.over)} as "over") b on b.client_key = d.client_key
      join judged j on j.client_key = d.client_key and j.kind = d.kind and j.criticality is not distinct from d.criticality and j.requirement = d.requirement
    where d.day <= b."over" and d.day >= j.since and d.day <= j.until and d.scope > 0 and not d.unknown > ${tolerance} * d.scope group by 1, 2, 3, 4`, signal);
}

/** The group columns of a row, in the request's order; kind always. */
export function headOf(request: MetricRequest, cell: { client_key: number; kind: string; criticality: string | null; requirement: string }, nameOf: (key: number) => string): Record<string, string | null> {
  return {
    ...(request.groupBy.includes('client') && { client: nameOf(cell.client_key) }), kind: cell.kind,
    ...(request.groupBy.includes('criticality') && { criticality: cell.criticality }), ...(request.groupBy.includes('requirement') && { requirement: cell.requirement }),
  };
}
