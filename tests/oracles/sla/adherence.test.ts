import { slaAdherenceQuery } from '../../../src/backend/metrics/sla/adherence';
import { slaAtRiskQuery } from '../../../src/backend/metrics/sla/at-risk';
import { slaTrendQuery } from '../../../src/backend/metrics/sla/trend';
import type { MetricRequest } from '../../../src/backend/metrics/metric';
import { openDuckDb } from '../../../src/backend/store/duckdb';
import type { Store } from '../../../src/backend/store/port';
import { DAY, HOUR, MINUTE, rowId, type AlertRow, type Clock, type TicketEvent, type TicketRow } from '../../../src/model';
import { workspaceSchema } from '../../../src/settings/schema';
import { loadWorld, type WorldLoader } from '../../worlds/load';
import { readerOf } from '../../worlds/reader';

/** What the metrics refuse, withhold and leave empty, on worlds made by hand. */
const T0 = Date.parse('2026-06-01T00:00:00Z');
const settings = workspaceSchema.parse({
  zone: 'UTC', clients: [{ id: 'acme', name: 'Acme', zone: 'UTC' }, { id: 'bravo', name: 'Bravo', zone: 'UTC' }],
  policy: { sla: { targets: [{ hours: { critical: { decide: 1, acknowledge: 0.25 }, high: { decide: 72, acknowledge: 1 } } }], allowedPauses: ['*'] } },
});
const ticket = (n: number, created: number, events: TicketEvent[], more: Partial<TicketRow> = {}): TicketRow => ({
  id: rowId('desk', 'ticket', `T${n}`), source: 'desk', nativeId: `T${n}`, url: `https://desk.example/${n}`, changed: created, gone: null, key: `SOC-${n}`, title: `Case ${n}`, created,
  sourceSeverity: null, tier: 'high', sourceClient: null, client: 'acme', sourceStatus: null, done: false, sourceDisposition: null, disposition: null, dispositionAt: null, dispositionBy: null,
  origin: 'alert', quotes: [], timeline: [{ at: created, type: 'created', from: null, to: null, actor: 'automation' }, ...events], mergedInto: null, ...more,
});
const verdict = (at: number): TicketEvent => ({ at, type: 'disposition_set', from: null, to: 'false_positive', actor: 'human' });
const alert = (n: number, detected: number, more: Partial<AlertRow> = {}): AlertRow => ({
  id: rowId('siem', 'alert', `A${n}`), source: 'siem', nativeId: `A${n}`, url: `https://siem.example/${n}`, changed: detected, gone: null, joinId: `A${n}`, rule: 'test:r1', ruleName: 'R1', ruleRevision: null,
  event: null, detected, readable: null, sourceSeverity: null, tier: 'critical', sourceClient: null, client: 'acme', sourceStatus: null, acknowledgedAt: null, acknowledgedBy: null,
  sourceDisposition: null, disposition: null, dispositionAt: null, dispositionBy: null, suppressed: 0, ...more,
});
interface Options { clock: Clock; untrackedDays: number }
const ask = (more: Partial<MetricRequest<Options>> & { from: number; to: number; asOf?: number }): MetricRequest<Options> => ({
  groupBy: ['tier'], filters: {}, bucket: 'none', view: 'table', limit: 1000, options: { clock: 'decide', untrackedDays: 14 }, ...more, range: { from: more.from, to: more.to }, asOf: more.asOf ?? more.to,
});

describe('SLA metrics', () => {
  const open: Store[] = [];
  afterAll(() => Promise.all(open.map(s => s.close())));
  async function world(tickets: TicketRow[], alerts: AlertRow[] = []): Promise<WorldLoader> {
    const store = await openDuckDb({ path: ':memory:' });
    open.push(store);
    return loadWorld(store, { settings, alerts, tickets, rules: [] });
  }

  it('shows no early-window bias: 80 % true adherence, 72 h target, the last 24 h are running, never 100 %', async () => {
    // One ticket an hour for ten days; four of five are decided after 2 h, the fifth after 100 h.
    const loader = await world(Array.from({ length: 240 }, (_, n) => ticket(n, T0 + n * HOUR, [verdict(T0 + n * HOUR + (n % 5 === 0 ? 100 : 2) * HOUR)])));
    const now = T0 + 10 * DAY;
    const fresh = await slaAdherenceQuery.run(readerOf(loader), ask({ from: now - DAY, to: now, asOf: now }));
    // What fell due on day 10 started on day 7: 24 tickets, five of them (n = 145, 150, 155, 160, 165) late: 19 of 24. The earliest
    // of the five is decided at hour 145 + 100 = 245, after now (240): all five are open past their due.
    expect(fresh.rows).toEqual([expect.objectContaining({ tier: 'high', met: 19, missed: 0, overdue: 5, adherence: 19 / 24 })]);
    // Tickets 168 … 239 started within the last 72 h and are running, decided or not; so is the one that falls due at this very instant.
    expect(fresh.rows[0]!.running).toBe(72);
    const young = await slaAdherenceQuery.run(readerOf(loader), ask({ from: T0, to: T0 + 2 * DAY }));
    expect(young.rows).toEqual([expect.objectContaining({ met: 0, missed: 0, overdue: 0, running: 49, adherence: null, gross_adherence: null, floor: null, reason: 'only_running' })]);
  });

  it('a new ticket for an alert reopens the one that closed exactly 14 days ago; a millisecond later it is an item of its own', async () => {
    const closed = (at: number): TicketEvent => ({ at, type: 'closed', from: null, to: null, actor: 'human' });
    const quotes = (at: number) => [{ alert: 'A1', found: 'field' as const, linkedAt: at }];
    const due = async (later: number): Promise<unknown> => {
      const first = ticket(1, T0, [verdict(T0 + HOUR), closed(T0 + HOUR)], { quotes: quotes(T0), done: true, tier: 'high' });
      const second = ticket(2, T0 + HOUR + later, [], { quotes: quotes(T0 + HOUR + later), tier: 'high' });
      const { rows } = await slaAdherenceQuery.run(readerOf(await world([first, second], [alert(1, T0, { tier: 'high' })])), ask({ from: T0, to: T0 + 30 * DAY }));
      return rows.map(r => ({ met: r.met, missed: r.missed, overdue: r.overdue, reopened: r.reopened }));
    };
    expect(await due(14 * DAY)).toEqual([{ met: 0, missed: 0, overdue: 1, reopened: 1 }]);
    expect(await due(14 * DAY + 1)).toEqual([{ met: 1, missed: 0, overdue: 1, reopened: 0 }]);
  });

  it('refuses one figure over all tiers and over different clocks, and says what to do', async () => {
    const reader = readerOf(await world([]));
    await expect(slaAdherenceQuery.run(reader, ask({ groupBy: ['client'], from: T0, to: T0 + DAY }))).rejects.toThrow(/always by severity tier.*Group by tier/);
    await expect(slaTrendQuery.run(reader, ask({ groupBy: [], from: T0, to: T0 + DAY, bucket: 'day' }))).rejects.toThrow(/always by severity tier/);
    await expect(slaAdherenceQuery.run(reader, ask({ filters: { clock: ['decide', 'resolve'] }, from: T0, to: T0 + DAY }))).rejects.toThrow(/never adds up different clocks/);
    await expect(slaAdherenceQuery.run(reader, ask({ groupBy: ['client'], filters: { tier: ['high'] }, from: T0, to: T0 + DAY }))).resolves.toEqual({ rows: [] });
  });

  it('shows shifts only over 28 days, in cells of 20, and never in a client scope', async () => {
    // 20 tickets started at 09:00 (day shift), 19 at 20:00 (evening).
    const loader = await world([
      ...Array.from({ length: 20 }, (_, n) => ticket(n, T0 + n * DAY + 9 * HOUR, [verdict(T0 + n * DAY + 10 * HOUR)])),
      ...Array.from({ length: 19 }, (_, n) => ticket(100 + n, T0 + n * DAY + 20 * HOUR, [])),
    ]);
    const request = ask({ groupBy: ['tier', 'shift'], from: T0, to: T0 + 28 * DAY });
    const { rows } = await slaAdherenceQuery.run(readerOf(loader), request);
    expect(rows).toEqual([
      expect.objectContaining({ shift: 'day', met: 20, adherence: 1, reason: null }),
      expect.objectContaining({ shift: 'evening', met: null, overdue: null, running: null, adherence: null, reason: 'small_cell' }),
    ]);
    const short = await slaAdherenceQuery.run(readerOf(loader), { ...request, range: { from: T0, to: T0 + 27 * DAY }, asOf: T0 + 27 * DAY });
    expect(short.rows.every(r => r.reason === 'short_range' && r.adherence === null && r.met === null)).toBe(true);
    await expect(slaAdherenceQuery.run(readerOf(loader, ['acme']), request)).rejects.toThrow(/operators of the SOC only/);
  });

  it('counts untracked once per rule, client and local day, in the floor and not in the adherence', async () => {
    // Three criticals of one rule on one day, one on the next, one of another client; one ticketed and met.
    const loader = await world(
      [ticket(1, T0 + HOUR, [verdict(T0 + HOUR + 30 * MINUTE)], { tier: 'critical', quotes: [{ alert: 'A9', found: 'field', linkedAt: T0 + HOUR }] })],
      [alert(1, T0), alert(2, T0 + HOUR), alert(3, T0 + 5 * HOUR), alert(4, T0 + DAY + HOUR), alert(5, T0, { client: 'bravo' }), alert(9, T0 + HOUR)],
    );
    const { rows } = await slaAdherenceQuery.run(readerOf(loader), ask({ from: T0, to: T0 + 3 * DAY }));
    expect(rows).toEqual([expect.objectContaining({ tier: 'critical', met: 1, missed: 0, overdue: 0, adherence: 1, untracked: 3, floor: 0.25 })]);
    const risk = await slaAtRiskQuery.run(readerOf(loader, ['acme']), ask({ from: T0, to: T0 + 3 * DAY }));
    expect(risk.rows.map(r => [r.state, r.client, r.alerts])).toEqual([['untracked', 'acme', 1], ['untracked', 'acme', 3]].reverse());
  });

  it('keeps the outcome of what vanished at its source and counts it: a deleted miss stays a miss', async () => {
    const gone = T0 + 20 * HOUR;
    const loader = await world([
      // Critical, 1 h: decided after 10 min; after 2 h; never. The last two were deleted at their source.
      ticket(1, T0, [verdict(T0 + 10 * MINUTE)], { tier: 'critical' }), ticket(2, T0, [verdict(T0 + 2 * HOUR)], { tier: 'critical', gone }), ticket(3, T0, [], { tier: 'critical', gone }),
    ]);
    const { rows } = await slaAdherenceQuery.run(readerOf(loader), ask({ from: T0, to: T0 + DAY }));
    expect(rows).toEqual([expect.objectContaining({ met: 1, missed: 1, overdue: 1, adherence: 1 / 3, gone: 2 })]);
  });

  it('takes on hold out of the net ratio and into the gross one', async () => {
    const pausedAt = (at: number): TicketEvent => ({ at, type: 'paused', from: null, to: null, actor: 'human', reason: 'waiting for client' });
    const loader = await world([
      ticket(1, T0, [pausedAt(T0 + 30 * MINUTE)], { tier: 'critical' }),
      ticket(2, T0, [verdict(T0 + 10 * MINUTE)], { tier: 'critical' }),
    ]);
    const { rows } = await slaAdherenceQuery.run(readerOf(loader), ask({ from: T0, to: T0 + DAY }));
    expect(rows).toEqual([expect.objectContaining({ met: 1, overdue: 0, on_hold: 1, adherence: 1, gross_adherence: 0.5 })]);
    // Before its gross due, and at it, it runs like any other; on hold a millisecond later.
    const at = async (asOf: number) => (await slaAdherenceQuery.run(readerOf(loader), ask({ from: T0, to: T0 + DAY, asOf }))).rows;
    for (const asOf of [T0 + 45 * MINUTE, T0 + HOUR]) expect(await at(asOf)).toEqual([expect.objectContaining({ on_hold: 0, running: 2, adherence: null })]);
    expect(await at(T0 + HOUR + 1)).toEqual([expect.objectContaining({ on_hold: 1, running: 0, met: 1, adherence: 1 })]);
  });

  it('never shows a client the key, title or link of a ticket that belongs to another', async () => {
    const loader = await world(
      [ticket(1, T0, [], { title: 'CANARY bravo', key: 'CANARY-1', url: 'https://canary.example', client: 'bravo', quotes: [{ alert: 'A1', found: 'field', linkedAt: T0 }] })], [alert(1, T0, { tier: 'high' })],
    );
    const acme = await slaAtRiskQuery.run(readerOf(loader, ['acme']), ask({ from: T0, to: T0 + HOUR }));
    expect(acme.rows).toEqual([expect.objectContaining({ state: 'running', client: 'acme', ticket: null, title: null, link: null, time_left: 71 * 3600 })]);
    expect(JSON.stringify(acme)).not.toMatch(/canary/i);
    const operator = await slaAtRiskQuery.run(readerOf(loader), ask({ from: T0, to: T0 + HOUR }));
    expect(operator.rows).toEqual([expect.objectContaining({ client: 'acme', ticket: 'CANARY-1' })]);
  });

  it('puts each item into the bucket that holds its due, in the zone of the one client asked for', async () => {
    const loader = await world([ticket(1, T0 + 22 * HOUR + 30 * MINUTE, [], { tier: 'critical' }), ticket(2, T0 + 23 * HOUR + 30 * MINUTE, [], { tier: 'critical' })]);
    const { rows } = await slaTrendQuery.run(readerOf(loader), ask({ from: T0, to: T0 + 2 * DAY, bucket: 'day' }));
    expect(rows.map(r => [r.time, r.overdue, r.adherence, r.complete])).toEqual([[T0, 1, 0, true], [T0 + DAY, 1, 0, true]]);
  });
});
