import { integer, join, sql, type Sql } from '../../store/sql';

/**
 * Exact quantiles of many whole numbers of milliseconds without putting them in order: counted in bins of some seconds first, then number by number
 * in the few bins that hold a quantile. Two narrow scans with a table of some hundred counts each, where a selection keeps every number and moves it about.
 * Below so many numbers a group the selection is as quick.
 */
export const MANY = 200_000;
/** 512 ms: of a stage whose times differ little, few numbers lie in the bins that hold a quantile. A shift is cheaper than a division and rounds down below zero too. */
const BITS = integer(9);
const binOf = (value: Sql): Sql => sql`(${value} >> ${BITS})`;

/** Numbers by group: selects `keys…, v`; null is not among them. */
export interface Numbers { readonly values: Sql; readonly keys: readonly Sql[] }
/** A row by group: `at_least_0` and `below_0` numbers, of those that are at least 0 the number `above` a bound, and the neighbours `lo1, hi1, lo2 …` of each fraction's place. */
export function quantiles({ values, keys }: Numbers, fractions: readonly number[], above: number): Sql {
  const own = keys.length > 0 ? sql`${join(keys)}, ` : sql``;
  const by = (first: readonly Sql[]): Sql => (first.length > 0 ? sql`partition by ${join(first)}` : sql``);
  const grouped = keys.length > 0 ? sql`group by ${join(keys)}` : sql``;
  const matched = (other: Sql): Sql => join([sql`true`, ...keys.map(k => sql`c.${k} = ${other}.${k}`)], sql` and `);
  const place = (q: number): Sql => sql`(cast(measured - 1 as double) * ${q})`;
  const holds = fractions.map(q => sql`(before <= ceil(${place(q)}) and before + n > floor(${place(q)}))`);
  const neighbours = fractions.flatMap((q, i) => [sql`min(v) filter (where upto > floor(${place(q)})) as lo${integer(i + 1)}`, sql`min(v) filter (where upto > ceil(${place(q)})) as hi${integer(i + 1)}`]);
  const edge = binOf(sql`cast(${above} as bigint)`);
  return sql`
    with counted as materialized (select ${own}bin, count(*) as n from (select ${own}${binOf(sql`v`)} as bin from (${values}) x) y group by ${own}bin),
      placed as (select *, sum(n) over (${by(keys)} order by bin) - n as before, sum(n) over (${by(keys)}) as measured from counted where bin >= 0),
      wanted as materialized (select ${own}bin, before, measured from placed where bin = ${edge} or ${join(holds, sql` or `)}),
      opened as (select ${own}v, count(*) as n from (${values}) x where ${binOf(sql`v`)} in (select bin from wanted) group by ${own}v),
      upto as (select c.*, w.bin, w.measured, w.before + sum(c.n) over (${by([...keys.map(k => sql`c.${k}`), sql`w.bin`])} order by c.v) as upto from opened c join wanted w on ${matched(sql`w`)} and ${binOf(sql`c.v`)} = w.bin),
      found as (select ${own}${join(neighbours)}, sum(n) filter (where bin = ${edge} and v > ${above}) as above from upto ${grouped}),
      totals as (select ${own}sum(n) filter (where bin >= 0) as at_least_0, sum(n) filter (where bin < 0) as below_0, sum(n) filter (where bin > ${edge}) as beyond from counted ${grouped})
    select c.* exclude (beyond), f.* exclude (${own}above), coalesce(beyond, 0) + coalesce(f.above, 0) as above from totals c left join found f on ${matched(sql`f`)}`;
}

/** What the engine's quantile_cont gives for the n numbers whose neighbours at the fraction's place are lo and hi, to the bit. */
export function between(n: number, fraction: number, lo: number, hi: number): number {
  const place = (n - 1) * fraction;
  const part = place - Math.floor(place);
  return part === 0 ? lo : lo * (1 - part) + hi * part;
}
