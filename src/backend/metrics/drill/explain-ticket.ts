import type { TicketEvent } from '../../../model';
import type { ScopedReader } from '../../scope/reader';
import { outcomeAt } from '../../store/outcome';
import { sql, type Sql } from '../../store/sql';
import type { Cell } from '../metric';
import { keysNamed } from './find';
import { duration } from '../shared/plain';
import { Steps, named, none, utc } from './steps';

interface Ticket { ticket_key: bigint; key: string; client: string | null; tier: string; source_severity: string | null; created: number; timeline: string | null; merged_into: string | null; url: string | null }
interface Item {
  client: string | null; clock: string; tier: string; episode: number; alerts: number; start: number; start_from_creation: boolean; target_ms: number | null; due: number | null; gross_due: number | null; stop: number | null; stop_unknown_actor: boolean | null;
  paused_ms: number | null; paused_since: number | null; left_at: number | null; left_as: string | null; reopened: number; downgraded: boolean; shift: string | null; gone: number | null; outcome: string;
}

const RULE_OF: Readonly<Record<string, string>> = {
  met: 'A stop not after the due is met.', missed: 'A stop after the due is missed.', overdue: 'Open past its due: a miss, as soon as the target has passed.', on_hold: 'Paused past the due it would have without pauses: in no ratio, in a column of its own.',
  left: 'A human took it out of the count (duplicate, test, merge) before its due.', no_target: 'The client’s agreement sets no target for this tier and clock.', running: 'Its target has not passed yet: in no ratio, even if it was stopped early.',
};

/** Steps of every ticket in scope with this key: its timeline, then each item and clock as they stand at `asOf`. */
export async function explainTickets(reader: ScopedReader, name: string, clients: Sql, asOf: number, limit: number, signal?: AbortSignal): Promise<Record<string, Cell>[]> {
  const keys = await keysNamed(reader, 'ticket', name, { where: sql`"key" = ${name} and ${clients}`, limit }, signal);
  const tickets = await reader.query<Ticket>(sql`
    select t.ticket_key, t."key" as key, c.id as client, cast(t.tier as varchar) as tier, t.source_severity, t.created, t.timeline, t.merged_into, t.url
    from (select * from ${reader.relationOf('ticket', keys)} x where ${clients}) t left join ${reader.relation('client')} c on c.client_key = t.client_key where t."key" = ${name} or t.native_id = ${name} order by t.id limit ${limit}`, signal);
  const out: Record<string, Cell>[] = [];
  for (const ticket of tickets) {
    const items = await reader.query<Item>(sql`
      select c.id as client, cast(i.clock as varchar) as clock, cast(i.tier as varchar) as tier, i.episode, i.alerts, i.start, i.start_from_creation, i.target_ms, i.due, i.gross_due, i.stop, i.stop_unknown_actor, i.paused_ms, i.paused_since, i.left_at, i.left_as, i.reopened, i.downgraded, i.shift, i.gone,
        ${outcomeAt(asOf)} as outcome
      from ${reader.relation('item')} i left join ${reader.relation('client')} c on c.client_key = i.client_key where i.ticket_key = ${ticket.ticket_key} order by c.id, i.episode, i.clock`, signal);
    out.push(...explained(ticket, items, asOf));
  }
  return out;
}

function explained(t: Ticket, items: readonly Item[], asOf: number): Record<string, Cell>[] {
  const steps = new Steps();
  steps.add('Severity tier', t.tier, `now; the source says ${t.source_severity ?? none}`, 'Raising starts the new tier’s target then; lowering never postpones. An item’s tier is the highest held before its stop.');
  for (const e of (JSON.parse(t.timeline ?? '[]') as TicketEvent[]).filter(event => event.at <= asOf)) {
    const change = [e.from, e.to].some(v => v !== null) ? `${named(e.from)} → ${named(e.to)}` : '';
    steps.add(`Timeline: ${named(e.type)}`, change || 'happened', `by ${e.actor === 'unknown' ? 'an unknown actor (counts as human)' : e.actor}${e.reason ? `; reason: ${e.reason}` : ''}${e.uncertainty === undefined ? '' : `; observed, to within ${duration(e.uncertainty)}`}`,
      e.actor === 'automation' ? 'What automation does stops no clock.' : 'Clocks are replays of the timeline.', e.at);
  }
  if (t.merged_into !== null) steps.add('Merged', 'into another ticket', t.merged_into, 'Verdicts follow the merge; a merge takes an item out only before its due.');
  for (const i of items) {
    const who = `${i.client ?? 'unassigned'}${i.episode > 0 ? `, reopened late (${i.episode})` : ''}, ${i.clock}`;
    steps.add(`${who}: start`, i.start_from_creation ? 'creation of the ticket' : 'earliest detection', `${i.alerts} ${i.alerts === 1 ? 'alert' : 'alerts'} of this client${i.shift ? `; shift ${i.shift}` : ''}`,
      'The earliest detection among alerts whose first ticket this is and which were linked no later than its first human action; else its creation. Later evidence links never move it.', i.start);
    steps.add(`${who}: due`, i.target_ms === null ? 'no target' : `${duration(i.target_ms)} of agreed time`, `tier ${i.tier}; without pauses ${utc(i.gross_due)}; pauses of ${i.paused_ms ? duration(i.paused_ms) : '0 min'}${i.paused_since === null ? '' : `, paused since ${utc(i.paused_since)}`}`,
      'For each tier held before the stop, the instant it was first held plus its target; the earliest governs. Only allowed reasons pause, and never the clock acknowledge.', i.due);
    steps.add(`${who}: stop`, i.stop === null || i.stop > asOf ? 'not stopped' : 'stopped', i.stop_unknown_actor ? 'by an unknown actor, counted' : 'by a human, as the timeline tells', 'The first human event of the clock’s kind that no reopen undid.', i.stop !== null && i.stop <= asOf ? i.stop : null);
    if (i.left_at !== null) steps.add(`${who}: left`, named(i.left_as), 'by a human, before its due', RULE_OF.left!, i.left_at);
    if (i.reopened > 0) steps.add(`${who}: reopened`, `${i.reopened} times`, 'within the agreed days', 'Same item, same due; closed time counts.');
    if (i.downgraded) steps.add(`${who}: opened below`, 'counted', 'opened below the tier of its starting alerts', 'Opened below its starting alerts’ tier is a downgrade.');
    if (i.gone !== null) steps.add(`${who}: gone`, 'kept', 'missing at its source', 'A row that vanishes keeps its outcome and is counted.', i.gone);
    steps.add(`${who}: outcome`, named(i.outcome), `due ${utc(i.due)}; stop ${utc(i.stop)}; judged at ${utc(asOf)}`, RULE_OF[i.outcome]!);
  }
  if (items.length === 0) steps.add('Items', none, 'it holds no alert of a client in scope and belongs to none', 'An item is a ticket for each client whose alerts it holds; its own client if none.');
  return steps.rows(`${t.key} (${t.client ?? 'unassigned'})`, t.url);
}
