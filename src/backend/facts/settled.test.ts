import { MARKS } from '../../model';
import { marksOf, periodAt, settled, type Judged } from './settled';

/** Start 100, due 200 and without pauses 180. */
const item = (given: Partial<Judged>): Judged => ({ start: 100, targetMs: 80, due: 200, grossDue: 180, stop: null, firstStop: null, pausedSince: null, leftAt: null, startFromCreation: false, stopUnknownActor: false, reopened: 0, ...given });

test.each<[string, Partial<Judged>, ReturnType<typeof settled>]>([
  ['stopped before the due: met once the due has passed, not at it', { stop: 150 }, { at: 201, as: 'met' }],
  ['stopped at the due', { stop: 200 }, { at: 201, as: 'met' }],
  ['stopped a moment past the due', { stop: 201 }, { at: 201, as: 'missed' }],
  ['stopped late: overdue until then', { stop: 900 }, { at: 900, as: 'missed' }],
  ['never stopped', {}, { at: 201, as: 'overdue' }],
  ['no target', { targetMs: null, due: null, grossDue: null, stop: 150 }, { at: 100, as: 'no_target' }],
  ['taken out of the count before its due', { leftAt: 150 }, { at: 150, as: 'left' }],
  ['a pause holds the due up: on hold past what the due would be without it', { due: null, pausedSince: 170 }, { at: 181, as: 'on_hold' }],
  ['paused only after that', { due: null, pausedSince: 190 }, { at: 190, as: 'on_hold' }],
  ['never before its start', { leftAt: 50 }, { at: 100, as: 'left' }],
  ['nothing known ends it', { due: null }, { at: null, as: null }],
])('%s', (_, given, expected) => { expect(settled(item(given))).toEqual(expected); });

test('its period is that of its due, held up by a pause of the due without it, without a target of its start', () => {
  expect([item({}), item({ due: null }), item({ due: null, grossDue: null })].map(periodAt)).toEqual([200, 180, 100]);
});

test('marks are set by themselves, and what is unknown sets none', () => {
  expect(marksOf(item({}), null)).toBe(0);
  expect(marksOf(item({ stop: 180 }), null)).toBe(MARKS.gross_met);
  expect(marksOf(item({ stop: 181, firstStop: 200 }), null)).toBe(MARKS.first_met);
  expect(marksOf(item({ firstStop: 201, startFromCreation: true, stopUnknownActor: true }), null)).toBe(MARKS.from_creation + MARKS.unknown_stop);
  expect(marksOf(item({ reopened: 1 }), 5)).toBe(MARKS.reopened + MARKS.gone);
});
