import type { Page, ReadContext } from '../connectors/stream';
import { Ahead } from './ahead';
import type { Position } from './state';

const place = (cursor: unknown, phase: Position['phase'] = 'back', from = 0): Position => ({ phase, from, to: from + 10, cursor, partial: false, read: 0, expected: null });
const asked: { from: number; cursor: unknown; signal: AbortSignal }[] = [];
const stream = {
  read: async (context: ReadContext, { from }: { from: number }, cursor: unknown): Promise<Page> => {
    asked.push({ from, cursor, signal: context.signal });
    if (cursor === 'broken') throw new Error('no such page');
    return { kind: 'alert', rows: [], rejects: [], notices: [], cursor: null, expected: from, complete: true };
  },
};
const running = new AbortController();
const context = { signal: running.signal } as ReadContext;
beforeEach(() => { asked.length = 0; });

test('a page asked for ahead is given to whoever comes for its place, and asked for once', async () => {
  const ahead = new Ahead(stream);
  ahead.begin(context, place('b', 'back', 20));
  ahead.begin(context, place('c', 'back', 20));
  expect(asked).toHaveLength(1);
  // What was read and expected so far is no part of the place.
  expect(await ahead.take(context, { ...place('b', 'back', 20), read: 7, expected: 9 })).toMatchObject({ expected: 20 });
  expect(await ahead.take(context, place('c', 'back', 20))).toMatchObject({ expected: 20 });
  expect(asked.map(a => a.cursor)).toEqual(['b', 'c']);
});

test('it waits while the present is read, and goes when another place is wanted', async () => {
  const ahead = new Ahead(stream);
  ahead.begin(context, place(null, 'back', 20));
  await ahead.take(context, place(null, 'forward', 90));
  await ahead.take(context, place(null, 'back', 20));
  expect(asked.map(a => a.from)).toEqual([20, 90]);
  ahead.begin(context, place(null, 'back', 10));
  const given = asked.at(-1)!.signal;
  await ahead.take(context, place(null, 'back', 5));
  expect(given.aborted).toBe(true);
  expect(running.signal.aborted).toBe(false);
});

test('a failure is told to whoever takes the page, and to nobody else', async () => {
  const ahead = new Ahead(stream);
  ahead.begin(context, place('broken'));
  await expect(ahead.take(context, place('broken'))).rejects.toThrow('no such page');
  ahead.begin(context, place('broken'));
  ahead.drop();
  await new Promise(resolve => setImmediate(resolve));
  expect(asked).toHaveLength(2);
});

test('nothing is asked for in a run that ends', () => {
  const ended = new AbortController();
  ended.abort();
  new Ahead(stream).begin({ signal: ended.signal } as ReadContext, place('b'));
  expect(asked).toHaveLength(0);
});
