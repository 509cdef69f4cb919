import { z } from 'zod';
import { listedRuleColumns, ruleList } from './rules-columns';
import { defineMetric } from './types';

export const rulesLoad = defineMetric({
  ...ruleList,
  id: 'rules.load',
  title: 'Analytical load',
  definition: 'Where the work of the people who look at alerts goes: each rule’s share of all alerts, of all decisions and of the alerts that led nowhere, and how often a human touched its tickets and alerts. Hours are told only where a source keeps work logs; none is guessed.',
  formula: 'share = value of the row ÷ value of everything asked for; human touches = human events on the client’s own tickets that hold these alerts + human acknowledgements and verdicts in the SIEM (those of one instant once)',
  contract: '§2 Analytical load',
  nullReasons: { no_work_log: 'No source gives work logs: hours are not estimated.' },
  overOptimisation: 'Closing in bulk lowers touches and shows as bursts; leaving alerts alone lowers them too and shows as unreviewed; a robot’s work is not in them.',
  counters: ['unknown_actors', 'bulk_acknowledgements', 'review_completeness'],
  groupBy: ['rule', 'client', 'tier'],
  views: ['table', 'stat'],
  options: z.strictObject({}),
  headline: 'alerts',
  columns: [
    ...listedRuleColumns.map(c => (c.name === 'enabled' ? { ...c, optional: true } : c)),
    { name: 'tier', title: 'Severity tier', kind: 'enum', description: 'Severity tier of the alerts; untiered where the source gave no mapped value.', optional: true },
    { name: 'alerts', title: 'Alerts', kind: 'count', description: 'Alerts detected in range.' },
    { name: 'alerts_share', title: 'Share of alerts', kind: 'ratio', description: 'Of all alerts asked for.' },
    { name: 'decisions', title: 'Decisions', kind: 'count', description: 'Separate human decisions behind the verdicts.' },
    { name: 'decisions_share', title: 'Share of decisions', kind: 'ratio', description: 'Of all decisions asked for; empty where there are none.' },
    { name: 'nowhere', title: 'Led nowhere', kind: 'count', description: 'Alerts with the verdict false or benign.' },
    { name: 'nowhere_share', title: 'Share of noise', kind: 'ratio', description: 'Of all alerts asked for that led nowhere; empty where there are none.' },
    { name: 'touches', title: 'Human touches', kind: 'count', description: 'Human events on the tickets that hold these alerts (unknown actors count as human) and human acts on the alerts in the SIEM. A ticket with alerts of several rules counts for each of them, so the rows add up to more than the total.' },
    { name: 'touches_per_decision', title: 'Touches per decision', kind: 'number', description: 'Human touches ÷ decisions; empty under 10 decisions.' },
    { name: 'hours', title: 'Hours', kind: 'number', unit: 'h', description: 'Hours from the source’s own work logs; empty where there are none.' },
    { name: 'reason', title: 'Why empty', kind: 'text', description: 'Why the hours are missing.' },
  ],
});
