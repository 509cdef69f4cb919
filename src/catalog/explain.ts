import { z } from 'zod';
import { defineMetric } from './types';

export const explain = defineMetric({
  id: 'explain', title: 'Explain', area: 'drill',
  definition: 'Why one alert, ticket or asset counted as it did: step by step, what is known of it and the rule that was applied, in the order in which the facts are made.',
  formula: 'the stored fact of the row and the rows it was made from; nothing is computed anew, so what is explained is what was counted',
  contract: '§ Rules for every metric, 8',
  nullReasons: { time: 'The step has no instant of its own.', link: 'The source has no page for it.' },
  overOptimisation: 'It shows which rule a change would have to get around; every such rule has its counter on the Data quality page.',
  counters: [], groupBy: [], defaultGroupBy: [], filters: ['client'], buckets: ['none'], views: ['table'], headline: null,
  options: z.strictObject({
    what: z.enum(['alert', 'ticket', 'asset']).default('alert').describe('Kind of row to explain.'),
    name: z.string().max(500).default('').describe('Id of the alert at its source, key of the ticket, or name of the asset, as the lists of rows show it.'),
  }),
  columns: [
    { name: 'row', title: 'Row', kind: 'text', description: 'The alert, ticket or asset, with its client.' },
    { name: 'number', title: 'No.', kind: 'count', description: 'Order of the steps.' },
    { name: 'step', title: 'Step', kind: 'text', description: 'What is decided here.' },
    { name: 'time', title: 'At', kind: 'time', description: 'Instant of the step; empty: it has none.' },
    { name: 'outcome', title: 'Came out as', kind: 'text', description: 'What was decided.' },
    { name: 'because', title: 'Because', kind: 'text', description: 'What is known of this row.' },
    { name: 'rule', title: 'By the rule', kind: 'text', description: 'The sentence of the definition that was applied.' },
    { name: 'link', title: 'Link', kind: 'link', description: 'Page of the row at its source; empty: none.' },
  ],
});
