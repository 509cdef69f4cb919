import { Temporal } from 'temporal-polyfill';

/** Exports: dateReader. Texts of dates → instants. A broken or impossible date, or a local time that a clock change skipped, is refused, never guessed. */
export type ReadDate = (text: string) => DateResult;
export type DateResult = { readonly ms: number; /** The local time came twice (clocks went back); the first was taken. */ readonly twice: boolean } | { readonly ms: null; readonly why: string };

const broken = (why: string): DateResult => ({ ms: null, why });
/** Of any zone from UTC, by ISO 8601. */
const MOST_HOURS = 18;
const SLOT = 15 * 60_000;
/** Offsets of a zone at a quarter hour of wall-clock time: clocks change on such edges, so one look-up serves all dates of the slot. */
type Offset = { readonly ms: number; readonly twice: boolean } | 'skipped';
const offsets = new Map<string, Offset>();

function offsetAt(wall: number, zone: string): Offset {
  const slot = Math.floor(wall / SLOT) * SLOT;
  const key = `${zone}|${slot}`;
  let known = offsets.get(key);
  if (known === undefined) {
    const local = Temporal.Instant.fromEpochMilliseconds(slot).toZonedDateTimeISO('UTC').toPlainDateTime();
    const [earlier, later] = (['earlier', 'later'] as const).map(disambiguation => local.toZonedDateTime(zone, { disambiguation }));
    const same = earlier!.epochMilliseconds === later!.epochMilliseconds;
    known = same || earlier!.toPlainDateTime().equals(local) ? { ms: slot - earlier!.epochMilliseconds, twice: !same } : 'skipped';
    if (offsets.size > 200_000) offsets.clear();
    offsets.set(key, known);
  }
  return known;
}

interface Parts { readonly year: number; readonly month: number; readonly day: number; readonly hour: number; readonly minute: number; readonly second: number; readonly milli: number; readonly offset: string | null }
function instantOf(p: Parts, zone: string, text: string): DateResult {
  if (p.hour > 23 || p.minute > 59 || p.second > 59) return broken('the time of day does not exist');
  const wall = Date.UTC(p.year, p.month - 1, p.day, p.hour, p.minute, p.second, p.milli);
  const back = new Date(wall);
  if (back.getUTCFullYear() !== p.year || back.getUTCMonth() !== p.month - 1 || back.getUTCDate() !== p.day) return broken('the day does not exist in the calendar');
  if (p.offset !== null) {
    const m = /^([+-])(\d\d):?(\d\d)$/.exec(p.offset);
    if (m && (Number(m[2]) > MOST_HOURS || Number(m[3]) > 59)) return broken('no zone lies so far from UTC');
    return { ms: m ? wall - (m[1] === '-' ? -1 : 1) * (Number(m[2]) * 60 + Number(m[3])) * 60_000 : wall, twice: false };
  }
  if (zone === 'UTC') return { ms: wall, twice: false };
  // A day without a time begins with its first instant, even where the clocks skip midnight.
  if (!/:/.test(text) && p.hour === 0 && p.minute === 0) {
    return { ms: Temporal.PlainDate.from({ year: p.year, month: p.month, day: p.day }).toZonedDateTime(zone).epochMilliseconds, twice: false };
  }
  const offset = offsetAt(wall, zone);
  return offset === 'skipped' ? broken(`no such local time in ${zone}: the clocks skipped it`) : { ms: wall - offset.ms, twice: offset.twice };
}

const ISO = /^(\d{4})-(\d\d)-(\d\d)(?:[T ](\d\d):(\d\d)(?::(\d\d)(?:[.,](\d{1,9}))?)?)?\s?(Z|[+-]\d\d:?\d\d)?$/i;
function iso(text: string, zone: string): DateResult {
  const m = ISO.exec(text);
  if (!m) return broken('not an ISO 8601 date');
  const n = (i: number): number => Number(m[i] ?? 0);
  return instantOf({ year: n(1), month: n(2), day: n(3), hour: n(4), minute: n(5), second: n(6), milli: Math.floor(Number(`0.${m[7] ?? 0}`) * 1000), offset: m[8] ?? null }, zone, text);
}

function epoch(text: string, unit: number): DateResult {
  return /^-?\d+(\.\d+)?$/.test(text) && Math.abs(Number(text) * unit) <= 8.64e15 ? { ms: Math.round(Number(text) * unit), twice: false } : broken('not a number of the epoch');
}

const TOKENS: Readonly<Record<string, { part: keyof Parts; match: string }>> = {
  yyyy: { part: 'year', match: '(\\d{4})' }, MM: { part: 'month', match: '(\\d\\d)' }, M: { part: 'month', match: '(\\d\\d?)' }, dd: { part: 'day', match: '(\\d\\d)' }, d: { part: 'day', match: '(\\d\\d?)' },
  HH: { part: 'hour', match: '(\\d\\d)' }, H: { part: 'hour', match: '(\\d\\d?)' }, mm: { part: 'minute', match: '(\\d\\d)' }, ss: { part: 'second', match: '(\\d\\d)' }, SSS: { part: 'milli', match: '(\\d{3})' },
};
function pattern(format: string, zone: string): ReadDate {
  const parts: (keyof Parts)[] = [];
  const source = format.replace(/'([^']*)'|([A-Za-z])\2*|[^A-Za-z']+/g, (piece, quoted: string | undefined, letter: string | undefined) => {
    const escape = (literal: string): string => literal.replace(/[.*+?^${}()|[\]\\/-]/g, '\\$&');
    if (letter === undefined) return escape(quoted ?? piece);
    const token = Object.hasOwn(TOKENS, piece) ? TOKENS[piece] : undefined;
    if (!token) throw new Error(`dateFormat "${format}": "${piece}" is not known; use iso, epoch_ms, epoch_s, or yyyy MM M dd d HH H mm ss SSS with 'text' in quotes.`);
    parts.push(token.part);
    return token.match;
  });
  for (const part of ['year', 'month', 'day'] as const) if (!parts.includes(part)) throw new Error(`dateFormat "${format}" names no ${part}; use iso, epoch_ms, epoch_s, or a pattern such as dd-MM-yyyy HH:mm.`);
  const matcher = new RegExp(`^${source}$`);
  return text => {
    const m = matcher.exec(text);
    if (!m) return broken(`not a date of the form ${format}`);
    const read = { year: 0, month: 0, day: 0, hour: 0, minute: 0, second: 0, milli: 0 } as Record<string, number>;
    parts.forEach((part, i) => { read[part] = Number(m[i + 1]); });
    return instantOf({ ...(read as unknown as Parts), offset: null }, zone, parts.includes('hour') ? ':' : '');
  };
}

/** A reader for one format (`iso`, `epoch_ms`, `epoch_s` or a pattern) and zone. Throws on a pattern it does not know. */
export function dateReader(format: string, zone: string): ReadDate {
  switch (format) {
    case 'iso': return text => iso(text.trim(), zone);
    case 'epoch_ms': return text => epoch(text.trim(), 1);
    case 'epoch_s': return text => epoch(text.trim(), 1000);
    default: { const read = pattern(format, zone); return text => read(text.trim()); }
  }
}
