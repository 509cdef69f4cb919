import type { SyncStatus } from '../../src/backend/workspace/sync-runner';
import { Patience } from './progress';

type Stream = SyncStatus['streams'][number];
const stream = (more: Partial<Stream>): Stream => ({ source: 'siem', stream: 'alerts', rows: 0, expected: null, progress: 0, etaMs: null, current: false, error: null, lastSuccess: null, ...more });
const status = (...streams: Stream[]): SyncStatus => ({ rebuilding: null, closing: false, streams });
const current = stream({ source: 'desk', current: true });
const failing = stream({ error: 'siem: 401' });

test('a source that fails is waited for as long as the patience, counted from when all others are current', () => {
  const p = new Patience(1000);
  expect(p.isOver(status(failing, stream({ source: 'desk' })), 0)).toBe(false);
  expect(p.isOver(status(failing, current), 5000)).toBe(false);
  expect(p.isOver(status(failing, current), 5999)).toBe(false);
  expect(p.isOver(status(failing, current), 6000)).toBe(true);
});

test('a source that moves under an error of an earlier run is waited for', () => {
  const p = new Patience(1000);
  for (let i = 0; i < 10; i++) expect(p.isOver(status({ ...failing, rows: i * 100 }, current), i * 900)).toBe(false);
  for (let i = 0; i < 10; i++) expect(p.isOver(status({ ...failing, rows: 1000, progress: i / 10 }, current), 9000 + i * 900)).toBe(false);
  expect(p.isOver(status({ ...failing, rows: 1000, progress: 0.9 }, current), 18_100)).toBe(true);
});

test('no patience ends at the first look; nothing that fails is no reason to end', () => {
  expect(new Patience(0).isOver(status(failing, current), 7)).toBe(true);
  expect(new Patience(0).isOver(status(stream({}), current), 7)).toBe(false);
  expect(new Patience(0).isOver(status(current), 7)).toBe(false);
  expect(new Patience(0).isOver(status(), 7)).toBe(false);
});
