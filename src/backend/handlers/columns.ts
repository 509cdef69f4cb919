import type { CatalogEntry, ColumnDefinition, ColumnKind } from '../../catalog/types';
import type { Field, FieldConfig } from '../frames/frame';
import type { Cell } from '../metrics/metric';

const UNIT: Partial<Record<ColumnKind, string>> = { ratio: 'percentunit', seconds: 's', count: 'locale', time: 'dateTimeAsIso' };

/** Display settings of a column, all from the catalog: title, unit, description; ratios are bounded by 0 and 1. */
export function columnConfig(column: ColumnDefinition): FieldConfig {
  const unit = column.unit ?? UNIT[column.kind];
  return {
    displayNameFromDS: column.title,
    description: column.description,
    ...(unit && { unit }),
    ...(column.kind === 'ratio' && { min: 0, max: 1, decimals: 1 }),
    ...(column.kind === 'count' && { decimals: 0 }),
    ...(column.kind === 'link' && { links: [{ title: 'Open at its source', url: '${__value.raw}', targetBlank: true }] }),
  };
}

/** Only http and https pages become links; anything else stays unlinked text nobody can click. */
const safeLink = (value: Cell): string | null => (typeof value === 'string' && /^https?:\/\//i.test(value) ? value : null);

/** One column of rows as a frame field, typed by the catalog. null stays null. */
export function fieldOf(column: ColumnDefinition, rows: readonly Readonly<Record<string, Cell>>[], extra: FieldConfig = {}): Field {
  const values = rows.map(r => r[column.name] ?? null);
  const config = { ...columnConfig(column), ...extra };
  const numbers = () => values.map(v => (typeof v === 'number' && Number.isFinite(v) ? v : null));
  switch (column.kind) {
    case 'text': return { name: column.name, type: 'string', values: values.map(v => (v === null ? null : String(v))), config };
    case 'enum': return { name: column.name, type: 'string', values: values.map(v => (v === null ? null : String(v))), config };
    case 'link': return { name: column.name, type: 'string', values: values.map(safeLink), config };
    case 'flag': return { name: column.name, type: 'boolean', values: values.map(v => (v === null ? null : v === true)), config };
    case 'time': return { name: column.name, type: 'time', values: numbers(), config };
    case 'count': return { name: column.name, type: 'int64', values: numbers().map(v => (v === null ? null : Math.round(v))), config };
    default: return { name: column.name, type: 'float64', values: numbers(), config };
  }
}

/** The columns a view shows: the ones asked for, else those the rows carry. Numeric views default to the headline. */
export function shownColumns(entry: CatalogEntry, asked: readonly string[] | null, rows: readonly Readonly<Record<string, Cell>>[]): ColumnDefinition[] {
  if (asked) return asked.flatMap(name => entry.columns.find(c => c.name === name) ?? []);
  const first = rows[0];
  return entry.columns.filter(c => !c.optional || (first !== undefined && Object.hasOwn(first, c.name)));
}
export const isNumeric = (column: ColumnDefinition): boolean => ['count', 'ratio', 'number', 'seconds'].includes(column.kind);
