import { clientsRequests } from '../../../catalog/clients-requests';
import { DAY, utcDay } from '../../../model';
import { sql } from '../../store/sql';
import { defineQuery, type Cell } from '../metric';
import { knownGrants } from './read';

interface Counted { day: number; org_id: number; role: string; result: string; count: number; first: number; last: number }

/** clients.requests (security.md): counts of requests by UTC day, organisation, role and result, newest first. No user is known to it. */
export const clientsRequestsQuery = defineQuery(clientsRequests, async (reader, request, signal) => {
  const { range, asOf, view, limit, options } = request;
  const within = sql`day >= ${utcDay(range.from)} and day <= ${utcDay(Math.min(range.to - 1, asOf))} and (${options.show === 'all'} or result <> 'allowed')`;
  if (view !== 'table') {
    const [sum] = await reader.query<{ n: number }>(sql`select coalesce(sum(count), 0)::bigint as n from ${reader.relation('access')} a where ${within}`, signal);
    return { rows: [{ requests: Number(sum!.n) }] };
  }
  const rows = await reader.query<Counted>(sql`select day, org_id, role, result, count, first, last from ${reader.relation('access')} a where ${within} order by last desc, org_id, role, result limit ${limit}`, signal);
  const named = new Map<number, Set<string>>();
  for (const g of await knownGrants(reader, signal)) if (g.orgId !== null) named.set(g.orgId, new Set([...named.get(g.orgId) ?? [], ...g.clients]));
  return { rows: rows.map((r): Record<string, Cell> => ({
    day: r.day * DAY, organisation: String(r.org_id), clients: [...named.get(r.org_id) ?? []].sort().join(', ') || null, role: r.role, result: r.result, requests: Number(r.count), first: r.first, last: r.last,
  })) };
});
