import type { Page, ReadContext } from '../connectors/stream';
import { Ahead } from './ahead';
import type { Position } from './state';

const place = (cursor: unknown, phase: Position['phase'] = 'back', from = 0): Position => ({ phase, from, to: from + 10, cursor, partial: false, read: 0, expected: null });
const asked: { from: number; cursor: unknown; signal: AbortSignal }[] = [];
const stream = {
  read: async (context: ReadContext, { from }: { from: number }, cursor: unknown): Promise<Page> => {
    asked.push({ from, cursor, signal: context.signal });
    if (cursor === 'broken') throw new Error('no such page');
    // Numbered pages name the next, up to the fifth; all others are the last of their window.
    return { kind: 'alert', rows: [], rejects: [], notices: [], cursor: typeof cursor === 'number' && cursor < 5 ? cursor + 1 : null, expected: from, complete: true };
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

test('pages that follow are asked for one after the other, so many at most, and each once', async () => {
  const ahead = new Ahead(stream, 3);
  const settled = () => new Promise(resolve => setImmediate(resolve));
  ahead.begin(context, place(1));
  expect(asked.map(a => a.cursor)).toEqual([1]);
  await settled();
  expect(asked.map(a => a.cursor)).toEqual([1, 2, 3]);
  await ahead.take(context, place(1));
  await settled();
  expect(asked.map(a => a.cursor)).toEqual([1, 2, 3, 4]);
  for (const n of [2, 3, 4, 5]) expect((await ahead.take(context, place(n))).cursor).toBe(n < 5 ? n + 1 : null);
  await settled();
  expect(asked.map(a => a.cursor)).toEqual([1, 2, 3, 4, 5]);
  // The window after it is another's to foresee.
  ahead.begin(context, place(4, 'back', 70));
  await settled();
  ahead.drop();
  await settled();
  expect(asked.map(a => a.cursor)).toEqual([1, 2, 3, 4, 5, 4, 5]);
  expect(asked.slice(-2).every(a => a.signal.aborted)).toBe(true);
});

test('a page that fails after others is told in its turn, and nothing is asked beyond it', async () => {
  const failing = { read: async (c: ReadContext, w: { from: number; to: number }, cursor: unknown): Promise<Page> => { const page = await stream.read(c, w, cursor); if (cursor === 3) throw new Error('the source went away'); return page; } };
  const ahead = new Ahead(failing, 9);
  ahead.begin(context, place(1));
  await ahead.take(context, place(1));
  await ahead.take(context, place(2));
  await expect(ahead.take(context, place(3))).rejects.toThrow('went away');
  expect(asked.map(a => a.cursor)).toEqual([1, 2, 3]);
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
