import { z } from 'zod';
import { SEVERITY_TIERS } from '../model/vocabulary';
import { defineMetric } from './types';

export const slaIncidents = defineMetric({
  id: 'sla.incidents',
  title: 'Confirmed incidents',
  area: 'sla',
  definition: 'Tickets whose verdict is true positive, given by a human, and alerts confirmed in the SIEM without a ticket, with the times at which they were detected, decided, notified, contained and resolved. An incident stands in the period that holds its verdict, so a late confirmation does not change an earlier month.',
  formula: 'verdict = true positive by a human, given in range; merged tickets stand under the one they were merged into; an incident of several clients is one for each',
  contract: '§3 Item, Clocks; § The join, Verdict of an alert',
  nullReasons: { not_recorded: 'The source records no such event.', foreign_ticket: 'The ticket belongs to another client; only its clock is shown.' },
  overOptimisation: 'Calling noise a true positive fills this list with incidents nobody handled: no containment, no notice, closed within minutes. Not calling an incident one keeps it out and shows as undetermined or unclassified in rule outcomes.',
  counters: ['undetermined', 'unclassified', 'redispositions', 'unknown_actors'],
  groupBy: ['tier'],
  defaultGroupBy: ['tier'],
  filters: ['tier', 'client', 'source'],
  buckets: ['none'],
  views: ['table'],
  options: z.strictObject({}),
  headline: null,
  columns: [
    { name: 'incident', title: 'Incident', kind: 'text', description: 'Key of the ticket; empty for a decision in the SIEM and for a ticket of another client.' },
    { name: 'title', title: 'Title', kind: 'text', description: 'Title of the ticket, only within its own client; the rule for a decision in the SIEM.' },
    { name: 'client', title: 'Client', kind: 'text', description: 'Client it happened to.' },
    { name: 'tier', title: 'Severity tier', kind: 'enum', values: SEVERITY_TIERS, description: 'Highest tier it held before it was decided.' },
    { name: 'detected', title: 'Detected', kind: 'time', description: 'Earliest detection of its alerts; the creation of the ticket where no alert led to it.' },
    { name: 'decided', title: 'Decided', kind: 'time', description: 'First human disposition, escalation, containment or resolution.' },
    { name: 'notified', title: 'Notified', kind: 'time', description: 'When the client was told; empty: not recorded.' },
    { name: 'contained', title: 'Contained', kind: 'time', description: 'When it was contained; empty: not recorded.' },
    { name: 'resolved', title: 'Resolved', kind: 'time', description: 'When it was resolved; empty: still open.' },
    { name: 'confirmed_at', title: 'Confirmed', kind: 'time', description: 'When the verdict was given (the source keeps no time of it: when the ticket was closed, else created); it puts the incident into a period.' },
    { name: 'alerts', title: 'Alerts', kind: 'count', description: 'Alerts of this client in it.' },
    { name: 'sentence', title: 'In words', kind: 'text', description: 'What happened, as times since its detection.' },
    { name: 'link', title: 'Link', kind: 'link', description: 'Its page at the source.' },
  ],
});
