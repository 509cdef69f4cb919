import type { AnnotationDefinition, BucketOption, CatalogEntry, ColumnDefinition } from '../../catalog/types';
import type { ParsedQuery } from '../../query/request';
import type { Frame } from '../frames/frame';
import { table } from '../frames/typed';
import type { Cell, MetricResult } from '../metrics/metric';

type Row = Readonly<Record<string, Cell>>;
const HOUR = 3_600_000;
/** Longest step from one bucket to the next, in milliseconds: a local day may have 25 hours. Rows further apart are no neighbours, though none lies between. */
const STEP: Readonly<Record<BucketOption, number>> = { none: 0, day: 25 * HOUR, week: (7 * 24 + 1) * HOUR, month: (31 * 24 + 1) * HOUR };
interface Mark { time: number; timeEnd: number | null; row: Row }

/** Events on charts (view `annotation`) from a metric's rows, as its catalog entry declares: which rows, from when, until when, with which words. */
export function annotationFrame(refId: string, query: ParsedQuery, result: MetricResult, asOf: number, meta: Frame['meta']): Frame {
  const { entry } = query;
  const how = entry.annotation!;
  const marks = marksOf(how, query, result.rows, asOf);
  return table({
    name: entry.id, refId, meta: { ...meta, dataTopic: 'annotations' },
    fields: [
      { name: 'time', type: 'time', values: marks.map(m => m.time) },
      { name: 'timeEnd', type: 'time', values: marks.map(m => m.timeEnd) },
      { name: 'title', type: 'string', values: marks.map(() => how.title) },
      { name: 'text', type: 'string', values: marks.map(m => textOf(entry, how, m.row)) },
      { name: 'tags', type: 'string', values: marks.map(m => how.tags.flatMap(t => (m.row[t] == null ? [] : [plain(String(m.row[t])).replace(/,/g, ' ')])).join(',')) },
    ],
  });
}

/** Rows are cut by time within each group, so that a signal that stands for days is one event, not one per day. */
function marksOf(how: AnnotationDefinition, query: ParsedQuery, rows: readonly Row[], asOf: number): Mark[] {
  const holds = (row: Row): boolean => {
    const value = row[how.when.column] ?? null;
    return 'above' in how.when ? typeof value === 'number' && value > how.when.above : how.when.is.some(wanted => value === wanted);
  };
  const timeOf = (row: Row): number | null => (typeof row[how.time] === 'number' ? row[how.time] as number : null);
  if (how.lasts !== 'buckets') return rows.filter(holds).flatMap(row => { const time = timeOf(row); return time === null ? [] : [{ time, timeEnd: how.lasts === 'open' ? Math.max(asOf, time) : null, row }]; });
  const groups = new Map<string, Row[]>();
  for (const row of rows) {
    const key = JSON.stringify([...query.groupBy, ...how.tags].map(name => row[name] ?? null));
    const group = groups.get(key);
    if (group) group.push(row); else groups.set(key, [row]);
  }
  const marks: Mark[] = [];
  for (const group of groups.values()) {
    let open: Mark | null = null;
    for (const row of group.sort((a, b) => (timeOf(a) ?? 0) - (timeOf(b) ?? 0))) {
      const time = timeOf(row);
      if (time === null || !holds(row)) open = null;
      else if (open && time - (open.timeEnd ?? open.time) <= STEP[query.bucket]) open.timeEnd = time;
      else marks.push(open = { time, timeEnd: null, row });
    }
  }
  return marks.sort((a, b) => a.time - b.time);
}

const textOf = (entry: CatalogEntry, how: AnnotationDefinition, row: Row): string =>
  how.text.flatMap(name => {
    const column = entry.columns.find(c => c.name === name);
    const value = row[name] ?? null;
    return column === undefined || value === null || (column.kind === 'count' && value === 0) ? [] : [`${column.title}: ${shown(column, value)}`];
  }).join('\n');

function shown(column: ColumnDefinition, value: string | number | boolean): string {
  if (typeof value !== 'number') return plain(String(value));
  if (column.kind === 'time') return new Date(value).toISOString();
  if (column.kind === 'ratio' || column.unit === 'percentunit') return `${(value * 100).toFixed(1)} %`;
  return column.kind === 'seconds' ? `${Math.round(value)} s` : String(value);
}

/** Grafana shows texts of annotations as HTML; words of a source stay words. */
const plain = (text: string): string => text.replace(/</g, '‹').replace(/>/g, '›').replace(/&/g, '+');
