import { z } from 'zod';
import { SEVERITY_TIERS, TICKET_ORIGINS } from '../model/vocabulary';
import { defineMetric } from './types';

/** Ways in which an alert and a ticket fail to meet (metrics.md, The join: Orphans). The first two are orphans, the others stand apart. */
export const ORPHAN_KINDS = ['alert_without_ticket', 'ticket_quotes_unknown', 'quotes_none', 'before_history', 'not_read_yet'] as const;
export type OrphanKind = (typeof ORPHAN_KINDS)[number];

export const integrityOrphans = defineMetric({
  id: 'integrity.orphans',
  title: 'Orphans of the join',
  area: 'integrity',
  definition: 'Alerts that should have a ticket and have none, and tickets that quote an alert id nobody has. Apart from these: tickets from alerts that quote nothing, and tickets whose alerts lie outside the alert history that was read.',
  formula: 'alert without ticket: tier requires a ticket, detected in range, older than the grace period; ticket quotes unknown: created inside the alert history that was read, quotes an id that no alert has',
  contract: '§ The join, Orphans',
  nullReasons: { none_asked: 'Nothing in range that could be an orphan of this kind.' },
  overOptimisation: 'Not quoting the alert id at all takes a ticket out of "quotes unknown" and puts it into "quotes none"; its alert then stands in "alert without ticket" and lowers join completeness.',
  counters: ['join_completeness', 'unmatched', 'source_lag'],
  groupBy: ['client'],
  defaultGroupBy: [],
  filters: ['client', 'tier', 'source'],
  buckets: ['none'],
  views: ['table', 'stat', 'alert'],
  options: z.strictObject({ kind: z.enum(['all', 'orphans', ...ORPHAN_KINDS]).default('all') }),
  headline: 'count',
  columns: [
    { name: 'kind', title: 'Kind', kind: 'enum', values: ORPHAN_KINDS, description: 'alert without ticket; ticket quotes unknown: an id that no alert has; quotes none: origin alert or unknown, no id; before history: created before the alerts that were read; not read yet: created after them.' },
    { name: 'client', title: 'Client', kind: 'text', description: 'Client of the alert or the ticket.', optional: true },
    { name: 'name', title: 'Alert or ticket', kind: 'text', description: 'Id of the alert at its source, or key of the ticket.', optional: true },
    { name: 'source', title: 'Source', kind: 'text', description: 'Source the row came from.', optional: true },
    { name: 'tier', title: 'Severity tier', kind: 'enum', values: SEVERITY_TIERS, description: 'Tier of the alert, or of the ticket now.', optional: true },
    { name: 'time', title: 'Time', kind: 'time', description: 'Detection of the alert, or creation of the ticket.', optional: true },
    { name: 'own_verdict', title: 'Own verdict', kind: 'flag', description: 'The alert has an explicit verdict in the SIEM, so join completeness counts it as joined. Empty for tickets.', optional: true },
    { name: 'origin', title: 'Origin', kind: 'enum', values: TICKET_ORIGINS, description: 'Where the ticket came from. Empty for alerts.', optional: true },
    { name: 'quotes', title: 'Ids quoted', kind: 'count', description: 'Alert ids the ticket quotes. Empty for alerts.', optional: true },
    { name: 'missing', title: 'Ids without alert', kind: 'count', description: 'Those that no alert has. Empty for alerts.', optional: true },
    { name: 'link', title: 'Link', kind: 'link', description: 'Its page at the source.', optional: true },
    { name: 'count', title: 'Count', kind: 'count', description: 'Alerts or tickets of this kind; empty when there was none that could be.', optional: true },
    { name: 'of', title: 'Of', kind: 'count', description: 'Alerts or tickets in range that could be of this kind.', optional: true },
    { name: 'reason', title: 'Why empty', kind: 'text', description: 'Why the count is missing.', optional: true },
  ],
});
