import { CATALOG, ENTRIES } from '../../catalog';
import { parseQuery } from '../../query/request';
import type { Cell } from '../metrics/metric';
import { annotationFrame } from './annotation-frame';

const DAY = 86_400_000;
const frame = (metric: string, rows: Record<string, Cell>[], asOf = 100 * DAY) => annotationFrame('A', parseQuery({ version: 1, metric, view: 'annotation' }, CATALOG), { rows }, asOf, {});
const column = (of: ReturnType<typeof frame>, name: string) => [...of.fields.find(f => f.name === name)!.values];
const day = (n: number, signal: number | null, kind = 'endpoint'): Record<string, Cell> => ({ time: n * DAY, client: 'acme', kind, coverage: 0.88, change: -0.052, covered: 880, signal });

test('a signal that stands for days is one event; a day without value ends it; each group has its own', () => {
  const marks = frame('coverage.history', [day(1, 0), day(2, 1), day(3, 1), day(4, 1), day(5, null), day(6, 1), day(7, 0), day(3, 1, 'cloud_workload')]);
  expect(column(marks, 'time')).toEqual([2 * DAY, 3 * DAY, 6 * DAY]);
  expect(column(marks, 'timeEnd')).toEqual([4 * DAY, null, null]);
  expect(column(marks, 'tags')).toEqual(['acme,endpoint', 'acme,cloud_workload', 'acme,endpoint']);
  expect(column(marks, 'text')[0]).toBe('Coverage: 88.0 %\nChange over 7 days: -5.2 %\nCovered: 880');
  expect(marks.meta).toMatchObject({ dataTopic: 'annotations' });
});

test('days that are no neighbours are two events, also when only days with a signal were asked for', () => {
  const marks = frame('coverage.history', [day(2, 1), day(3, 1), day(6, 1), { ...day(7, 1), time: 7 * DAY + 3_600_000 }]);
  expect(column(marks, 'time')).toEqual([2 * DAY, 6 * DAY]);
  expect(column(marks, 'timeEnd')).toEqual([3 * DAY, 7 * DAY + 3_600_000]); // a day of 25 hours is still the next one
});

test('a failing stream is marked since it last succeeded, until the end of the range; one that never succeeded has no instant', () => {
  const row = (state: string, last_success: number | null): Record<string, Cell> => ({ source: 'jira', stream: 'tickets', state, last_success, error: '<img src=x> & more' });
  const marks = frame('sources.status', [row('failing', 90 * DAY), row('current', 95 * DAY), row('failing', null)]);
  expect(column(marks, 'time')).toEqual([90 * DAY]);
  expect(column(marks, 'timeEnd')).toEqual([100 * DAY]);
  expect(column(marks, 'text')[0]).not.toMatch(/[<>&]/);
});

test('a month that counts otherwise now is marked when it was frozen, with its causes; counts of zero are not named', () => {
  const marks = frame('reported.history', [{ frozen_at: 5 * DAY, restated: 3, late_data: 0, source_edit: 3, adherence: 0.91, now: 0.9, client: 'acme', tier: 'high' }, { frozen_at: 6 * DAY, restated: 0 }, { frozen_at: null, restated: 2 }]);
  expect(column(marks, 'time')).toEqual([5 * DAY]);
  expect(column(marks, 'text')[0]).toContain('Source edit: 3');
  expect(column(marks, 'text')[0]).not.toContain('Late data');
});

test.each(ENTRIES.filter(e => e.annotation).map(e => [e.id, e] as const))('%s: what its annotation names exists', (_, entry) => {
  const how = entry.annotation!;
  const names = entry.columns.map(c => c.name);
  for (const name of [how.when.column, how.time, ...how.text]) expect(names).toContain(name);
  for (const tag of how.tags) expect(names).toContain(tag);
  for (const dimension of how.groupBy) expect(entry.groupBy).toContain(dimension);
  expect(frame(entry.id, []).fields.map(f => f.name)).toEqual(['time', 'timeEnd', 'title', 'text', 'tags']);
});
