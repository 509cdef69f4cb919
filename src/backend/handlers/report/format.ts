import { SECOND } from '../../../model';
import type { Cell } from '../../metrics/metric';
import { duration } from '../../metrics/shared/plain';
import type { ReportColumn } from './report';

const MINUTE_ONLY = ['confirmed_at', 'detected', 'decided', 'notified', 'contained', 'resolved', 'start', 'due', 'stop', 'since'];
/** A local time of the client's zone: the day, and the minute where the column is an instant. */
export function localTime(ms: number, zone: string, withMinute: boolean): string {
  const parts = Object.fromEntries(new Intl.DateTimeFormat('en-GB', { timeZone: zone, year: 'numeric', month: '2-digit', day: '2-digit', hour: '2-digit', minute: '2-digit', hourCycle: 'h23' }).formatToParts(ms).map(p => [p.type, p.value]));
  return `${parts.year}-${parts.month}-${parts.day}${withMinute ? ` ${parts.hour}:${parts.minute}` : ''}`;
}

/** A cell as people read it; null is an empty text, never a nought. */
export function shown(value: Cell | undefined, column: ReportColumn, zone: string): string {
  if (value === null || value === undefined) return '';
  if (typeof value === 'boolean') return value ? 'yes' : 'no';
  if (typeof value === 'string') return column.kind === 'enum' ? value.replace(/_/g, ' ') : value;
  if (column.kind === 'time') return localTime(value, zone, MINUTE_ONLY.includes(column.name) || column.name !== 'time');
  if (column.kind === 'seconds') return duration(value * SECOND);
  if (column.kind === 'ratio' || column.unit === 'percentunit') return `${(value * 100).toFixed(1)} %`;
  return value.toLocaleString('en-US', { maximumFractionDigits: column.kind === 'count' ? 0 : 2 });
}
