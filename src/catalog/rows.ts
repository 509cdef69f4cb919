import { z } from 'zod';
import { defineMetric } from './types';

/** What a row is: the unit in which its value is counted. */
export const ROW_UNITS = ['alert', 'decision', 'item', 'untracked', 'asset', 'asset day', 'host', 'ticket', 'reported item'] as const;
export type RowUnit = (typeof ROW_UNITS)[number];
export const ROW_CLASSES = ['all', 'counted', 'others'] as const;
export type RowClass = (typeof ROW_CLASSES)[number];

/** Dashboards that show them: the operators' own, and the one that client organisations get. */
export const ROWS_UID = 'soc-outcomes-rows';
export const CLIENT_ROWS_UID = 'soc-outcomes-client-rows';

export const rows = defineMetric({
  id: 'rows', title: 'Rows behind a value', area: 'drill',
  definition: 'Exactly the rows behind one value of another metric: the same group, bucket and instant, in the unit in which the value counts (alerts, decisions, items, untracked days, assets). Every value of a panel leads here.',
  formula: 'rows = what the value is over; counted = those of them in its numerator. A share is counted ÷ rows, a count is the rows; sums add up the column Counts',
  contract: '§ Rules for every metric, 8',
  nullReasons: { link: 'The source has no page, or it belongs to another client.' },
  overOptimisation: 'These are the very rows that are counted, by the conditions of the metric itself; leaving one out of the list would leave it out of the value.',
  counters: [], groupBy: [], defaultGroupBy: [], filters: [], buckets: ['none'], views: ['table'], headline: null,
  options: z.strictObject({
    asked: z.string().max(20_000).default('').describe('The question the value answers, as its link carries it. It can only narrow what the reader sees.'),
    column: z.string().max(100).default('').describe('Column of the value.'),
    cell: z.string().max(5_000).default('').describe('The row of the value: its groups, as its link carries them.'),
    time: z.string().max(40).default('').describe('Begin of the bucket (epoch ms) of a point of a series; empty: none.'),
    class: z.string().max(40).default('all').describe('all; counted: only the rows in the numerator; others: only those that are not.'),
    page: z.union([z.string().max(40), z.number()]).default(1).describe('Which page, from 1; a page has as many rows as the limit.'),
  }),
  columns: [
    { name: 'unit', title: 'Row', kind: 'enum', values: ROW_UNITS, description: 'What is counted: an alert, a decision, an item, a day of untracked alerts, an asset, an asset on a day, a host or a ticket.' },
    { name: 'name', title: 'Name', kind: 'text', description: 'Id of the alert (of a decision or an untracked day: the first one), key of the ticket, name of the asset; empty: it belongs to another client.' },
    { name: 'title', title: 'Title', kind: 'text', description: 'Rule of the alert, title of the ticket within its own client.' },
    { name: 'client', title: 'Client', kind: 'text', description: 'Client the row belongs to.' },
    { name: 'class', title: 'Class', kind: 'text', description: 'Severity tier, or kind of asset.' },
    { name: 'counts_as', title: 'Counts as', kind: 'text', description: 'Verdict, outcome or state at the instant of the value.' },
    { name: 'counted', title: 'In the numerator', kind: 'flag', description: 'Whether it is in the numerator of the value; of a count every row is.' },
    { name: 'weight', title: 'Counts', kind: 'number', description: 'How much it adds: 1, or the number that a sum adds up.' },
    { name: 'time', title: 'From', kind: 'time', description: 'Detection, start of the clock, begin of the day, or last evidence.' },
    { name: 'due', title: 'Due', kind: 'time', description: 'When the target ended; empty for rows without a clock.' },
    { name: 'stop', title: 'Until', kind: 'time', description: 'When the clock was stopped, or the verdict given; empty: not yet, or none.' },
    { name: 'source', title: 'Source', kind: 'text', description: 'Source it came from.' },
    { name: 'link', title: 'Link', kind: 'link', description: 'Page at its source; empty where the source has none, or it belongs to another client.' },
    { name: 'value', title: 'Value', kind: 'text', description: 'The value these are the rows of: its metric, its column, and the groups of its row.' },
    { name: 'of', title: 'Of', kind: 'count', description: 'All rows behind the value, over all pages and classes.' },
    { name: 'in_numerator', title: 'Counted', kind: 'count', description: 'Of them: in the numerator.' },
  ],
});
