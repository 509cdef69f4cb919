import { z } from 'zod';
import { COUNTER_IDS, COUNTER_STATES } from './integrity-counter-list';
import { defineMetric } from './types';

export const integrityCounters = defineMetric({
  id: 'integrity.counters',
  title: 'Integrity counters',
  area: 'integrity',
  definition: 'What could make the other numbers untrue, counted: how completely alerts and tickets meet, how work was recorded, how well the estate is registered and whether the sources were read. One past its threshold qualifies the headlines it concerns.',
  formula: 'value = k ÷ n for shares, k for counts; state by the policy’s threshold',
  contract: '§5 Integrity counters',
  nullReasons: { no_rows: 'Nothing in range that this could be counted over.', never_read: 'No stream has been read completely yet.' },
  overOptimisation: 'A counter is not a target: each says how a headline can be moved without the work being better, and improving one by hiding rows moves another (quoting no ids lowers unknown quotes and join completeness together).',
  counters: [],
  groupBy: ['client'],
  defaultGroupBy: [],
  filters: ['client'],
  buckets: ['none'],
  views: ['table', 'stat', 'alert'],
  options: z.strictObject({ counter: z.enum(['all', ...COUNTER_IDS]).default('all') }),
  headline: 'value',
  columns: [
    { name: 'counter', title: 'Id', kind: 'enum', values: COUNTER_IDS, description: 'Stable id of the counter.' },
    { name: 'title', title: 'Counter', kind: 'text', description: 'Its name.' },
    { name: 'client', title: 'Client', kind: 'text', description: 'Client the rows belong to.', optional: true },
    { name: 'value', title: 'Value', kind: 'number', description: 'In its own unit; empty when there was nothing to count over.' },
    { name: 'reading', title: 'Reading', kind: 'text', description: 'The value with its unit, for people: a share in per cent, a number, or a time.' },
    { name: 'agreed', title: 'Agreed', kind: 'text', description: 'The threshold with its unit, for people; empty: none is agreed.' },
    { name: 'unit', title: 'Unit', kind: 'enum', values: ['ratio', 'count', 'seconds'], description: 'ratio: 0 to 1; count; seconds.' },
    { name: 'k', title: 'k', kind: 'count', description: 'Rows counted.' },
    { name: 'n', title: 'n', kind: 'count', description: 'Rows they are counted among; empty where there is no such set.' },
    { name: 'threshold', title: 'Threshold', kind: 'number', description: 'From the policy, in the same unit; empty: none is agreed.' },
    { name: 'state', title: 'State', kind: 'enum', values: COUNTER_STATES, description: 'past threshold: the headlines it concerns are qualified; not measured: nothing to count over; no threshold: for people to judge.' },
    { name: 'past', title: 'Past threshold', kind: 'count', description: '1 when past its threshold, else 0; empty when not measured or without threshold.' },
    { name: 'headlines', title: 'Concerns', kind: 'text', description: 'Titles of the metrics whose headline it qualifies.' },
    { name: 'reason', title: 'Why empty', kind: 'text', description: 'Why the value is missing.' },
    { name: 'description', title: 'What it counts', kind: 'text', description: 'The definition in a sentence.' },
  ],
});
