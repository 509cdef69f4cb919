import { z } from 'zod';
import { slaGroupColumns } from './sla-columns';
import { defineMetric } from './types';

export const slaTimeToDecide = defineMetric({
  id: 'sla.time_to_decide',
  title: 'Time to decide',
  area: 'sla',
  definition: 'How long items that started in the range took until a human decided, by severity tier: median and 90th percentile of the time that passed, nights and pauses included. Items nobody decided yet count as longer than their age; no mean, no person.',
  formula: 'quantiles of the product-limit (Kaplan–Meier) curve: the shortest time by which half (nine tenths) were decided, open items being known to take longer than their age',
  contract: '§3 Time to decide',
  nullReasons: { none_started: 'No item of this tier started in this range.', not_reached: 'Too few are decided for this: more than the rest is still open.' },
  overOptimisation: 'Leaving hard cases open does not shorten it: they count as longer than their age. Deciding many easy items at once shortens the median and leaves the 90th percentile; bulk acts are counted as bursts.',
  counters: ['join_completeness', 'bulk_acknowledgements', 'acknowledged_untouched', 'gone', 'unknown_actors', 'late_links', 'clock_skew'],
  groupBy: ['tier', 'client'],
  defaultGroupBy: ['tier'],
  filters: ['tier', 'client', 'source'],
  buckets: ['none'],
  views: ['table', 'stat', 'alert'],
  options: z.strictObject({}),
  headline: 'p50',
  columns: [
    ...slaGroupColumns.filter(c => c.name !== 'clock'),
    { name: 'items', title: 'Items', kind: 'count', description: 'Items that started in the range; those that left the count are not among them.' },
    { name: 'decided', title: 'Decided', kind: 'count', description: 'Of these: decided by a human.' },
    { name: 'open', title: 'Not decided', kind: 'count', description: 'Of these: not decided yet; counted as longer than their age.' },
    { name: 'p50', title: 'Median', kind: 'seconds', description: 'Time by which half were decided; empty while more than half are open that long.' },
    { name: 'p90', title: '90th percentile', kind: 'seconds', description: 'Time by which nine tenths were decided; empty while more than a tenth are open that long.' },
    { name: 'oldest', title: 'Oldest open', kind: 'seconds', description: 'Age of the oldest of them that is not decided; empty: none.' },
    { name: 'reason', title: 'Why empty', kind: 'text', description: 'Why the median or the 90th percentile is missing.' },
  ],
});
