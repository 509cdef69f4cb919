import { DAY, HOUR, MINUTE, utcDay } from '../../src/model/time';
import { localDay } from '../../src/model/zoned';
import { decideOutcome, endpointCoverage, largestBurst, quotedIds, verdicts } from './checks';
import { isNight } from './decide';
import * as stories from './index';
import { cmdbCsv, createWorld } from './index';

const { STORY_RULES } = stories;
const world = createWorld({ anchor: '2026-11-24', scale: 0.05 });
const now = world.anchor + 12 * HOUR;
const today = utcDay(world.anchor);
const alerts = world.alerts(now);
const tickets = world.tickets(now);
const assets = world.assets(now);
const alertById = new Map(alerts.map(a => [a.id, a]));
const verdict = verdicts(alerts, tickets);
const outcomes = tickets.map(t => decideOutcome(t, alertById));
const linked = new Set(tickets.flatMap(quotedIds));
const within = (from: number, to: number, of = alerts) => of.filter(a => a.detected >= world.anchor + from * DAY && a.detected < world.anchor + to * DAY);
const share = (k: number, n: number) => k / n;

describe('stories of the demo world', () => {
  test('every story says where, when and what to look for', () => {
    expect(new Set(stories.STORIES.map(s => s.id)).size).toBe(stories.STORIES.length);
    const rules = new Set(world.rules.map(r => r.stableId));
    const clients = new Set(world.clients.map(c => c.id));
    for (const story of stories.STORIES) {
      expect(story.shows.length).toBeGreaterThan(40);
      expect(story.fromDay).toBeLessThanOrEqual(story.toDay);
      expect(story.rules.every(r => rules.has(r))).toBe(true);
      expect(story.client === null || clients.has(story.client)).toBe(true);
    }
  });

  test('failed roll-out: 94 to 88 % within a week and still so today; the agents check in', () => {
    const rate = (day: number) => { const c = endpointCoverage(world, stories.ROLLOUT.client, today + day, now)!; return c.covered / c.n; };
    const [before, after] = [rate(-7), rate(0)];
    expect(before).toBeGreaterThan(0.915);
    expect(before).toBeLessThan(0.965);
    expect(before - after).toBeGreaterThan(0.045);
    expect(before - after).toBeLessThan(0.085);
    const other = (day: number) => { const c = endpointCoverage(world, 'fabelwerk', today + day, now)!; return c.covered / c.n; };
    expect(Math.abs(other(0) - other(-7))).toBeLessThan(0.03);
    const sends = new Set(world.seen('agent_events', today - 1, now)!.map(r => r.host));
    const beats = world.seen('heartbeat', today - 1, now)!.filter(r => r.client === stories.ROLLOUT.client && r.host.includes('-srv-') && !sends.has(r.host));
    expect(beats.length).toBeGreaterThan(1);
  });

  test('connector outage: null for two days of agent events, other streams go on', () => {
    const nulls = Array.from({ length: 60 }, (_, i) => -i).filter(day => world.seen('agent_events', today + day, now) === null);
    expect(nulls).toEqual([-19, -20]);
    expect(world.seen('heartbeat', today - 19, now)!.length).toBeGreaterThan(100);
  });

  test('noisy rule: volume and share of false positives fall with its revision', () => {
    const rule = world.rules.find(r => r.stableId === STORY_RULES.noisy)!;
    expect(rule.revisions.map(r => (r.from - world.anchor) / DAY)[1]).toBe(stories.NOISY.tunedOnDay);
    const own = alerts.filter(a => a.rule === rule.stableId);
    const [before, after] = [within(-95, -67, own), within(-53, -25, own)];
    const falsely = (of: typeof alerts) => share(of.filter(a => verdict.get(a.id) === 'false_positive').length, of.filter(a => ['true_positive', 'benign_positive', 'false_positive'].includes(verdict.get(a.id) ?? '')).length);
    expect(after.length).toBeLessThan(before.length / 3);
    expect(falsely(before)).toBeGreaterThan(0.8);
    expect(falsely(after)).toBeLessThan(0.65);
    for (const window of [before, after]) expect(share(window.filter(a => verdict.has(a.id)).length, window.length)).toBeGreaterThan(0.8);
  });

  test('a rule nobody reviews; alerts without verdict; automated closures', () => {
    const of = (rule: string) => alerts.filter(a => a.rule === rule);
    expect(of(STORY_RULES.unreviewed).length).toBeGreaterThan(200);
    expect(share(of(STORY_RULES.unreviewed).filter(a => verdict.has(a.id)).length, of(STORY_RULES.unreviewed).length)).toBeLessThan(0.05);
    const untouched = alerts.filter(a => a.workflow.length === 0 && !linked.has(a.id));
    expect(share(untouched.length, alerts.length)).toBeGreaterThan(0.04);
    expect(share(untouched.length, alerts.length)).toBeLessThan(0.2);
    const automated = of(STORY_RULES.autoClosed[0]).filter(a => a.workflow.some(w => w.actor === 'automation' && w.reason === 'automated closure'));
    expect(share(automated.length, of(STORY_RULES.autoClosed[0]).length)).toBeGreaterThan(0.85);
  });

  test('critical misses on night shifts at one client', () => {
    // The small world has few criticals: the same story over three seeds.
    const cells = { night: [0, 0], other: [0, 0] };
    for (const seed of [7, 8, 9]) {
      const w = createWorld({ anchor: '2026-11-24', scale: 0.05, seed });
      const known = new Map(w.alerts(now).map(a => [a.id, a]));
      for (const ticket of w.tickets(now)) {
        const outcome = decideOutcome(ticket, known);
        if (ticket.client !== stories.NIGHT.client || outcome?.tier !== 'critical' || outcome.due > now) continue;
        const cell = cells[isNight(outcome.start) ? 'night' : 'other'];
        cell[1]!++;
        if (!outcome.met) cell[0]!++;
      }
    }
    expect(cells.night[1]).toBeGreaterThan(20);
    expect(cells.night[0]! / cells.night[1]!).toBeGreaterThan(0.2);
    expect(cells.other[0]! / cells.other[1]!).toBeLessThan(0.15);
  });

  test('a workflow change lost the alert-id field for three days', () => {
    const days = new Map<number, boolean[]>();
    for (const t of tickets) if (t.client === stories.LOST_FIELD.client && t.origin === 'alert') {
      const source = localDay(t.created, 'America/New_York') - today;
      days.set(source, [...(days.get(source) ?? []), quotedIds(t).length > 0]);
    }
    const during = [-17, -16, -15].flatMap(day => days.get(day) ?? []);
    // A ticket of the last evening before may be created after midnight.
    expect(during.filter(quotes => !quotes).length).toBeGreaterThan(1);
    expect(during.filter(quotes => quotes).length).toBeLessThanOrEqual(1);
    expect([-21, -20, -19, -13, -12, -11].flatMap(day => days.get(day) ?? [])).not.toContain(false);
    const urgent = alerts.filter(a => a.severity === 'critical' || a.severity === 'high');
    expect(share(urgent.filter(a => linked.has(a.id) || verdict.has(a.id)).length, urgent.length)).toBeGreaterThan(0.97);
  });

  test('a campaign ticket over all clients', () => {
    const ticket = tickets.find(t => t.title.includes('Paper Heron'))!;
    expect(new Set(quotedIds(ticket).map(id => alertById.get(id)!.client)).size).toBe(6);
    expect(localDay(ticket.created, 'UTC') - today).toBe(stories.CAMPAIGN.fromDay);
    expect(quotedIds(ticket).length).toBe(30);
  });

  test('bulk closes at the month\'s end, and nowhere else', () => {
    const end = Date.UTC(2026, 9, 31);
    expect(largestBurst(tickets, stories.MONTH_END.client, end, end + 36 * HOUR)).toBeGreaterThanOrEqual(20);
    expect(largestBurst(tickets, stories.MONTH_END.client, end - 20 * DAY, end - DAY)).toBeLessThan(20);
  });

  test('tickets deleted after a miss', () => {
    const deleted = tickets.flatMap((t, i) => (t.deletedAt === null ? [] : [{ t, outcome: outcomes[i]! }]));
    expect(deleted.length).toBe(stories.DELETED.days.length);
    for (const { t, outcome } of deleted) {
      expect(t.client).toBe(stories.DELETED.client);
      expect(outcome.met).toBe(false);
      expect(t.deletedAt!).toBeGreaterThan(outcome.due);
    }
  });

  test('the same host in two registries, with disagreements; the CSV holds them', () => {
    const netbox = assets.filter(a => a.registry === 'netbox');
    const cmdb = assets.filter(a => a.registry === 'cmdb');
    const bySerial = new Map(netbox.filter(a => a.serial).map(a => [a.serial, a]));
    const byAgent = new Map(netbox.filter(a => a.agentId).map(a => [a.agentId, a]));
    const pairs = cmdb.flatMap(a => { const b = (a.serial && bySerial.get(a.serial)) || (a.agentId && byAgent.get(a.agentId)); return b ? [{ a, b }] : []; });
    expect(pairs.length / cmdb.length).toBeGreaterThan(0.9);
    expect(pairs.every(({ a, b }) => a.name !== b.name && a.client === b.client)).toBe(true);
    expect(pairs.some(({ a, b }) => a.criticality !== b.criticality)).toBe(true);
    expect(new Set(cmdb.map(a => a.client))).toEqual(new Set(stories.TWO_REGISTRIES.clients));
    const lines = cmdbCsv(world, now).trim().split('\n');
    expect(lines.length - 1).toBe(cmdb.length - cmdb.filter(a => a.changes.at(-1)?.status === 'deleted').length);
    expect(lines.every(line => line.split(',').length === 13)).toBe(true);
  });

  test('agents that only check in; hosts that no registry knows', () => {
    const week = Array.from({ length: 8 }, (_, i) => today - 30 - i);
    const names = (stream: 'agent_events' | 'heartbeat' | 'host_logs') => new Set(week.flatMap(day => world.seen(stream, day, now)!.filter(r => r.client === stories.HEARTBEAT_ONLY.client).map(r => r.host.toLowerCase())));
    const [events, logs, beats] = [names('agent_events'), names('host_logs'), names('heartbeat')];
    expect([...beats].filter(host => !events.has(host) && !logs.has(host)).length).toBeGreaterThanOrEqual(2);
    const registered = new Set(assets.map(a => a.name));
    const strangers = [...events].filter(host => !registered.has(host));
    expect(strangers.length).toBeGreaterThan(0);
    expect(strangers.length / events.size).toBeLessThan(0.1);
  });

  test('laptops off at weekends, some for more than a week; a Sunday does not look like a loss', () => {
    const sunday = today - 30 - (((today - 30 + 3) % 7) + 1) % 7;
    const laptops = (day: number) => world.seen('agent_events', day, now)!.filter(r => r.client === 'fabelwerk' && r.host.includes('-ws-')).map(r => r.host);
    expect(laptops(sunday).length).toBeLessThan(laptops(sunday - 3).length / 4);
    const seenIn = (from: number, days: number) => new Set(Array.from({ length: days }, (_, i) => laptops(from + i)).flat());
    const [before, during, after] = [seenIn(today - 60, 9), seenIn(today - 51, 8), seenIn(today - 43, 9)];
    expect([...before].filter(host => after.has(host) && !during.has(host)).length).toBeGreaterThan(0);
    const rate = (day: number) => { const c = endpointCoverage(world, 'fabelwerk', day, now)!; return c.covered / c.n; };
    expect(Math.abs(rate(sunday) - rate(sunday - 3))).toBeLessThan(0.03);
  });

  test('containers and their children; short-lived nodes', () => {
    const prefixes = assets.filter(a => a.type === 'prefix');
    expect(prefixes.some(p => p.container && p.prefix!.endsWith('/16'))).toBe(true);
    expect(prefixes.some(p => p.prefix!.endsWith('/20'))).toBe(true);
    const flows = world.seen('flow', today - 3, now)!;
    const segments = prefixes.filter(p => p.prefix!.endsWith('/24'));
    const hit = segments.filter(p => flows.some(r => r.client === p.client && r.address!.startsWith(p.prefix!.replace('0/24', ''))));
    expect(share(hit.length, segments.length)).toBeGreaterThan(0.88);
    const nodes = assets.filter(a => a.role === 'node');
    expect(new Set(nodes.map(n => n.group)).size).toBe(3);
    const ended = nodes.filter(n => n.changes.length > 0);
    expect(ended.length).toBeGreaterThan(200);
    expect(ended.every(n => n.changes[0]!.status === 'deleted' && n.changes[0]!.at - n.created <= 3 * HOUR)).toBe(true);
  });

  test('life of tickets: escalation after acknowledgement, late links, merges, reopens, pauses, severity, automation', () => {
    const have = (check: (t: (typeof tickets)[number]) => boolean) => tickets.filter(check).length;
    const at = (t: (typeof tickets)[number], to: string) => t.changes.find(c => c.field === 'status' && c.to === to)?.at ?? null;
    expect(have(t => t.client === stories.ESCALATION.client && at(t, 'Escalated') !== null && at(t, 'Escalated')! - at(t, 'Acknowledged')! < 10 * MINUTE)).toBeGreaterThan(10);
    expect(have(t => t.changes.some(c => c.field === 'alert_ids' && c.at > t.created + DAY))).toBeGreaterThan(10);
    expect(have(t => t.changes.some(c => c.field === 'merged_into' && tickets.some(o => o.key === c.to)))).toBeGreaterThan(10);
    expect(have(t => t.changes.some(c => c.from === 'Resolved' && c.to === 'In Progress'))).toBeGreaterThan(10);
    expect(have(t => at(t, 'Waiting for client') !== null)).toBeGreaterThan(30);
    const moved = (up: boolean) => have(t => t.changes.some(c => c.field === 'severity' && (['critical', 'high', 'medium', 'low'].indexOf(c.to!) < ['critical', 'high', 'medium', 'low'].indexOf(c.from!)) === up));
    expect(moved(true)).toBeGreaterThan(10);
    expect(moved(false)).toBeGreaterThan(10);
    const automatic = (client: string) => have(t => t.client === client && t.changes.some(c => c.actor === 'automation' && c.to === 'Acknowledged'));
    expect(automatic(stories.AUTOMATION.client)).toBeGreaterThan(50);
    expect(automatic('figment')).toBe(0);
    expect(alerts.filter(a => !linked.has(a.id) && a.workflow.some(w => w.reason !== null && w.actor === 'human')).length).toBeGreaterThan(500);
  });

  test('tickets closed as duplicates, not merged, and no verdict on their alerts', () => {
    const duplicates = tickets.filter(t => t.changes.some(c => c.to === 'Duplicate') && !t.changes.some(c => c.field === 'merged_into'));
    expect(duplicates.length).toBeGreaterThan(10);
    expect(share(duplicates.length, tickets.length)).toBeLessThan(0.02);
    expect(duplicates.every(t => t.severity !== 'critical' && !t.changes.some(c => c.field === 'resolution' && c.to !== 'Duplicate'))).toBe(true);
    expect(duplicates.flatMap(quotedIds).filter(id => !verdict.has(id)).length).toBeGreaterThan(10);
  });

  test('rules: rare but reliable, fell silent', () => {
    for (const rule of STORY_RULES.reliable) {
      const own = alerts.filter(a => a.rule === rule && verdict.has(a.id));
      expect(own.length).toBeGreaterThan(5);
      expect(share(own.filter(a => verdict.get(a.id) === 'true_positive').length, own.length)).toBeGreaterThan(0.55);
    }
    for (const rule of STORY_RULES.fellSilent) {
      expect(within(-80, -41).some(a => a.rule === rule)).toBe(true);
      expect(within(-38, 1).some(a => a.rule === rule)).toBe(false);
    }
  });

  test('it looks like a real SOC: adherence by tier, mix of verdicts', () => {
    const floor = { critical: 0.85, high: 0.9, medium: 0.93, low: 0.95 } as const;
    for (const [tier, least] of Object.entries(floor)) {
      const due = outcomes.filter(o => o?.tier === tier && o.due < now);
      expect(share(due.filter(o => o!.met).length, due.length)).toBeGreaterThan(least);
      expect(due.some(o => !o!.met)).toBe(true);
    }
    const said = (word: string) => share([...verdict.values()].filter(v => v === word).length, alerts.length);
    expect(said('true_positive')).toBeGreaterThan(0.04);
    expect(said('true_positive')).toBeLessThan(0.1);
    expect(said('benign_positive')).toBeGreaterThan(0.22);
    expect(said('false_positive')).toBeGreaterThan(0.42);
  });
});
