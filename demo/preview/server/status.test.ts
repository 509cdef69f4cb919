import type { SyncStatus } from '../../../src/backend/workspace/sync-runner';
import { toPreviewStatus } from './status';

const stream = (name: string, rest: Partial<SyncStatus['streams'][number]> = {}): SyncStatus['streams'][number] =>
  ({ source: 'elastic', stream: name, rows: 100, expected: null, progress: 1, etaMs: null, current: true, error: null, lastSuccess: 1, ...rest }) as SyncStatus['streams'][number];

test('all current: the banner has nothing to say', () => {
  expect(toPreviewStatus({ streams: [stream('alerts')], rebuilding: null, closing: false })).toMatchObject({ state: 'current', progress: 1 });
});

test('reading: how many streams, how far, how long; a total only where the progress is known', () => {
  const status = toPreviewStatus({ streams: [stream('alerts', { current: false, progress: 0.25, rows: 5_000, expected: 20_000, etaMs: 90_000 }), stream('rules'), stream('hosts', { current: false, progress: 0 })], rebuilding: null, closing: false });
  expect(status).toMatchObject({ state: 'syncing', message: 'Reading 2 of 3 streams', etaSeconds: 90 });
  expect(status.progress).toBeCloseTo((0.25 + 1 + 0) / 3);
  expect(status.streams.map(({ state, total }) => [state, total])).toEqual([['reading', 20_000], ['current', null], ['reading', null]]);
});

test('a failed stream is named before anything else', () => {
  const status = toPreviewStatus({ streams: [stream('alerts', { current: false }), stream('tickets', { current: false, error: '401: the key is not valid' })], rebuilding: null, closing: false });
  expect(status).toMatchObject({ state: 'trouble' });
  expect(status.message).toContain('elastic tickets: 401: the key is not valid');
});

test('a rebuild after a policy edit says that panels show the earlier version', () => {
  expect(toPreviewStatus({ streams: [stream('alerts')], rebuilding: 40, closing: false })).toMatchObject({ state: 'syncing', progress: 0.4 });
});
