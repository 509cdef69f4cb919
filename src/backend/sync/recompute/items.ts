import { itemClients, ticketItems, type ItemFact } from '../../facts/item';
import { slaPolicy } from '../../facts/sla-policy';
import { ticketFacts } from '../../facts/ticket';
import { keyOf } from '../../store/key';
import { breather } from '../breathe';
import type { FactContext, Recompute, Touched } from '../facts';
import { ItemGraph, lookup, type GraphTicket } from './item-graph';
import { differs, itemRow, movedColumns, writeItems, type ItemStoreRow } from './item-rows';
import { LinkedRows, type TicketStoreRow } from './linked-rows';
import { recomputeSiemItems } from './siem-items';

type Held = ReturnType<ItemGraph['held']>;

/**
 * Ticket facts and SLA items of everything a touched set reaches: touched tickets, tickets that quote touched alerts, and earlier
 * tickets that those reopen. Items that no longer exist (an episode, a client that vanished) are removed. Runs in the sync's
 * transaction, after the alerts' facts.
 */
export const recomputeItems: Recompute = async (tx, touched, context) => {
  const policy = slaPolicy(context.settings);
  const graph = new ItemGraph(context.dimensions, policy.reopenWithin, context.rows ?? new LinkedRows(tx));
  const joins = await reach(graph, touched);
  await graph.loadJoins(joins);
  const { wanted, held } = await closure(graph, new Set([...touched.tickets, ...graph.ticketsLinkedTo(joins)]));

  const before = new Map((await lookup(tx, 'item', 'ticket_key', wanted)).map(r => [r.item_clock_key!, r]));
  const after = new Map<bigint, ItemStoreRow>();
  const tickets: TicketStoreRow[] = [];
  const rest = breather();
  for (const key of wanted) {
    await rest();
    const ticket = graph.tickets.get(key);
    if (!ticket) continue;
    const mine = held.get(key)!;
    const facts = ticketItems(ticket, mine.alerts, client => laterTickets(graph, held, key, client), policy);
    const inputs = new Map<string, bigint>();
    for (const { client } of facts) if (!inputs.has(client)) inputs.set(client, inputsOf(ticket, mine, laterTickets(graph, held, key, client), client));
    for (const row of toRows(facts, ticket, inputs, context)) after.set(row.item_clock_key!, row);
    // A ticket left for later (sync/pending.ts) waits until it is touched itself: its alerts' facts are not all computed here.
    const pending = ticket.row.settings_version === null && !touched.tickets.has(key);
    const row = { ...withFact(ticket, mine, facts, graph, context), ...(pending ? { settings_version: null } : {}) };
    if (differs(ticket.row, row)) tickets.push(row);
  }
  await tx.update('ticket', movedColumns(tickets, row => graph.tickets.get(row.ticket_key!)!.row), tickets);
  await writeItems(tx, before, after);
  await recomputeSiemItems(tx, graph, new Set([...touched.alerts, ...graph.alertsLinkedBy(joins).map(a => a.alert_key!)]), policy, context);
};

async function reach(graph: ItemGraph, touched: Touched): Promise<Set<bigint>> {
  const joins = new Set(touched.joins);
  for (const join of await graph.joinsOf(touched.tickets)) joins.add(join);
  await graph.loadAlerts(touched.alerts);
  for (const key of touched.alerts) { const join = graph.alerts.get(key)?.join_key; if (join != null) joins.add(join); }
  return joins;
}

/** The tickets to compute, with every ticket that goes on where one of them closed, loaded whole. */
async function closure(graph: ItemGraph, wanted: Set<bigint>): Promise<{ wanted: Set<bigint>; held: Map<bigint, Held> }> {
  const held = new Map<bigint, Held>();
  let fresh = new Set(wanted);
  while (fresh.size > 0) {
    await graph.loadWhole(fresh);
    const next = new Set<bigint>();
    const rest = breather();
    for (const key of fresh) {
      await rest();
      const h = graph.held(key);
      held.set(key, h);
      if (wanted.has(key)) for (const earlier of h.earlier) { wanted.add(earlier); if (!held.has(earlier)) next.add(earlier); }
      for (const later of h.later.values()) for (const k of later) if (!held.has(k)) next.add(k);
    }
    // An earlier ticket that was loaded as somebody's later one is computed too: its own earlier ones follow.
    for (const key of [...wanted]) for (const earlier of held.get(key)?.earlier ?? []) { wanted.add(earlier); if (!held.has(earlier)) next.add(earlier); }
    fresh = next;
  }
  return { wanted, held };
}

/** All tickets that go on where this one closed, through any number of steps, for one client's alerts; oldest first. */
function laterTickets(graph: ItemGraph, held: Map<bigint, Held>, key: bigint, client: string): GraphTicket[] {
  const out = new Set<bigint>();
  const queue = [key];
  for (const k of queue) for (const l of held.get(k)?.later.get(client) ?? []) if (!out.has(l)) { out.add(l); queue.push(l); }
  return [...out].map(k => graph.tickets.get(k)!).sort((a, b) => a.created - b.created || (a.row.id! < b.row.id! ? -1 : 1));
}

/** Hash of what one client's items of a ticket are computed from; the order of arrival does not matter. */
const inputsOf = (ticket: GraphTicket, mine: Held, later: readonly GraphTicket[], client: string): bigint => keyOf(
  'inputs', client, ticket.client, ticket.created, ticket.tier, ticket.row.timeline ?? '',
  ...mine.alerts.filter(a => a.client === client).map(a => JSON.stringify(a)).sort(), ...later.map(l => `${l.row.id}${l.tier}${l.row.timeline}`),
);

/** The clocks of one item share its key. */
function toRows(facts: readonly ItemFact[], ticket: GraphTicket, inputs: ReadonlyMap<string, bigint>, context: FactContext): ItemStoreRow[] {
  const origin = { ticket_key: ticket.key, alert_key: null, source_key: ticket.row.source_key, gone: ticket.row.gone };
  let item: { readonly client: string; readonly episode: number; readonly key: bigint } | null = null;
  return facts.map(fact => {
    if (item?.client !== fact.client || item.episode !== fact.episode) item = { client: fact.client, episode: fact.episode, key: keyOf('ticket', ticket.row.id!, fact.client, fact.episode) };
    return itemRow(fact, item.key, inputs.get(fact.client)!, origin, context);
  });
}

function withFact(ticket: GraphTicket, mine: Held, facts: readonly ItemFact[], graph: ItemGraph, context: FactContext): TicketStoreRow {
  const fact = ticketFacts(ticket);
  const links = graph.linksOfTicket(ticket.key);
  const matched = new Set(mine.rows.map(a => a.join_key));
  return {
    ...ticket.row, closed_at: fact.closedAt, acknowledged_at: fact.acknowledgedAt, decided_at: fact.decidedAt, resolved_at: fact.resolvedAt,
    reopens: fact.reopens, redispositions: fact.redispositions, quoted: links.length, matched: links.filter(l => matched.has(l.join_key)).length,
    // Where the loaded history begins moves while it fills: that comparison is the query's (ticket.created against the streams' state).
    quotes_before_history: null,
    cross_client: itemClients(ticket, mine.alerts).some(c => c !== ticket.client), downgraded: facts.some(f => f.downgraded),
    unknown_actors: fact.unknownActors, human_events: fact.humanEvents, closing_only: fact.closingOnly, ...ownAlerts(ticket, mine), settings_version: context.version,
  };
}

/** Of alerts whose facts are still to be computed the instant is not known, and so nothing of the ticket's is. */
function ownAlerts(ticket: GraphTicket, mine: Held): Pick<TicketStoreRow, 'own_alerts' | 'own_rule_key' | 'own_first_at' | 'own_last_at'> {
  const own = mine.rows.filter(a => a.client_key === ticket.row.client_key);
  const times = own.map(a => a.at).filter((at): at is number => at !== null);
  if (times.length < own.length) return { own_alerts: null, own_rule_key: null, own_first_at: null, own_last_at: null };
  const [first, ...others] = own.map(a => a.rule_key);
  return {
    own_alerts: own.length, own_rule_key: first !== undefined && others.every(rule => rule === first) ? first : null,
    own_first_at: own.length > 0 ? times.reduce((a, b) => Math.min(a, b)) : null, own_last_at: own.length > 0 ? times.reduce((a, b) => Math.max(a, b)) : null,
  };
}
