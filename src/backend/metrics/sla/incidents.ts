import { slaIncidents } from '../../../catalog/sla-incidents';
import { DECISION_GAP, type TicketEvent } from '../../../model';
import type { ScopedReader } from '../../scope/reader';
import { and, join, sql, type Sql } from '../../store/sql';
import { defineQuery, type Cell, type MetricRequest } from '../metric';
import { isIn, ofClients, within } from '../shared/conditions';
import { plainIncident } from '../shared/plain';
import { widest, zoneCuts, type ZoneCut } from '../shared/zones';
import { clientIds } from './outcomes';
import { inParts, MANY } from './pages';

interface TicketIncident {
  client_key: number; tier: string; detected: number; decided: number | null; notified: number | null; contained: number | null; resolved: number | null; confirmed_at: number; alerts: number;
  incident: string | null; title: string | null; timeline: string | null; url: string | null;
}
interface SiemIncident { client_key: number; tier: string; detected: number; decided: number | null; confirmed_at: number; alerts: number; title: string | null; url: string | null }
/** Of the newest confirmed tickets a few may be in nobody's range: the edges of days differ by zone. With the row that tells of more, a hundred: keys are looked up in hundreds. */
const SPARE = 99;
type Row = Record<string, Cell>;

/** sla.incidents (metrics.md §3): incidents by their verdict's instant. Of a ticket of another client only clock and verdict are known here. */
export const slaIncidentsQuery = defineQuery(slaIncidents, async (reader, request, signal) => {
  const names = clientIds(reader, signal);
  const cuts = zoneCuts(reader, request.range, true, request.filters.client);
  const [, ...parts] = await Promise.all([names, ...cuts.length === 0 ? [] : [ofTickets(reader, request, cuts, names, signal), ofSiem(reader, request, cuts, names, signal)]]);
  const rows = parts.flat();
  rows.sort((a, b) => Number(b.confirmed_at) - Number(a.confirmed_at) || String(a.incident).localeCompare(String(b.incident)) || String(a.client).localeCompare(String(b.client)));
  return {
    rows: rows.slice(0, request.limit).map(row => ({ ...row, sentence: plainIncident(row) })),
    ...(rows.length > request.limit && { notices: [{ severity: 'warning' as const, text: `More than ${request.limit} incidents; filter or shorten the range to see the rest.` }] }),
  };
});

const conditions = (reader: ScopedReader, request: MetricRequest): Sql => and([
  ofClients(reader, request.filters.client ?? null), request.filters.tier ? isIn(sql`cast(tier as varchar)`, request.filters.tier) : sql`true`,
  request.filters.source ? sql`source_key in (select source_key from ${reader.relation('source')} s where ${isIn(sql`s.id`, request.filters.source)})` : sql`true`,
]);
/**
 * One row per ticket and client: the lives of an item after reopening are the same incident. A ticket that only goes on where an earlier
 * one closed has no item of its own; it stands with its own times.
 */
async function ofTickets(reader: ScopedReader, request: MetricRequest, cuts: readonly ZoneCut[], names: Promise<(key: number) => string>, signal?: AbortSignal): Promise<Row[]> {
  const { asOf } = request;
  const confirmed = confirmedTickets(reader, request, cuts);
  const all = { confirmed: sql`(${confirmed})`, tickets: sql`(select * from ${reader.relation('ticket')} k where ticket_key in (select ticket_key from confirmed))` };
  // Without a filter nearly every confirmed ticket is a row: the newest that can fill the list are looked up by key, and all are joined only where they did not fill it.
  const most = request.limit + 1 + SPARE;
  const newest = Object.keys(request.filters).length > 0 ? [] : await reader.query<{ ticket_key: bigint; confirmed_at: number }>(sql`${confirmed} order by confirmed_at desc, ticket_key limit ${most}`, signal);
  const some = newest.length === 0 ? null : await ticketIncidents(reader, request, cuts, {
    confirmed: sql`(select unnest(${newest.map(n => n.ticket_key)}::ubigint[]) as ticket_key, unnest(${newest.map(n => n.confirmed_at)}::bigint[]) as confirmed_at)`,
    items: await startsOf(reader, newest, signal),
    tickets: newest.length > MANY ? all.tickets : sql`(${join(inParts(newest.map(n => n.ticket_key)).map(keys => sql`select * from ${reader.relationOf('ticket', keys)} k`), sql` union all `)})`,
  }, signal);
  const found = some !== null && (some.length > request.limit || newest.length < most) ? some : await ticketIncidents(reader, request, cuts, { ...all, items: sql`true` }, signal);
  const nameOf = await names;
  return found.map((i): Row => {
    // Notify and contain have items only where they are contracted; the ticket's own history knows them all the same.
    const events = i.timeline === null ? [] : JSON.parse(i.timeline) as TicketEvent[];
    const at = (type: TicketEvent['type']) => events.filter(e => e.type === type && e.actor !== 'automation' && e.at <= asOf).reduce<number | null>((least, e) => (least === null || e.at < least ? e.at : least), null);
    return {
      incident: i.incident, title: i.title, client: nameOf(i.client_key), tier: i.tier, detected: i.detected, decided: i.decided, notified: i.notified ?? at('notified'), contained: i.contained ?? at('contained'),
      resolved: i.resolved, confirmed_at: i.confirmed_at, alerts: i.alerts, link: i.url,
    };
  });
}

/** Tickets confirmed in any client's range: key and instant. */
function confirmedTickets(reader: ScopedReader, { asOf }: MetricRequest, cuts: readonly ZoneCut[]): Sql {
  const { from, to } = widest(cuts);
  return sql`select ticket_key, verdict_at as confirmed_at from ${reader.relation('ticket_verdict')} k where disposition = 'true_positive' and disposition_by is distinct from 'automation' and not merged
    and verdict_at >= ${from} and verdict_at < ${to} and verdict_at <= ${asOf}`;
}

/** Between which instants the items of the tickets start: by it the store skips what is older, and reads their other columns there alone. */
async function startsOf(reader: ScopedReader, tickets: readonly { readonly ticket_key: bigint }[], signal?: AbortSignal): Promise<Sql> {
  const [starts] = await reader.query<{ least: number | null; most: number | null }>(sql`
    select min("start") as least, max("start") as most from ${reader.relation('item')} i where ticket_key in (select unnest(${tickets.map(t => t.ticket_key)}::ubigint[]))`, signal);
  return starts!.least === null ? sql`false` : sql`"start" >= ${starts!.least} and "start" <= ${starts!.most}`;
}

/** Rows of the confirmed tickets given, the newest first. */
function ticketIncidents(reader: ScopedReader, request: MetricRequest, cuts: readonly ZoneCut[], { confirmed, items, tickets }: { readonly confirmed: Sql; /** Where their items lie. */ readonly items: Sql; readonly tickets: Sql }, signal?: AbortSignal): Promise<TicketIncident[]> {
  const { asOf } = request;
  const first = (clock: string): Sql => sql`min(first_stop) filter (where clock = ${clock} and first_stop <= ${asOf})`;
  return reader.query<TicketIncident>(sql`
    with confirmed as ${confirmed}
    select * from (
      select v.ticket_key, v.confirmed_at, coalesce(x.client_key, t.client_key) as client_key, coalesce(x.source_key, t.source_key) as source_key, coalesce(x.tier, cast(t.tier as varchar)) as tier, coalesce(x.alerts, 0) as alerts,
        coalesce(x.detected, t.created) as detected, coalesce(x.decided, case when t.decided_at <= ${asOf} then t.decided_at end) as decided, x.notified, x.contained,
        coalesce(x.resolved, case when t.resolved_at <= ${asOf} then t.resolved_at end) as resolved, t."key" as incident, t.title, t.timeline, t.url
      from confirmed v
      left join (select ticket_key, client_key, any_value(source_key) as source_key, cast(min(tier) filter (where clock = 'decide') as varchar) as tier, min("start") as detected, max(alerts) as alerts,
          ${first('decide')} as decided, ${first('notify')} as notified, ${first('contain')} as contained, max(stop) filter (where clock = 'resolve' and stop <= ${asOf}) as resolved
        from ${reader.relation('item')} i where ${items} and ticket_key in (select ticket_key from confirmed) group by ticket_key, client_key) x on x.ticket_key = v.ticket_key
      left join ${tickets} t on t.ticket_key = v.ticket_key) a
    where ${within(reader, cuts, sql`confirmed_at`)} and ${conditions(reader, request)} order by confirmed_at desc, ticket_key, client_key limit ${request.limit + 1}`, signal);
}

/**
 * Alerts whose verdict dates from the range's begin on, which the store finds by that: all that a decision of the range has, because its earliest lies there.
 * All alerts where a decision may straddle the begin: verdicts of one decision follow each other within `DECISION_GAP`, so one of them lies that close before it.
 */
async function fromRangeOn(reader: ScopedReader, from: number, signal?: AbortSignal): Promise<Sql> {
  const alerts = reader.relation('alert');
  const straddling = await reader.query(sql`select 1 as one from ${alerts} a where bucket = 'true' and disposition_at >= ${from - DECISION_GAP} and disposition_at < ${from} and decision_key is not null limit 1`, signal);
  return straddling.length > 0 ? alerts : sql`(select * from ${alerts} a where disposition_at >= ${from} union all select * from ${alerts} a where disposition_at is null and a.at >= ${from})`;
}

/** Decisions in the SIEM without a ticket: one incident each, however many alerts. */
async function ofSiem(reader: ScopedReader, request: MetricRequest, cuts: readonly ZoneCut[], names: Promise<(key: number) => string>, signal?: AbortSignal): Promise<Row[]> {
  const { asOf } = request;
  const found = await reader.query<SiemIncident>(sql`
    select client_key, cast(min(tier) as varchar) as tier, min(a.at) as detected, min(disposition_at) as decided, min(coalesce(disposition_at, a.at)) as confirmed_at, count(*) as alerts, min(rule_name) as title, min(url) as url
    from ${await fromRangeOn(reader, widest(cuts).from, signal)} a
    where bucket = 'true' and not has_ticket and decision_key is not null and ${conditions(reader, request)}
    group by client_key, decision_key
    having ${within(reader, cuts, sql`min(coalesce(disposition_at, a.at))`)} and min(coalesce(disposition_at, a.at)) <= ${asOf}
    order by confirmed_at desc, client_key, decision_key limit ${request.limit + 1}`, signal);
  const nameOf = await names;
  return found.map((i): Row => ({
    incident: null, title: i.title, client: nameOf(i.client_key), tier: i.tier, detected: i.detected, decided: i.decided, notified: null, contained: null, resolved: null, confirmed_at: i.confirmed_at, alerts: i.alerts, link: i.url,
  }));
}
