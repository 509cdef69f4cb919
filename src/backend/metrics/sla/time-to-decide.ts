import { slaTimeToDecide } from '../../../catalog/sla-time-to-decide';
import { SECOND, SEVERITY_TIERS } from '../../../model';
import { sql } from '../../store/sql';
import { defineQuery, type Cell } from '../metric';
import { zoneCuts } from '../shared/zones';
import { clientIds, itemFilters, refuseAllTiers } from './outcomes';

/** A curve of products of fractions: a share that is one half may come out a hair above it. */
const HAIR = 1e-9;

/**
 * sla.time_to_decide (metrics.md §3, Time to decide). Quantiles of the product-limit curve (Kaplan and Meier, JASA 53, 1958): at each
 * time at which d of the n still running were decided the curve is multiplied by 1 − d/n; items of the same age that are open count among the n.
 */
export const slaTimeToDecideQuery = defineQuery(slaTimeToDecide, async (reader, request, signal) => {
  const asked = { ...request, options: { clock: 'decide' as const } };
  refuseAllTiers(asked, slaTimeToDecide.id);
  const { asOf } = request;
  const byClient = request.groupBy.includes('client');
  const nameOf = await clientIds(reader, signal);
  const cuts = zoneCuts(reader, request.range, byClient, request.filters.client);
  const rows = (await Promise.all(cuts.map(async ({ range, clients }) => {
    const found = await reader.query<{ g_client: number; g_tier: string; items: number; decided: number; p50: number | null; p90: number | null; oldest: number | null }>(sql`
      with taken as (select ${byClient ? sql`i.client_key` : sql`0`} as g_client, cast(i.tier as varchar) as g_tier, i.stop is not null and i.stop <= ${asOf} as decided,
          greatest(0, (case when i.stop is not null and i.stop <= ${asOf} then i.stop else ${asOf} end) - i.start) as took
        from ${reader.relation('item')} i
        where ${itemFilters(reader, asked, clients)} and i.start >= ${range.from} and i.start < ${range.to} and i.start <= ${asOf} and (i.left_at is null or i.left_at > ${asOf})),
      at_times as (select g_client, g_tier, took, count(*) filter (where decided) as d, count(*) as here from taken group by all),
      running as (select *, sum(here) over (partition by g_client, g_tier order by took desc) as n from at_times),
      curve as (select *, product(1 - d / n) over (partition by g_client, g_tier order by took) as left_over from running)
      select c.g_client, c.g_tier, sum(c.here) as items, sum(c.d) as decided, min(c.took) filter (where c.left_over <= 0.5 + ${HAIR}) as p50, min(c.took) filter (where c.left_over <= 0.1 + ${HAIR}) as p90,
        max(c.took) filter (where c.here > c.d) as oldest
      from curve c group by c.g_client, c.g_tier`, signal);
    return found.map((r): Record<string, Cell> => ({
      ...(byClient && { client: nameOf(r.g_client) }), tier: r.g_tier, items: r.items, decided: r.decided, open: r.items - r.decided, p50: seconds(r.p50), p90: seconds(r.p90), oldest: seconds(r.oldest),
      reason: r.p50 === null || r.p90 === null ? 'not_reached' : null,
    }));
  }))).flat();
  rows.sort((a, b) => String(a.client ?? '').localeCompare(String(b.client ?? '')) || SEVERITY_TIERS.indexOf(a.tier as never) - SEVERITY_TIERS.indexOf(b.tier as never));
  return { rows: rows.slice(0, request.limit) };
});
const seconds = (ms: number | null): number | null => (ms === null ? null : ms / SECOND);
