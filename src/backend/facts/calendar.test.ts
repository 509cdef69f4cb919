import { HOUR, MINUTE } from '../../model';
import { ALWAYS, businessHours } from './calendar';

/** Expected values are worked out by hand from a wall calendar; offsets are written into the instants. */
const at = (iso: string): number => Date.parse(iso);
const iso = (ms: number): string => new Date(ms).toISOString();
const WEEK = ['mon', 'tue', 'wed', 'thu', 'fri'] as const;
const hours = (...intervals: [string, string][]) => Object.fromEntries(WEEK.map(d => [d, intervals.map(([from, to]) => ({ from, to }))]));
const berlin = businessHours('office', { zone: 'Europe/Berlin', hours: hours(['09:00', '17:00']), holidays: ['2026-12-25', '2027-01-01'] });

describe('working time', () => {
  it.each([
    // metrics.md, Reference figures: half an hour left on Friday, three and a half on Monday.
    ['Fri 16:30 + 4 h', '2026-06-05T16:30+02:00', 4, '2026-06-08T12:30+02:00'],
    ['before opening counts from the opening', '2026-06-08T05:00+02:00', 1, '2026-06-08T10:00+02:00'],
    ['on a Saturday counts from Monday', '2026-06-06T12:00+02:00', 1, '2026-06-08T10:00+02:00'],
    ['a whole day ends that day at the closing, not next morning', '2026-06-08T09:00+02:00', 8, '2026-06-08T17:00+02:00'],
    ['started at the closing', '2026-06-08T17:00+02:00', 1, '2026-06-09T10:00+02:00'],
    // Thu 24 Dec 16:00: 1 h. Fri 25 is a holiday, then the weekend: 3 h more on Monday 28th.
    ['over a holiday and a weekend', '2026-12-24T16:00+01:00', 4, '2026-12-28T12:00+01:00'],
    // Thu 31 Dec 16:30: 0.5 h; Fri 1 Jan is a holiday; Mon 4 Jan 2027.
    ['over the turn of the year', '2026-12-31T16:30+01:00', 2, '2027-01-04T10:30+01:00'],
    // 72 h are nine days of eight hours: Mon 8 June … Thu 18 June.
    ['nine working days', '2026-06-08T09:00+02:00', 72, '2026-06-18T17:00+02:00'],
    // Fri 27 March 16:00 +01:00: 1 h, clocks go forward on Sunday, Monday 30th is at +02:00.
    ['over the change of clocks', '2026-03-27T16:00+01:00', 2, '2026-03-30T10:00+02:00'],
  ])('business hours: %s', (_, start, amount, due) => {
    expect(iso(berlin.add(at(start), amount * HOUR))).toBe(iso(at(due)));
    expect(berlin.between(at(start), at(due))).toBe(amount * HOUR);
  });

  it.each([
    // metrics.md: 00:30 + 4 h is 05:30 local when 02:00–03:00 is skipped, 03:30 local when it comes twice.
    ['2026-03-29T00:30+01:00', '2026-03-29T05:30+02:00'], ['2026-10-25T00:30+02:00', '2026-10-25T03:30+01:00'],
  ])('around the clock: 4 h from %s', (start, due) => expect(iso(ALWAYS.add(at(start), 4 * HOUR))).toBe(iso(at(due))));

  it('counts a day open around the clock as 23 and 25 hours when the clocks change', () => {
    const all = businessHours('all', { zone: 'Europe/Berlin', hours: Object.fromEntries([...WEEK, 'sat', 'sun'].map(d => [d, [{ from: '00:00', to: '24:00' }]])), holidays: [] });
    expect(all.between(at('2026-03-29T00:00+01:00'), at('2026-03-30T00:00+02:00'))).toBe(23 * HOUR);
    expect(all.between(at('2026-10-25T00:00+02:00'), at('2026-10-26T00:00+01:00'))).toBe(25 * HOUR);
    expect(all.add(at('2026-10-25T00:00+02:00'), 25 * HOUR)).toBe(at('2026-10-26T00:00+01:00'));
  });

  it('takes several intervals a day, merges overlapping ones and skips the gap of spring', () => {
    const split = businessHours('split', { zone: 'America/New_York', hours: hours(['08:00', '12:00'], ['13:00', '18:00']), holidays: [] });
    // Mon 11:00: one hour, lunch, two hours more: 15:00.
    expect(iso(split.add(at('2026-06-08T11:00-04:00'), 3 * HOUR))).toBe(iso(at('2026-06-08T15:00-04:00')));
    // Started at lunch: the clock waits for 13:00.
    expect(iso(split.add(at('2026-06-08T12:20-04:00'), 20 * MINUTE))).toBe(iso(at('2026-06-08T13:20-04:00')));
    const doubled = businessHours('doubled', { zone: 'UTC', hours: { mon: [{ from: '08:00', to: '12:00' }, { from: '10:00', to: '14:00' }] }, holidays: [] });
    expect(doubled.between(at('2026-06-08T00:00Z'), at('2026-06-09T00:00Z'))).toBe(6 * HOUR);
    const night = businessHours('night', { zone: 'Europe/Berlin', hours: { sun: [{ from: '01:00', to: '04:00' }] }, holidays: [] });
    expect(night.between(at('2026-03-29T00:00+01:00'), at('2026-03-30T00:00+02:00'))).toBe(2 * HOUR);
  });

  it('reads the same whatever was asked before: far forward, then far back', () => {
    const fresh = businessHours('fresh', { zone: 'Europe/Berlin', hours: hours(['09:00', '17:00']), holidays: [] });
    const late = fresh.add(at('2031-01-06T09:00+01:00'), HOUR);
    expect(iso(late)).toBe(iso(at('2031-01-06T10:00+01:00')));
    expect(iso(fresh.add(at('2019-07-05T16:30+02:00'), HOUR))).toBe(iso(at('2019-07-08T09:30+02:00')));
    expect(fresh.between(at('2026-06-08T00:00+02:00'), at('2026-06-15T00:00+02:00'))).toBe(40 * HOUR);
    expect(fresh.between(at('2026-06-15T00:00+02:00'), at('2026-06-08T00:00+02:00'))).toBe(0);
  });

  it('refuses a calendar that never opens, by name', () => {
    expect(() => businessHours('closed', { zone: 'UTC', hours: {}, holidays: [] })).toThrow(/calendar "closed" has no open hours/);
    expect(() => businessHours('upside down', { zone: 'UTC', hours: { mon: [{ from: '17:00', to: '09:00' }] }, holidays: [] })).toThrow(/upside down/);
  });
});
