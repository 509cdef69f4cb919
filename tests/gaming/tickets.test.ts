import type { Store } from '../../src/backend/store/port';
import { openDuckDb } from '../../src/backend/store/duckdb';
import { classify, type Outcome } from './classify';
import { readingOf, type Reading } from './read';
import { STRATEGIES } from './strategies';
import { honest } from './world';

/** Each strategy against the product's own load, facts, gate and queries: what would a manager see? */
jest.setTimeout(120_000);
let store: Store;
let before: Reading;
const outcomes = new Map<string, Outcome>();
beforeAll(async () => { store = await openDuckDb({ path: ':memory:' }); before = await readingOf(store, honest()); });
afterAll(async () => {
  console.log([...outcomes].map(([name, { verdict, why }]) => `${verdict.padEnd(17)} ${name}: ${why}`).join('\n'));
  await store.close();
});

test('the honest month has values, and nothing is past its threshold', () => {
  for (const [name, value] of before.values) expect([name, value]).toEqual([name, expect.any(Number)]);
  expect([...before.past].filter(([, counters]) => counters.size > 0).map(([name, counters]) => [name, [...counters]])).toEqual([]);
});

test.each(STRATEGIES.map(s => [s.name, s] as const))('%s', async (name, strategy) => {
  const outcome = classify(before, await readingOf(store, strategy.play()), strategy.aims);
  outcomes.set(name, outcome);
  expect(outcome).toEqual({ verdict: expect.not.stringMatching('undetected'), why: expect.any(String) });
});
