import { z } from 'zod';
import { CLOCKS } from '../model/vocabulary';
import { slaGroupColumns } from './sla-columns';
import { defineMetric } from './types';

export const slaMisses = defineMetric({
  id: 'sla.misses',
  title: 'Misses, one by one',
  area: 'sla',
  definition: 'Every item that fell due in the range and was stopped late, or is still open past its due: the rows behind the missed and overdue of SLA adherence.',
  formula: 'late by = stop − due; of what is still open, now − due',
  contract: '§3 Outcome, Period',
  nullReasons: { foreign_ticket: 'The ticket belongs to another client; only its clock is shown.', stopped: 'It has not been stopped yet.' },
  overOptimisation: 'The list has exactly the rows that adherence counts as missed and overdue: none can be taken off without changing the count.',
  counters: ['gone', 'reopens'],
  groupBy: ['tier'],
  defaultGroupBy: ['tier'],
  filters: ['tier', 'client', 'source', 'clock'],
  buckets: ['none'],
  views: ['table'],
  options: z.strictObject({ clock: z.enum(CLOCKS).default('decide') }),
  headline: null,
  columns: [
    { name: 'state', title: 'State', kind: 'enum', values: ['late', 'still open'], description: 'late: stopped after its due; still open: not stopped yet.' },
    ...slaGroupColumns.map(c => ({ ...c, optional: false })),
    { name: 'ticket', title: 'Ticket', kind: 'text', description: 'Key of the ticket; empty for decisions in the SIEM and for tickets of another client.' },
    { name: 'title', title: 'Title', kind: 'text', description: 'Title of the ticket; only within its own client.' },
    { name: 'alerts', title: 'Alerts', kind: 'count', description: 'Alerts of this client that the item holds.' },
    { name: 'start', title: 'Started', kind: 'time', description: 'When the clock started.' },
    { name: 'due', title: 'Due', kind: 'time', description: 'When the target ended.' },
    { name: 'stop', title: 'Stopped', kind: 'time', description: 'When it was stopped; empty: still open.' },
    { name: 'late_by', title: 'Late by', kind: 'seconds', description: 'Seconds from the due to the stop, or to now while it is open.' },
    { name: 'link', title: 'Link', kind: 'link', description: 'Page of the ticket or alert at its source.' },
  ],
});
