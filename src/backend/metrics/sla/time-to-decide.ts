import { slaTimeToDecide } from '../../../catalog/sla-time-to-decide';
import { SECOND, SEVERITY_TIERS } from '../../../model';
import { integer, sql, type Sql } from '../../store/sql';
import { defineQuery, type Cell } from '../metric';
import { within } from '../shared/conditions';
import { zoneCuts } from '../shared/zones';
import { clientIds, itemFilters, refuseAllTiers } from './outcomes';

/** A curve of products of fractions: a share that is one half may come out a hair above it. */
const HAIR = 1e-9;
/** Times to decide are put together in bins of this length, and told apart only where it decides. */
const BIN = integer(10 * SECOND);
interface Row { readonly g_client: number; readonly g_tier: string; readonly items: number; readonly decided: number; readonly p50: number | null; readonly p90: number | null; readonly oldest: number | null }

/** sla.time_to_decide (metrics.md §3, Time to decide). */
export const slaTimeToDecideQuery = defineQuery(slaTimeToDecide, async (reader, request, signal) => {
  const asked = { ...request, options: { clock: 'decide' as const } };
  refuseAllTiers(asked, slaTimeToDecide.id);
  const { asOf } = request;
  const byClient = request.groupBy.includes('client');
  const nameOf = await clientIds(reader, signal);
  const cuts = zoneCuts(reader, request.range, byClient, request.filters.client);
  const decided = sql`i.stop is not null and i.stop <= ${asOf}`;
  const found = cuts.length === 0 ? [] : await reader.query<Row>(quantiles(sql`select ${byClient ? sql`i.client_key` : sql`0`} as g_client, i.tier as g_tier, ${decided} as decided, greatest(0, (case when ${decided} then i.stop else ${asOf} end) - i.start) as took
    from ${reader.relation('item')} i where ${itemFilters(reader, asked, null)} and ${within(reader, cuts, sql`i.start`)} and i.start <= ${asOf} and (i.left_at is null or i.left_at > ${asOf})`), signal);
  const rows = found.map((r): Record<string, Cell> => ({
    ...(byClient && { client: nameOf(r.g_client) }), tier: r.g_tier, items: r.items, decided: r.decided, open: r.items - r.decided, p50: seconds(r.p50), p90: seconds(r.p90), oldest: seconds(r.oldest),
    reason: r.p50 === null || r.p90 === null ? 'not_reached' : null,
  }));
  rows.sort((a, b) => String(a.client ?? '').localeCompare(String(b.client ?? '')) || SEVERITY_TIERS.indexOf(a.tier as never) - SEVERITY_TIERS.indexOf(b.tier as never));
  return { rows: rows.slice(0, request.limit) };
});

/**
 * Quantiles of the product-limit curve (Kaplan and Meier, JASA 53, 1958): at each time at which d of the n still running were decided the curve is
 * multiplied by 1 − d/n; items of the same age that are open count among the n. Null where the curve does not come down to them.
 *
 * A curve over every time would sort all items. Between two open ages its factors telescope: of n running, k decided leave (n − k)/n, whatever
 * their times. So a bin in which all are decided, or all are open, is one step of the curve; times stand alone only in bins that hold
 * both, and in the step that crosses the quantile. Exact all the same.
 */
const quantiles = (items: Sql): Sql => sql`
  with taken as materialized (${items}),
    bins as materialized (select g_client, g_tier, took // ${BIN} as bin, count(*) as here, count(*) filter (where decided) as d, min(took) as first, max(took) as last, max(took) filter (where not decided) as oldest from taken group by all),
    steps as (select g_client, g_tier, first, last, d, here from bins where d = 0 or d = here
      union all select t.g_client, t.g_tier, t.took, t.took, count(*) filter (where t.decided), count(*) from taken t
        join bins b on b.g_client = t.g_client and b.g_tier = t.g_tier and b.bin = t.took // ${BIN} and b.d > 0 and b.d < b.here group by all),
    running as (select *, sum(here) over (partition by g_client, g_tier order by last desc) as n from steps),
    curve as (select *, product(1 - d / n) over (partition by g_client, g_tier order by last) as left_over from running),
    falling as (select *, coalesce(lag(left_over) over (partition by g_client, g_tier order by last), 1) as held from curve),
    crossing as (select g_client, g_tier, q, min(last) as last, arg_min(first, last) as first, arg_min(n, last) as n, arg_min(held, last) as held
      from falling, (select unnest([0.5, 0.1]) as q) x where left_over <= q + ${HAIR} group by all),
    times as (select c.g_client, c.g_tier, c.q, t.took, c.held * (1 - row_number() over (partition by c.g_client, c.g_tier, c.q order by t.took) / c.n) as left_over
      from crossing c join taken t on t.g_client = c.g_client and t.g_tier = c.g_tier and t.decided and t.took >= c.first and t.took <= c.last),
    found as (select g_client, g_tier, min(took) filter (where q = 0.5) as p50, min(took) filter (where q = 0.1) as p90 from times where left_over <= q + ${HAIR} group by all)
  select b.g_client, cast(b.g_tier as varchar) as g_tier, sum(b.here) as items, sum(b.d) as decided, any_value(f.p50) as p50, any_value(f.p90) as p90, max(b.oldest) as oldest
  from bins b left join found f on f.g_client = b.g_client and f.g_tier = b.g_tier group by b.g_client, b.g_tier`;
const seconds = (ms: number | null): number | null => (ms === null ? null : ms / SECOND);
