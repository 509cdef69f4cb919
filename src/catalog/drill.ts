import { z } from 'zod';
import { ASSET_KINDS, CLOCKS, COVERAGE_STATES, SEVERITY_TIERS, VERDICT_BUCKETS } from '../model/vocabulary';
import { defineMetric, type CatalogEntry } from './types';

/** Page of a drill: `limit` rows each, from 0. The number of all rows is told as a notice and in the column `of`. */
const page = z.number().int().min(1).max(1_000_000).default(1).describe('Which page, from 1; a page has as many rows as the limit.');
const of = { name: 'of', title: 'Of', kind: 'count', description: 'All rows of the question, over all pages.' } as const;
const link = { name: 'link', title: 'Link', kind: 'link', description: 'Page at its source; empty where the source has none, or it belongs to another client.' } as const;
const client = { name: 'client', title: 'Client', kind: 'text', description: 'Client the row belongs to.' } as const;
const tier = { name: 'tier', title: 'Severity tier', kind: 'enum', values: SEVERITY_TIERS, description: 'Severity tier; untiered where the source gave no mapped value.' } as const;
const shared = { area: 'drill', counters: [], groupBy: ['client'], defaultGroupBy: [], buckets: ['none'], views: ['table'], headline: null, nullReasons: { link: 'The source has no page, or it belongs to another client.' } } as const satisfies Partial<CatalogEntry>;
const CUT = 'Grouped by client, each client is cut in its own zone, as values by client are; else the range is cut as a total is.';

export const alerts = defineMetric({
  ...shared, id: 'alerts', title: 'Alerts, row by row',
  definition: `The alerts behind the values of rule outcomes: each with its verdict, where that came from, and its page at the source. ${CUT}`,
  formula: 'alerts detected in range; as many with each verdict as rule outcomes counts in that bucket',
  contract: '§ Rules for every metric, 8; §2 Buckets',
  overOptimisation: 'These are the very rows that are counted; leaving one out of the list would leave it out of the count.',
  filters: ['client', 'tier', 'rule', 'source', 'state'],
  options: z.strictObject({ page }),
  columns: [
    { name: 'time', title: 'Detected', kind: 'time', description: 'When the rule fired; where the source does not tell, when it could be read.' },
    client, tier,
    { name: 'rule', title: 'Rule', kind: 'text', description: 'Name of the rule at that time; empty: the alert names none.' },
    { name: 'source', title: 'Source', kind: 'text', description: 'Source it came from.' },
    { name: 'alert', title: 'Alert', kind: 'text', description: 'Its id at the source.' },
    { name: 'verdict', title: 'Verdict', kind: 'enum', values: VERDICT_BUCKETS, description: 'The bucket it counts in.' },
    { name: 'given_by', title: 'Given by', kind: 'enum', values: ['ticket', 'alert'], description: 'ticket: inherited from it; alert: set in the SIEM; empty: no determined verdict.' },
    { name: 'verdict_at', title: 'Verdict at', kind: 'time', description: 'When it was first given; empty where there is none or the source does not tell.' },
    { name: 'ticket', title: 'Ticket', kind: 'text', description: 'Key of its first ticket; empty: none, or a ticket of another client.' },
    { name: 'tickets', title: 'Tickets', kind: 'count', description: 'Tickets it is in, merges followed.' },
    { name: 'late_link', title: 'Linked too late', kind: 'flag', description: 'Put into a ticket that stood there already, too late to start a clock.' },
    { name: 'gone', title: 'Gone', kind: 'time', description: 'Since when it is missing at its source; empty: it is there.' },
    link, of,
  ],
});

export const tickets = defineMetric({
  ...shared, id: 'tickets', title: 'SLA items, row by row',
  definition: `The items behind the values of SLA adherence: tickets by client, decisions in the SIEM without a ticket, and untracked alerts of the decide clock, each with its clock, outcome and page at the source. ${CUT}`,
  formula: 'items whose due lies in the range and has come, and those still running, and days of untracked alerts; as many with each outcome as SLA adherence counts',
  contract: '§ Rules for every metric, 8; §3 Item, Outcome',
  overOptimisation: 'These are the very rows that are counted; leaving one out of the list would leave it out of the count.',
  filters: ['client', 'tier', 'source', 'clock', 'state'],
  options: z.strictObject({ clock: z.enum(CLOCKS).default('decide').describe('Which promise is measured.'), page }),
  columns: [
    { name: 'outcome', title: 'Outcome', kind: 'enum', values: ['met', 'missed', 'overdue', 'on_hold', 'left', 'no_target', 'running', 'untracked'], description: 'How it counts at the instant asked for; untracked: alerts of one rule, client and local day that never got a ticket or a human verdict.' },
    client, tier,
    { name: 'clock', title: 'Clock', kind: 'enum', values: CLOCKS, description: 'Which promise is measured.' },
    { name: 'ticket', title: 'Ticket', kind: 'text', description: 'Key of the ticket; empty for decisions in the SIEM and for tickets of another client.' },
    { name: 'title', title: 'Title', kind: 'text', description: 'Title of the ticket, only within its own client; of untracked alerts their rule.' },
    { name: 'alerts', title: 'Alerts', kind: 'count', description: 'Alerts of this client that the item holds.' },
    { name: 'start', title: 'Started', kind: 'time', description: 'When the clock started.' },
    { name: 'due', title: 'Due', kind: 'time', description: 'When the target ended; empty: paused, or no target.' },
    { name: 'stop', title: 'Stopped', kind: 'time', description: 'When it was stopped; empty: still open.' },
    { name: 'paused', title: 'Paused', kind: 'seconds', description: 'Allowed pauses while the clock ran.' },
    { name: 'reopened', title: 'Reopened', kind: 'count', description: 'Reopens within the agreed days.' },
    { name: 'downgraded', title: 'Opened below', kind: 'flag', description: 'Opened below the tier of its starting alerts.' },
    { name: 'gone', title: 'Gone', kind: 'time', description: 'Since when it is missing at its source; it keeps its outcome.' },
    link, of,
  ],
});

export const assets = defineMetric({
  ...shared, id: 'assets', title: 'Assets, row by row', defaultGroupBy: ['client'],
  definition: 'The assets behind the values of estate coverage, covered ones too: each with its state, what last saw it, and its page in the registry. Also those that one registry alone lists although the client has several for that kind, and those whose registries contradict each other.',
  formula: 'assets in scope at the instant asked for, and excluded ones; as many in each state as estate coverage counts',
  contract: '§ Rules for every metric, 8; §1 Covered',
  overOptimisation: 'These are the very rows that are counted; leaving one out of the list would leave it out of the count.',
  filters: ['client', 'kind', 'criticality', 'requirement', 'state'],
  options: z.strictObject({ page, show: z.enum(['all', 'one_registry', 'disagreeing']).default('all').describe('one_registry: only assets that a single registry lists, where the client has several for that kind; disagreeing: only those whose registries contradict each other.') }),
  columns: [
    { name: 'name', title: 'Asset', kind: 'text', description: 'Name in its most trusted registry, or the workload group.' },
    client,
    { name: 'kind', title: 'Kind', kind: 'enum', values: ASSET_KINDS, description: 'Endpoint, cloud workload or network segment.' },
    { name: 'criticality', title: 'Criticality', kind: 'text', description: 'As the most trusted registry says it.' },
    { name: 'requirement', title: 'Requirement', kind: 'text', description: 'What must be met to cover it.' },
    { name: 'state', title: 'State', kind: 'enum', values: COVERAGE_STATES, description: 'How it counts at the instant asked for.' },
    { name: 'last_event', title: 'Last evidence', kind: 'time', description: 'Newest evidence of every required group; empty: none in the loaded history.' },
    { name: 'last_seen', title: 'Last seen', kind: 'time', description: 'Newest sighting by any source; empty: never.' },
    { name: 'last_seen_by', title: 'Last seen by', kind: 'text', description: 'Evidence and source of that sighting.' },
    { name: 'reason', title: 'Reason', kind: 'text', description: 'with_source: the source that carried it lost its hosts; unread: sources that were not read; k of n of a group.' },
    { name: 'registries', title: 'Registries', kind: 'count', description: 'Registries that list it now; empty: a workload group.' },
    { name: 'disagreement', title: 'Disagreement', kind: 'text', description: 'What its registries contradict each other about; empty: nothing.' },
    link, of,
  ],
});

export const rules = defineMetric({
  ...shared, id: 'rules', title: 'Rules, row by row', groupBy: [], defaultGroupBy: [],
  definition: 'Every detection rule that the sources list or an alert names, with how often it alerted in the range and when last, and its page at the source.',
  formula: 'alerts = alerts of the rule detected in range; last = the newest of them',
  contract: '§ Rules for every metric, 8; Rule',
  overOptimisation: 'A rule stays listed when it is switched off, renamed or deleted at its source.',
  filters: ['client', 'tier', 'rule', 'source'],
  options: z.strictObject({ page }),
  columns: [
    { name: 'rule', title: 'Rule id', kind: 'text', description: 'Stable id.' },
    { name: 'name', title: 'Rule', kind: 'text', description: 'Name it has now.' },
    { name: 'tier', title: 'Severity tier', kind: 'enum', values: SEVERITY_TIERS, description: 'Tier the rule has; empty: no rule list says.' },
    { name: 'enabled', title: 'Enabled', kind: 'flag', description: 'Whether it is switched on; empty: no rule list says.' },
    { name: 'revision', title: 'Revision', kind: 'text', description: 'Its revision at the source.' },
    { name: 'derived', title: 'From alerts', kind: 'flag', description: 'Known from its alerts alone: its source has no rule list.' },
    { name: 'alerts', title: 'Alerts', kind: 'count', description: 'Alerts detected in the range.' },
    { name: 'last', title: 'Last alert', kind: 'time', description: 'Newest alert of the range; empty: none.' },
    { name: 'gone', title: 'Gone', kind: 'time', description: 'Since when it is missing at its source.' },
    link, of,
  ],
});
