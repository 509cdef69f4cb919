import { DAY, utcDay } from '../../model';
import type { Position } from './state';

/** More partial days than this are no gap but a source out of order. */
const MOST = 14;

/**
 * Exports: SkippedDays. Past telemetry days that the source gave only in part: each stays unread ("not measured"), must not keep the days
 * before it from being read, and is asked for again in every run. The newest day, or many of them, is a failure of the source.
 */
export class SkippedDays {
  private readonly days = new Set<number>();

  /** True when this partial day is to be passed over. `until`: the end of days that can be whole by now; `floor`: where the history begins. */
  take(end: Position, until: number, floor: number, said: (date: string) => void): boolean {
    // Days that left the history are not asked for again.
    for (const day of this.days) if (day < utcDay(floor)) this.days.delete(day);
    if (end.phase !== 'day' || end.to > until - DAY / 2 || this.days.size >= MOST) return false;
    const day = utcDay(end.from);
    if (!this.days.has(day)) said(new Date(end.from).toISOString().slice(0, 10));
    this.days.add(day);
    return true;
  }
  read(end: Position): void { this.days.delete(utcDay(end.from)); }
}
