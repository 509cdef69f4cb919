import { rulesLoad } from '../../../catalog/rules-load';
import type { ScopedReader } from '../../scope/reader';
import { column, integer, join, sql, type Sql } from '../../store/sql';
import { defineQuery, type Cell, type MetricRequest } from '../metric';
import { zoneCuts, type ZoneCut } from '../shared/zones';
import { alertsAsked, byName, groupsOf, headOf, KEY_OF, namesOf, ruleCounts, type Groupable, type Names, type Raw, type RuleCounts } from './counts';
import type { Lineages } from './lineage';
import { MIN_DECISIONS } from './ratios';

const nowhere = (c: RuleCounts): number => c.buckets.false + c.buckets.benign;
const decided = ({ decisions: d }: RuleCounts): number => d.true + d.benign + d.false;

/** rules.load (metrics.md §2, Analytical load): shares of everything asked for, most alerts first. Hours need a source with work logs; none has any. */
export const rulesLoadQuery = defineQuery(rulesLoad, async (reader, request, signal) => {
  const named = await namesOf(reader, request, signal);
  const [counts, touches] = await Promise.all([ruleCounts(reader, request, signal, { named }), touchesOf(reader, request, named, signal)]);
  counts.sort((a, b) => b.alerts - a.alerts || byName(a, b));
  const total = (of: (c: RuleCounts) => number) => counts.reduce((sum, c) => sum + of(c), 0);
  const all = { alerts: total(c => c.alerts), decisions: total(decided), nowhere: total(nowhere) };
  const share = (k: number, n: number): number | null => (n === 0 ? null : k / n);
  const rows = counts.slice(0, request.limit).map((c): Record<string, Cell> => {
    const [t, d] = [touches.get(JSON.stringify(c.group)) ?? 0, decided(c)];
    return {
      ...headOf(c), ...(c.group.rule !== undefined && { enabled: c.rule?.enabled ?? null }),
      alerts: c.alerts, alerts_share: share(c.alerts, all.alerts), decisions: d, decisions_share: share(d, all.decisions), nowhere: nowhere(c), nowhere_share: share(nowhere(c), all.nowhere),
      touches: t, touches_per_decision: d < MIN_DECISIONS ? null : t / d, hours: null, reason: 'no_work_log',
    };
  });
  return { rows, ...(counts.length > rows.length && { notices: [{ severity: 'warning' as const, text: `${counts.length - rows.length} further rows are not shown; raise the limit or filter.` }] }) };
});

/** Human touches by group: of tickets each once, of the SIEM each instant once. */
async function touchesOf(reader: ScopedReader, plain: MetricRequest, named: Names, signal?: AbortSignal): Promise<Map<string, number>> {
  const request = named.rules.widened(plain);
  const groups = groupsOf(request);
  const touches = new Map<string, number>();
  const cuts = zoneCuts(reader, request.range, groups.includes('client'), request.filters.client);
  const asked = (query: Sql) => reader.query<Raw>(query, signal);
  const parts = cuts.flatMap(cut => [earliestLink(reader, request, cut, signal).then(since => asked(onTickets(reader, request, groups, cut, named.rules, since))), asked(inSiem(reader, request, groups, cut, named.rules))]);
  for (const rows of await Promise.all(parts)) {
    for (const row of rows) {
      const key = JSON.stringify(named.group(row, groups).group);
      touches.set(key, Number(row.touches) + (touches.get(key) ?? 0));
    }
  }
  return touches;
}

const columns = (groups: readonly Groupable[]): Sql[] => groups.map(g => column(KEY_OF[g]));
const grouped = (keys: readonly Sql[]): Sql => (keys.length === 0 ? sql`` : sql`group by ${join(keys)}`);

/** The group columns, a rule with predecessors under one key, so that a ticket which holds alerts of both counts once. */
function selected(groups: readonly Groupable[], rules: Lineages): Sql[] {
  const old = rules.all.flatMap(l => l.members.slice(1).map(key => sql`when ${integer(key)} then ${integer(l.members[0]!)}`));
  return groups.map(g => (g === 'rule' && old.length > 0 ? sql`case rule_key ${join(old, sql` `)} else rule_key end as rule_key` : column(KEY_OF[g])));
}

/**
 * Earliest time of a link of the alerts asked for; null: none has one. An alert's own `linked_at` is the earliest of its links, so no link of
 * theirs that tells its time is older, and the store skips the years of links before: their keys are hashes, and nothing else in a link tells its age.
 */
async function earliestLink(reader: ScopedReader, request: MetricRequest, cut: ZoneCut, signal?: AbortSignal): Promise<number | null> {
  const [row] = await reader.query<{ since: number | null }>(sql`select min(linked_at) as since from ${reader.relation('alert')} a where has_ticket and ${alertsAsked(reader, request, cut)}`, signal);
  return row?.since ?? null;
}

/** Human events on the client's own tickets: what happened on a ticket of another client is not shown to anybody through these alerts. */
function onTickets(reader: ScopedReader, request: MetricRequest, groups: readonly Groupable[], cut: ZoneCut, rules: Lineages, since: number | null): Sql {
  const keys = columns(groups);
  return sql`
    select ${join([...keys, sql`sum(h) as touches`])} from (
      select ${join([...keys.map(k => sql`x.${k}`), sql`t.ticket_key, any_value(t.human_events) as h`])}
      from (select ${join([...selected(groups, rules), sql`client_key as own_client`, sql`join_key`])} from ${reader.relation('alert')} a where has_ticket and ${alertsAsked(reader, request, cut)}) x
      join (select join_key, ticket_key, client_key as own_client, human_events from ${reader.relation('ticket_link')} l where removed is not true and (l.linked_at is null${since === null ? sql`` : sql` or l.linked_at >= ${since}`}) and created <= ${request.asOf} and human_events > 0) t on t.join_key = x.join_key and t.own_client = x.own_client
      group by all) y ${grouped(keys)}`;
}

/** Acknowledgements and verdicts that a human (or an unknown actor) set on the alerts themselves; a verdict without a time counts by itself. */
function inSiem(reader: ScopedReader, request: MetricRequest, groups: readonly Groupable[], cut: ZoneCut, rules: Lineages): Sql {
  const keys = columns(groups);
  return sql`
    select ${join([...keys, sql`count(distinct acknowledged_at) filter (where acknowledged_by is distinct from 'automation') + count(distinct disposition_at) filter (where judged) + count(*) filter (where judged and disposition_at is null) as touches`])}
    from (select ${join([...selected(groups, rules), sql`acknowledged_at`, sql`acknowledged_by`, sql`disposition_at`, sql`disposition is not null and disposition_by is distinct from 'automation' as judged`])}
      from ${reader.relation('alert')} a where (acknowledged_at is not null or disposition is not null) and ${alertsAsked(reader, request, cut)}) x ${grouped(keys)}`;
}
