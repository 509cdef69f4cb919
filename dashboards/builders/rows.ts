import { CLIENT_ROWS_UID, ROWS_UID } from '../../src/catalog/rows';
import { plain, wrapped } from './client/parts';
import { dashboard, type DashboardOptions } from './dashboard';
import { column, minutes, openLink, table, text, widths, type PanelOptions, type Query } from './panels';
import { YES_NO } from './words';

/** Exports: rows, clientRows. Every value of the other dashboards leads here, to exactly its rows; the address carries which value. */
const query: Query = {
  metric: 'rows', view: 'table', limit: 200, options: { asked: '${asked}', column: '${column}', cell: '${cell}', time: '${time}', class: '${class}', page: '${page}' },
  columns: ['unit', 'counted', 'name', 'title', 'client', 'class', 'counts_as', 'weight', 'time', 'due', 'link'],
};
const list = (shown: readonly string[]): PanelOptions => ({
  title: 'Rows behind the value', w: 24, h: 24, noValue: 'Follow a value of another dashboard: its rows are listed here', queries: [{ ...query, columns: query.columns!.filter(c => shown.includes(c)) }],
  overrides: [column('In the numerator', { displayName: 'Counted', mappings: YES_NO, 'custom.width': 75 }), ...minutes('From', 'Due'), ...widths({ Row: 75, Name: 105, Client: 90, Class: 85, 'Counts as': 95, Counts: 65 }), column('Name', { noValue: 'of another client' }), column('Title', { 'custom.minWidth': 240 }), openLink],
});
/** Which value it is, how many rows are behind it, and how many of them are in its numerator. */
const value: PanelOptions = {
  title: 'The value', w: 12, h: 4, noValue: 'No value was followed, or no row is behind it', queries: [{ ...query, limit: 1, options: { ...query.options, class: 'all', page: '1' }, columns: ['value', 'of', 'in_numerator'] }],
  overrides: [...wrapped('Value'), column('Of', { displayName: 'Rows', 'custom.width': 90 }), column('Counted', { displayName: 'In the numerator', 'custom.width': 130 })],
};
const words = 'Choose **counted** for the rows in the numerator, **others** for those that are not. A page has 200 rows; where there are several, the sign beside the title of the table says which one this is.';
const about = text({ title: 'How to read this', w: 12, h: 4, content: words });
const asked = (uid: string, title: string): Pick<DashboardOptions, 'uid' | 'title' | 'description' | 'carried' | 'choices' | 'asked'> => ({
  uid, title, description: 'Exactly the rows behind one value: the same group, bucket and instant.', carried: ['asked', 'column', 'cell', 'time'],
  choices: [{ name: 'class', label: 'Rows', values: ['all', 'counted', 'others'] }], asked: [{ name: 'page', label: 'Page', value: '1' }],
});
export const rows = dashboard({ ...asked(ROWS_UID, 'Rows'), panels: [table(value), about, table(list(query.columns!))] });
/** The same for a client's organisation. */
export const clientRowsOptions: DashboardOptions = { ...asked(CLIENT_ROWS_UID, 'Your rows'), panels: [table(plain(value)), about, table(plain(list(query.columns!.filter(c => c !== 'client'))))] };
