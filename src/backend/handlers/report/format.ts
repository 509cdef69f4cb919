import { SECOND } from '../../../model';
import type { Cell } from '../../metrics/metric';
import { duration } from '../../metrics/shared/plain';
import type { ReportColumn } from './report';

/** Columns whose day says enough. */
const DAYS = new Set(['since', 'until']);
/** Codes of the closed vocabularies as a client reads them. */
const WORDS: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  kind: { endpoint: 'Endpoints', cloud_workload: 'Cloud workloads', network_segment: 'Network segments' },
  clock: { acknowledge: 'taken up', decide: 'decided', notify: 'reported to you', contain: 'contained', resolve: 'resolved' },
  part: {
    went_dark: 'stopped reporting', dark_with_source: 'stopped with their source', came_back: 'came back', registered_covered: 'new, reporting', registered_uncovered: 'new, not reporting', retired_covered: 'retired, had reported', retired_uncovered: 'retired, had not reported',
    excluded: 'left out by agreement', un_excluded: 'no longer left out', reclassified: 'counted as another kind', moved_client: 'moved to or from another owner', merged: 'found to be one asset', policy: 'the agreement changed', not_read: 'could not be judged',
  },
};
/** A single asset is no plural. */
const ONE: Readonly<Record<string, string>> = { endpoint: 'Endpoint', cloud_workload: 'Cloud workload', network_segment: 'Network segment' };
/** A local time of the client's zone: the day, and the minute where the column is an instant. */
export function localTime(ms: number, zone: string, withMinute: boolean): string {
  const parts = Object.fromEntries(new Intl.DateTimeFormat('en-GB', { timeZone: zone, year: 'numeric', month: '2-digit', day: '2-digit', hour: '2-digit', minute: '2-digit', hourCycle: 'h23' }).formatToParts(ms).map(p => [p.type, p.value]));
  return `${parts.year}-${parts.month}-${parts.day}${withMinute ? ` ${parts.hour}:${parts.minute}` : ''}`;
}

export const wordOf = (column: string, value: string, ofOne = false): string => (ofOne && column === 'kind' ? ONE[value] : WORDS[column]?.[value]) ?? value;

/** A cell as people read it; null is an empty text, never a nought. `ofOne`: the row is one asset, not a kind of them. */
export function shown(value: Cell | undefined, column: ReportColumn, zone: string, ofOne = false): string {
  if (value === null || value === undefined) return '';
  if (typeof value === 'boolean') return value ? 'yes' : 'no';
  if (typeof value === 'string') return column.kind === 'enum' || Object.hasOwn(WORDS, column.name) ? wordOf(column.name, value, ofOne).replace(/_/g, ' ') : value;
  // Buckets of a report are months.
  if (column.kind === 'time') return column.name === 'time' ? localTime(value, zone, false).slice(0, 7) : localTime(value, zone, !DAYS.has(column.name));
  if (column.kind === 'seconds') return duration(value * SECOND);
  if (column.kind === 'ratio' || column.unit === 'percentunit') return `${(value * 100).toFixed(1)} %`;
  return value.toLocaleString('en-US', { maximumFractionDigits: column.kind === 'count' ? 0 : 2 });
}
