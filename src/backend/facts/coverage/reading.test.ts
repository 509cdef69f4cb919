import { DAY } from '../../../model';
import { lostDays, readAt, type StreamReading } from './reading';

/** metrics.md §1, Not measured: at the edges of "lacks 90 % or more" and of "a sixth of the window". */
const stream = (hosts: readonly number[], readTo: Readonly<Record<number, number>> = {}, loaded = true): StreamReading =>
  ({ source: 'siem', stream: 'x', evidence: null, client: null, loaded, days: new Map(hosts.map((n, i) => [100 + i, { readTo: readTo[100 + i] ?? (101 + i) * DAY, hosts: n }])) });
const lost = (...hosts: number[]): number[] => [...lostDays(stream(hosts))].map(d => d - 100).sort((a, b) => a - b);

test.each<[string, number[], number[]]>([
  ['exactly a tenth is left: lost', [100, 10], [1]], ['one host more: not', [100, 11], []], ['a tenth of thirty is three', [30, 3], [1]], ['until the hosts are back', [100, 0, 5, 60], [1, 2]],
  ['a source that carried nothing loses nothing', [0, 0], []], ['a slow decline is no loss', [100, 50, 20, 11], []],
])('%s', (_name, hosts, days) => { expect(lost(...hosts)).toEqual(days); });

test('lost for 28 days at most', () => { expect(lost(100, ...Array.from({ length: 40 }, () => 1))).toEqual(Array.from({ length: 28 }, (_, i) => i + 1)); });

const t = 103 * DAY;
test.each<[string, StreamReading, 'read' | 'unread' | 'absent']>([
  ['all read', stream([1, 1, 1]), 'read'], ['the end not read past t', stream([1, 1, 1], { 102: t - 1 }), 'unread'],
  ['a sixth of the window missing is a missed hour', stream([1, 1, 1], { 101: 102 * DAY - DAY / 3 }), 'read'], ['a millisecond more is an outage', stream([1, 1, 1], { 101: 102 * DAY - DAY / 3 - 1 }), 'unread'],
  ['never read', stream([]), 'unread'],
])('window of two days: %s', (_name, reading, expected) => { expect(readAt(reading, t, 2 * DAY)).toBe(expected); });
test('before the first day of a stream: absent once its history is loaded, until then unread', () => {
  expect([readAt(stream([1]), 100 * DAY, DAY), readAt(stream([1], {}, false), 100 * DAY, DAY), readAt(stream([1]), 101 * DAY, DAY)]).toEqual(['absent', 'unread', 'read']);
});
test('a stream that is read no longer was read until its end, and is absent afterwards', () => {
  const ended = { ...stream([1, 1, 1]), endedAt: t };
  expect([readAt(ended, t, DAY), readAt(ended, t + 1, DAY), readAt(ended, t + 5 * DAY, DAY), readAt(stream([1, 1, 1]), t + 1, DAY)]).toEqual(['read', 'absent', 'absent', 'unread']);
});
