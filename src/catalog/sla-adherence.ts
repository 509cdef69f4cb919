import { z } from 'zod';
import { CLOCKS } from '../model/vocabulary';
import { slaCountColumns, slaGroupColumns, slaNullReasons, WEEKEND_VALUES } from './sla-columns';
import { plainColumns } from './plain-columns';
import { defineMetric } from './types';

export const slaAdherence = defineMetric({
  id: 'sla.adherence',
  title: 'SLA adherence',
  area: 'sla',
  definition: 'How many items were stopped within their target, by severity tier. An item counts in the period that holds its due instant and not before, even if it was stopped earlier; open past its due it is a miss. The default clock is decide, because acknowledging alone is easily gamed.',
  formula: 'adherence = met ÷ (met + missed + overdue), always by tier; floor = met ÷ (met + missed + overdue + untracked)',
  contract: '§3 SLA adherence',
  nullReasons: slaNullReasons,
  overOptimisation: 'Acknowledging everything at once moves only the acknowledge clock, not decide. Closing early to stop the clock is undone by the reopen, which keeps the same due. Lowering the tier never postpones; marking duplicates after the due does not remove the miss; leaving alerts without a ticket lowers the floor; pausing shows in the gross value and on hold.',
  counters: ['join_completeness', 'unmatched', 'bulk_acknowledgements', 'acknowledged_untouched', 'closing_only', 'downgrades', 'paused_share', 'reopens', 'gone', 'unknown_actors', 'restatements', 'redispositions', 'late_links', 'clock_skew'],
  groupBy: ['tier', 'client', 'shift', 'weekend', 'clock'],
  defaultGroupBy: ['tier'],
  filters: ['tier', 'client', 'source', 'clock'],
  buckets: ['none'],
  views: ['table', 'stat', 'alert'],
  options: z.strictObject({ clock: z.enum(CLOCKS).default('decide'), plain: z.boolean().optional() }),
  headline: 'adherence',
  columns: [
    ...slaGroupColumns,
    { name: 'shift', title: 'Shift', kind: 'text', description: "Named window of the SOC's day in which the item started. Only for ranges of at least 28 days and cells of at least 20 items.", optional: true, operatorOnly: true },
    { name: 'weekend', title: 'Day', kind: 'enum', values: WEEKEND_VALUES, description: "Kind of the client's local day on which the item started; holidays are those of the calendar that governs its targets.", optional: true },
    ...slaCountColumns,
    { name: 'untracked', title: 'Untracked', kind: 'count', description: 'Alerts of a ticket-required tier past their due with neither ticket nor human verdict, one per rule, client and local day. Decide clock only; empty when grouped by shift or day.' },
    { name: 'floor', title: 'Floor', kind: 'ratio', description: 'Adherence with untracked alerts counted as missed.' },
    { name: 'from_creation', title: 'Started at creation', kind: 'count', description: 'Counted items whose start is the ticket’s creation, because no alert was linked before anybody acted on it.' },
    { name: 'unknown_stop', title: 'Stopped by unknown', kind: 'count', description: 'Counted items whose stop was set by an actor the source does not tell; taken as human.' },
    { name: 'reopened', title: 'Reopened', kind: 'count', description: 'Counted items that were reopened within the agreed days.' },
    { name: 'gone', title: 'Gone', kind: 'count', description: 'Counted items whose ticket vanished at its source; they keep their outcome.' },
    { name: 'reason', title: 'Why empty', kind: 'text', description: 'Why the adherence is missing.' },
    ...plainColumns,
  ],
});
