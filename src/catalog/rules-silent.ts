import { listedRuleColumns, ruleList } from './rules-columns';
import { defineMetric } from './types';

export const SILENT_STATES = ['fell_silent', 'disabled', 'removed'] as const;

export const rulesSilent = defineMetric({
  ...ruleList,
  id: 'rules.silent',
  title: 'Fell silent',
  definition: 'Rules that alerted in the preceding period of equal length and not in this one, and rules that are switched off: either the threat is gone, or the rule, its data or its switch is.',
  formula: 'fell silent: alerts in the as many local days before the range > 0 and alerts in the range = 0; with every disabled or removed rule that ever alerted',
  contract: '§2 Fell silent',
  nullReasons: {},
  overOptimisation: 'Switching rules off raises every rate; it shows here with what those rules had confirmed, and in "found elsewhere" when somebody else reports what they would have caught.',
  counters: ['source_lag'],
  columns: [
    { name: 'state', title: 'State', kind: 'enum', values: SILENT_STATES, description: 'fell_silent: switched on, or not known to be off, and without alerts; disabled: switched off at its source; removed: no longer in its rule list.' },
    ...listedRuleColumns,
    { name: 'before', title: 'Alerts before', kind: 'count', description: 'Alerts in the preceding period of equal length.' },
    { name: 'confirmed_before', title: 'Confirmed before', kind: 'text', description: 'Confirmed true positives of the decisions in the preceding period, as k of n.' },
    { name: 'alerts', title: 'Alerts', kind: 'count', description: 'Alerts in range: none where it fell silent; a disabled rule may have alerted before it was switched off.' },
    { name: 'last_alert', title: 'Last alert', kind: 'time', description: 'When it last alerted.' },
    { name: 'off_since', title: 'Off since', kind: 'time', description: 'When it was switched off or removed; empty: it is on, or nobody saw when.' },
  ],
});
