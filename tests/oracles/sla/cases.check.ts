import fc from 'fast-check';
import { slaAdherenceQuery } from '../../../src/backend/metrics/sla/adherence';
import { slaIncidentsQuery } from '../../../src/backend/metrics/sla/incidents';
import { slaMissesQuery } from '../../../src/backend/metrics/sla/misses';
import type { Cell, MetricRequest } from '../../../src/backend/metrics/metric';
import { DAY, type Clock, type TicketEvent, type TicketRow } from '../../../src/model';
import type { CaseWorld } from '../../worlds/cases';
import { story } from '../integrity/counters.oracle';
import { check } from '../one-world/check';
import { midnight, nextMidnight } from './naive-time';
import { oracleItems, oracleOutcome, oraclePeriod } from './oracle';

/** `sla.incidents` and `sla.misses` row by row against plain loops over the canonical rows; misses are exactly what adherence counts. */
const asked = fc.record({ only: fc.constantFrom<readonly string[] | null>(null, ['acme'], ['bravo', 'coast']), clock: fc.constantFrom<Clock>('decide', 'acknowledge', 'resolve'), whole: fc.boolean() });
const zoneOf = (world: CaseWorld, client: string): string => world.settings.clients.find(c => c.id === client)?.zone ?? world.settings.zone;
const inRange = (world: CaseWorld, range: { from: number; to: number }, client: string, at: number): boolean => at >= midnight(range.from, zoneOf(world, client)) && at < nextMidnight(range.to - 1, zoneOf(world, client));
const sees = (only: readonly string[] | null, client: string): boolean => (only === null ? true : only.includes(client));
const texts = (rows: readonly Readonly<Record<string, Cell>>[], names: readonly string[]): string[] => rows.map(r => JSON.stringify(names.map(n => r[n] ?? null))).sort();

const MISS = ['state', 'client', 'tier', 'clock', 'ticket', 'title', 'alerts', 'start', 'due', 'stop', 'late_by'];
function misses(world: CaseWorld, only: readonly string[] | null, clock: string, range: { from: number; to: number }, asOf: number): Record<string, Cell>[] {
  return oracleItems(world).filter(i => i.clock === clock && sees(only, i.client) && i.start <= asOf).flatMap(i => {
    const outcome = oracleOutcome(i, asOf), at = oraclePeriod(i);
    if ((outcome !== 'missed' && outcome !== 'overdue') || !inRange(world, range, i.client, at) || at >= asOf) return [];
    const stop = i.stop !== null && i.stop <= asOf ? i.stop : null;
    // Of a ticket of another client only the clock crosses.
    const own = i.ticket !== null && sees(only, i.ticket.client);
    return [{ state: outcome === 'missed' ? 'late' : 'still open', client: i.client, tier: i.tier, clock, ticket: own ? i.ticket!.key : null, title: own ? i.ticket!.title : null, alerts: i.alerts, start: i.start, due: i.due, stop, late_by: ((stop ?? asOf) - i.due!) / 1000 }];
  });
}

const INCIDENT = ['incident', 'title', 'client', 'detected', 'confirmed_at', 'decided', 'notified', 'contained'];
const earliest = (values: readonly (number | null)[], asOf: number): number | null => values.reduce<number | null>((least, v) => (v === null || v > asOf || (least !== null && least <= v) ? least : v), null);
/** Tickets of the operator's scope; the reader is an operator's, for whom every ticket is visible. */
function ticketIncidents(world: CaseWorld, range: { from: number; to: number }, asOf: number): Record<string, Cell>[] {
  // A verdict without a time stands at the close that stands, else at the creation.
  const confirmed = (t: TicketRow): number | null => (t.disposition === 'true_positive' && t.dispositionBy !== 'automation' && t.mergedInto === null ? t.dispositionAt ?? story(t).closedAt ?? t.created : null);
  return world.tickets.flatMap(t => {
    const at = confirmed(t);
    if (at === null || at > asOf) return [];
    const items = oracleItems(world).filter(i => i.ticket === t);
    const clients = items.length > 0 ? [...new Set(items.map(i => i.client))] : [t.client];
    return clients.filter(c => inRange(world, range, c, at)).map((client): Record<string, Cell> => {
      const mine = items.filter(i => i.client === client);
      const event = (type: TicketEvent['type']) => earliest(t.timeline.filter(e => e.type === type && e.actor !== 'automation').map(e => e.at), asOf);
      const stopOf = (clock: string) => earliest(mine.filter(i => i.clock === clock).map(i => i.firstStop), asOf);
      return {
        incident: t.key, title: t.title, client, detected: mine.length > 0 ? Math.min(...mine.map(i => i.start)) : t.created, confirmed_at: at, notified: stopOf('notify') ?? event('notified'), contained: stopOf('contain') ?? event('contained'),
        decided: stopOf('decide') ?? earliest(t.timeline.filter(e => e.actor !== 'automation' && ((e.type === 'disposition_set' && e.to !== null) || ['escalated', 'contained', 'resolved', 'closed'].includes(e.type))).map(e => e.at), asOf),
      };
    });
  });
}

export const casesCheck = check('lists of cases', ['misses', 'open', 'incidents', 'siem'], asked, async ({ world, reader: open }, { only, clock, whole }, saw) => {
  const from = Math.min(...world.alerts.map(a => a.changed), ...world.tickets.map(t => t.created), world.range.from) - DAY;
  for (const range of [whole ? { from, to: from + 120 * DAY } : world.range]) {
    const asOf = Math.min(range.to, Math.max(world.now, range.from + 1));
    const request: MetricRequest<{ clock: Clock }> = { groupBy: ['tier'], filters: {}, bucket: 'none', view: 'table', limit: 10_000, options: { clock }, range, asOf };
    const reader = open(only);
    const rows = (await slaMissesQuery.run(reader, request)).rows;
    const expected = misses(world, only, clock, range, asOf);
    expect(texts(rows, MISS)).toEqual(texts(expected, MISS));
    const counted = (await slaAdherenceQuery.run(reader, { ...request, groupBy: ['tier', 'client'] })).rows;
    expect(rows.length).toBe(counted.reduce((n, r) => n + Number(r.missed) + Number(r.overdue), 0));
    saw('misses', rows.length);
    saw('open', rows.filter(r => r.state === 'still open').length);
    saw('foreign', rows.filter(r => r.ticket === null).length);

    const incidents = (await slaIncidentsQuery.run(open(), { ...request, options: {} })).rows;
    const ofTickets = incidents.filter(r => r.incident !== null);
    expect(texts(ofTickets, INCIDENT)).toEqual(texts(ticketIncidents(world, range, asOf), INCIDENT));
    saw('incidents', ofTickets.length);
    saw('siem', incidents.length - ofTickets.length);
    // A client's list is the operator's of that client, less what only the ticket's own client may know.
    if (only !== null) {
      const own = (await slaIncidentsQuery.run(reader, { ...request, options: {} })).rows;
      const clock = ['client', 'tier', 'detected', 'confirmed_at', 'decided'];
      expect(texts(own, clock)).toEqual(texts(incidents.filter(r => only.includes(String(r.client))), clock));
      const mine = new Set(world.tickets.filter(t => only.includes(t.client)).map(t => t.key));
      for (const row of own) if (row.incident !== null) expect(mine).toContain(row.incident);
      saw('foreign', own.length - own.filter(r => r.incident !== null).length);
    }
  }
});
