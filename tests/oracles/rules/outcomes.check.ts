import fc from 'fast-check';
import { CATALOG } from '../../../src/catalog';
import { parseQuery } from '../../../src/query/request';
import { metricQuery } from '../../../src/backend/metrics/all';
import { sql } from '../../../src/backend/store/sql';
import type { AlertRow } from '../../../src/model';
import type { CaseWorld } from '../../worlds/cases';
import { check } from '../one-world/check';
import { decisions, judge, ticketsOf } from './outcomes.oracle';
import { familyOf, inForce } from './question';

/** rules.outcomes group by group, and the verdict facts beneath it alert by alert. */
/** Local midnights by Intl, minute by minute of offset: nothing of model/zoned. */
function localDate(ms: number, zone: string): string { return new Intl.DateTimeFormat('en-CA', { timeZone: zone }).format(ms); }
const inRange = (at: number, world: CaseWorld, zone: string): boolean => {
  const d = localDate(at, zone);
  return d >= localDate(world.range.from, zone) && d <= localDate(world.range.to - 1, zone);
};
const instant = (a: AlertRow): number => a.detected ?? a.readable ?? a.event ?? a.changed;

export const outcomesCheck = check('rules.outcomes', ['alerts'], fc.constantFrom<string[]>([], ['rule'], ['client'], ['tier'], ['rule', 'client'], ['source', 'rule']), async ({ world, reader: open }, groupBy, saw) => {
  const reader = open();
  const query = parseQuery({ version: 1, metric: 'rules.outcomes', groupBy }, CATALOG);
  const asOf = Math.min(world.range.to, world.now);
  const result = await metricQuery('rules.outcomes').run(reader, { ...query, range: world.range, asOf });

  const zoneOf = (a: AlertRow) => ((groupBy as string[]).includes('client') ? world.settings.clients.find(c => c.id === a.client)?.zone ?? world.settings.zone : world.settings.zone);
  const counted = world.alerts.filter(a => inRange(instant(a), world, zoneOf(a)) && instant(a) <= asOf);
  const ruleOf = (a: AlertRow) => { const family = familyOf({ world, groupBy, only: null, filters: {}, asOf }, a.rule); return family ? inForce(family).rule : 'no rule named'; };
  const key = (a: AlertRow) => groupBy.map(g => (g === 'rule' ? ruleOf(a) : g === 'client' ? a.client : g === 'tier' ? a.tier : a.source)).join('|');
  const groups = new Map<string, AlertRow[]>();
  for (const a of counted) groups.set(key(a), [...(groups.get(key(a)) ?? []), a]);

  expect(result.rows.length).toBe(groups.size);
  for (const row of result.rows) {
    const alerts = groups.get(groupBy.map(g => row[g]).join('|'));
    expect(alerts).toBeDefined();
    saw('alerts', alerts!.length);
    const judged = alerts!.map(a => judge(a, world.tickets));
    const buckets = ['true', 'benign', 'false', 'duplicate', 'test', 'undetermined', 'auto_closed', 'unclassified', 'pending', 'unmatched', 'conflict'];
    const d = decisions(alerts!, world);
    const n = d.true + d.benign + d.false;
    const count = (b: string) => judged.filter(j => j.bucket === b).length;
    expect({ alerts: row.alerts, ...Object.fromEntries(buckets.map(b => [b, row[`bucket_${b}`]])), decisions: row.decisions, confirmed: row.confirmed })
      .toEqual({ alerts: alerts!.length, ...Object.fromEntries(buckets.map(b => [b, count(b)])), decisions: n, confirmed: `${d.true} of ${n}` });
    expect(row.confirmation).toBe(n < 10 ? null : d.true / n);
    const reviewable = alerts!.length - count('duplicate') - count('test');
    const reviewed = count('true') + count('benign') + count('false');
    expect(row.review).toEqual(reviewable === 0 ? null : reviewed / reviewable);
    expect(buckets.reduce((sum, b) => sum + count(b), 0)).toBe(row.alerts);
  }
});

export const verdictsCheck = check('verdicts', ['conflict', 'inherited', 'cross client', 'pending'], fc.constant(null), async ({ world, reader: open }, _none, saw) => {
  const reader = open();
  const rows = await reader.query<Record<string, unknown>>(sql`select id, bucket, inherited, conflict_with_true, verdict_at, has_ticket, tickets, cross_client from ${reader.relation('alert')} a`);
  for (const a of world.alerts) {
    const j = judge(a, world.tickets);
    const tickets = ticketsOf(a, world.tickets);
    saw(j.bucket);
    if (!j.own && ['true', 'benign', 'false'].includes(j.bucket)) saw('inherited');
    if (tickets.some(t => t.client !== a.client)) saw('cross client');
    expect(rows.find(r => r.id === a.id)).toEqual({
      id: a.id, bucket: j.bucket, inherited: ['true', 'benign', 'false'].includes(j.bucket) ? !j.own : null, conflict_with_true: j.bucket === 'conflict' && j.withTrue, verdict_at: j.at,
      has_ticket: tickets.length > 0, tickets: tickets.length, cross_client: tickets.some(t => t.client !== a.client),
    });
  }
});
