import { lateLink, type Way } from './late-link';

const way = (created: number, linkedAt: number | null, judgedAt: number | null = null): Way => ({ created, linkedAt, judgedAt });
/** Detected at 100, its own target ends at 200. */
test.each<[string, Way[], boolean | null]>([
  ['no ticket', [], null],
  ['a ticket of its own, opened long after the target: a miss of that ticket, not a late link', [way(500, 500)], false],
  ['put into a ticket that was there, in time', [way(50, 200)], false],
  ['put into it a moment past the target', [way(50, 201)], true],
  ['put into a ticket judged before', [way(50, 120, 119)], true],
  ['put into it as the verdict was given', [way(50, 120, 120)], false],
  ['link time unknown, judged before the alert fired', [way(50, null, 99)], true],
  ['link time unknown, opened after the alert', [way(150, null, 160)], false],
  ['in time in one ticket, later in another', [way(50, 201), way(60, 150)], false],
  ['put into two tickets at once, one of them judged before, whichever is named first', [way(50, 120), way(50, 120, 119)], true],
  ['and the other first', [way(50, 120, 119), way(50, 120)], true],
  ['a stamp before the ticket was there counts from its creation', [way(150, 10)], false],
])('%s', (_, ways, expected) => { expect(lateLink(100, () => 200, ways)).toBe(expected); });

test('without a target only the verdict decides', () => {
  expect(lateLink(100, () => null, [way(50, 9_999)])).toBe(false);
  expect(lateLink(100, () => null, [way(50, 9_999, 9_998)])).toBe(true);
});
