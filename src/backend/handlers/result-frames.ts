import type { CatalogEntry, ColumnDefinition } from '../../catalog/types';
import type { Field, FieldConfig, Frame, Labels } from '../frames/frame';
import { numericMulti, table, timeSeriesMulti } from '../frames/typed';
import type { Cell, MetricResult } from '../metrics/metric';
import type { RowLinks } from '../metrics/rows/link';
import type { ParsedQuery } from '../../query/request';
import { annotationFrame } from './annotation-frame';
import { frameStanding, standingNotices } from './standing-frame';
import { columnConfig, fieldOf, isNumeric, shownColumns } from './columns';

type Row = Readonly<Record<string, Cell>>;

/** Frames of a result by view: tables for people, typed numeric and series frames for stats, charts and alert rules. */
export function resultFrames(refId: string, query: ParsedQuery, answer: MetricResult, asOf: number, links: RowLinks | null = null): Frame[] {
  const { entry, view } = query;
  const result = { ...answer, rows: answer.rows.map(row => withReasonText(entry, row)) };
  const standing = frameStanding(result.rows);
  const notices = [...(result.notices ?? []), ...(view === 'stat' ? standingNotices(standing) : [])];
  const meta = {
    ...(notices.length > 0 && { notices }),
    custom: { metric: entry.id, headline: entry.headline, ...(standing && { standing }) },
  };
  if (view === 'annotation') return [annotationFrame(refId, query, result, asOf, meta)];
  if (view === 'table') return [tableFrame(refId, query, result, meta, links)];
  const columns = numericColumns(entry, query.columns);
  const timed = query.bucket !== 'none';
  // The evaluator's own form of "no data": a typed frame without fields. It reads others by guessing, or not at all.
  if (view === 'alert' && result.rows.length === 0) return timed ? timeSeriesMulti({ name: entry.id, refId, meta }, []) : numericMulti({ name: entry.id, refId, meta }, []);
  if (!timed && result.rows.length === 0) return [table({ name: entry.id, refId, fields: columns.map(c => fieldOf(c, [])), meta })];
  const led = view === 'alert' ? null : links;
  return timed ? seriesFrames(refId, query, result.rows, columns, meta, led) : valueFrames(refId, query, result.rows, columns, meta, led);
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

/** Link of a value to its rows; none where no rows lie behind it. */
const toRows = (links: RowLinks | null, column: string, cell: string, time = ''): FieldConfig => (links?.has(column) ? { links: [{ title: 'Rows behind this value', url: links.to(column, cell, time) }] } : {});
/** In a table each line carries what its links need, in a column nobody sees: the address is one for the whole column. */
const OF_THE_LINE = '${__data.fields.rows}';
const lineTokens = (links: RowLinks, rows: readonly Row[]): Field => ({ name: 'rows', type: 'string', values: rows.map(row => links.cell(row)), config: { custom: { hidden: true, hideFrom: { viz: true, legend: true, tooltip: true } } } });

function tableFrame(refId: string, query: ParsedQuery, result: MetricResult, meta: Frame['meta'], links: RowLinks | null): Frame {
  const timeFirst: Field[] = query.bucket === 'none' ? [] : [{ name: 'time', type: 'time', values: result.rows.map(r => r.time as number), config: { displayNameFromDS: 'From' } }];
  const shown = shownColumns(query.entry, query.columns, result.rows);
  const led = links !== null && shown.some(c => links.has(c.name)) ? links : null;
  return table({ name: query.entry.id, refId, fields: [...timeFirst, ...shown.map(c => fieldOf(c, result.rows, toRows(led, c.name, OF_THE_LINE))), ...(led ? [lineTokens(led, result.rows)] : [])], meta });
}

/** Group values as labels. A rule carries its id beside its name: two rules of one name stay two series for alert rules. */
function labelsOf(query: ParsedQuery, row: Row): Labels {
  const groups = query.groupBy.filter(d => row[d] !== undefined && row[d] !== null).map((d): [string, string] => [d, String(row[d])]);
  return Object.fromEntries(row.rule_name ? [...groups, ['rule_name', String(row.rule_name)]] : groups);
}
const nameOf = (column: ColumnDefinition, labels: Labels, several: boolean): string =>
  [...Object.entries(labels).filter(([name]) => name !== 'rule' || labels.rule_name === undefined).map(([, value]) => value), ...(several || Object.keys(labels).length === 0 ? [column.title] : [])].join(' · ');

function valueFrames(refId: string, query: ParsedQuery, rows: readonly Row[], columns: ColumnDefinition[], meta: Frame['meta'], links: RowLinks | null): Frame[] {
  const fields = rows.flatMap(row => columns.map((column): Field => {
    const labels = labelsOf(query, row);
    const reason = typeof row.reason === 'string' ? row.reason : null;
    const field = fieldOf(column, [row], { displayNameFromDS: nameOf(column, labels, columns.length > 1), ...toRows(links, column.name, links?.cell(row) ?? ''), ...(row[column.name] === null && reason && { noValue: reason }), ...(typeof row.standing === 'string' && { custom: { standing: row.standing, because: row.standing_why ?? null } }) });
    // float64 throughout: the evaluator and stat panels treat one type alike.
    return { ...field, type: 'float64', labels } as Field;
  }));
  return numericMulti({ name: query.entry.id, refId, meta: meta ?? {} }, fields);
}

function seriesFrames(refId: string, query: ParsedQuery, rows: readonly Row[], columns: ColumnDefinition[], meta: Frame['meta'], links: RowLinks | null): Frame[] {
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
      name: column.name, labels, // The instant of a point is filled in by the panel: the token is that of the group.
      config: { ...columnConfig(column), displayNameFromDS: nameOf(column, labels, columns.length > 1), ...toRows(links, column.name, links?.cell({ ...ordered[0]!, time: null }) ?? '', '${__value.time}') },
      times: ordered.map(r => r.time as number),
      values: ordered.map(r => { const v = r[column.name]; return typeof v === 'number' ? v : null; }),
    };
  }));
  if (series.length === 0) return timeSeriesMulti({ refId, meta: meta ?? {} }, columns.map(c => ({ name: c.name, config: columnConfig(c), times: [], values: [] })));
  return timeSeriesMulti({ refId, meta: meta ?? {} }, series);
}
