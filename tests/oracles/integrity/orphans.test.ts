import fc from 'fast-check';
import { CATALOG } from '../../../src/catalog';
import { ORPHAN_KINDS } from '../../../src/catalog/integrity-orphans';
import { metricQuery } from '../../../src/backend/metrics/all';
import { openDuckDb } from '../../../src/backend/store/duckdb';
import type { Store } from '../../../src/backend/store/port';
import { parseQuery } from '../../../src/query/request';
import { caseWorld, worldRuns } from '../../worlds/cases';
import { loadWorld } from '../../worlds/load';
import { readerOf } from '../../worlds/reader';
import { asked } from '../rules/local-days';
import { couldBe, hasTicket, instant, kindOf, missingOf, required } from './orphans.oracle';
import { fresh, historyOf, readings } from './worlds';

describe('integrity.orphans', () => {
  let store: Store;
  beforeAll(async () => { store = await openDuckDb({ path: ':memory:' }); });
  afterAll(() => store.close());

  it('lists and counts what the oracle finds, on random worlds, for operators and for clients', async () => {
    const { numRuns, ...runs } = worldRuns();
    const seen: Record<string, number> = {};
    await fc.assert(fc.asyncProperty(caseWorld, readings, fc.constantFrom<string[]>([], ['client']), fc.constantFrom<string[] | null>(null, ['acme', 'coast']), async (world, read, groupBy, only) => {
      await fresh(store, world.range.from, read);
      const reader = readerOf(await loadWorld(store, world), only ?? undefined);
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
      for (const e of expected) seen[e.kind] = (seen[e.kind] ?? 0) + 1;
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
    }), { ...runs, numRuns });
    for (const kind of ORPHAN_KINDS) expect([kind, seen[kind] ?? 0]).not.toEqual([kind, 0]);
  }, 180_000);
});
