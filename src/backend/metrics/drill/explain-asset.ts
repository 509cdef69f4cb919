import { dayStart, isoDay, localDay, type AssetRow } from '../../../model';
import type { ScopedReader } from '../../scope/reader';
import { sql, type Sql } from '../../store/sql';
import { membersOf, runningStates } from '../coverage/shared';
import type { Cell, MetricRequest } from '../metric';
import { duration } from '../shared/plain';
import { Steps, named, none, utc } from './steps';

interface Asset {
  asset_key: bigint; client_key: number; name: string; kind: string; role: string | null; criticality: string | null; requirement: string; registered_at: number; retired_at: number | null; excluded_from: number | null; excluded_to: number | null; exclusion_reason: string | null; exclusion_by: string | null;
  last_event: number | null; last_heartbeat: number | null; last_any: number | null; last_seen_by: string | null; window_ms: number; registry_disagreement: string | null; url: string | null;
}
const RULE_OF: Readonly<Record<string, string>> = {
  covered: 'The last evidence of every required group lies within the window before the instant.', agent_only: 'Only heartbeats: a check-in is no security event and does not cover.', dark: 'Silent to what should carry it, seen by another source.', absent: 'Seen by no source within the window.',
  unknown: 'Only sources that were not read so far could cover it: not measured, never counted as uncovered.', excluded: 'Excluded by agreement, for 90 days at most, and listed.',
};

/** Steps of every asset in scope with this name, as it is judged at the request's instant. */
export async function explainAssets(reader: ScopedReader, name: string, clients: Sql, request: MetricRequest, signal?: AbortSignal): Promise<Record<string, Cell>[]> {
  const assets = await reader.query<Asset>(sql`
    select asset_key, client_key, name, cast(kind as varchar) as kind, role, criticality, requirement, registered_at, retired_at, excluded_from, excluded_to, exclusion_reason, exclusion_by, last_event, last_heartbeat, last_any, last_seen_by, window_ms, registry_disagreement, url
    from ${reader.relation('asset')} a where (a.name = ${name} or a.id = ${name}) and not a.is_group and ${clients} order by id limit ${request.limit}`, signal);
  const members = membersOf(reader, request);
  const out: Record<string, Cell>[] = [];
  for (const asset of assets) {
    const member = members.find(m => m.key === asset.client_key);
    if (!member) continue;
    const [records, hosts, spans, [now]] = await Promise.all([
      reader.query<{ source: string; row: string; gone: number | null }>(sql`select s.id as source, r."row" as "row", r.gone from ${reader.relation('asset_record')} r join ${reader.relation('source')} s on s.source_key = r.source_key where r.asset_key = ${asset.asset_key} order by s.id, r.id`, signal),
      reader.query<{ name: string; source: string | null; match: string; first: number; last: number }>(sql`select h.name, s.id as source, h.match, h.first, h.last from ${reader.relation('seen_host')} h left join ${reader.relation('source')} s on s.source_key = h.source_key where h.asset_key = ${asset.asset_key} order by h.last desc, h.name, h.host_key`, signal),
      reader.query<{ first_day: number; last_day: number; state: string; reason: string | null }>(sql`select first_day, last_day, cast(state as varchar) as state, reason from ${reader.relation('asset_span')} p where p.asset_key = ${asset.asset_key} order by first_day desc limit 20`, signal),
      reader.query<{ state: string; reason: string | null }>(sql`select state, reason from ${runningStates(reader, [member], request.asOf)} s where s.asset_key = ${asset.asset_key}`, signal),
    ]);
    const steps = new Steps();
    for (const r of records) { const row = JSON.parse(r.row) as AssetRow; steps.add(`Record of ${r.source}`, row.kind.replaceAll('_', ' '), `host name ${row.hostname ?? none}; FQDN ${row.fqdn ?? none}; ${row.identifiers.map(i => `${i.type} ${i.value}`).join(', ') || 'no strong identifier'}${r.gone === null ? '' : '; gone at its source'}`, 'Registry records of one client are one asset by a strong identifier, then by FQDN; identifiers two records of one registry hold join nothing.', row.registeredAt); }
    steps.add('Class', `${named(asset.kind)}${asset.role ? `, ${named(asset.role)}` : ''}`, `criticality ${asset.criticality ?? none}${asset.registry_disagreement ? `; registries disagree: ${asset.registry_disagreement}` : ''}`, 'The most trusted registry says it; disagreement is counted.');
    steps.add('Registration', asset.retired_at === null ? 'not retired' : 'retired', `registered ${utc(asset.registered_at)}; retired ${utc(asset.retired_at)}`, 'In scope if registered at least an hour of the day, not retired and not excluded.', asset.registered_at);
    if (asset.excluded_from !== null) steps.add('Exclusion', `until ${utc(asset.excluded_to)}`, `${asset.exclusion_reason ?? 'no reason'}; agreed by ${asset.exclusion_by ?? none}`, RULE_OF.excluded!, asset.excluded_from);
    for (const h of hosts) steps.add(`Seen as ${h.name}`, `matched by ${named(h.match)}`, `by ${h.source ?? none}; first ${utc(h.first)}`, 'Matched by strong identifier, FQDN, host name within the client, then address where it is static or leased at that instant; ambiguous ones do not cover.', h.last);
    steps.add('Requirement', asset.requirement, `window ${duration(asset.window_ms)}`, 'One evidence kind of every group must be met; a registry is no evidence for what it registers.');
    steps.add('Newest evidence', asset.last_event === null ? none : 'met', `newest of every group ${utc(asset.last_event)}; heartbeat ${utc(asset.last_heartbeat)}; anything ${utc(asset.last_any)}${asset.last_seen_by ? ` by ${asset.last_seen_by}` : ''}`, 'Only events cover; heartbeats do not, unless the client’s policy accepts them.', asset.last_event);
    const today = localDay(request.asOf - 1, member.zone);
    for (const s of [...spans].reverse()) if (s.first_day <= today) steps.add(`Days ${isoDay(s.first_day)} to ${isoDay(Math.min(s.last_day, today))}`, named(s.state), s.reason ?? 'judged at each day’s end', RULE_OF[s.state] ?? '', dayStart(s.first_day, member.zone));
    steps.add('At the instant asked for', now ? named(now.state) : 'not in scope', now?.reason ?? (now ? `judged at ${utc(request.asOf)}` : 'retired, registered for less than an hour, or counted with its workload group'), now ? RULE_OF[now.state] ?? '' : 'In scope if registered at least an hour of the day, not retired and not excluded.', request.asOf);
    out.push(...steps.rows(`${asset.name} (${member.id})`, asset.url));
  }
  return out;
}
