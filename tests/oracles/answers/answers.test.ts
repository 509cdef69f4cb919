/** An answer that was kept is the answer that would be given: same rows by the same scope at the same instants, whatever was asked, written or waited for in between. */
import fc from 'fast-check';
import { Answers, NEAR, questionKey, type Asked } from '../../../src/backend/handlers/answers';
import { metricQuery } from '../../../src/backend/metrics/all';
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
    await make(-1, 100_000);
    expect(answers.find(asked(-1))).toBeNull();
    for (let n = 0; n < 40; n++) { await make(n, 20_000); if (n > 0) expect(answers.find(asked(0))?.result.rows).toHaveLength(20_000); }
    expect([answers.find(asked(1)), answers.find(asked(39))?.result.rows.length]).toEqual([null, 20_000]);
    // A commit while the answer was worked out, to a table it reads: it is given, and not kept.
    const during = await answers.make({ reader, asked: asked(99) }, async () => {
      const found = await reader.query<{ n: number }>(sql`select count(*) as n from ${reader.relation('alert')} a`);
      await store.transaction(tx => tx.execute(sql`update ${table('alert')} set suppressed = 1`));
      return { rows: [{ n: found[0]!.n }] };
    });
    expect([during.result.rows.length, answers.find(asked(99))]).toEqual([1, null]);
  });
});
