import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { openDuckDb } from '../../src/backend/store/duckdb';
import type { Store } from '../../src/backend/store/port';
import { classify, type Verdict } from './classify';
import { ESTATE_MONTH_STRATEGIES, ESTATE_STRATEGIES, estateMonthReading, estateReading, honestEstate } from './estate';
import { MONTH_STRATEGIES, monthReading } from './months';
import { gamingPage, type Played } from './page';
import { readingOf, type Reading } from './read';
import { STRATEGIES } from './strategies';
import { honest } from './world';

/** Each strategy against the product's own load, facts, gate and queries: what would a manager see? docs/gaming.md is the result. */
jest.setTimeout(240_000);
const PAGE = join(__dirname, '../../docs/gaming.md');
/** Known to go unseen, and said so in the page's last part; anything else undetected is a fault. */
const ADMITTED = ['Shift every clock of the SIEM forward, together', 'A script that acts under a person’s account', 'Escalate whatever would be late', 'One event a day from a host that never sent more', 'Accept the console’s check-ins as evidence'];

let store: Store;
/** Of its own: months that were frozen stand in no other reading. */
let reported: Store;
const before = new Map<string, Reading>();
const played: Played[] = [];
const parts = [
  { part: 'Tickets, verdicts and rules', strategies: STRATEGIES, honest, read: (world: never) => readingOf(store, world) },
  { part: 'The estate', strategies: ESTATE_STRATEGIES, honest: honestEstate, read: (world: never) => estateReading(world) },
  { part: 'A month already reported', strategies: MONTH_STRATEGIES, honest, read: (world: never) => monthReading(reported, world) },
  { part: 'The estate of a month already reported', strategies: ESTATE_MONTH_STRATEGIES, honest: honestEstate, read: (world: never) => estateMonthReading(world) },
] as const;
beforeAll(async () => {
  store = await openDuckDb({ path: ':memory:' });
  reported = await openDuckDb({ path: ':memory:' });
  for (const p of parts) before.set(p.part, await p.read(p.honest() as never));
});
afterAll(async () => { await store.close(); await reported.close(); });

test.each(parts.map(p => [p.part, p] as const))('%s: the honest world has values, and nothing is past its threshold', part => {
  const reading = before.get(part)!;
  for (const [name, value] of reading.values) if (!name.endsWith('of no client')) expect([name, value]).toEqual([name, expect.any(Number)]);
  expect([...reading.past].filter(([, counters]) => counters.size > 0).map(([name, counters]) => [name, [...counters]])).toEqual([]);
});

test.each(parts.flatMap(p => p.strategies.map(s => [s.name, p, s] as const)))('%s', async (name, part, strategy) => {
  const outcome = classify(before.get(part.part)!, await part.read(strategy.play() as never), strategy.aims);
  played.push({ part: part.part, name, aims: strategy.aims, outcome });
  expect([outcome.verdict === 'undetected', outcome.why]).toEqual([ADMITTED.includes(name), outcome.why]);
});

test('at least thirty strategies are told, none of the first thirty goes undetected, and docs/gaming.md says what came out', () => {
  const total = parts.reduce((sum, p) => sum + p.strategies.length, 0);
  expect(played).toHaveLength(total);
  expect(played.slice(0, 30).filter(p => p.outcome.verdict === 'undetected')).toEqual([]);
  expect(played.filter(p => p.outcome.verdict !== 'undetected').length).toBeGreaterThanOrEqual(30);
  for (const verdict of ['prevented', 'headline worsens', 'standing changes', 'undetected'] satisfies Verdict[]) expect(played.some(p => p.outcome.verdict === verdict)).toBe(true);
  const text = gamingPage(played);
  if (process.env.UPDATE_GOLDEN === '1') writeFileSync(PAGE, text);
  expect(existsSync(PAGE) ? readFileSync(PAGE, 'utf8') : 'no page; UPDATE_GOLDEN=1 writes it').toBe(text);
});
