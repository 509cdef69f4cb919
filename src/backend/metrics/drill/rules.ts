import { rules } from '../../../catalog/drill';
import { and, sql } from '../../store/sql';
import { defineQuery, type Cell } from '../metric';
import { alertFilters, isIn, ofClients } from '../shared/conditions';
import { zoneCuts } from '../shared/zones';
import { offsetOf, paged } from './paged';

interface Found { id: string; name: string | null; tier: string | null; enabled: boolean | null; revision: string | null; derived: boolean | null; alerts: number; last: number | null; gone: number | null; url: string | null }

/** rules (metrics.md, Rule 8): every rule in scope, the loudest of the range first, a page at a time. */
export const rulesQuery = defineQuery(rules, async (reader, request, signal) => {
  const { filters } = request;
  const [cut] = zoneCuts(reader, request.range, false, filters.client);
  const mine = and([
    sql`r.id is not null`, ...(filters.rule ? [sql`(${isIn(sql`r.id`, filters.rule)} or ${isIn(sql`r.name`, filters.rule)})`] : []), ...(filters.tier ? [isIn(sql`cast(r.tier as varchar)`, filters.tier)] : []),
    ...(filters.client || filters.source ? [sql`(n.alerts > 0${filters.source && !filters.client ? sql` or r.source_key in (select source_key from ${reader.relation('source')} s where ${isIn(sql`s.id`, filters.source)})` : sql``})`] : []),
  ]);
  const { tier: _ofRule, ...alertOnly } = filters;
  const all = sql`select r.rule_key, r.id, r.name, cast(r.tier as varchar) as tier, r.enabled, r.revision, r.derived, coalesce(n.alerts, 0) as alerts, n.last, r.gone, r.url from ${reader.relation('rule')} r
    left join (select a.rule_key, count(*) as alerts, max(a.at) as last from ${reader.relation('alert')} a
      where ${and([sql`a.at >= ${cut!.range.from} and a.at < ${cut!.range.to} and a.at <= ${request.asOf}`, ofClients(reader, cut!.clients), alertFilters(reader, alertOnly)])} group by a.rule_key) n on n.rule_key = r.rule_key
    where ${mine}`;
  const [[count], found] = await Promise.all([
    reader.query<{ n: number }>(sql`select count(*) as n from (${all}) g`, signal),
    reader.query<Found>(sql`select * from (${all}) g order by alerts desc, id limit ${request.limit} offset ${offsetOf(request)}`, signal),
  ]);
  return paged(request, Number(count!.n), found.map((r): Record<string, Cell> => ({
    rule: r.id, name: r.name ?? r.id, tier: r.tier, enabled: r.enabled, revision: r.revision, derived: r.derived, alerts: Number(r.alerts), last: r.last, gone: r.gone, link: r.url,
  })));
});
