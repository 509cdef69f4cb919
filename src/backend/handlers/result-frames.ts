import type { CatalogEntry, ColumnDefinition } from '../../catalog/types';
import type { Field, Frame, Labels } from '../frames/frame';
import { numericMulti, table, timeSeriesMulti } from '../frames/typed';
import type { Cell, MetricResult } from '../metrics/metric';
import type { ParsedQuery } from '../../query/request';
import { annotationFrame } from './annotation-frame';
import { frameStanding, standingNotices } from './standing-frame';
import { columnConfig, fieldOf, isNumeric, shownColumns } from './columns';

type Row = Readonly<Record<string, Cell>>;

/** Frames of a result by view: tables for people, typed numeric and series frames for stats, charts and alert rules. */
export function resultFrames(refId: string, query: ParsedQuery, answer: MetricResult, asOf: number): Frame[] {
  const { entry, view } = query;
  const result = { ...answer, rows: answer.rows.map(row => withReasonText(entry, row)) };
  const standing = frameStanding(result.rows);
  const notices = [...(result.notices ?? []), ...(view === 'stat' ? standingNotices(standing) : [])];
  const meta = {
    ...(notices.length > 0 && { notices }),
    custom: { metric: entry.id, headline: entry.headline, ...(standing && { standing }) },
  };
  if (view === 'annotation') return [annotationFrame(refId, query, result, asOf, meta)];
  if (view === 'table') return [tableFrame(refId, query, result, meta)];
  const columns = numericColumns(entry, query.columns);
  const timed = query.bucket !== 'none';
  // The evaluator's own form of "no data": a typed frame without fields. It reads others by guessing, or not at all.
  if (view === 'alert' && result.rows.length === 0) return timed ? timeSeriesMulti({ name: entry.id, refId, meta }, []) : numericMulti({ name: entry.id, refId, meta }, []);
  if (!timed && result.rows.length === 0) return [table({ name: entry.id, refId, fields: columns.map(c => fieldOf(c, [])), meta })];
  return timed ? seriesFrames(refId, query, result.rows, columns, meta) : valueFrames(refId, query, result.rows, columns, meta);
}

/** Metrics give a reason by its name in the catalog; people read the sentence behind it. */
function withReasonText(entry: CatalogEntry, row: Row): Row {
  const { reason } = row;
  return typeof reason === 'string' && Object.hasOwn(entry.nullReasons, reason) ? { ...row, reason: entry.nullReasons[reason]! } : row;
}

function numericColumns(entry: CatalogEntry, asked: readonly string[] | null): ColumnDefinition[] {
  const names = asked ?? (entry.headline ? [entry.headline] : []);
  return names.flatMap(n => entry.columns.find(c => c.name === n && isNumeric(c)) ?? []);
}

function tableFrame(refId: string, query: ParsedQuery, result: MetricResult, meta: Frame['meta']): Frame {
  const timeFirst: Field[] = query.bucket === 'none' ? [] : [{ name: 'time', type: 'time', values: result.rows.map(r => r.time as number), config: { displayNameFromDS: 'From' } }];
  return table({ name: query.entry.id, refId, fields: [...timeFirst, ...shownColumns(query.entry, query.columns, result.rows).map(c => fieldOf(c, result.rows))], meta });
}

/** Group values as labels. A rule carries its id beside its name: two rules of one name stay two series for alert rules. */
function labelsOf(query: ParsedQuery, row: Row): Labels {
  const groups = query.groupBy.filter(d => row[d] !== undefined && row[d] !== null).map((d): [string, string] => [d, String(row[d])]);
  return Object.fromEntries(row.rule_name ? [...groups, ['rule_name', String(row.rule_name)]] : groups);
}
const nameOf = (column: ColumnDefinition, labels: Labels, several: boolean): string =>
  [...Object.entries(labels).filter(([name]) => name !== 'rule' || labels.rule_name === undefined).map(([, value]) => value), ...(several || Object.keys(labels).length === 0 ? [column.title] : [])].join(' · ');

function valueFrames(refId: string, query: ParsedQuery, rows: readonly Row[], columns: ColumnDefinition[], meta: Frame['meta']): Frame[] {
  const fields = rows.flatMap(row => columns.map((column): Field => {
    const labels = labelsOf(query, row);
    const reason = typeof row.reason === 'string' ? row.reason : null;
    const field = fieldOf(column, [row], { displayNameFromDS: nameOf(column, labels, columns.length > 1), ...(row[column.name] === null && reason && { noValue: reason }), ...(typeof row.standing === 'string' && { custom: { standing: row.standing, because: row.standing_why ?? null } }) });
    // float64 throughout: the evaluator and stat panels treat one type alike.
    return { ...field, type: 'float64', labels } as Field;
  }));
  return numericMulti({ name: query.entry.id, refId, meta: meta ?? {} }, fields);
}

function seriesFrames(refId: string, query: ParsedQuery, rows: readonly Row[], columns: ColumnDefinition[], meta: Frame['meta']): Frame[] {
  const groups = new Map<string, Row[]>();
  for (const row of rows) {
    const key = JSON.stringify(labelsOf(query, row));
    const group = groups.get(key);
    if (group) group.push(row); else groups.set(key, [row]);
  }
  const series = [...groups].flatMap(([key, members]) => columns.map(column => {
    const labels = JSON.parse(key) as Labels;
    const ordered = [...members].sort((a, b) => (a.time as number) - (b.time as number));
    return {
      name: column.name, labels, config: { ...columnConfig(column), displayNameFromDS: nameOf(column, labels, columns.length > 1) },
      times: ordered.map(r => r.time as number),
      values: ordered.map(r => { const v = r[column.name]; return typeof v === 'number' ? v : null; }),
    };
  }));
  if (series.length === 0) return timeSeriesMulti({ refId, meta: meta ?? {} }, columns.map(c => ({ name: c.name, config: columnConfig(c), times: [], values: [] })));
  return timeSeriesMulti({ refId, meta: meta ?? {} }, series);
}
