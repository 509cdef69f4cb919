import type { Store } from '../../../src/backend/store/port';
import { bucketOf } from '../../../src/backend/store/buckets';
import { integer, join, sql, type Sql } from '../../../src/backend/store/sql';
import { table } from '../../../src/backend/store/table';
import { median } from '../measure';

/** Ways to put alerts into buckets of local time, all counted per bucket; src/backend/store/buckets.ts uses the fastest. */
export interface BucketTiming { readonly method: string; readonly ms: number; readonly buckets: number }

export async function measureBuckets(store: Store, edges: readonly number[], runs: number, say: (text: string) => void): Promise<BucketTiming[]> {
  const [first, last] = [edges[0]!, edges[edges.length - 1]!];
  const alerts = sql`(select a.at as t from ${table('alert')} a where a.at >= ${integer(first)} and a.at < ${integer(last)})`;
  const list = sql`[${join(edges.map(integer))}]`;
  const starts = join(edges.slice(0, -1).map(e => sql`(${integer(e)})`));
  const utcWeek = integer(7 * 86_400_000);
  const methods: Readonly<Record<string, Sql>> = {
    'no buckets': sql`select count(*) as n from ${alerts} x`,
    'weeks of UTC by division': sql`select t // ${utcWeek} as b, count(*) as n from ${alerts} x group by 1`,
    'balanced CASE over precomputed edges (used)': sql`select ${bucketOf(sql`t`, edges)} as b, count(*) as n from ${alerts} x group by 1`,
    'ASOF join with the edges': sql`select e.start as b, count(*) as n from ${alerts} x asof join (select column0 as start from (values ${starts}) v(column0)) e on x.t >= e.start group by 1`,
    'position in a list of edges': sql`select len(list_filter(${list}, e -> e <= t)) as b, count(*) as n from (select t from ${alerts} x using sample 20000 rows) y group by 1`,
    'each row to the zone, then date_trunc': sql`select date_trunc('week', timezone('Europe/Berlin', to_timestamp(t / 1000.0))) as b, count(*) as n from ${alerts} x group by 1`,
  };
  const out: BucketTiming[] = [];
  for (const [method, statement] of Object.entries(methods)) {
    let buckets = 0;
    const { ms } = await median(async () => { buckets = (await store.query(statement)).length; }, runs);
    out.push({ method: method.startsWith('position') ? `${method} (20,000 rows only)` : method, ms, buckets });
    say(`${ms.toFixed(1).padStart(8)} ms  ${method} (${buckets})`);
  }
  return out;
}
