import { CLIENT_ROWS_UID, ROWS_UID } from '../../src/catalog/rows';
import { plain } from './client/parts';
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
  overrides: [column('In the numerator', { displayName: 'Counted', mappings: YES_NO, 'custom.width': 80 }), ...minutes('From', 'Due'), ...widths({ Row: 85, Name: 110, Client: 90, Class: 100, 'Counts as': 105, Counts: 65 }), column('Name', { noValue: 'of another client' }), column('Title', { 'custom.minWidth': 130 }), openLink],
});
const words = 'Choose **counted** for the rows in the numerator, **others** for those that are not. Pages count from 0; the sign of the table says how many rows there are.';
const asked = (uid: string, title: string): Pick<DashboardOptions, 'uid' | 'title' | 'description' | 'carried' | 'choices' | 'asked'> => ({
  uid, title, description: 'Exactly the rows behind one value: the same group, bucket and instant.', carried: ['asked', 'column', 'cell', 'time'],
  choices: [{ name: 'class', label: 'Rows', values: ['all', 'counted', 'others'] }], asked: [{ name: 'page', label: 'Page', value: '0' }],
});
export const rows = dashboard({ ...asked(ROWS_UID, 'Rows'), panels: [text({ title: 'How to read this', w: 24, h: 3, content: words }), table(list(query.columns!))] });
/** The same for a client's organisation. */
export const clientRowsOptions: DashboardOptions = { ...asked(CLIENT_ROWS_UID, 'Your rows'), panels: [text({ title: 'How to read this', w: 24, h: 3, content: words }), table(plain(list(query.columns!.filter(c => c !== 'client'))))] };
