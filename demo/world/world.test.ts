import { DAY, HOUR, MINUTE, utcDay } from '../../src/model/time';
import { draftHosts } from './asset-draft';
import { CLIENTS } from './clients';
import { HISTORY_DAYS, type Context } from './context';
import { createWorld } from './index';
import { makeRules } from './rules';
import { makeClientDay } from './ticket-day';
import type { TelemetryStream, World } from './types';

const anchor = '2026-11-24';
const STREAMS: readonly TelemetryStream[] = ['agent_events', 'host_logs', 'audit_log', 'flow', 'heartbeat'];
const small = () => createWorld({ anchor, scale: 0.02 });
const snapshot = (world: World, now: number) => JSON.stringify([world.alerts(now), world.tickets(now), world.assets(now)]);

describe('demo world', () => {
  test('the same options give the same world, another seed another one', () => {
    const [one, two, other] = [small(), small(), createWorld({ anchor, scale: 0.02, seed: 8 })];
    const now = one.anchor + 10 * HOUR;
    expect(snapshot(one, now)).toBe(snapshot(two, now));
    expect(snapshot(one, now)).not.toBe(snapshot(other, now));
    expect(JSON.stringify(one.rules)).toBe(JSON.stringify(two.rules));
    for (const stream of STREAMS) expect(one.seen(stream, utcDay(now) - 2, now)).toEqual(two.seen(stream, utcDay(now) - 2, now));
  });

  test('advancing in steps gives what one call gives, and going back gives the past again', () => {
    const stepped = small();
    const start = stepped.anchor - DAY;
    const early = snapshot(stepped, start);
    for (let now = start; now <= start + 30 * HOUR; now += 37 * MINUTE) { stepped.alerts(now); stepped.tickets(now); stepped.assets(now); }
    const end = start + 30 * HOUR;
    expect(snapshot(stepped, end)).toBe(snapshot(small(), end));
    expect(snapshot(stepped, start)).toBe(early);
  });

  test('a later now only appends: items keep their past and gain what happened since', () => {
    const world = small();
    const before = world.anchor - 3 * DAY + 7 * HOUR;
    const after = before + 60 * HOUR;
    const [alerts, tickets, assets] = [world.alerts(before), world.tickets(before), world.assets(before)];
    const copies = JSON.stringify([alerts, tickets, assets]);
    const [laterAlerts, laterTickets, laterAssets] = [world.alerts(after), world.tickets(after), world.assets(after)];
    expect(JSON.stringify([alerts, tickets, assets])).toBe(copies);
    expect(laterAlerts.length).toBeGreaterThan(alerts.length);
    let gained = 0;
    alerts.forEach((alert, i) => {
      const now = laterAlerts[i]!;
      expect({ ...now, workflow: now.workflow.slice(0, alert.workflow.length) }).toEqual(alert);
      expect(now.workflow.slice(alert.workflow.length).every(step => step.at >= before)).toBe(true);
    });
    tickets.forEach((ticket, i) => {
      const now = laterTickets[i]!;
      expect({ ...now, changes: now.changes.slice(0, ticket.changes.length), deletedAt: ticket.deletedAt }).toEqual(ticket);
      gained += now.changes.length - ticket.changes.length;
    });
    expect(gained).toBeGreaterThan(5);
    const known = new Set(laterAssets.map(a => a.id));
    expect(assets.every(a => known.has(a.id))).toBe(true);
  });

  test('nothing is known before it happened, and the lists are in order', () => {
    const world = small();
    const now = world.anchor + 9 * HOUR;
    const alerts = world.alerts(now);
    expect(alerts.every((a, i) => a.readable < now && (i === 0 || alerts[i - 1]!.readable <= a.readable) && a.workflow.every(w => w.at < now && w.at >= a.readable))).toBe(true);
    for (const ticket of world.tickets(now)) {
      expect(ticket.created).toBeLessThan(now);
      expect(ticket.changes.every((c, i) => c.at < now && c.at >= (ticket.changes[i - 1]?.at ?? ticket.created))).toBe(true);
      for (const field of ['status', 'severity', 'resolution', 'alert_ids'] as const) {
        const chain = ticket.changes.filter(c => c.field === field);
        chain.forEach((c, i) => expect(c.from).toBe(i > 0 ? chain[i - 1]!.to : field === 'status' ? 'New' : field === 'severity' ? ticket.severity : field === 'resolution' ? null : ticket.alertIds.join(';')));
      }
    }
  });

  test('a day comes out the same whatever was made before it', () => {
    const [whole, late] = [small(), small()];
    const end = whole.anchor + 2 * DAY;
    whole.alerts(whole.anchor - 100 * DAY);
    whole.tickets(whole.anchor - 50 * DAY);
    const day = (world: World) => world.alerts(end).filter(a => utcDay(a.detected) === utcDay(world.anchor));
    expect(day(whole).length).toBeGreaterThan(5);
    expect(day(whole)).toEqual(day(late));
    expect(late.seen('heartbeat', utcDay(late.anchor), end)).toEqual(whole.seen('heartbeat', utcDay(late.anchor), end));
  });

  test('telemetry of a running day grows and stays before now; a day to come is empty', () => {
    const world = small();
    const day = utcDay(world.anchor);
    for (const stream of STREAMS) {
      const early = world.seen(stream, day, world.anchor + 4 * HOUR)!;
      const late = world.seen(stream, day, world.anchor + 20 * HOUR)!;
      const later = new Map(late.map(row => [row.client + row.host, row]));
      for (const row of early) {
        expect(row.last).toBeLessThan(world.anchor + 4 * HOUR);
        expect(row.first).toBeGreaterThanOrEqual(day * DAY);
        expect(later.get(row.client + row.host)!.first).toBe(row.first);
        expect(later.get(row.client + row.host)!.last).toBeGreaterThanOrEqual(row.last);
      }
      expect(late.length).toBeGreaterThanOrEqual(early.length);
      expect(world.seen(stream, day + 1, world.anchor + 20 * HOUR)).toEqual([]);
    }
  });

  test('ids are unique, and no text names a person', () => {
    const world = small();
    const now = world.anchor + DAY;
    const lists: (string | number)[][] = [world.alerts(now).map(a => a.id), world.tickets(now).map(t => t.id), world.tickets(now).map(t => t.key), world.assets(now).map(a => `${a.registry}${a.id}`), world.rules.map(r => r.stableId), world.rules.map(r => r.name)];
    for (const ids of lists) expect(new Set(ids).size).toBe(ids.length);
    expect(JSON.stringify(world.tickets(now)[0])).not.toMatch(/assignee|owner|reporter/);
  });

  test('full size: counts, time and movement', () => {
    const started = performance.now();
    const world = createWorld({ anchor });
    const now = world.anchor + 12 * HOUR;
    const [alerts, tickets] = [world.alerts(now), world.tickets(now)];
    const took = performance.now() - started;
    console.log(`full size: ${alerts.length} alerts, ${tickets.length} tickets in ${Math.round(took)} ms`);
    expect(alerts.length).toBeGreaterThanOrEqual(200_000);
    expect(tickets.length).toBeGreaterThanOrEqual(60_000);
    expect(world.rules.length).toBeGreaterThanOrEqual(250);
    expect(world.assets(now).filter(a => a.registry === 'netbox' && a.role !== 'node' && !a.container && a.changes.length === 0).length).toBeGreaterThanOrEqual(12_000);
    const happened = (from: number, to: number) => world.alerts(to).filter(a => a.readable >= from).length
      + world.tickets(to).reduce((n, t) => n + (t.created >= from ? 1 : 0) + t.changes.filter(c => c.at >= from).length, 0);
    expect(happened(now, now + HOUR)).toBeGreaterThan(45);
  }, 30_000);

  // 200,000 alerts and 60,000 tickets are promised whenever the demo is started; every eighth day meets each weekday equally often.
  test.each(['2025-12-31', '2026-03-01', '2026-07-15', '2027-10-03'])('full size at any date: enough alerts, tickets and rules before %s', last => {
    const [seed, scale, anchorMs] = [7, 1, Date.parse(last)];
    const ruleSet = makeRules(seed, anchorMs, scale);
    const estate = CLIENTS.map((_, index) => draftHosts(seed, anchorMs, scale, index).map(known => known.asset).filter(asset => asset.role !== 'network'));
    const context: Context = { seed, scale, anchor: anchorMs, anchorDay: utcDay(anchorMs), historyDays: HISTORY_DAYS, ruleSet, estate };
    let [alerts, tickets] = [0, 0];
    for (let day = context.anchorDay - HISTORY_DAYS + 3; day < context.anchorDay; day += 8) CLIENTS.forEach((_, index) => {
      const made = makeClientDay(context, index, day);
      alerts += 8 * made.alerts.length;
      tickets += 8 * made.tickets.length;
    });
    expect(alerts).toBeGreaterThan(200_000);
    expect(tickets).toBeGreaterThan(60_000);
    expect(ruleSet.rules.length).toBeGreaterThanOrEqual(250);
  });
});
