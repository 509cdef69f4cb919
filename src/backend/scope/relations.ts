import { ALERT_FLAGS } from '../../model';
import { column, join, integer, sql, type Sql } from '../store/sql';
import { verdictInputs } from '../store/month-verdicts';
import { table } from '../store/table';
import { Denied, type RelationName } from './reader';
import { holds, keyBits, keyList, lacks, type KeySet } from './sets';

type Table = Parameters<typeof table>[0];
const all = (name: Table, from: Sql = table(name)): Sql => sql`select * from ${from}`;
/** A relation as a sub-select. Alerts and tickets can be asked of some of their rows alone (`rowsByKey`). */
type Relations = Readonly<Record<RelationName, (from?: Sql) => Sql>>;

/**
 * Rows of a table by key, through its index (docs/adr/003): the limit keeps a client's condition from being read first, of every row. At most
 * as many rows as keys can match.
 */
export const rowsByKey = (name: 'alert' | 'ticket', keys: readonly bigint[]): Sql =>
  keys.length === 0 ? sql`(select * from ${table(name)} where false)` : sql`(select * from ${table(name)} where ${column(`${name}_key`)} in (${join(keys.map(k => sql`${k}`))}) limit ${integer(keys.length)})`;

/** Every relation for an operator who did not narrow his scope: the whole workspace. */
export const operatorRelations: Relations = {
  alert: from => all('alert', from), ticket: from => all('ticket', from), ticket_verdict: () => verdicts, link: () => all('link'), ticket_link: () => linksWithTickets(table('link'), table('ticket')), item: () => all('item'),
  reported_month: () => all('reported_month'), reported_item: () => all('reported_item'), reported_untracked: () => all('reported_untracked'), reported_untracked_day: () => all('reported_untracked_day'),
  reported_part: () => all('reported_part'), reported_coverage: () => all('reported_coverage'), reported_asset: () => all('reported_asset'), reported_rule: () => all('reported_rule'), reported_decision: () => all('reported_decision'),
  verdict_input: from => verdictInputs(from ?? table('alert'), table('link'), table('ticket'), from !== undefined),
  asset: () => all('asset'), asset_record: () => all('asset_record'), asset_span: () => all('asset_span'),
  coverage_day: () => all('coverage_day'), coverage_reading: () => all('coverage_reading'), seen_host: () => all('seen_host'), observation: () => all('observation'),
  rule: () => all('dim_rule'), client: () => all('dim_client'), source: () => all('dim_source'), source_day: () => all('source_day'),
  stream_state: () => sql`select * from ${table('stream_state')} where ${readStill}`, quarantine: () => all('quarantine'), notice: () => all('notice'),
  alert_history: () => alertHistory,
  grant: () => all('client_grant'), access: () => all('access_day'),
};

/** Streams that the settings read no longer are nobody's to wait for (sync/state). */
const readStill = sql`kind is distinct from 'ended'`;
/** Two instants and a count over all sources: says nothing of any client, and an orphan cannot be judged without them. */
const alertHistory = sql`select count(*) as streams, case when bool_and(backfilled_to is not null) then max(backfilled_to) end as begins, min(watermark) as read_to from ${table('stream_state')} where kind = 'alert'`;

/** Verdict, its actor's kind and instant, and whether the ticket went into another; no text, key or link of it. */
const verdictsOf = (where: Sql, at: Sql = sql`coalesce(disposition_at, closed_at, created)`): Sql =>
  sql`select ticket_key, disposition, disposition_by, ${at} as verdict_at, merged_into is not null as merged from ${table('ticket')} where ${where}`;
/** The same of all tickets, apart by the column that tells the instant: the store skips by the bounds of a column, and by no expression. */
const verdicts = join([
  verdictsOf(sql`disposition_at is not null`, sql`disposition_at`), verdictsOf(sql`disposition_at is null and closed_at is not null`, sql`closed_at`), verdictsOf(sql`disposition_at is null and closed_at is null`, sql`created`),
], sql` union all `);

/** Links with what is counted of their tickets; one join where a question would guard the links and then join the tickets again. */
const linksWithTickets = (links: Sql, tickets: Sql): Sql => sql`select l.*, t.client_key, t.created, t.human_events, t.own_alerts, t.own_rule_key, t.own_first_at, t.own_last_at from ${links} l join ${tickets} t on t.ticket_key = l.ticket_key`;

export interface ClientRelations { readonly relations: Relations; /** What the relations are bound to and the gate looks up first. */ readonly sets: readonly KeySet[] }

/**
 * Every relation for a set of clients (their keys). Of a shared ticket nothing but its clock crosses: links to alerts of others, the ids
 * a ticket quotes, and marks of crossing are taken away. Of sources a client learns those that carry rows of its own, and whether they
 * are read, never their errors or their volume. What follows from other rows (its rules, its sources, links to others' alerts) is a set of
 * keys of its own, asked for once per state of the store (scope/sets).
 */
export function clientRelations(keys: readonly number[]): ClientRelations {
  const mine: Sql = keys.length === 0 ? sql`false` : sql`client_key in (${join(keys.map(integer))})`;
  const of = (name: Table): Sql => sql`select * from ${table(name)} where ${mine}`;
  const refuse = (name: string) => (): never => { throw new Denied(`"${name}" belongs to the operators of the SOC and is not shown in a client's scope.`); };
  const sources = keyBits('sources', sql`select source_key as k from ${table('alert')} where ${mine} union select source_key from ${table('ticket')} where ${mine} union select source_key from ${table('asset_record')} where ${mine} union select source_key from ${table('seen_host')} where ${mine}`);
  const rules = keyBits('rules', sql`select distinct rule_key as k from ${table('alert')} where ${mine}`);
  // Ids that its tickets quote and that only others' alerts have.
  const foreign = keyList('foreign', sql`select distinct l.join_key as k from ${table('link')} l where l.ticket_key in (select ticket_key from ${table('ticket')} where ${mine})
    and l.join_key in (select join_key from ${table('alert')} where (${mine}) is not true) and l.join_key not in (select join_key from ${table('alert')} where join_key is not null and ${mine})`);
  const relations: Relations = {
    alert: (from = table('alert')) => sql`select * replace (cast(null as boolean) as cross_client, marks & ${integer(~ALERT_FLAGS.crossing)} as marks) from ${from} where ${mine}`,
    ticket: (from = table('ticket')) => sql`select * replace (cast(null as boolean) as cross_client, case when cross_client then null else quotes end as quotes) from ${from} where ${mine}`,
    // A ticket is an incident of the clients that have items of it, and of its own where nobody has: an own ticket that holds others' alerts alone is theirs.
    ticket_verdict: () => verdictsOf(sql`ticket_key in (select ticket_key from ${table('item')} where ${mine}) or (${mine} and not exists (select 1 from ${table('item')} x where x.ticket_key = ${table('ticket')}.ticket_key))`),
    link: () => sql`select * from ${table('link')} where ticket_key in (select ticket_key from ${table('ticket')} where ${mine}) and ${lacks(sql`join_key`, foreign)}`,
    ticket_link: () => linksWithTickets(sql`(select * from ${table('link')} where ${lacks(sql`join_key`, foreign)})`, sql`(${of('ticket')})`),
    item: () => of('item'), reported_month: () => of('reported_month'), reported_item: () => of('reported_item'), reported_untracked: () => of('reported_untracked'), reported_untracked_day: () => of('reported_untracked_day'),
    reported_part: () => of('reported_part'), reported_coverage: () => of('reported_coverage'), reported_asset: () => of('reported_asset'), reported_rule: () => of('reported_rule'), reported_decision: () => of('reported_decision'),
    verdict_input: from => verdictInputs(sql`(select * from ${from ?? table('alert')} where ${mine})`, table('link'), table('ticket'), from !== undefined),
    asset: () => of('asset'), asset_record: () => of('asset_record'), asset_span: () => of('asset_span'),
    coverage_day: () => of('coverage_day'), coverage_reading: () => of('coverage_reading'), seen_host: () => of('seen_host'),
    observation: () => sql`select * from ${table('observation')} where host_key in (select host_key from ${table('seen_host')} where ${mine})`,
    rule: () => sql`select * from ${table('dim_rule')} where ${holds(sql`rule_key`, rules)}`,
    client: () => of('dim_client'),
    source: () => sql`select * from ${table('dim_source')} where ${holds(sql`source_key`, sources)}`,
    source_day: () => sql`select * replace (cast(null as integer) as hosts) from ${table('source_day')} where ${holds(sql`source_key`, sources)}`,
    stream_state: () => sql`select * replace (cast(null as varchar) as cursor, cast(null as bigint) as rows, cast(null as bigint) as expected, cast(null as bigint) as rejected,
      case when error is null then null else 'It cannot be read at the moment; the operators of the SOC see why.' end as error, cast(null as varchar) as error_code, cast(null as varchar) as remedy, cast(null as varchar) as waiting, cast(null as varchar) as unlisted)
      from ${table('stream_state')} where ${readStill} and source in (select id from ${table('dim_source')} where ${holds(sql`source_key`, sources)})`,
    quarantine: refuse('quarantine'), notice: refuse('notice'), grant: refuse('grants'), access: refuse('requests by organisation'),
    alert_history: () => alertHistory,
  };
  return { relations, sets: [sources, rules, foreign] };
}
