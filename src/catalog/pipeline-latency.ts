import { z } from 'zod';
import { defineMetric } from './types';

export const LATENCY_STAGES = ['event_detected', 'detected_readable', 'detected_ticket'] as const;
export type LatencyStage = (typeof LATENCY_STAGES)[number];

export const pipelineLatency = defineMetric({
  id: 'pipeline.latency',
  title: 'Detection pipeline latency',
  area: 'pipeline',
  definition: 'How long the tooling took: from the event to its detection, from detection until an analyst could read it, from detection until a ticket existed. No human work is in it.',
  formula: 'percentiles (linear interpolation) of the difference of two instants over alerts detected in range; negative differences are clock skew: counted, not averaged; alerts that joined a ticket opened for others are counted apart',
  contract: '§4 Detection pipeline latency',
  nullReasons: { no_times: 'No alert of this group has both times.', only_joined: 'Every alert of this group joined a ticket opened for others.', only_negative: 'Every difference is negative: the clocks of the systems disagree.' },
  overOptimisation: 'Rules that run more often shorten the detection and load the SIEM; adding alerts to old tickets takes them out of the last stage and shows in the column of joined ones; tickets made for every alert shorten it and bury the analysts, which shows as load and as unreviewed alerts.',
  counters: ['clock_skew', 'source_lag'],
  groupBy: ['stage', 'source', 'rule', 'client', 'tier'],
  defaultGroupBy: ['stage', 'source'],
  filters: ['stage', 'source', 'rule', 'client', 'tier'],
  buckets: ['none'],
  views: ['table', 'stat', 'alert'],
  options: z.strictObject({}),
  headline: 'p90',
  columns: [
    { name: 'stage', title: 'Stage', kind: 'enum', values: LATENCY_STAGES, description: 'Which part of the pipeline: event → detected, detected → readable, detected → ticket created.' },
    { name: 'source', title: 'Source', kind: 'text', description: 'Source the alerts came from.', optional: true },
    { name: 'rule', title: 'Rule id', kind: 'text', description: 'Stable id of the detection rule.', optional: true },
    { name: 'rule_name', title: 'Rule', kind: 'text', description: 'Name the rule has now.', optional: true },
    { name: 'client', title: 'Client', kind: 'text', description: 'Client the alerts belong to.', optional: true },
    { name: 'tier', title: 'Severity tier', kind: 'enum', description: 'Severity tier of the alerts.', optional: true },
    { name: 'measured', title: 'Measured', kind: 'count', description: 'Alerts with both times and no negative difference.' },
    { name: 'p50', title: 'Median', kind: 'seconds', description: 'Half of the measured alerts took at most this long.' },
    { name: 'p90', title: '90th percentile', kind: 'seconds', description: 'Nine of ten took at most this long.' },
    { name: 'p99', title: '99th percentile', kind: 'seconds', description: 'Ninety-nine of a hundred took at most this long.' },
    { name: 'target', title: 'Target', kind: 'seconds', description: 'Target of the policy for this stage.' },
    { name: 'above_target', title: 'Above target', kind: 'ratio', description: 'Share of the measured alerts that took longer than the target.' },
    { name: 'negative', title: 'Negative', kind: 'count', description: 'Alerts whose difference is negative (clock skew): in no percentile.' },
    { name: 'joined', title: 'Joined a ticket', kind: 'count', description: 'Alerts that joined a ticket opened before them for other alerts: no ticket was made for them, so they are in no percentile. Last stage only.' },
    { name: 'missing', title: 'Without both times', kind: 'count', description: 'Alerts that lack one of the two times; for the last stage, those without a ticket.' },
    { name: 'reason', title: 'Why empty', kind: 'text', description: 'Why the percentiles are missing.' },
  ],
});
