/** Local time read off Intl, minute by minute: slow and obvious. Shares nothing with the product's calendars. */
export const MIN = 60_000;
const WEEKDAYS: Record<string, string> = { Mon: 'mon', Tue: 'tue', Wed: 'wed', Thu: 'thu', Fri: 'fri', Sat: 'sat', Sun: 'sun' };

const formats = new Map<string, Intl.DateTimeFormat>();
/** Local date (YYYY-MM-DD), time (HH:MM) and weekday of an instant. */
export function local(ms: number, zone: string): { date: string; time: string; weekday: string } {
  let f = formats.get(zone);
  if (!f) formats.set(zone, f = new Intl.DateTimeFormat('en-US', { timeZone: zone, year: 'numeric', month: '2-digit', day: '2-digit', hour: '2-digit', minute: '2-digit', weekday: 'short', hourCycle: 'h23' }));
  const p: Record<string, string> = {};
  for (const part of f.formatToParts(ms)) p[part.type] = part.value;
  return { date: `${p.year}-${p.month}-${p.day}`, time: `${p.hour}:${p.minute}`, weekday: WEEKDAYS[p.weekday!]! };
}

/** First minute of the local day that holds an instant. */
export function midnight(ms: number, zone: string): number {
  const today = local(ms, zone).date;
  let at = ms - (ms % (15 * MIN));
  while (local(at - MIN, zone).date === today) at -= 15 * MIN;
  return at;
}
/** First minute of the next local day. */
export function nextMidnight(ms: number, zone: string): number {
  const known = `${zone}|${ms}`;
  if (!midnights.has(known)) midnights.set(known, findNextMidnight(ms, zone));
  return midnights.get(known)!;
}
const midnights = new Map<string, number>();
/** By quarters of an hour: every zone's midnight lies on one. */
function findNextMidnight(ms: number, zone: string): number {
  const today = local(ms, zone).date;
  let at = ms - (ms % (15 * MIN));
  while (local(at, zone).date === today) at += 15 * MIN;
  return at;
}

export interface NaiveCalendar { zone: string; hours: Record<string, readonly { from: string; to: string }[] | undefined>; holidays: readonly string[] }
const BASE = Date.UTC(2026, 1, 1);
const tables = new Map<string, Uint8Array>();
/** Is a minute working time? Undefined calendar: always. Remembered per minute: 1 closed, 2 open. */
export function isOpen(calendar: NaiveCalendar | undefined, minute: number): boolean {
  if (!calendar) return true;
  const key = JSON.stringify(calendar);
  let table = tables.get(key);
  if (!table) tables.set(key, table = new Uint8Array(2_500_000));
  return look(calendar, table, minute);
}
function look(calendar: NaiveCalendar, table: Uint8Array, minute: number): boolean {
  const index = (minute - BASE) / MIN;
  if (!Number.isInteger(index) || index < 0 || index >= table.length) throw new Error(`the oracle's calendar does not hold ${new Date(minute).toISOString()}`);
  if (table[index] === 0) {
    // The calendars of the tests open and close on quarters of an hour: one look tells fifteen minutes.
    const quarter = index - (index % 15);
    const { date, time, weekday } = local(BASE + quarter * MIN, calendar.zone);
    const open = !calendar.holidays.includes(date) && (calendar.hours[weekday] ?? []).some(h => h.from <= time && time < h.to);
    table.fill(open ? 2 : 1, quarter, quarter + 15);
  }
  return table[index] === 2;
}
/** The same with the table found once, for walks. */
export function opener(calendar: NaiveCalendar | undefined): (minute: number) => boolean {
  if (!calendar) return () => true;
  isOpen(calendar, BASE);
  const table = tables.get(JSON.stringify(calendar))!;
  return minute => look(calendar, table, minute);
}
