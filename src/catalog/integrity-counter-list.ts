import type { AssetKind } from '../model/vocabulary';

/** One integrity counter (metrics.md §5). `past` says on which side of its threshold it makes the headlines it concerns `qualified`. */
export interface CounterDefinition {
  readonly id: string;
  readonly title: string;
  /** ratio: k ÷ n; count: k; seconds. */
  readonly unit: 'ratio' | 'count' | 'seconds';
  readonly family: 'alerts' | 'tickets' | 'bursts' | 'items' | 'untracked' | 'coverage' | 'assets' | 'hosts' | 'days' | 'sources' | 'quarantine' | 'reported' | 'reported_assets' | 'reported_decisions' | 'retired' | 'segments' | 'registries' | 'ahead';
  /** Name of its threshold in the policy; null: shown, judged by people. */
  readonly threshold: string | null;
  readonly past: 'below' | 'above' | 'at' | null;
  /** About no client: left out of clients' scopes and of values by client. */
  readonly operatorOnly?: boolean;
  /** The one kind of asset it speaks of: headlines of other kinds are none of its business. */
  readonly kind?: AssetKind;
  readonly description: string;
}
const define = <const T extends readonly CounterDefinition[]>(all: T): T => all;

export const COUNTERS = define([
  { id: 'join_completeness', title: 'Join completeness', unit: 'ratio', family: 'alerts', threshold: 'joinCompleteness', past: 'below', description: 'Alerts of ticket-required tiers, older than the grace period, that have a ticket or an explicit own verdict ÷ all of them.' },
  { id: 'unmatched', title: 'Unmatched alerts', unit: 'ratio', family: 'alerts', threshold: 'unmatchedShare', past: 'above', description: 'Alerts with neither ticket nor verdict ÷ alerts.' },
  { id: 'orphan_alerts', title: 'Alerts without ticket', unit: 'ratio', family: 'alerts', threshold: null, past: null, description: 'Alerts of ticket-required tiers, older than the grace period, that no ticket quotes ÷ all of them.' },
  { id: 'orphan_tickets', title: 'Tickets that quote an unknown alert', unit: 'ratio', family: 'tickets', threshold: null, past: null, description: 'Tickets inside the alert history that was read which quote an id no alert has ÷ tickets there that quote any.' },
  { id: 'conflicts', title: 'Conflicting verdicts', unit: 'ratio', family: 'alerts', threshold: 'conflictShare', past: 'above', description: 'Alerts whose verdicts contradict each other ÷ alerts.' },
  { id: 'conflicts_with_true', title: 'Conflicts with a true positive', unit: 'count', family: 'alerts', threshold: null, past: null, description: 'Of the conflicts: those where one of the verdicts is true positive.' },
  { id: 'cross_client_links', title: 'Cross-client links', unit: 'count', family: 'alerts', threshold: null, past: null, operatorOnly: true, description: 'Alerts that a ticket of another client quotes, of all alerts with a ticket.' },
  { id: 'unassigned', title: 'Alerts of no client', unit: 'ratio', family: 'alerts', threshold: null, past: null, operatorOnly: true, description: 'Alerts that no mapping gives to a client ÷ alerts.' },
  { id: 'review_completeness', title: 'Review completeness', unit: 'ratio', family: 'alerts', threshold: 'reviewCompleteness', past: 'below', description: 'Alerts with a determined verdict ÷ (alerts − duplicate − test).' },
  { id: 'undetermined', title: 'Left undetermined', unit: 'ratio', family: 'alerts', threshold: 'undeterminedShare', past: 'above', description: 'Alerts looked at and left undetermined ÷ alerts.' },
  { id: 'unclassified', title: 'Closed without verdict', unit: 'ratio', family: 'alerts', threshold: 'unclassifiedShare', past: 'above', description: 'Alerts closed without any verdict ÷ alerts.' },
  { id: 'auto_closed', title: 'Closed by automation', unit: 'ratio', family: 'alerts', threshold: 'autoClosedShare', past: 'above', description: 'Alerts closed by automation, or with a verdict only a robot set ÷ alerts.' },
  { id: 'late_links', title: 'Linked too late', unit: 'ratio', family: 'alerts', threshold: 'lateLinkShare', past: 'above', description: 'Alerts of ticket-required tiers put into a ticket that stood there already, after their own decide target or after that ticket had its verdict, so that they start no clock ÷ those with a ticket.' },
  { id: 'bundled', title: 'Bundled under one verdict', unit: 'ratio', family: 'alerts', threshold: 'bundledShare', past: 'above', description: 'Alerts with a verdict that only their ticket gave, and that it had given before they were detected, or that came more than three days after the first alert of their rule in it ÷ alerts with a verdict that only their ticket gave.' },
  { id: 'clock_skew', title: 'Clock skew', unit: 'ratio', family: 'alerts', threshold: 'clockSkewShare', past: 'above', description: 'Alerts detected before their event, or readable before they were detected ÷ alerts where that can be compared.' },
  { id: 'no_detection', title: 'No time of detection', unit: 'ratio', family: 'alerts', threshold: null, past: null, description: 'Alerts whose source does not tell when the rule fired, so that their clocks start when an analyst could read them ÷ alerts.' },
  { id: 'gone_alerts', title: 'Alerts gone at the source', unit: 'count', family: 'alerts', threshold: null, past: null, description: 'Alerts detected in range that vanished at their source; they keep their outcome. Of all alerts.' },
  { id: 'untracked', title: 'Untracked', unit: 'count', family: 'untracked', threshold: null, past: null, description: 'Alerts of ticket-required tiers whose decide target passed in range with neither ticket nor human verdict; one per rule, client, tier and local day.' },
  { id: 'bulk_acknowledgements', title: 'Handled in bulk', unit: 'count', family: 'bursts', threshold: 'burstCount', past: 'at', description: 'Most tickets acknowledged, or closed, within any 10 minutes; k of n: acts that lie in such a burst.' },
  { id: 'acknowledged_untouched', title: 'Acknowledged and left', unit: 'ratio', family: 'items', threshold: 'untouchedShare', past: 'above', description: 'Items acknowledged by a human and then touched by none for half their decide target ÷ items acknowledged at least that long ago; items started in range.' },
  { id: 'closing_only', title: 'Closed and nothing else', unit: 'ratio', family: 'tickets', threshold: 'closingOnlyShare', past: 'above', description: 'Closed tickets on which no human did anything but close them (a verdict given at that instant belongs to the closing) ÷ closed tickets; created in range.' },
  { id: 'downgrades', title: 'Opened below the alert', unit: 'ratio', family: 'tickets', threshold: 'downgradeShare', past: 'above', description: 'Tickets opened below the tier of their starting alerts ÷ tickets with alerts.' },
  { id: 'paused_share', title: 'Paused', unit: 'ratio', family: 'items', threshold: 'pausedShare', past: 'above', description: 'Items started in range whose decide clock was stopped by an allowed pause ÷ items.' },
  { id: 'reopens', title: 'Reopened', unit: 'ratio', family: 'tickets', threshold: null, past: null, description: 'Tickets reopened after a close ÷ tickets that were ever closed.' },
  { id: 'redispositions', title: 'Verdict changed', unit: 'ratio', family: 'tickets', threshold: 'redispositionShare', past: 'above', description: 'Tickets whose disposition was replaced by another ÷ tickets that ever had one.' },
  { id: 'gone', title: 'Gone at the source', unit: 'count', family: 'tickets', threshold: 'goneTickets', past: 'above', description: 'Tickets created in range that vanished at their source; they keep their outcome.' },
  { id: 'unknown_actors', title: 'Unknown actors', unit: 'ratio', family: 'tickets', threshold: null, past: null, description: 'Tickets with an act whose actor the source does not tell (taken as human) ÷ tickets.' },
  { id: 'restatements', title: 'Restated items', unit: 'count', family: 'reported', threshold: 'restatedItems', past: 'above', description: 'Items of months frozen as reported whose outcome is another now, or whose ticket vanished since; of the items frozen. Months that end in range.' },
  { id: 'restated_assets', title: 'Restated assets', unit: 'count', family: 'reported_assets', threshold: 'restatedAssets', past: 'above', description: 'Assets that count otherwise now on a day of a month whose coverage is frozen as reported; of the assets frozen with it. Months that end in range.' },
  { id: 'restated_decisions', title: 'Restated decisions', unit: 'count', family: 'reported_decisions', threshold: 'restatedDecisions', past: 'above', description: 'Decisions of months frozen as reported that count otherwise now, or whose alert vanished since; of the decisions frozen. Months that end in range.' },
  { id: 'registry_completeness', title: 'Registry completeness', unit: 'ratio', family: 'hosts', threshold: 'registryCompleteness', past: 'below', description: 'Seen hosts that match a registered asset ÷ seen hosts.' },
  { id: 'registry_disagreement', title: 'Registries disagree', unit: 'ratio', family: 'assets', threshold: null, past: null, description: 'Assets whose registries contradict each other ÷ assets in more than one registry.' },
  { id: 'retired_after_dark', title: 'Retired soon after going dark', unit: 'count', family: 'retired', threshold: null, past: null, description: 'Assets whose registration ended in range within 7 days of the last day on which they were covered and no longer so at their end, of all whose registration ended in range.' },
  { id: 'retired_uncovered', title: 'Retired uncovered', unit: 'ratio', family: 'retired', threshold: 'retiredUncoveredShare', past: 'above', description: 'Assets whose registration ended in range while no evidence covered them ÷ assets that were registered in range: what retirements took out of the gaps.' },
  { id: 'shallow_segments', title: 'Shallow segments', unit: 'ratio', family: 'segments', threshold: 'shallowSegmentShare', past: 'above', kind: 'network_segment', description: 'Covered network segments in which fewer than a quarter of at least five registered addresses were seen ÷ covered segments with at least five.' },
  { id: 'degraded', title: 'Degraded evidence', unit: 'ratio', family: 'coverage', threshold: 'degradedShare', past: 'above', description: 'Covered assets with less than a tenth of their own usual volume ÷ covered, over all kinds.' },
  { id: 'registry_age', title: 'Age of the registries', unit: 'seconds', family: 'registries', threshold: null, past: null, operatorOnly: true, description: 'Time since the registry read longest ago was last read successfully; k of n: registries never read.' },
  { id: 'refused_ahead', title: 'Stamps from the future', unit: 'count', family: 'ahead', threshold: null, past: null, operatorOnly: true, description: 'Observations refused in range because their stamps ran ahead of the clock by more than the allowed skew; per source and day the newest count.' },
  { id: 'exclusion_share', title: 'Excluded assets', unit: 'ratio', family: 'coverage', threshold: 'exclusionShare', past: 'above', description: 'Excluded ÷ (in scope + excluded), over all kinds.' },
  { id: 'weak_matches', title: 'Weak matches', unit: 'ratio', family: 'coverage', threshold: 'weakMatchShare', past: 'above', description: 'Covered assets that only a host name or an address ties to their evidence ÷ covered, over all kinds.' },
  { id: 'unknown_assets', title: 'Unknown assets', unit: 'ratio', family: 'coverage', threshold: 'unknownAssetShare', past: 'above', description: 'Assets that only sources not read so far could cover ÷ in scope, over all kinds.' },
  { id: 'heartbeat_only', title: 'Heartbeat only', unit: 'ratio', family: 'coverage', threshold: null, past: null, description: 'Assets with check-ins but no security events ÷ in scope, over all kinds.' },
  { id: 'days_not_measured', title: 'Days not measured', unit: 'count', family: 'days', threshold: null, past: null, description: 'Complete local days without a coverage value, each kind for itself.' },
  { id: 'source_lag', title: 'Source lag', unit: 'seconds', family: 'sources', threshold: 'sourceLagMinutes', past: 'above', operatorOnly: true, description: 'Longest time since a stream was last read completely; k of n: streams behind, failing or never read.' },
  { id: 'quarantined_rows', title: 'Rows quarantined', unit: 'count', family: 'quarantine', threshold: 'quarantinedRows', past: 'above', operatorOnly: true, description: 'Refusals counted for reasons that were last met in range or after it.' },
]);
export type CounterId = (typeof COUNTERS)[number]['id'];
export const COUNTER_IDS = COUNTERS.map(c => c.id) as unknown as readonly [CounterId, ...CounterId[]];
export const COUNTER_STATES = ['past threshold', 'not measured', 'ok', 'no threshold'] as const;
