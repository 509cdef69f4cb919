import { dateReader } from '../../../src/backend/connectors/files/dates';

const read = (format: string, zone: string, text: string) => dateReader(format, zone)(text);
const iso = (format: string, zone: string, text: string) => { const r = read(format, zone, text); return r.ms === null ? r.why : new Date(r.ms).toISOString() + (r.twice ? ' twice' : ''); };

describe('files connector: dates', () => {
  it('a time without zone is local time of the configured zone, before and after the clocks change', () => {
    expect(iso('iso', 'Europe/Berlin', '2026-03-29 01:59:59')).toBe('2026-03-29T00:59:59.000Z');
    expect(iso('iso', 'Europe/Berlin', '2026-03-29T03:00')).toBe('2026-03-29T01:00:00.000Z');
    expect(iso('dd-MM-yyyy HH:mm', 'Europe/Berlin', '15-07-2026 12:00')).toBe('2026-07-15T10:00:00.000Z');
    expect(iso('dd-MM-yyyy HH:mm', 'America/Sao_Paulo', '29-02-2016 01:16')).toBe('2016-02-29T04:16:00.000Z');
    // Half an hour's change, and a zone off the hour.
    expect(iso('iso', 'Australia/Lord_Howe', '2026-04-05T02:15:00')).toBe('2026-04-04T15:45:00.000Z');
    expect(iso('iso', 'Asia/Kathmandu', '2026-04-05T02:15:00')).toBe('2026-04-04T20:30:00.000Z');
  });
  it('a time the clocks skipped is refused; one that came twice is the first, and said', () => {
    expect(iso('iso', 'Europe/Berlin', '2026-03-29T02:30:00')).toContain('skipped');
    expect(iso('iso', 'Europe/Berlin', '2026-10-25T02:30:00')).toBe('2026-10-25T00:30:00.000Z twice');
    expect(iso('iso', 'Europe/Berlin', '2026-10-25T02:30:00+01:00')).toBe('2026-10-25T01:30:00.000Z');
    expect(iso('iso', 'UTC', '2026-03-29T02:30:00')).toBe('2026-03-29T02:30:00.000Z');
  });
  it('a day is its first instant in the zone, also where midnight was skipped', () => {
    expect(iso('iso', 'Europe/Berlin', '2026-01-10')).toBe('2026-01-09T23:00:00.000Z');
    expect(iso('dd.MM.yyyy', 'America/Sao_Paulo', '04.11.2018')).toBe('2018-11-04T03:00:00.000Z');
  });
  it.each([
    ['iso', '2026-02-30'], ['iso', '2025-02-29T10:00:00Z'], ['iso', '2026-13-01'], ['iso', '2026-01-01T24:30:00Z'], ['iso', '2026-01-01T10:60:00Z'], ['iso', '01/02/2026'], ['iso', 'soon'], ['iso', '2026-1-1'], ['iso', '0000-00-00 00:00:00'], ['iso', '2026-01-01T10:00:00+99:99'], ['iso', '2026-01-01T10:00:00-19:00'], ['iso', '2026-01-01T10:00:00+05:60'],
    ['dd-MM-yyyy HH:mm', '29-02-2015 01:16'], ['dd-MM-yyyy HH:mm', '9-02-2016 01:16'], ['dd-MM-yyyy HH:mm', '29-02-2016 01:16 PM'], ['dd-MM-yyyy HH:mm', '02-29-2016 01:16'], ['epoch_ms', '1e12'], ['epoch_ms', ''], ['epoch_s', '99999999999999999'],
  ])('%s refuses %s', (format, text) => { expect(read(format, 'UTC', text).ms).toBeNull(); });
  it.each([
    ['iso', '2026-01-02T03:04:05.123456789Z', '2026-01-02T03:04:05.123Z'], ['iso', '2026-01-02T03:04:05+0530', '2026-01-01T21:34:05.000Z'], ['iso', '2026-01-02T03:04:05+14:00', '2026-01-01T13:04:05.000Z'], ['iso', '2026-01-02 03:04:05,5', '2026-01-02T03:04:05.500Z'],
    ['epoch_ms', '1767323045123', '2026-01-02T03:04:05.123Z'], ['epoch_s', '1767323045.5', '2026-01-02T03:04:05.500Z'], ['d/M/yyyy HH:mm', '2/1/2026 03:04', '2026-01-02T03:04:00.000Z'],
    ["yyyy-MM-dd'T'HH:mm:ss.SSS", '2026-01-02T03:04:05.123', '2026-01-02T03:04:05.123Z'], ['yyyyMMdd', '20260102', '2026-01-02T00:00:00.000Z'],
  ])('%s reads %s', (format, text, at) => { expect(iso(format, 'UTC', text)).toBe(at); });
  it.each(['dd-MM', 'dd-MMM-yyyy', 'YYYY-MM-dd', 'dd.MM.yy'])('the pattern %s is refused with the words it may use', format => {
    expect(() => dateReader(format, 'UTC')).toThrow(/dateFormat ".*" .*(names no|not known).*/s);
  });
});
