import { z } from 'zod';
import { slaGroupColumns } from './sla-columns';
import { defineMetric } from './types';

export const slaFlow = defineMetric({
  id: 'sla.flow',
  title: 'Flow: alerts in, decisions out',
  area: 'sla',
  definition: 'What comes in and what is decided, by severity tier: alerts detected, items started, items decided by a human, and what is open at the end with its age. If more starts than is decided for long, every later figure of the SLA is known today.',
  formula: 'open at an instant = started before it − decided, left or gone before it; decided = first human decision within the period, whatever period the item fell due in',
  contract: '§3 Time to decide (open age, alerts in, decisions out)',
  nullReasons: { none_open: 'Nothing is open.' },
  overOptimisation: 'Closing in bulk raises the decisions and shows as a burst; opening no tickets lowers what is open and shows as alerts in without items, as untracked and in join completeness.',
  counters: ['join_completeness', 'unmatched', 'bulk_acknowledgements', 'gone', 'late_links'],
  groupBy: ['tier', 'client'],
  defaultGroupBy: ['tier'],
  filters: ['tier', 'client', 'source'],
  buckets: ['none', 'day', 'week', 'month'],
  views: ['table', 'stat', 'series'],
  options: z.strictObject({}),
  headline: 'open',
  columns: [
    { name: 'time', title: 'Time', kind: 'time', description: 'Start of the bucket.', optional: true },
    ...slaGroupColumns.filter(c => c.name !== 'clock'),
    { name: 'alerts_in', title: 'Alerts in', kind: 'count', description: 'Alerts of this tier detected in the period.' },
    { name: 'started', title: 'Items started', kind: 'count', description: 'Items whose decide clock started in the period; their tier is the highest held before the decision.' },
    { name: 'decided', title: 'Decisions out', kind: 'count', description: 'Items that a human decided in the period.' },
    { name: 'open', title: 'Open', kind: 'count', description: 'Items not decided, not left and not gone at the end of the period, or now.' },
    { name: 'age_p50', title: 'Median age', kind: 'seconds', description: 'Median age of the open items; only without time buckets.', optional: true },
    { name: 'age_p90', title: '90th percentile of age', kind: 'seconds', description: '90th percentile of the age of the open items; only without time buckets.', optional: true },
    { name: 'oldest', title: 'Oldest open', kind: 'seconds', description: 'Age of the oldest open item; only without time buckets.', optional: true },
    { name: 'complete', title: 'Complete', kind: 'flag', description: 'False while the bucket has not ended.', optional: true },
    { name: 'reason', title: 'Why empty', kind: 'text', description: 'Why the ages are missing.' },
  ],
});
