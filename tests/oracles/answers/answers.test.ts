/** An answer that was kept is the answer that would be given: same rows by the same scope at the same instants, whatever was asked, written or waited for in between. */
import fc from 'fast-check';
import { Answers, NEAR, questionKey, type Asked } from '../../../src/backend/handlers/answers';
import { metricQuery } from '../../../src/backend/metrics/all';
import { emptyRow } from '../../../src/backend/sync/rows';
import { openDuckDb } from '../../../src/backend/store/duckdb';
import type { Store } from '../../../src/backend/store/port';
import { sql } from '../../../src/backend/store/sql';
import { table } from '../../../src/backend/store/table';
import { CATALOG } from '../../../src/catalog';
import { DAY, HOUR, MINUTE, SECOND, type Range } from '../../../src/model';
import { parseQuery } from '../../../src/query/request';
import { caseWorld, worldRuns } from '../../worlds/cases';
import { clear, loadWorld } from '../../worlds/load';
import { readerOf } from '../../worlds/reader';

const SCOPES: readonly (readonly string[] | null)[] = [null, ['acme'], ['bravo', 'coast'], ['bravo']];
const QUERIES = [
  { metric: 'rules.outcomes', groupBy: ['rule'] }, { metric: 'sla.adherence', groupBy: ['tier', 'client'] }, { metric: 'sla.at_risk' }, { metric: 'alerts' }, { metric: 'rules' }, { metric: 'tickets' }, { metric: 'sources.status' },
  { metric: 'sla.flow', bucket: 'day', view: 'series' }, { metric: 'integrity.orphans' }, { metric: 'rules.outcomes', groupBy: ['rule'], filters: { client: ['acme'] } }, { metric: 'sla.adherence', groupBy: ['tier'], view: 'alert' },
].map(q => parseQuery({ version: 1, ...q }, CATALOG));

type Step = { readonly kind: 'ask'; readonly scope: number; readonly query: number; readonly range: number } | { readonly kind: 'wait'; readonly ms: number } | { readonly kind: 'write'; readonly what: 'client' | 'verdict' | 'lease' | 'source' | 'item'; readonly row: number };
const ask = fc.record({ kind: fc.constant('ask' as const), scope: fc.integer({ min: 0, max: SCOPES.length - 1 }), query: fc.integer({ min: 0, max: QUERIES.length - 1 }), range: fc.integer({ min: 0, max: 3 }) });
// Few questions asked often: what was never asked before is never kept.
const favourite = fc.record({ kind: fc.constant('ask' as const), scope: fc.constantFrom(0, 1), query: fc.constantFrom(0, 1, 2), range: fc.constantFrom(0, 1) });
const wait = fc.record({ kind: fc.constant('wait' as const), ms: fc.constantFrom(0, 1, SECOND, 7 * SECOND, NEAR, NEAR + 1, 10 * MINUTE, 8 * HOUR) });
const write = fc.record({ kind: fc.constant('write' as const), what: fc.constantFrom('client', 'verdict', 'lease', 'source', 'item'), row: fc.integer({ min: 0, max: 5 }) }) as fc.Arbitrary<Step>;
const steps = fc.array(fc.oneof({ weight: 5, arbitrary: ask as fc.Arbitrary<Step> }, { weight: 12, arbitrary: favourite as fc.Arbitrary<Step> }, { weight: 3, arbitrary: wait as fc.Arbitrary<Step> }, { weight: 2, arbitrary: write }), { minLength: 25, maxLength: 45, size: 'max' });

describe('kept answers', () => {
  let store: Store;
  beforeAll(async () => { store = await openDuckDb({ path: ':memory:' }); });
  afterAll(() => store.close());

  it('say what a question asked anew says, in every scope, after every commit and however time passes', async () => {
    const { numRuns, ...runs } = worldRuns();
    const seen = { kept: 0, older: 0, keptAfterLease: 0, madeAgain: 0, differs: 0 };
    await fc.assert(fc.asyncProperty(caseWorld, steps, fc.constantFrom(0, 12 * HOUR, 23 * HOUR + 59 * MINUTE + 50 * SECOND), async (world, all, offset) => {
      await clear(store);
      const loader = await loadWorld(store, world);
      const answers = new Answers();
      const first = Math.min(...world.alerts.map(a => a.changed), ...world.tickets.map(t => t.created), world.range.from);
      let now = Math.ceil(first / DAY) * DAY + 20 * DAY + offset;
      const ranges = (): Range[] => [{ from: now - 30 * DAY, to: now }, { from: now - 7 * DAY, to: Math.ceil(now / DAY) * DAY + DAY }, world.range, { from: first - DAY, to: first + 10 * DAY }];
      let leased = false;
      const asked = new Map<string, string>();
      for (const step of all) {
        if (step.kind === 'wait') { now += step.ms; continue; }
        if (step.kind === 'write') {
          leased = step.what === 'lease';
          await store.transaction(async tx => {
            const [alert] = await tx.query<{ k: bigint }>(sql`select alert_key as k from ${table('alert')} order by 1 limit 1 offset ${step.row}`);
            if (step.what === 'lease') await tx.upsert('meta', [{ name: 'beat', value: String(now) }]);
            else if (step.what === 'source') await tx.execute(sql`update ${table('dim_source')} set id = 'siem-' || source_key where source_key = 1`);
            else if (step.what === 'item') await tx.execute(sql`update ${table('item')} set "stop" = coalesce("stop", ${now - HOUR}) where episode = 0`);
            else if (alert && step.what === 'client') await tx.execute(sql`update ${table('alert')} set client_key = case client_key when 1 then 2 else 1 end where alert_key = ${alert.k}`);
            else if (alert) await tx.execute(sql`update ${table('alert')} set bucket = 'benign', disposition = 'benign_positive', suppressed = suppressed + 1 where alert_key = ${alert.k}`);
          });
          continue;
        }
        const parsed = QUERIES[step.query]!;
        const reader = readerOf(loader, SCOPES[step.scope] ?? undefined);
        const range = ranges()[step.range]!;
        const asOf = Math.min(range.to, now);
        const question: Asked = { key: questionKey('main', reader, parsed), range, asOf, now, near: parsed.view !== 'alert' };
        const run = (by: typeof reader, at: { range: Range; asOf: number }) => metricQuery(parsed.entry.id).run(by, { ...parsed, ...at });
        const known = answers.find(question);
        const answer = known ?? await answers.make({ reader, asked: question }, () => run(reader, { range, asOf }));
        // Asked anew, by a reader of the same scope on the rows as they are now.
        const anew = await run(readerOf(loader, SCOPES[step.scope] ?? undefined), answer);
        expect(answer.result).toEqual(anew);
        expect([asOf - answer.asOf, range.from - answer.range.from, range.to - answer.range.to].every(ms => ms >= 0 && ms <= (question.near ? NEAR : 0))).toBe(true);
        const text = JSON.stringify(anew.rows);
        if (known) { seen.kept++; if (known.asOf !== asOf) seen.older++; if (leased) seen.keptAfterLease++; }
        else if (asked.has(question.key)) { seen.madeAgain++; if (asked.get(question.key) !== text) seen.differs++; }
        asked.set(question.key, text);
      }
    }), { ...runs, numRuns: Math.ceil(numRuns / 4) });
    console.log(`seen over all worlds: ${JSON.stringify(seen)}`);
    for (const [what, n] of Object.entries(seen)) expect([what, n > 0]).toEqual([what, true]);
  }, 300_000);

  it('holds what was asked last, and nothing that is too large or no longer stands', async () => {
    await clear(store);
    const [world] = fc.sample(caseWorld, { seed: 1, numRuns: 1 });
    const reader = readerOf(await loadWorld(store, world!));
    const answers = new Answers();
    const asked = (n: number): Asked => ({ key: `question ${n}`, range: { from: 0, to: 10 }, asOf: 10, now: 1e12, near: true });
    const rows = (n: number) => Array.from({ length: n }, (_, i) => ({ a: i, b: i }));
    const make = (n: number, many: number) => answers.make({ reader, asked: asked(n) }, () => Promise.resolve({ rows: rows(many) }));
    await make(-1, 150_000);
    expect(answers.find(asked(-1))).toBeNull();
    for (let n = 0; n < 70; n++) { await make(n, 20_000); if (n > 0) expect(answers.find(asked(0))?.result.rows).toHaveLength(20_000); }
    expect([answers.find(asked(1)), answers.find(asked(69))?.result.rows.length]).toEqual([null, 20_000]);
    // A commit while the answer was worked out, to a table it reads: it is given, and not kept.
    const during = await answers.make({ reader, asked: asked(99) }, async () => {
      const found = await reader.query<{ n: number }>(sql`select count(*) as n from ${reader.relation('alert')} a`);
      await store.transaction(tx => tx.execute(sql`update ${table('alert')} set suppressed = 1`));
      return { rows: [{ n: found[0]!.n }] };
    });
    expect([during.result.rows.length, answers.find(asked(99))]).toEqual([1, null]);
  });

  it('are made anew when a due has passed, a row was written, the scope is another or the policy was edited', async () => {
    await clear(store);
    const [world] = fc.sample(caseWorld, { seed: 1, numRuns: 1 });
    const loader = await loadWorld(store, world!);
    const due = Math.floor(world!.range.to / DAY) * DAY + 5 * HOUR;
    await store.transaction(async tx => {
      await tx.execute(sql`delete from ${table('item')}`);
      await tx.upsert('item', [1n, 2n].map(k => ({
        ...emptyRow('item'), item_clock_key: k, item_key: k, episode: 0, source_key: 1, client_key: loader.clientKey(k === 1n ? 'acme' : 'bravo'), clock: 'decide', tier: 'critical', alerts: 1, start: due - HOUR, target_ms: HOUR, due, gross_due: due,
        start_from_creation: false, stop_unknown_actor: false, paused_ms: 0, reopened: 0, downgraded: false, weekend: false, holiday: false,
      })));
    });
    const answers = new Answers();
    const parsed = parseQuery({ version: 1, metric: 'sla.adherence', groupBy: ['tier'] }, CATALOG);
    const ask = async ({ now, version = 1, clients, near = true }: { now: number; version?: number; clients?: readonly string[]; near?: boolean }) => {
      const reader = { ...readerOf(loader, clients), settingsVersion: version };
      const question: Asked = { key: questionKey('main', reader, parsed), range: { from: now - DAY, to: now }, asOf: now, now, near };
      const kept = answers.find(question);
      const { result, asOf } = kept ?? await answers.make({ reader, asked: question }, () => metricQuery(parsed.entry.id).run(reader, { ...parsed, range: question.range, asOf: now }));
      const critical = result.rows.find(r => r.tier === 'critical');
      return { kept: kept !== null, running: critical?.running, overdue: critical?.overdue, missed: critical?.missed, asOf };
    };
    const open = { running: 2, overdue: 0, missed: 0 };
    // A moment after the due an alert rule gets no older answer; a panel may get one, which says its own instant, for as long as NEAR.
    expect(await ask({ now: due - SECOND })).toEqual({ kept: false, ...open, asOf: due - SECOND });
    expect(await ask({ now: due - SECOND })).toEqual({ kept: true, ...open, asOf: due - SECOND });
    expect(await ask({ now: due + SECOND, near: false })).toEqual({ kept: false, ...open, running: 0, overdue: 2, asOf: due + SECOND });
    expect(await ask({ now: due + NEAR })).toEqual({ kept: false, running: 0, overdue: 2, missed: 0, asOf: due + NEAR });
    // Another scope, another policy: never the same answer.
    expect(await ask({ now: due + NEAR, clients: ['acme'] })).toEqual({ kept: false, running: 0, overdue: 1, missed: 0, asOf: due + NEAR });
    expect(await ask({ now: due + NEAR, version: 2 })).toEqual({ kept: false, running: 0, overdue: 2, missed: 0, asOf: due + NEAR });
    // A commit: the stop of one of them. One to a table that the answer was not read from leaves it.
    await store.transaction(tx => tx.upsert('meta', [{ name: 'beat', value: '1' }]));
    expect(await ask({ now: due + NEAR })).toMatchObject({ kept: true, overdue: 2 });
    await store.transaction(tx => tx.execute(sql`update ${table('item')} set "stop" = ${due + 1} where item_key = 1`));
    expect(await ask({ now: due + NEAR })).toEqual({ kept: false, running: 0, overdue: 1, missed: 1, asOf: due + NEAR });
    expect(await ask({ now: due + NEAR, clients: ['bravo'] })).toEqual({ kept: false, running: 0, overdue: 1, missed: 0, asOf: due + NEAR });
  });
});
