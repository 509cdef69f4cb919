import { ProgressLog } from './progress-log';

const at = (rows: number, progress: number, etaMs: number | null) => ({ rows, progress, etaMs });

test('a first load is told at its beginning, every ten seconds, and when it is complete', () => {
  const log = new ProgressLog('siem: stream alerts');
  expect(log.line(at(500, 0.01, null), false, 1_000)).toBe('siem: stream alerts: first load 1 %, 500 rows, time left not known yet');
  expect(log.line(at(2_500, 0.2, 40_000), false, 10_999)).toBeNull();
  expect(log.line(at(2_500, 0.2, 39_001), false, 11_000)).toBe('siem: stream alerts: first load 20 %, 2,500 rows, about 40 s left');
  expect(log.line(at(12_000, 0.999, 10), false, 30_000)).toBe('siem: stream alerts: first load 99 %, 12,000 rows, about 1 s left');
  expect(log.line(at(12_345, 1, 0), true, 31_000)).toBe('siem: stream alerts: first load complete, 12,345 rows, 30 s');
});
test('what was complete when the process began is not told, nor the reading that follows', () => {
  const log = new ProgressLog('siem: stream alerts');
  expect(log.line(at(10, 1, 0), true, 5)).toBeNull();
  expect(log.line(at(11, 1, 0), true, 60_000)).toBeNull();
});
