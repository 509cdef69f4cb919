import type { Range } from '../../../model';
import type { ScopedReader } from '../../scope/reader';
import { and, column, integer, join, sql, type Sql } from '../../store/sql';
import type { MetricRequest } from '../metric';
import { alertFilters, ofClients } from '../shared/conditions';
import { zoneCuts, type ZoneCut } from '../shared/zones';
import { alertsAsked, cutsDecisions, groupsOf, KEY_OF, type Groupable, type Names, type Raw } from './counts';
import type { Lineages } from './lineage';

/** Human touches by group: of tickets each once, of the SIEM each instant once. */
export async function touchesOf(reader: ScopedReader, plain: MetricRequest, named: Names, signal?: AbortSignal): Promise<Map<string, number>> {
  const request = named.rules.widened(plain);
  const groups = groupsOf(request);
  const touches = new Map<string, number>();
  const cuts = zoneCuts(reader, request.range, groups.includes('client'), request.filters.client);
  const asked = (query: Sql) => reader.query<Raw>(query, signal);
  const parts = cuts.flatMap(cut => [onTickets(reader, request, groups, cut, named.rules, signal), ...inSiem(reader, request, groups, cut, named.rules).map(asked)]);
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

/**
 * Human events on the client's own tickets: what happened on a ticket of another client is not shown to anybody through these alerts. A ticket whose first
 * or last own alert lies in range, all of one rule, says so itself (docs/adr/064); the links are asked of those alone that say less.
 */
async function onTickets(reader: ScopedReader, request: MetricRequest, groups: readonly Groupable[], cut: ZoneCut, rules: Lineages, signal?: AbortSignal): Promise<Raw[]> {
  const byLinks = async (tickets: Sql, range: Range): Promise<Raw[]> => {
    const part = { ...cut, range };
    return reader.query<Raw>(onLinks(reader, request, groups, part, rules, await earliestLink(reader, request, part, signal), tickets), signal);
  };
  if (cutsDecisions(request)) return byLinks(sql`true`, cut.range);
  const { filters, asOf } = request;
  const [from, to] = [cut.range.from, Math.min(cut.range.to, asOf + 1)];
  const inside = and([sql`own_first_at >= ${from} or own_last_at < ${to}`, groups.includes('rule') || filters.rule !== undefined ? sql`own_rule_key is not null` : sql`true`]);
  const reached = sql`own_last_at >= ${from} and own_first_at < ${to}`;
  const touched = and([sql`created <= ${asOf}`, sql`human_events > 0`, ofClients(reader, cut.clients), alertFilters(reader, { client: filters.client })]);
  const keys = columns(groups);
  const [known, [unknown]] = await Promise.all([
    reader.query<Raw>(sql`
      select ${join([...keys, sql`sum(human_events) filter (where inside) as touches, min(own_first_at) filter (where not inside) as first, max(own_last_at) filter (where not inside) as last`])}
      from (select ${join([...selected(groups, rules), sql`human_events, inside, own_first_at, own_last_at`])} from (
        select client_key, own_rule_key as rule_key, human_events, own_first_at, own_last_at, ${inside} as inside from ${reader.relation('ticket')} t where own_alerts is not null and ${reached} and ${touched}) y
      where rule_key is null or ${alertFilters(reader, { rule: filters.rule })}) x ${grouped(keys)}`, signal),
    reader.query<{ n: number }>(sql`select count(*) as n from ${reader.relation('ticket')} t where own_alerts is null and ${touched}`, signal),
  ]);
  const said = known.filter(row => row.touches !== null);
  const others = known.filter(row => row.first !== null);
  if (unknown!.n > 0) return [...said, ...await byLinks(sql`own_alerts is null or (${reached} and not (${inside}))`, cut.range)];
  if (others.length === 0) return said;
  // Most of them reach over an edge of the range: only alerts near it are theirs.
  const [first, last] = [Math.min(...others.map(row => Number(row.first))), Math.max(...others.map(row => Number(row.last)))];
  return [...said, ...await byLinks(sql`own_alerts is not null and ${reached} and not (${inside})`, { from: Math.max(from, first), to: Math.min(to, last + 1) })];
}

function onLinks(reader: ScopedReader, request: MetricRequest, groups: readonly Groupable[], cut: ZoneCut, rules: Lineages, since: number | null, tickets: Sql): Sql {
  const keys = columns(groups);
  return sql`
    select ${join([...keys, sql`sum(h) as touches`])} from (
      select ${join([...keys.map(k => sql`x.${k}`), sql`t.ticket_key, any_value(t.human_events) as h`])}
      from (select ${join([...selected(groups, rules), sql`client_key as own_client`, sql`join_key`])} from ${reader.relation('alert')} a where has_ticket and ${alertsAsked(reader, request, cut)}) x
      join (select join_key, ticket_key, client_key as own_client, human_events from ${reader.relation('ticket_link')} l where removed is not true and (l.linked_at is null${since === null ? sql`` : sql` or l.linked_at >= ${since}`}) and created <= ${request.asOf} and human_events > 0 and (${tickets})) t on t.join_key = x.join_key and t.own_client = x.own_client
      group by all) y ${grouped(keys)}`;
}

/** Acknowledgements that a human (or an unknown actor) set on the alerts themselves, and verdicts; one of these without a time counts by itself. Apart, because each is of few alerts. */
function inSiem(reader: ScopedReader, request: MetricRequest, groups: readonly Groupable[], cut: ZoneCut, rules: Lineages): Sql[] {
  const keys = columns(groups);
  const counted = (at: Sql, set: Sql): Sql => sql`
    select ${join([...keys, sql`count(distinct moment) + count(*) filter (where moment is null) as touches`])}
    from (select ${join([...selected(groups, rules), sql`${at} as moment`])} from ${reader.relation('alert')} a where ${set} and ${alertsAsked(reader, request, cut)}) x ${grouped(keys)}`;
  return [
    counted(sql`acknowledged_at`, sql`acknowledged_at is not null and acknowledged_by is distinct from 'automation'`),
    counted(sql`disposition_at`, sql`disposition is not null and disposition_by is distinct from 'automation'`),
  ];
}
