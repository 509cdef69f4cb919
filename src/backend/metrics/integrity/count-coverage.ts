import type { MetricRequest, MetricResult } from '../metric';
import { sql } from '../../store/sql';
import { coverageHistoryQuery } from '../coverage/history';
import { cellsNow } from '../coverage/now';
import { addCounts, inScope, membersOf, noCounts } from '../coverage/shared';
import { coverageUnregisteredQuery } from '../coverage/unregistered';
import { isIn } from '../shared/conditions';
import { clientKey, clientOf, count, share, type Counting, type Family, type Reading } from './reading';

/** The same question to a coverage metric: a counter must say what the panel beside it says. */
const asked = ({ request, byClient }: Counting, given: Partial<MetricRequest>): MetricRequest => ({ ...request, groupBy: byClient ? ['client', 'kind'] : ['kind'], limit: 100_000, ...given });
const clientsOf = (counting: Counting, rows: MetricResult['rows']): (string | null)[] => (counting.byClient ? [...new Set(rows.map(r => String(r.client)))] : [null]);
const sum = (rows: MetricResult['rows'], column: string, client: string | null): number => rows.reduce((n, r) => n + (client === null || r.client === client ? Number(r[column] ?? 0) : 0), 0);

/** Excluded, weak, unknown and heartbeat-only assets as coverage.now counts them, over all kinds (metrics.md §1, §5). */
export const coverageFamily: Family = async counting => {
  const members = membersOf(counting.reader, counting.request);
  if (members.length === 0) return [];
  const cells = await cellsNow(counting.reader, asked(counting, {}), members, counting.signal);
  const clients = counting.byClient ? members.filter(m => cells.some(c => c.client_key === m.key)) : [null];
  return clients.flatMap(member => {
    const c = cells.reduce((all, cell) => (member === null || cell.client_key === member.key ? addCounts(all, cell.counts) : all), noCounts());
    const client = member?.id ?? null;
    return [
      share('exclusion_share', client, c.excluded, inScope(c) + c.excluded), share('weak_matches', client, c.weak, c.covered),
      share('unknown_assets', client, c.unknown, inScope(c)), share('degraded', client, c.degraded, c.covered), share('heartbeat_only', client, c.agent_only, inScope(c)),
    ];
  });
};

/** Days without coverage as coverage.history counts them, each kind for itself. */
export const dayFamily: Family = async counting => {
  const { rows } = await coverageHistoryQuery.run(counting.reader, asked(counting, { options: { only: 'all' }, view: 'series', bucket: 'month' }) as MetricRequest<{ only: 'all' }>, counting.signal);
  return clientsOf(counting, rows).map(client => { const days = sum(rows, 'days', client); return count('days_not_measured', client, days - sum(rows, 'days_measured', client), days); });
};

/** Seen hosts as coverage.unregistered counts them. */
export const hostFamily: Family = async counting => {
  const { rows } = await coverageUnregisteredQuery.run(counting.reader, asked(counting, { options: {}, view: 'stat', bucket: 'none', groupBy: ['client'] }) as MetricRequest<Record<string, never>>, counting.signal);
  return clientsOf(counting, rows).map(client => share('registry_completeness', client, sum(rows, 'registered', client), sum(rows, 'seen', client)));
};

/** Registries that contradict each other, over assets that are not retired and stand in more than one. */
export const assetFamily: Family = async counting => {
  const { reader, request, byClient, signal } = counting;
  const { key, grouped } = clientKey(byClient);
  const rows = await reader.query<{ client_key: number | null; n: number; k: number }>(sql`
    select ${key} as client_key, count(*) filter (where registries > 1) as n, count(*) filter (where registries > 1 and registry_disagreement is not null) as k
    from ${reader.relation('asset')} a where retired_at is null and not is_group and ${isIn(sql`client_key`, membersOf(reader, request).map(m => m.key))} ${grouped}`, signal);
  return rows.map((r): Reading => share('registry_disagreement', clientOf(counting, r.client_key), Number(r.k), Number(r.n)));
};
