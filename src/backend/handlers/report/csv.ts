import type { Cell } from '../../metrics/metric';
import type { ReportColumn, ReportSection } from './report';

/**
 * Cells that a spreadsheet would take for a formula are led by an apostrophe (security.md, row 13): = + - @, tab, carriage return, also
 * behind blanks. Numbers are numbers: only texts are touched.
 */
const neutral = (text: string): string => (/^\s*[=+\-@]|^[\t\r]/.test(text) ? `'${text}` : text);
const quoted = (text: string): string => (/[",\r\n]/.test(text) ? `"${text.replace(/"/g, '""')}"` : text);

function cell(value: Cell | undefined, column: ReportColumn): string {
  if (value === null || value === undefined) return '';
  if (typeof value === 'number') return column.kind === 'time' ? new Date(value).toISOString() : String(value);
  return quoted(neutral(String(value)));
}

/** One table as CSV (RFC 4180): times in UTC, shares as numbers from 0 to 1, durations in seconds, empty where there is no value. */
export const csvOf = (section: ReportSection): string =>
  [section.columns.map(c => quoted(neutral(c.title))).join(','), ...section.rows.map(row => section.columns.map(c => cell(row[c.name], c)).join(','))].map(line => `${line}\r\n`).join('');
