/**
 * What happened in the demo world, as data: the generator reads it, tests check that the product shows it, and people read it.
 * Days are relative to the anchor day (0 = today), inclusive, local days of the client unless said.
 */
export interface Story {
  readonly id: string;
  readonly title: string;
  /** Client id, or null: all clients. */
  readonly client: string | null;
  /** Stable ids of the rules it concerns. */
  readonly rules: readonly string[];
  readonly fromDay: number;
  readonly toDay: number;
  /** What a dashboard should show. */
  readonly shows: string;
}
const ALL = { fromDay: -400, toDay: 0, client: null, rules: [] } as const;

export const STORY_RULES = {
  noisy: 'soc-0001', unreviewed: 'soc-0002', campaign: 'soc-0003', monthEnd: 'soc-0004',
  reliable: ['soc-0005', 'soc-0006', 'soc-0007'],
  fellSilent: ['soc-0008', 'soc-0009', 'soc-0010'],
  autoClosed: ['soc-0011', 'soc-0012'],
  disabled: ['soc-0013', 'soc-0014'],
} as const;

export const ROLLOUT = {
  id: 'failed-rollout', title: 'An agent roll-out that failed', client: 'mythshire', rules: [], fromDay: -7, toDay: 0,
  shows: 'Endpoint coverage of this client falls from about 94 % to about 88 % within the last seven days and stays there: the coverage signal fires; the largest part of the change is "went dark". The agents still check in (heartbeat), so the endpoints stand as agent only.',
  /** Workstations stopped sending earlier: their window is seven days, so they leave the covered ones a week later. */
  workstationsStopped: [-10, -8.5], serversStopped: [-4, -2], victims: 0.058,
} as const satisfies Story & Record<string, unknown>;

export const OUTAGE = {
  id: 'connector-outage', title: 'The EDR connector was out', client: null, rules: [], fromDay: -20, toDay: -19,
  shows: 'Two UTC days on which agent events could not be read: endpoint coverage is "not measured" with the reason, not 0 %; days measured are fewer; no coverage signal.',
  stream: 'agent_events',
} as const satisfies Story & Record<string, unknown>;

export const NOISY = {
  id: 'noisy-rule', title: 'One very noisy rule, and its tuning', client: null, rules: [STORY_RULES.noisy], fromDay: -400, toDay: 0,
  shows: 'Until its revision 2 this rule brings a sixth of all alerts, nine in ten of them false; afterwards a sixth of that volume and a false-positive share below one half. Top of the tuning backlog for ranges before; the tuning comparison (28 days each side, 7 days gap) is significant.',
  tunedOnDay: -60, perDayBefore: 84, perDayAfter: 14, falseBefore: 0.93, falseAfter: 0.42,
} as const satisfies Story & Record<string, unknown>;

export const UNREVIEWED = {
  ...ALL, id: 'unreviewed-rule', title: 'A rule nobody reviews', rules: [STORY_RULES.unreviewed],
  shows: 'More than a dozen low alerts a day, review completeness near 0 %: first row of the unreviewed-noise backlog; no false-positive share can be told.',
  perDay: 16,
} as const satisfies Story & Record<string, unknown>;

export const NIGHT = {
  ...ALL, id: 'night-misses', title: 'Critical misses on night shifts', client: 'lionfable',
  shows: 'Critical tickets that start between 00:00 and 08:00 in the SOC zone (Europe/Berlin) miss their decide target in a third of cases; other shifts and clients about one in twenty. Largest contributor of the misses.',
  zone: 'Europe/Berlin', fromHour: 0, toHour: 8, missShare: 0.36,
} as const satisfies Story & Record<string, unknown>;

export const LOST_FIELD = {
  id: 'lost-alert-id', title: 'A workflow change lost the alert-id field', client: 'figment', rules: [], fromDay: -17, toDay: -15,
  shows: 'For three days no ticket of this client quotes an alert: join completeness falls, its high and critical alerts stand as unmatched, the headlines for a range that holds these days are qualified.',
} as const satisfies Story;

export const CAMPAIGN = {
  id: 'campaign', title: 'One campaign over all clients, one ticket', client: 'fabelwerk', rules: [STORY_RULES.campaign], fromDay: -33, toDay: -33,
  shows: 'One critical ticket of the SOC quotes alerts of all six clients: an item for each of them, cross-client links counted for operators; no client sees the title or another client\'s alerts.',
  alertsPerClient: 5, hourUtc: 9,
} as const satisfies Story & Record<string, unknown>;

export const MONTH_END = {
  ...ALL, id: 'bulk-closes', title: 'Bulk closes at the month\'s end', client: 'quimera', rules: [STORY_RULES.monthEnd],
  shows: 'On the last local day of each month 26 low tickets are closed within eight minutes at 17:40: the counter of bursts (20 or more in any ten minutes) rises for this client.',
  tickets: 26, closedAtHour: 17 + 40 / 60, withinMinutes: 8,
} as const satisfies Story & Record<string, unknown>;

export const DELETED = {
  id: 'deleted-after-miss', title: 'Tickets deleted after a miss', client: 'wattlemyth', rules: [], fromDay: -48, toDay: -3,
  shows: 'High tickets that missed their target vanish at their source a day later. They are kept, marked gone, still count as missed, and are counted.',
  days: [-48, -41, -36, -29, -22, -16, -9, -6, -3],
} as const satisfies Story & Record<string, unknown>;

export const TWO_REGISTRIES = {
  ...ALL, id: 'two-registries', title: 'The same host in two registries', rules: [], clients: ['fabelwerk', 'figment'],
  shows: 'Endpoints of these clients stand in netbox and in cmdb with other names or case and one shared serial or agent id: one asset each. Some disagree on criticality, role or retirement (counted); some stand in one registry only (listed).',
} as const satisfies Story & Record<string, unknown>;

export const HEARTBEAT_ONLY = {
  ...ALL, id: 'heartbeat-only', title: 'Agents that only check in', client: 'wattlemyth',
  shows: 'About one endpoint in twenty sends heartbeats but no security event: state agent only, not covered. Other clients have some too.',
} as const satisfies Story;

export const LAPTOPS = {
  ...ALL, id: 'laptops-off', title: 'Laptops off at weekends and on vacation',
  shows: 'Most workstations are silent at weekends: coverage does not fall on a Sunday (seven-day window). The few switched off for more than seven days go dark and come back.',
} as const satisfies Story;

export const CONTAINERS = {
  ...ALL, id: 'container-prefixes', title: 'Container prefixes with child prefixes',
  shows: 'A /16 and its /20 containers are in the registry but no assets; only prefixes without active children are network segments.',
} as const satisfies Story;

export const NODES = {
  id: 'short-lived-nodes', title: 'Cloud nodes that live three hours', client: null, rules: [], fromDay: -35, toDay: 0, clients: ['figment', 'lionfable'],
  shows: 'Scaling groups whose nodes live three hours each: one asset per group and day, covered when 95 % of its nodes were seen.',
  groups: [{ client: 'figment', name: 'fig-claims-render', slots: 5 }, { client: 'figment', name: 'fig-quotes-batch', slots: 3 }, { client: 'lionfable', name: 'lio-route-solver', slots: 4 }],
} as const satisfies Story & Record<string, unknown>;

export const ESCALATION = {
  ...ALL, id: 'escalation-after-acknowledge', title: 'Acknowledged, then escalated', client: 'mythshire',
  shows: 'A quarter of this client\'s high and critical tickets are escalated minutes after acknowledgement and resolved much later: the escalation stops the decide clock, resolve runs on.',
  share: 0.25,
} as const satisfies Story & Record<string, unknown>;

export const LATE_LINKS = {
  ...ALL, id: 'late-links', title: 'Evidence linked days later',
  shows: 'Some tickets gain alert ids one to five days after creation; the start of their clock does not move.',
} as const satisfies Story;

export const RELIABLE = {
  ...ALL, id: 'rare-reliable', title: 'Rare but reliable rules', rules: STORY_RULES.reliable,
  shows: 'Few alerts, most of them true: rows of "rare but reliable".',
} as const satisfies Story;

export const SILENT = {
  id: 'fell-silent', title: 'Rules that fell silent', client: null, rules: STORY_RULES.fellSilent, fromDay: -40, toDay: 0,
  shows: 'Rules that alerted daily until day −40 and never since, though enabled: rows of "fell silent".',
} as const satisfies Story;

export const AUTOMATION = {
  ...ALL, id: 'automation-acknowledges', title: 'Automation acknowledges', client: 'fabelwerk',
  shows: 'A playbook moves half of this client\'s tickets to Acknowledged within a minute. That is no acknowledgement: only a human action stops the clock.',
} as const satisfies Story;

export const AUTO_CLOSED = {
  ...ALL, id: 'auto-closed', title: 'Rules whose alerts automation closes', rules: STORY_RULES.autoClosed,
  shows: 'Alerts closed by automation within two minutes stand as auto_closed, not as reviewed.',
} as const satisfies Story;

export const DUPLICATES = {
  ...ALL, id: 'duplicates', title: 'Tickets closed as duplicates',
  shows: 'About one in eighty tickets is closed as Duplicate within half an hour, without being merged: its alerts stand in the bucket duplicate, outside of review completeness, and its item left the count.',
  share: 0.0125,
} as const satisfies Story & Record<string, unknown>;

export const STORIES: readonly Story[] = [
  ROLLOUT, OUTAGE, NOISY, UNREVIEWED, NIGHT, LOST_FIELD, CAMPAIGN, MONTH_END, DELETED, TWO_REGISTRIES, HEARTBEAT_ONLY, LAPTOPS,
  CONTAINERS, NODES, ESCALATION, LATE_LINKS, RELIABLE, SILENT, AUTOMATION, AUTO_CLOSED, DUPLICATES,
  { ...ALL, id: 'merges', title: 'Duplicates and merges', shows: 'About two in a hundred tickets are merged into an earlier one of the same client and day (resolution Duplicate), quoting the same alert.' },
  { ...ALL, id: 'reopens', title: 'Reopens', shows: 'Some resolved tickets are reopened within ten days, a few of them with another verdict in the end.' },
  { ...ALL, id: 'pauses', title: 'Waiting for client', shows: 'Some tickets wait for the client for hours to days: adherence net of pauses and gross differ.' },
  { ...ALL, id: 'severity-changes', title: 'Severity raised and lowered', shows: 'Raising starts the shorter target then; lowering never postpones.' },
  { ...ALL, id: 'siem-only', title: 'Decided in the SIEM, no ticket', shows: 'Alerts closed with a reason in the SIEM carry their own verdict; they are SLA items grouped as decisions.' },
  { ...ALL, id: 'no-verdict', title: 'Alerts without a verdict', shows: 'A part of the low and medium alerts is never touched: unmatched; of critical and high about one in a hundred (untracked, the floor beside adherence).' },
];
