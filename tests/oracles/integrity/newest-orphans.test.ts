import fc from 'fast-check';
import { CATALOG } from '../../../src/catalog';
import { metricQuery } from '../../../src/backend/metrics/all';
import { openDuckDb } from '../../../src/backend/store/duckdb';
import { DAY, rowId, type AlertRow, type TicketRow } from '../../../src/model';
import { parseQuery } from '../../../src/query/request';
import { workspaceSchema } from '../../../src/settings/schema';
import { worldRuns } from '../../worlds/cases';
import { loadWorld } from '../../worlds/load';
import { readerOf } from '../../worlds/reader';
import { fresh } from './worlds';

const FROM = Date.UTC(2025, 0, 1);
const DAYS = 420;
const range = { from: FROM, to: FROM + DAYS * DAY };
const settings = workspaceSchema.parse({ zone: 'UTC', clients: [{ id: 'acme', name: 'Acme', zone: 'UTC' }], policy: { sla: { targets: [{ hours: { high: { decide: 4 } } }] } } });
const ticket = (name: string, created: number): TicketRow => ({
  id: rowId('desk', 'ticket', name), source: 'desk', nativeId: name, url: `https://desk/${name}`, changed: created, gone: null, key: name, title: null, created, sourceSeverity: null, tier: 'high', sourceClient: null, client: 'acme',
  sourceStatus: null, done: false, sourceDisposition: null, disposition: null, dispositionAt: null, dispositionBy: null, origin: 'alert', quotes: [], timeline: [{ at: created, type: 'created', from: null, to: null, actor: 'human' }], mergedInto: null,
});
const alert = (name: string, detected: number): AlertRow => ({
  id: rowId('siem', 'alert', name), source: 'siem', nativeId: name, url: `https://siem/${name}`, changed: detected, gone: null, joinId: name, rule: null, ruleName: null, ruleRevision: null, event: null, detected, readable: null,
  sourceSeverity: null, tier: 'high', sourceClient: null, client: 'acme', sourceStatus: null, acknowledgedAt: null, acknowledgedBy: null, sourceDisposition: null, disposition: null, dispositionAt: null, dispositionBy: null, suppressed: 0,
});

/** The list is read in parts from its end (metrics/integrity/orphans): it is to be what a sort of everything gives, wherever the parts meet and the list is full. */
it('lists the newest orphans, however far back they lie, and says how many there are beside', async () => {
  const store = await openDuckDb({ path: ':memory:' });
  const seen = { cut: 0, whole: 0, ties: 0 };
  // Days of the range, many of them where parts meet when the question's instant is its end: after 30 days back, and at both ends.
  const when = fc.oneof(fc.integer({ min: 0, max: DAYS - 2 }).map(d => d * DAY), fc.constantFrom(0, 1, (DAYS - 30) * DAY - 1, (DAYS - 30) * DAY, (DAYS - 30) * DAY + 1, (DAYS - 45) * DAY), fc.integer({ min: DAYS - 40, max: DAYS - 2 }).map(d => d * DAY));
  await fc.assert(fc.asyncProperty(fc.array(when, { maxLength: 25 }), fc.array(when, { maxLength: 25 }), fc.integer({ min: 1, max: 15 }), fc.constantFrom(DAYS, DAYS - 1, 200, 31), async (alerts, tickets, limit, instant) => {
    await fresh(store, range.from, []);
    const asOf = FROM + instant * DAY;
    const [a, t] = [alerts.map((at, i) => alert(`a${i}`, FROM + at)), tickets.map((at, i) => ticket(`t${i}`, FROM + at))];
    const reader = readerOf(await loadWorld(store, { settings, alerts: a, rules: [], tickets: t }));
    const { rows, notices } = await metricQuery('integrity.orphans').run(reader, { ...parseQuery({ version: 1, metric: 'integrity.orphans', view: 'table', options: { kind: 'all' }, limit }, CATALOG), range, asOf } as never);
    const all = [
      ...a.filter(x => asOf - x.detected! > settings.policy.sla.graceMinutes * 60_000).map(x => ({ kind: 'alert_without_ticket', name: x.nativeId, time: x.detected!, link: x.url })),
      ...t.filter(x => x.created <= asOf).map(x => ({ kind: 'quotes_none', name: x.key, time: x.created, link: x.url })),
    ].sort((x, y) => y.time - x.time || (x.kind === y.kind ? (x.name < y.name ? -1 : 1) : x.kind === 'alert_without_ticket' ? -1 : 1));
    expect(rows.map(({ kind, name, time, link }) => ({ kind, name, time, link }))).toEqual(all.slice(0, limit));
    expect(notices?.map(n => n.text) ?? []).toEqual(all.length > limit ? [`${all.length - limit} further orphans are not shown; raise the limit, filter or choose a kind.`] : []);
    if (all.length > limit) { seen.cut++; if (all[limit - 1]!.time === all[limit]!.time) seen.ties++; } else seen.whole++;
  }), worldRuns());
  expect(Math.min(seen.cut, seen.whole, seen.ties)).toBeGreaterThan(0);
  await store.close();
}, 240_000);
