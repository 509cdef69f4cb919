import { z } from 'zod';
import { CLOCKS } from '../model/vocabulary';
import { slaGroupColumns } from './sla-columns';
import { defineMetric } from './types';

export const REPORT_STATES = ['frozen', 'provisional', 'under way'] as const;

export const reportedHistory = defineMetric({
  id: 'reported.history',
  title: 'Reported months',
  area: 'reported',
  definition: 'SLA adherence month by month as it was reported. A month is provisional until its closing day, then frozen with each item’s outcome, the definition and the policy in force; what changes later does not change the figure but shows beside it as a restatement with its cause. Months are cut in the client’s zone.',
  formula: 'adherence = met ÷ (met + missed), judged at the closing instant; restated = items that count otherwise now; adherence now = the same month from today’s rows and policy, judged at the same instant',
  contract: '§ Rules for every metric, 10',
  nullReasons: {
    nothing_due: 'Nothing of this tier fell due in this month.',
    not_read: 'The closing day has passed, but a source is not read that far, or the month lies before the history that was read: it stays provisional.',
    too_old: 'Rows of this month may have been removed with age, so it is not compared any more; the frozen figure stands.',
  },
  overOptimisation: 'Editing last month’s tickets, deleting the missed ones or changing a policy backwards leaves the frozen figure as it was and adds a restatement with its cause. What can be polished is the month that has not closed yet: its integrity counters are the brake.',
  counters: ['restatements', 'gone', 'bulk_acknowledgements'],
  groupBy: ['client', 'tier', 'clock'],
  defaultGroupBy: ['client', 'tier'],
  filters: ['client', 'tier', 'clock'],
  buckets: ['month'],
  views: ['table', 'series'],
  options: z.strictObject({ clock: z.enum(CLOCKS).default('decide') }),
  headline: 'adherence',
  annotation: {
    title: 'Reported month restated', marks: 'Months that count otherwise now than when they were frozen, at the instant they were frozen',
    when: { column: 'restated', above: 0 }, time: 'frozen_at', text: ['adherence', 'now', 'restated', 'late_data', 'source_edit', 'gone', 'policy', 'definition_changed'], tags: ['client', 'tier'], groupBy: ['client', 'tier'],
  },
  columns: [
    { name: 'time', title: 'Time', kind: 'time', description: 'Beginning of the month: the client’s, or the SOC’s where clients are added up.' },
    { name: 'month', title: 'Month', kind: 'text', description: 'The local month, as year and month: the same words in every viewer’s zone.' },
    ...slaGroupColumns,
    { name: 'state', title: 'State', kind: 'enum', values: REPORT_STATES, description: 'frozen: as reported; provisional: ended, not closed or not read to its closing; under way: has not ended. Of several clients the least final.' },
    { name: 'closes', title: 'Closes', kind: 'time', description: 'Start of the closing day; outcomes are judged at this instant.' },
    { name: 'frozen_at', title: 'Frozen', kind: 'time', description: 'When it was frozen; empty until then.' },
    { name: 'definition', title: 'Definition', kind: 'count', description: 'Version of the definition it was frozen with; empty until then.' },
    { name: 'policy_version', title: 'Policy', kind: 'count', description: 'Version of the settings it was frozen with; empty until then.' },
    { name: 'met', title: 'Met', kind: 'count', description: 'Items that fell due in the month and were stopped in time.' },
    { name: 'missed', title: 'Missed', kind: 'count', description: 'Items stopped after their due, or still open at the closing.' },
    { name: 'on_hold', title: 'On hold', kind: 'count', description: 'Items in an allowed pause past the due they would have without it; in no ratio.' },
    { name: 'left', title: 'Left the count', kind: 'count', description: 'Items that a human marked duplicate or test, or merged, before their due.' },
    { name: 'no_target', title: 'No target', kind: 'count', description: 'Items that started in the month and for which no target was agreed; in no ratio.' },
    { name: 'untracked', title: 'Untracked', kind: 'count', description: 'Alerts of a ticket-required tier past their due with neither ticket nor human verdict, one per rule, client and local day. Frozen months, decide clock; empty otherwise.' },
    { name: 'adherence', title: 'Adherence', kind: 'ratio', description: 'met ÷ (met + missed), as reported; of a month not frozen, as it stands.' },
    { name: 'floor', title: 'Floor', kind: 'ratio', description: 'Adherence with untracked alerts counted as missed; frozen months, decide clock.' },
    { name: 'now', title: 'Adherence now', kind: 'ratio', description: 'What today’s rows, policy and definition would give for the month, judged at the same instant.' },
    { name: 'restated', title: 'Restated', kind: 'count', description: 'Items that count otherwise now than when it was frozen, or vanished since; empty where nothing is frozen or rows were removed with age.' },
    { name: 'late_data', title: 'Late data', kind: 'count', description: 'Of the restated: items that were not known when it was frozen.' },
    { name: 'source_edit', title: 'Source edit', kind: 'count', description: 'Of the restated: items whose ticket or alerts changed at the source since, a reopening among them.' },
    { name: 'gone', title: 'Gone', kind: 'count', description: 'Of the restated: items whose ticket vanished at its source; they keep their outcome.' },
    { name: 'policy', title: 'Policy changed', kind: 'count', description: 'Of the restated: items with the same rows that another policy judges otherwise.' },
    { name: 'definition_changed', title: 'Definition changed', kind: 'count', description: 'Of the restated: items with the same rows that a newer definition judges otherwise.' },
    { name: 'reason', title: 'Why empty', kind: 'text', description: 'Why the adherence is missing, or why the month is not frozen or not compared.' },
  ],
});
