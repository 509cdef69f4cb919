import fc from 'fast-check';
import { CATALOG } from '../../../src/catalog';
import { ORPHAN_KINDS } from '../../../src/catalog/integrity-orphans';
import { metricQuery } from '../../../src/backend/metrics/all';
import { parseQuery } from '../../../src/query/request';
import { check } from '../one-world/check';
import { asked } from '../rules/local-days';
import { couldBe, hasTicket, instant, kindOf, missingOf, required } from './orphans.oracle';
import { historyOf, readings, readStreams } from './worlds';

/** integrity.orphans: lists and counts. */
const drawn = fc.record({ read: readings, groupBy: fc.constantFrom<string[]>([], ['client']), only: fc.constantFrom<string[] | null>(null, ['acme', 'coast']) });
export const orphansCheck = check('integrity.orphans', [...ORPHAN_KINDS], drawn, async ({ store, world, reader: open }, { read, groupBy, only }, saw) => {
  await readStreams(store, world.range.from, read);
  const reader = open(only);
  const history = historyOf(world.range.from, read);
  const asOf = Math.min(world.range.to, world.now);
  const byClient = groupBy.includes('client');
  const ask = (view: string) => metricQuery('integrity.orphans').run(reader, { ...parseQuery({ version: 1, metric: 'integrity.orphans', groupBy, view }, CATALOG), range: world.range, asOf });

  const mine = (client: string) => only === null || only.includes(client);
  const alerts = world.alerts.filter(a => mine(a.client) && asked(world, instant(a), a.client, byClient, asOf));
  const tickets = world.tickets.filter(t => mine(t.client) && asked(world, t.created, t.client, byClient, asOf));
  // Whether an id has an alert is judged over ALL alerts: another client's alert makes no orphan.
  const expected = [
    ...alerts.filter(a => required(a, world, asOf) && !hasTicket(a, world.tickets)).map(a => ({ kind: 'alert_without_ticket', client: a.client, name: a.nativeId, source: a.source, time: instant(a), own_verdict: a.disposition !== null && a.dispositionBy !== 'automation', missing: null, link: a.url })),
    ...tickets.filter(t => kindOf(t, world.alerts, history) !== null).map(t => ({ kind: kindOf(t, world.alerts, history)!, client: t.client, name: t.key, source: t.source, time: t.created, own_verdict: null, missing: missingOf(t, world.alerts), link: t.url })),
  ];
  for (const e of expected) saw(e.kind);
  const by = (a: { name: unknown; source: unknown }, b: { name: unknown; source: unknown }) => (`${a.name}|${a.source}` < `${b.name}|${b.source}` ? -1 : 1);
  const { rows } = await ask('table');
  expect(rows.map(({ kind, client, name, source, time, own_verdict, missing, link }) => ({ kind, client, name, source, time, own_verdict, missing, link })).sort(by)).toEqual(expected.sort(by));

  const counts = await ask('stat');
  for (const row of counts.rows) {
    const inGroup = (client: string) => !byClient || client === row.client;
    const could = row.kind === 'alert_without_ticket' ? alerts.filter(a => inGroup(a.client) && required(a, world, asOf)).length : couldBe(tickets.filter(t => inGroup(t.client)), history)[String(row.kind)]!;
    const found = expected.filter(e => e.kind === row.kind && inGroup(e.client)).length;
    expect({ ...row }).toEqual({ kind: row.kind, ...(byClient && { client: row.client }), count: could === 0 ? null : found, of: could, reason: could === 0 ? 'none_asked' : null });
  }
  const clients = new Set([...alerts, ...tickets].map(r => r.client));
  expect(counts.rows.length).toBe(ORPHAN_KINDS.length * (byClient ? clients.size : 1));
});
