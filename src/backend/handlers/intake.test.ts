import { Intake } from './intake';

const loop = (): Promise<void> => new Promise(resolve => setImmediate(resolve));

test('a query behind a hundred of another organisation begins second; those keep their order', async () => {
  const intake = new Intake();
  const begun: string[] = [];
  const all = [...Array.from({ length: 100 }, (_, i) => intake.begin(7).then(() => { begun.push(`noisy ${i}`); })), intake.begin(8).then(() => { begun.push('quiet 0'); }), intake.begin(8).then(() => { begun.push('quiet 1'); })];
  await Promise.all(all);
  expect(begun.slice(0, 5)).toEqual(['noisy 0', 'quiet 0', 'noisy 1', 'quiet 1', 'noisy 2']);
  expect(begun.slice(5)).toEqual(Array.from({ length: 97 }, (_, i) => `noisy ${i + 3}`));
});

test('one begins per turn of the loop, so that what arrives meanwhile is heard of', async () => {
  const intake = new Intake();
  const begun: string[] = [];
  for (const name of ['a', 'b', 'c']) void intake.begin(7).then(() => { begun.push(name); });
  expect(begun).toEqual([]);
  await loop();
  expect(begun).toEqual(['a']);
  void intake.begin(8).then(() => { begun.push('other'); });
  await loop();
  await loop();
  expect(begun).toEqual(['a', 'b', 'other']);
  await loop();
  expect(begun).toEqual(['a', 'b', 'other', 'c']);
  // Empty again: the next one begins at once.
  void intake.begin(7).then(() => { begun.push('d'); });
  await loop();
  expect(begun).toEqual(['a', 'b', 'other', 'c', 'd']);
});
