import { integer, sql, type Sql } from '../../store/sql';
import { bucketOf } from '../../store/buckets';
import type { Range } from '../../../model';
import type { ClientMonth } from './months';

/** Exports: segmentsOf, windowsOf, partsOf, lies. Months of many clients cut in many zones, told from instants in one scan (docs/adr/063). */
export type Month = Pick<ClientMonth, 'client' | 'month' | 'begins' | 'ends' | 'at'>;

export interface Segments {
  /** From the first begin to the last end. */
  readonly range: Range;
  /** The number of the segment that holds an instant of the range, or of a part of it: no month begins or ends within a segment. */
  of(time: Sql, part?: Range): Sql;
  /** The months as a relation: client_key, month, begins, ends, judged_at, and their segments [first_segment, past_segment). */
  readonly months: Sql;
}

/** Between two neighbouring begins or ends of any month lies a segment. An instant is put into one by comparisons with constants; a month is some segments of its client. */
export function segmentsOf(months: readonly Month[]): Segments {
  const edges = [...new Set(months.flatMap(m => [m.begins, m.ends]))].sort((a, b) => a - b);
  const at = new Map(edges.map((edge, i) => [edge, i]));
  const range = { from: edges[0]!, to: edges[edges.length - 1]! };
  const list = (values: number[], type: Sql): Sql => sql`unnest(${values}::${type}[])`;
  return {
    range,
    of: (time, { from, to } = range) => {
      const first = edges.findLastIndex(edge => edge <= from);
      const inner = edges.filter(edge => edge > from && edge < to);
      return inner.length === 0 ? sql`${integer(first)}::smallint` : sql`(${integer(first)}::smallint + ${bucketOf(time, [from, ...inner, to])})::smallint`;
    },
    months: sql`(select ${list(months.map(m => m.client), sql`integer`)} as client_key, ${list(months.map(m => m.month), sql`integer`)} as month, ${list(months.map(m => m.begins), sql`bigint`)} as begins, ${list(months.map(m => m.ends), sql`bigint`)} as ends,
      ${list(months.map(m => m.at), sql`bigint`)} as judged_at, ${list(months.map(m => at.get(m.begins)!), sql`smallint`)} as first_segment, ${list(months.map(m => at.get(m.ends)!), sql`smallint`)} as past_segment)`,
  };
}

/** A stretch of time with the months that reach into it, the earliest instant at which one of them is judged, and the latest begin of one. */
export interface Window extends Range { readonly months: readonly number[]; readonly judged: number; readonly begun: number }

/**
 * Cut at the first and at the last begin of each calendar month in any zone: what became known after `judged` may be too late for its month, what
 * began before `begun` may have begun in another; nothing else did. Constants, and few: the store skips row groups by them.
 */
export function windowsOf(months: readonly Month[]): Window[] {
  const begins = new Map<number, number[]>();
  for (const m of months) begins.set(m.month, [...(begins.get(m.month) ?? []), m.begins]);
  const cuts = [...new Set([...[...begins.values()].flatMap(of => [Math.min(...of), Math.max(...of)]), Math.max(...months.map(m => m.ends))])].sort((a, b) => a - b);
  return cuts.slice(0, -1).map((from, i) => ({ from, to: cuts[i + 1]! })).map(({ from, to }): Window => {
    const inside = months.filter(m => m.begins < to && m.ends > from);
    return { from, to, months: [...new Set(inside.map(m => m.month))], judged: Math.min(...inside.map(m => m.at)), begun: Math.max(...inside.map(m => m.begins)) };
  });
}
/**
 * In how many parts a range is best counted: of many clients window by window, because nearly every row of a window lies in one segment and clients alone are
 * counted three times as fast as clients and segments; of few clients, or over many years, at once, because each part costs a third of a millisecond to plan.
 */
export const partsOf = (range: Range, windows: readonly Window[], months: readonly Month[]): readonly Range[] => (windows.length <= 40 && months.length > 4 * windows.length ? windows : [range]);

/** The instant lies in the stretch. */
export const lies = (time: Sql, { from, to }: Range): Sql => sql`${time} >= ${integer(from)} and ${time} < ${integer(to)}`;
