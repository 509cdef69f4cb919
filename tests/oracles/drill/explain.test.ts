import fc from 'fast-check';
import { metricQuery } from '../../../src/backend/metrics/all';
import type { ScopedReader } from '../../../src/backend/scope/reader';
import { openDuckDb } from '../../../src/backend/store/duckdb';
import type { Store } from '../../../src/backend/store/port';
import { CATALOG } from '../../../src/catalog';
import { DAY } from '../../../src/model';
import { parseQuery } from '../../../src/query/request';
import { caseWorld, worldRuns } from '../../worlds/cases';
import { coverageWorld } from '../../worlds/coverage';
import { clear, loadWorld } from '../../worlds/load';
import { readerOf } from '../../worlds/reader';
import { Estate } from '../coverage/harness';
import { judge, ticketsOf } from '../rules/outcomes.oracle';
import { oracleItems, oracleOutcome } from '../sla/oracle';

/** 'explain': what it says came out is what the plain loops say, and nothing of another client stands in any step. */
type Row = Readonly<Record<string, unknown>>;
const ask = (reader: ScopedReader, asOf: number, what: string, name: string, filters: object = {}) =>
  metricQuery('explain').run(reader, { ...parseQuery({ version: 1, metric: 'explain', view: 'table', filters, options: { what, name } }, CATALOG), range: { from: asOf - 30 * DAY, to: asOf }, asOf });
const step = (rows: readonly Row[], name: string): Row | undefined => rows.find(r => r.step === name);
const words = (text: string): string => text.replaceAll('_', ' ');

describe('explain', () => {
  let store: Store;
  beforeAll(async () => { store = await openDuckDb({ path: ':memory:' }); });
  afterAll(() => store.close());

  it('verdicts and outcomes are those of the oracles, on random worlds; steps are numbered and each names its rule', async () => {
    const { numRuns, ...runs } = worldRuns();
    let [alerts, items] = [0, 0];
    await fc.assert(fc.asyncProperty(caseWorld, async world => {
      await clear(store);
      const reader = readerOf(await loadWorld(store, world));
      const asOf = Math.min(world.range.to, world.now);
      for (const a of world.alerts.slice(0, 4)) {
        const rows = (await ask(reader, asOf, 'alert', a.id)).rows;
        const fact = judge(a, world.tickets);
        expect([step(rows, 'Verdict')?.outcome, step(rows, 'Tickets')?.outcome, step(rows, 'Severity tier')?.outcome, step(rows, 'Client')?.outcome])
          .toEqual([words(fact.bucket), String(ticketsOf(a, world.tickets).length), a.tier, a.client]);
        expect(rows.map(r => r.number)).toEqual(rows.map((_, i) => i + 1));
        for (const r of rows) expect(Object.keys(r).sort()).toEqual(CATALOG.get('explain')!.columns.map(c => c.name).sort());
        for (const r of rows) expect([r.step, r.rule !== '', r.because !== '', r.outcome !== '']).toEqual([r.step, true, true, true]);
        alerts++;
      }
      const all = oracleItems(world);
      for (const t of world.tickets.slice(0, 3)) {
        const rows = (await ask(reader, asOf, 'ticket', t.key, { client: [t.client] })).rows;
        const said = rows.filter(r => String(r.step).endsWith(': outcome')).map(r => [String(r.step).replace(/, reopened late \(\d+\)|: outcome/g, ''), r.outcome]);
        const mine = all.filter(i => i.ticket?.id === t.id);
        expect(said.map(s => JSON.stringify(s)).sort()).toEqual(mine.map(i => JSON.stringify([`${i.client}, ${i.clock}`, words(oracleOutcome(i, asOf))])).sort());
        expect(rows.filter(r => String(r.step).startsWith('Timeline')).length).toBe(t.timeline.filter(e => e.at <= asOf).length);
        items += mine.length;
      }
    }), { ...runs, numRuns });
    expect(alerts).toBeGreaterThan(numRuns / 2);
    expect(items).toBeGreaterThan(numRuns / 2);
  }, 240_000);

  it('a client sees steps of its own rows, nothing of a ticket it shares, and no sign of other rows', async () => {
    let [own, shared] = [0, 0];
    for (const world of fc.sample(caseWorld, { numRuns: 40, seed: 5 })) {
      await clear(store);
      const state = await loadWorld(store, world);
      const asOf = Math.min(world.range.to, world.now);
      const client = readerOf(state, ['acme']);
      for (const a of world.alerts.slice(0, 5)) {
        const { rows, notices } = await ask(client, asOf, 'alert', a.id);
        if (a.client !== 'acme') { expect([rows.length, notices?.[0]?.text]).toEqual([0, expect.stringContaining('among the rows you can see')]); continue; }
        own++;
        const text = JSON.stringify(rows);
        for (const t of world.tickets.filter(x => x.client !== 'acme' && x.quotes.some(q => q.alert === a.joinId))) { shared++; expect(text.includes(`Ticket ${t.key}`) && !world.tickets.some(x => x.client === 'acme' && x.key === t.key)).toBe(false); }
      }
      for (const t of world.tickets.filter(x => x.client !== 'acme' && !world.tickets.some(y => y.client === 'acme' && y.key === x.key))) expect((await ask(client, asOf, 'ticket', t.key)).rows).toEqual([]);
    }
    expect(own).toBeGreaterThan(10);
    expect(shared).toBeGreaterThan(0);
  }, 120_000);

  it('an asset ends in the state the list of assets gives it', async () => {
    const world = coverageWorld(8);
    const estate = await Estate.open(world.settings, world.now);
    try {
      await estate.assets(world.assets);
      await estate.telemetry(world.days);
      await estate.flush();
      const question = { ...parseQuery({ version: 1, metric: 'assets', view: 'table' }, CATALOG), range: { from: world.now - 20 * DAY, to: world.now }, asOf: world.now };
      const listed = (await metricQuery('assets').run(estate.reader(), question)).rows.filter(r => !/^\d+ of \d+$/.test(String(r.reason)));
      expect(listed.length).toBeGreaterThan(3);
      for (const row of listed.slice(0, 25)) {
        const { rows } = await ask(estate.reader(), world.now, 'asset', String(row.name), { client: [row.client] });
        const ends = rows.filter(r => r.step === 'At the instant asked for').map(r => r.outcome);
        expect([row.name, ends.includes(words(String(row.state)))]).toEqual([row.name, true]);
        expect(step(rows, 'Requirement')).toBeDefined();
      }
    } finally { await estate.store.close(); }
  }, 60_000);

  it('without a name it says what to do', async () => {
    await clear(store);
    const world = fc.sample(caseWorld, { numRuns: 1, seed: 1 })[0]!;
    const { rows, notices } = await ask(readerOf(await loadWorld(store, world)), world.now, 'alert', ' ');
    expect([rows, notices?.[0]?.text]).toEqual([[], expect.stringContaining('Name an alert')]);
  });
});
