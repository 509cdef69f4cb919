import { DAY, dayNumber, HOUR, MINUTE } from '../../../model';
import { isBelowUsual, volumeByDay } from './volume';

const MONDAY = dayNumber('2026-06-08');
const at = (day: number, hours: number): number => (MONDAY + day) * DAY + hours * HOUR;
const hostDay = (day: number, from: number, to: number, count: number) => ({ first: at(day, from), last: at(day, to), count });

/** A laptop in Sydney (UTC+10), at work 09:30 to 17:00 from Monday to Friday, 60 events an hour: 23:30 to 07:00 UTC. As UTC days: Sunday 30, Monday to Thursday 420 + 30, Friday 420. */
const week = (monday: number, share = 1) => [
  hostDay(monday - 1, 23.5, 24 - MINUTE / HOUR, 30 * share),
  ...[0, 1, 2, 3].map(d => hostDay(monday + d, 0, 24 - MINUTE / HOUR, 450 * share)), hostDay(monday + 4, 0, 7, 420 * share),
];

test('by UTC day the Monday of a working week in Sydney looked like a fall; by local day it is one among others', () => {
  const weeks = [-21, -14, -7, 0].flatMap(m => week(m));
  const volume = volumeByDay(weeks, 'Australia/Sydney');
  // Local Monday ends at 14:00 UTC: the half hour of UTC Sunday, and 14 h of the 23 h 59 min over which UTC Monday is spread.
  expect(volume.get(MONDAY)).toBeCloseTo(30 + 450 * (14 * 60) / (24 * 60 - 1), 6);
  // Friday: the last 10 h (less a minute) of UTC Thursday, and all of UTC Friday, which ended at 07:00.
  expect(volume.get(MONDAY + 4)).toBeCloseTo(450 * (10 * 60 - 1) / (24 * 60 - 1) + 420, 6);
  expect(volume.get(MONDAY + 5)).toBeUndefined();
  for (let d = 0; d < 5; d++) expect(isBelowUsual(volume, MONDAY + d, 0.1)).toBe(false);
  // What the same days were by UTC: Sunday's 30 events are less than a tenth of the median of 450.
  expect(isBelowUsual(volumeByDay(weeks, 'UTC'), MONDAY - 1, 0.1)).toBe(true);
});

test('a real fall is one in every zone, on the day it happens', () => {
  for (const zone of ['Australia/Sydney', 'Asia/Singapore', 'America/Los_Angeles', 'UTC']) {
    const volume = volumeByDay([...[-21, -14, -7].flatMap(m => week(m)), ...week(0, 0.05)], zone);
    expect([zone, isBelowUsual(volume, MONDAY + 2, 0.1)]).toEqual([zone, true]);
    expect([zone, isBelowUsual(volume, MONDAY - 5, 0.1)]).toEqual([zone, false]);
  }
});

test('days of 23 and 25 hours: nothing is lost and nothing counted twice', () => {
  for (const date of ['2026-03-28', '2026-10-24']) {
    const first = dayNumber(date) * DAY;
    const volume = volumeByDay([{ first, last: first + 3 * DAY, count: 720 }], 'Europe/Berlin');
    expect([...volume.values()].reduce((a, b) => a + b, 0)).toBeCloseTo(720, 6);
    const sunday = volume.get(dayNumber(date) + 1)!;
    expect(sunday).toBeCloseTo(date === '2026-03-28' ? 230 : 250, 6);
  }
});

test('a single moment belongs to its day; fewer than seven days to compare with judge nothing', () => {
  const volume = volumeByDay([{ first: at(0, 14), last: at(0, 14), count: 5 }, { first: at(0, 14) - 1, last: at(0, 14) - 1, count: 3 }], 'Australia/Sydney');
  expect([volume.get(MONDAY), volume.get(MONDAY + 1)]).toEqual([3, 5]);
  expect(isBelowUsual(new Map([[0, 1], ...[1, 2, 3, 4, 5, 6].map(d => [-d, 100] as const)]), 0, 0.1)).toBe(false);
  expect(isBelowUsual(new Map([[0, 1], ...[1, 2, 3, 4, 5, 6, 7].map(d => [-d, 100] as const)]), 0, 0.1)).toBe(true);
});

test('below a tenth of the median of the 28 days before, not at it, and no day older than those', () => {
  const days = (own: number, usual: (d: number) => number) => new Map([[0, own], ...Array.from({ length: 40 }, (_, i) => [-1 - i, usual(i + 1)] as const)]);
  expect([10, 9].map(own => isBelowUsual(days(own, () => 100), 0, 0.1))).toEqual([false, true]);
  // Day 28 counts, day 29 does not: with 14 busy days of 28 the median lies half way, and one more or less would move it.
  expect([51, 50].map(own => isBelowUsual(days(own, d => (d <= 14 ? 0 : d <= 28 ? 1_000 : 1_000_000) + 1), 0, 0.1))).toEqual([false, true]);
  expect(isBelowUsual(days(0, () => 100), 0, 0.1)).toBe(true);
});
