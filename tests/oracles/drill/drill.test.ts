import fc from 'fast-check';
import { metricQuery } from '../../../src/backend/metrics/all';
import { openDuckDb } from '../../../src/backend/store/duckdb';
import type { Store } from '../../../src/backend/store/port';
import type { ScopedReader } from '../../../src/backend/scope/reader';
import { CATALOG } from '../../../src/catalog';
import { DAY } from '../../../src/model';
import { parseQuery } from '../../../src/query/request';
import { caseWorld, CLIENT_ZONES, worldRuns, type CaseWorld } from '../../worlds/cases';
import { coverageWorld } from '../../worlds/coverage';
import { clear, loadWorld } from '../../worlds/load';
import { readerOf } from '../../worlds/reader';
import { Estate } from '../coverage/harness';
import { asked } from '../rules/local-days';
import { judge, ticketsOf } from '../rules/outcomes.oracle';
import { local } from '../sla/naive-time';
import { oracleItems, oracleOutcome, oraclePeriod, oracleUntracked, widened } from '../sla/oracle';

/** Drills against plain loops over canonical rows, and against the values they lead to: a page holds the very rows that are counted. */
type Row = Readonly<Record<string, unknown>>;
const ask = async (reader: ScopedReader, world: { range: { from: number; to: number }; now: number }, metric: string, given: object = {}) =>
  metricQuery(metric as never).run(reader, { ...parseQuery({ version: 1, metric, view: 'table', ...given }, CATALOG), range: world.range, asOf: Math.min(world.range.to, world.now) });
const rowsOf = async (...of: Parameters<typeof ask>): Promise<Row[]> => [...(await ask(...of)).rows];
const instant = (a: CaseWorld['alerts'][number]): number => a.detected ?? a.readable ?? a.event ?? a.changed;
const sorted = (rows: readonly unknown[]): string[] => rows.map(r => JSON.stringify(r)).sort();
const count = (rows: readonly Row[], column: string): Record<string, number> => { const out: Record<string, number> = {}; for (const r of rows) out[String(r[column])] = (out[String(r[column])] ?? 0) + 1; return out; };

/** All pages of three rows, one after the other. */
async function leafed(reader: ScopedReader, world: CaseWorld, metric: string, given: object): Promise<Row[]> {
  const out: Row[] = [];
  for (let page = 1; ; page++) {
    const rows = await rowsOf(reader, world, metric, { ...given, limit: 3, options: { ...('options' in given ? given.options as object : {}), page } });
    out.push(...rows);
    if (rows.length < 3) return out;
  }
}

describe('drills', () => {
  let store: Store;
  beforeAll(async () => { store = await openDuckDb({ path: ':memory:' }); });
  afterAll(() => store.close());

  it("'alerts', 'tickets' and 'rules' are the rows behind the values, on random worlds, for operators and for clients", async () => {
    const { numRuns, ...runs } = worldRuns();
    let [seen, crossing, untracked] = [0, 0, 0];
    await fc.assert(fc.asyncProperty(caseWorld, fc.boolean(), fc.constantFrom<string[] | null>(null, ['acme', 'coast']), fc.constantFrom('decide', 'acknowledge', 'resolve'), async (world, byClient, only, clock) => {
      await clear(store);
      const reader = readerOf(await loadWorld(store, world), only ?? undefined);
      const asOf = Math.min(world.range.to, world.now);
      const groupBy = byClient ? ['client'] : [];
      const sees = (client: string): boolean => only === null || only.includes(client);
      const alerts = world.alerts.filter(a => sees(a.client) && asked(world, instant(a), a.client, byClient, asOf));
      const got = await rowsOf(reader, world, 'alerts', { groupBy });
      const first = (a: CaseWorld['alerts'][number]) => world.tickets.filter(t => sees(t.client) && t.quotes.some(q => q.alert === a.joinId)).sort((x, y) => x.created - y.created);
      expect(sorted(got.map(r => [r.time, r.client, r.tier, r.alert, r.source, r.verdict, r.tickets, r.of]))).toEqual(sorted(alerts.map(a => [instant(a), a.client, a.tier, a.nativeId, a.source, judge(a, world.tickets).bucket, ticketsOf(a, world.tickets).length, alerts.length])));
      for (const r of got) {
        const mine = first(world.alerts.find(a => a.nativeId === r.alert && a.source === r.source)!);
        expect([r.alert, mine.length === 0 ? r.ticket === null : mine.filter(t => t.created === mine[0]!.created).some(t => t.key === r.ticket)]).toEqual([r.alert, true]);
        if (r.ticket === null && Number(r.tickets) > 0) crossing++;
      }
      // A value and its rows agree, bucket by bucket.
      const [value] = await rowsOf(reader, world, 'rules.outcomes', { groupBy: [] });
      if (!byClient && value) for (const [bucket, n] of Object.entries(count(got, 'verdict'))) expect([bucket, value[`bucket_${bucket}`]]).toEqual([bucket, n]);
      expect(await leafed(reader, world, 'alerts', { groupBy })).toEqual(got);

      const zoneOf = (client: string): string => (byClient ? CLIENT_ZONES[client as keyof typeof CLIENT_ZONES] ?? world.settings.zone : world.settings.zone);
      const items = oracleItems(world).filter(i => i.clock === clock && sees(i.client) && i.start <= asOf).filter(i => {
        const { from, to } = widened(world.range, zoneOf(i.client));
        return oracleOutcome(i, asOf) === 'running' || (oraclePeriod(i) >= from && oraclePeriod(i) < to && oraclePeriod(i) < asOf);
      });
      const listed = await rowsOf(reader, world, 'tickets', { groupBy, options: { clock } });
      // Alerts that never got a ticket stand among them: one row a rule, client, tier and local day of the client's.
      const lost = new Map<string, number>();
      if (clock === 'decide') for (const { alert, due } of oracleUntracked(world)) {
        const { from, to } = widened(world.range, zoneOf(alert.client));
        if (!sees(alert.client) || due < from || due >= to || due >= asOf) continue;
        const key = `${alert.client}|${alert.tier}|${alert.rule}|${local(due, CLIENT_ZONES[alert.client as keyof typeof CLIENT_ZONES] ?? world.settings.zone).date}`;
        lost.set(key, 1 + (lost.get(key) ?? 0));
      }
      const [shown, without] = [listed.filter(r => r.outcome !== 'untracked'), listed.filter(r => r.outcome === 'untracked')];
      untracked += without.length;
      expect(sorted(without.map(r => [r.client, r.tier, r.alerts]))).toEqual(sorted([...lost].map(([key, n]) => [...key.split('|').slice(0, 2), n])));
      expect(sorted(shown.map(r => [r.outcome, r.client, r.tier, r.start, r.due, r.stop, r.alerts, r.ticket, r.of]))).toEqual(sorted(items.map(i => [
        oracleOutcome(i, asOf), i.client, i.tier, i.start, i.due, i.stop !== null && i.stop <= asOf ? i.stop : null, i.alerts, i.ticket && sees(i.ticket.client) ? i.ticket.key : null, items.length + lost.size])));
      expect(await leafed(reader, world, 'tickets', { groupBy, options: { clock } })).toEqual(listed);

      const rules = await rowsOf(reader, world, 'rules');
      const perRule = alerts.filter(a => a.rule !== null);
      if (!byClient) expect(sorted(rules.filter(r => Number(r.alerts) > 0).map(r => [r.rule, r.alerts, r.last]))).toEqual(sorted([...new Set(perRule.map(a => a.rule!))].map(id => { const mine = perRule.filter(a => a.rule === id); return [id, mine.length, Math.max(...mine.map(instant))]; })));
      seen += got.length + shown.length;
    }), { ...runs, numRuns });
    expect(seen).toBeGreaterThan(numRuns);
    // Alerts whose only ticket belongs to another client show that there is one, and nothing of it.
    if (numRuns >= 200) expect([crossing > 0, untracked > 0]).toEqual([true, true]);
  }, 240_000);

  it('a page past the end says so, and filters by verdict and outcome leave what they say', async () => {
    const world = fc.sample(caseWorld, { numRuns: 40, seed: 11 }).sort((a, b) => b.alerts.length - a.alerts.length)[0]!;
    await clear(store);
    const wide = { range: { from: world.range.from - 40 * DAY, to: world.range.from + 120 * DAY }, now: world.range.from + 120 * DAY };
    const reader = readerOf(await loadWorld(store, world));
    const all = await rowsOf(reader, wide, 'alerts');
    expect(all.length).toBeGreaterThan(4);
    const past = await ask(reader, wide, 'alerts', { limit: 2, options: { page: 99 } });
    expect([past.rows.length, past.notices?.[0]?.text]).toEqual([0, expect.stringContaining('past the end')]);
    expect((await ask(reader, wide, 'alerts', { limit: 2, options: { page: 2 } })).notices?.[0]?.text).toContain(`Rows 3 to 4 of ${all.length}`);
    for (const verdict of Object.keys(count(all, 'verdict'))) expect(count(await rowsOf(reader, wide, 'alerts', { filters: { state: [verdict] } }), 'verdict')).toEqual({ [verdict]: count(all, 'verdict')[verdict] });
    const items = await rowsOf(reader, wide, 'tickets');
    for (const outcome of Object.keys(count(items, 'outcome'))) expect(count(await rowsOf(reader, wide, 'tickets', { filters: { state: [outcome] } }), 'outcome')).toEqual({ [outcome]: count(items, 'outcome')[outcome] });
  });

  it("'assets' are as many in each state as coverage counts, running and past days", async () => {
    let states = 0;
    for (const seed of [3, 8, 21, 40]) {
      const world = coverageWorld(seed);
      const estate = await Estate.open(world.settings, world.now);
      try {
        await estate.assets(world.assets);
        await estate.telemetry(world.days);
        await estate.flush();
        for (const asOf of [world.now, world.now - 4 * DAY]) {
          const question = { range: { from: world.now - 20 * DAY, to: asOf }, now: asOf };
          const values = await rowsOf(estate.reader(), question, 'coverage.now', { groupBy: ['client', 'kind'] });
          const rows = await rowsOf(estate.reader(), question, 'assets');
          for (const v of values) {
            const mine = rows.filter(r => r.client === v.client && r.kind === v.kind);
            for (const state of ['covered', 'agent_only', 'dark', 'absent', 'unknown', 'excluded']) { expect([seed, v.client, v.kind, state, count(mine, 'state')[state] ?? 0]).toEqual([seed, v.client, v.kind, state, v[state]]); states += count(mine, 'state')[state] ?? 0; }
          }
          expect(rows.length).toBe(rows.filter(r => values.some(v => v.client === r.client && v.kind === r.kind)).length);
        }
      } finally { await estate.store.close(); }
    }
    expect(states).toBeGreaterThan(50);
  }, 120_000);
});
