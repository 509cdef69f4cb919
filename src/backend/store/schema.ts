import { ACTOR_KINDS, ASSET_KINDS, CLOCKS, COVERAGE_STATES, DISPOSITIONS, EVIDENCE_KINDS, LINK_ORIGINS, OUTCOMES, SEVERITY_TIERS, TICKET_ORIGINS, VERDICT_BUCKETS } from '../../model';

/**
 * Every table of the store. One keyed table per entity: canonical columns and fact columns (below the line) stand together,
 * so a row, its fact and the watermark move in one transaction and one key costs memory once.
 * Keys are 64-bit hashes of deterministic ids (`keyOf`), checked for collision on upsert. Times are epoch ms UTC (BIGINT).
 * Open vocabularies are integer keys into dim_* tables; ENUM only for closed ones.
 */
export type ColumnType = 'UBIGINT' | 'BIGINT' | 'INTEGER' | 'DOUBLE' | 'BOOLEAN' | 'VARCHAR' | `enum:${EnumName}`;
export const ENUMS = {
  tier: SEVERITY_TIERS, disposition: DISPOSITIONS, bucket: VERDICT_BUCKETS, actor: ACTOR_KINDS, clock: CLOCKS,
  asset_kind: ASSET_KINDS, evidence: EVIDENCE_KINDS, coverage_state: COVERAGE_STATES, link_origin: LINK_ORIGINS, ticket_origin: TICKET_ORIGINS, outcome: OUTCOMES,
} as const;
export type EnumName = 'tier' | 'disposition' | 'bucket' | 'actor' | 'clock' | 'asset_kind' | 'evidence' | 'coverage_state' | 'link_origin' | 'ticket_origin' | 'outcome';

export interface TableDefinition { readonly key: readonly string[]; readonly columns: Readonly<Record<string, ColumnType>> }
const table = <const C extends Record<string, ColumnType>>(key: readonly (keyof C & string)[], columns: C) => ({ key, columns });

export const TABLES = {
  dim_source: table(['source_key'], { source_key: 'INTEGER', id: 'VARCHAR', system: 'VARCHAR', name: 'VARCHAR' }),
  dim_client: table(['client_key'], { client_key: 'INTEGER', id: 'VARCHAR', name: 'VARCHAR', zone: 'VARCHAR' }),
  /** One row per rule id (`AlertRow.rule`); rule_key 0 = alerts that name no rule. */
  dim_rule: table(['rule_key'], {
    rule_key: 'INTEGER', id: 'VARCHAR', source_key: 'INTEGER', name: 'VARCHAR', names: 'VARCHAR', revision: 'VARCHAR', tier: 'enum:tier',
    attack: 'VARCHAR', enabled: 'BOOLEAN', enabled_intervals: 'VARCHAR', query_hash: 'VARCHAR', predecessor: 'VARCHAR', derived: 'BOOLEAN',
    url: 'VARCHAR', changed: 'BIGINT', gone: 'BIGINT',
  }),

  alert: table(['alert_key'], {
    alert_key: 'UBIGINT', id: 'VARCHAR', native_id: 'VARCHAR', join_key: 'UBIGINT', join_id: 'VARCHAR',
    source_key: 'INTEGER', client_key: 'INTEGER', rule_key: 'INTEGER', rule_name: 'VARCHAR', rule_revision: 'VARCHAR', tier: 'enum:tier',
    event: 'BIGINT', detected: 'BIGINT', readable: 'BIGINT',
    source_severity: 'VARCHAR', source_client: 'VARCHAR', source_status: 'VARCHAR',
    acknowledged_at: 'BIGINT', acknowledged_by: 'enum:actor',
    source_disposition: 'VARCHAR', disposition: 'enum:disposition', disposition_at: 'BIGINT', disposition_by: 'enum:actor', closed_at: 'BIGINT',
    suppressed: 'INTEGER', url: 'VARCHAR', changed: 'BIGINT', gone: 'BIGINT',
    // ---- fact (facts/alert): detected, else readable, else event, else changed: the instant by which ranges select
    at: 'BIGINT', bucket: 'enum:bucket', inherited: 'BOOLEAN', conflict_with_true: 'BOOLEAN', verdict_at: 'BIGINT',
    /** Hash of the decision this alert belongs to (rule, client, verdict, ticket | own cluster); null = no determined verdict. */
    decision_key: 'UBIGINT', decision_head_at: 'BIGINT', decision_head: 'BOOLEAN',
    has_ticket: 'BOOLEAN', first_ticket_created: 'BIGINT', linked_at: 'BIGINT', tickets: 'INTEGER', cross_client: 'BOOLEAN',
    /** For alerts of a ticket-required tier with neither ticket nor human verdict: the instant past which it is untracked. Else null. */
    untracked_due: 'BIGINT', ticket_required: 'BOOLEAN', settings_version: 'INTEGER',
    /** Put into a ticket that stood there already, too late to start its clock (facts/late-link). */
    late_link: 'BOOLEAN',
    /** What counters ask of an alert at any instant (model/alert-marks.ts). Null: the row changed, or was written before the column was there; readers then ask the columns above. */
    marks: 'INTEGER',
  }),

  ticket: table(['ticket_key'], {
    ticket_key: 'UBIGINT', id: 'VARCHAR', native_id: 'VARCHAR', key: 'VARCHAR', source_key: 'INTEGER', client_key: 'INTEGER', tier: 'enum:tier',
    title: 'VARCHAR', created: 'BIGINT', source_severity: 'VARCHAR', source_client: 'VARCHAR', source_status: 'VARCHAR', done: 'BOOLEAN',
    source_disposition: 'VARCHAR', disposition: 'enum:disposition', disposition_at: 'BIGINT', disposition_by: 'enum:actor',
    origin: 'enum:ticket_origin', quotes: 'VARCHAR', timeline: 'VARCHAR', merged_into: 'VARCHAR', url: 'VARCHAR', changed: 'BIGINT', gone: 'BIGINT',
    // ---- fact (facts/ticket)
    closed_at: 'BIGINT', acknowledged_at: 'BIGINT', decided_at: 'BIGINT', resolved_at: 'BIGINT', reopens: 'INTEGER', redispositions: 'INTEGER',
    quoted: 'INTEGER', matched: 'INTEGER', quotes_before_history: 'INTEGER', cross_client: 'BOOLEAN', downgraded: 'BOOLEAN',
    unknown_actors: 'INTEGER', human_events: 'INTEGER', settings_version: 'INTEGER',
    /** Closed by a human who did nothing else to it (metrics.md §5). */
    closing_only: 'BOOLEAN',
    /**
     * Alerts of the ticket's own client that it holds, the rule of all of them (null: several), and the instants of the first and the last: what
     * rules.load needs of its links (docs/adr/064). Null `own_alerts`: not known, then the links tell.
     */
    own_alerts: 'INTEGER', own_rule_key: 'INTEGER', own_first_at: 'BIGINT', own_last_at: 'BIGINT',
  }),
  /** One row per (ticket, quoted id). `join_key` = hash of the normalised id; alerts are found by alert.join_key. */
  link: table(['ticket_key', 'join_key'], { ticket_key: 'UBIGINT', join_key: 'UBIGINT', join_id: 'VARCHAR', found: 'enum:link_origin', linked_at: 'BIGINT', removed: 'BOOLEAN' }),

  /** SLA items (facts/item): one row per item and clock. Item = ticket × client × episode, or a decision in the SIEM without ticket. */
  item: table(['item_clock_key'], {
    item_clock_key: 'UBIGINT', item_key: 'UBIGINT', ticket_key: 'UBIGINT', alert_key: 'UBIGINT', episode: 'INTEGER', source_key: 'INTEGER', client_key: 'INTEGER',
    clock: 'enum:clock', tier: 'enum:tier', alerts: 'INTEGER', start: 'BIGINT', start_from_creation: 'BOOLEAN',
    target_ms: 'BIGINT', due: 'BIGINT', gross_due: 'BIGINT', stop: 'BIGINT', first_stop: 'BIGINT', stop_unknown_actor: 'BOOLEAN',
    paused_ms: 'BIGINT', paused_since: 'BIGINT', left_at: 'BIGINT', left_as: 'VARCHAR', reopened: 'INTEGER', downgraded: 'BOOLEAN',
    shift: 'VARCHAR', weekend: 'BOOLEAN', holiday: 'BOOLEAN', gone: 'BIGINT', settings_version: 'INTEGER',
    /** Decide clock: half its target after the first human acknowledgement (null: none, or no target), and whether no human touched it until then. */
    half_due: 'BIGINT', untouched: 'BOOLEAN',
    /** Hash of the rows this item was computed from: tells an edit at the source from an edit of the policy (reported months). */
    inputs: 'UBIGINT',
    /**
     * What the item settles as, and from which instant on (facts/settled.ts); the instant of its period, and its MARKS. Null `settled_at`: nothing known
     * settles it, or the row was written before the column was there; readers then work it out from the columns above.
     */
    period_at: 'BIGINT', settled_at: 'BIGINT', settled_as: 'enum:outcome', marks: 'INTEGER',
  }),

  /** Alerts without a ticket that a human handled in the SIEM, and the item they are grouped into (facts/siem-item). */
  siem_mark: table(['alert_key'], { alert_key: 'UBIGINT', item_key: 'UBIGINT', rule_key: 'INTEGER', client_key: 'INTEGER', kind: 'VARCHAR', marked_at: 'BIGINT' }),

  /**
   * Months as reported (metrics.md, Rule 10), frozen on their closing day and never pruned. `month` is the local day number of its first day.
   * One row per client and month; the items that counted in it with their outcome at `closed_at`; untracked alerts as days by tier.
   */
  reported_month: table(['client_key', 'month'], {
    client_key: 'INTEGER', month: 'INTEGER', begins: 'BIGINT', ends: 'BIGINT', closed_at: 'BIGINT', frozen_at: 'BIGINT', settings_version: 'INTEGER', definition: 'INTEGER', items: 'INTEGER',
    /** Whether its items count today as they were reported (sync/reported/compared.ts): null where nobody has looked since one of them was written. */
    same: 'BOOLEAN',
  }),
  reported_item: table(['month', 'item_clock_key'], {
    month: 'INTEGER', item_clock_key: 'UBIGINT', client_key: 'INTEGER', clock: 'enum:clock', tier: 'enum:tier', outcome: 'VARCHAR', start: 'BIGINT', due: 'BIGINT', stop: 'BIGINT',
    target_ms: 'BIGINT', gone: 'BIGINT', inputs: 'UBIGINT', item_key: 'UBIGINT', ticket_key: 'UBIGINT', alert_key: 'UBIGINT',
  }),
  reported_untracked: table(['client_key', 'month', 'tier'], { client_key: 'INTEGER', month: 'INTEGER', tier: 'enum:tier', n: 'INTEGER' }),
  /** The same one by one: rule and local day, the alert whose due came first, and how many alerts it stands for. */
  reported_untracked_day: table(['client_key', 'month', 'tier', 'rule_key', 'day'], { client_key: 'INTEGER', month: 'INTEGER', tier: 'enum:tier', rule_key: 'INTEGER', day: 'INTEGER', alert_key: 'UBIGINT', first_due: 'BIGINT', alerts: 'INTEGER' }),

  /**
   * Coverage and verdicts of a month, each frozen by itself because they rest on other sources. No row: still to come. `frozen_at` null: the month had
   * closed before this store kept that part, and nobody can say any more what was reported. `n` = assets, or decisions, in it.
   */
  reported_part: table(['client_key', 'month', 'part'], {
    client_key: 'INTEGER', month: 'INTEGER', part: 'VARCHAR', closed_at: 'BIGINT', frozen_at: 'BIGINT', settings_version: 'INTEGER', definition: 'INTEGER', n: 'INTEGER',
    /** Of coverage: fingerprints of how far the sources that see the client had been read, and of the client's coverage policy. */
    readings: 'BIGINT', policy: 'UBIGINT',
    /** As in reported_month; of coverage, whether every asset stands on each day as it was reported. */
    same: 'BOOLEAN',
  }),
  /** Asset-days of the measured days of a month by state; `end_*`: assets at the end of its last day, measured or not. */
  reported_coverage: table(['client_key', 'month', 'kind'], {
    client_key: 'INTEGER', month: 'INTEGER', kind: 'enum:asset_kind', days: 'INTEGER', days_measured: 'INTEGER', tolerance: 'DOUBLE',
    covered: 'INTEGER', agent_only: 'INTEGER', dark: 'INTEGER', absent: 'INTEGER', unknown: 'INTEGER', excluded: 'INTEGER',
    end_covered: 'INTEGER', end_agent_only: 'INTEGER', end_dark: 'INTEGER', end_absent: 'INTEGER', end_unknown: 'INTEGER', end_excluded: 'INTEGER',
  }),
  /** State of an asset on each local day of a month (store/month-coverage), and fingerprints of what it followed from. */
  reported_asset: table(['month', 'asset_key', 'kind'], { month: 'INTEGER', asset_key: 'UBIGINT', kind: 'enum:asset_kind', client_key: 'INTEGER', states: 'VARCHAR', registry: 'UBIGINT', evidence: 'BIGINT' }),
  /** Alerts of a rule in a month by what had become of them at the closing (store/month-verdicts); `inputs` = fingerprint over all of them. */
  reported_rule: table(['client_key', 'month', 'rule_key'], {
    client_key: 'INTEGER', month: 'INTEGER', rule_key: 'INTEGER', alerts: 'INTEGER', bucket_true: 'INTEGER', bucket_benign: 'INTEGER', bucket_false: 'INTEGER', bucket_duplicate: 'INTEGER', bucket_test: 'INTEGER', bucket_undetermined: 'INTEGER',
    bucket_auto_closed: 'INTEGER', bucket_unclassified: 'INTEGER', bucket_pending: 'INTEGER', bucket_unmatched: 'INTEGER', bucket_conflict: 'INTEGER', bucket_later: 'INTEGER', suppressed: 'BIGINT', tickets: 'INTEGER', inputs: 'UBIGINT',
  }),
  /** Decisions of a month, named by their first alert in it: a changed verdict is another decision, the alert stays. */
  reported_decision: table(['month', 'alert_key'], { month: 'INTEGER', alert_key: 'UBIGINT', client_key: 'INTEGER', rule_key: 'INTEGER', verdict: 'enum:bucket', alerts: 'INTEGER', gone: 'BIGINT', inputs: 'UBIGINT' }),

  asset_record: table(['record_key'], {
    record_key: 'UBIGINT', id: 'VARCHAR', source_key: 'INTEGER', client_key: 'INTEGER', asset_key: 'UBIGINT', row: 'VARCHAR', changed: 'BIGINT', gone: 'BIGINT',
  }),
  /** Older versions of registry records that differ in client, class, exclusion or identity (facts/asset/lives): days keep what was said then. */
  asset_version: table(['record_key', 'changed'], { record_key: 'UBIGINT', changed: 'BIGINT', client_key: 'INTEGER', row: 'VARCHAR' }),
  /**
   * Merged assets (facts/asset). `last_*` are the newest evidence by kind of state, for "now" at any asOf not before them: `last_event` =
   * least over the requirement's groups of the newest that meets it, `last_strong` the same of strong matches, both not after the end of
   * registration; `last_any` of any kind and time. `state` is that of the last complete local day.
   */
  asset: table(['asset_key'], {
    asset_key: 'UBIGINT', id: 'VARCHAR', name: 'VARCHAR', kind: 'enum:asset_kind', role: 'VARCHAR', client_key: 'INTEGER', criticality: 'VARCHAR',
    workload_group: 'VARCHAR', requirement: 'VARCHAR', hostname: 'VARCHAR', fqdn: 'VARCHAR', prefix: 'VARCHAR', vrf: 'VARCHAR', address: 'VARCHAR', url: 'VARCHAR', source_key: 'INTEGER', registries: 'INTEGER',
    registered_at: 'BIGINT', retired_at: 'BIGINT', excluded_from: 'BIGINT', excluded_to: 'BIGINT', exclusion_reason: 'VARCHAR', exclusion_by: 'VARCHAR',
    last_event: 'BIGINT', last_heartbeat: 'BIGINT', last_any: 'BIGINT', last_strong: 'BIGINT', window_ms: 'BIGINT', state: 'enum:coverage_state', state_reason: 'VARCHAR',
    registry_disagreement: 'VARCHAR', settings_version: 'INTEGER',
    /** A workload group of short-lived instances, counted as one asset and day; `last_seen_by` = evidence and source of `last_any`. */
    is_group: 'BOOLEAN', last_seen_by: 'VARCHAR',
    /** Segments: registered addresses in it, and those of them that network evidence saw within the window before the last complete day's end. */
    depth_registered: 'INTEGER', depth_seen: 'INTEGER',
    /** Registration that began by a move between clients, or ended by one or by a merge; classes before the present one, as text. */
    began_as: 'VARCHAR', ended_as: 'VARCHAR', past: 'VARCHAR',
    /** Until when the exclusion was asked for; `excluded_to` is cut to 90 days. */
    excluded_asked: 'BIGINT',
  }),
  /** A host as telemetry names it, and the asset it matches (null = unregistered; ambiguous is said). */
  seen_host: table(['host_key'], {
    host_key: 'UBIGINT', source_key: 'INTEGER', client_key: 'INTEGER', name: 'VARCHAR', identity: 'VARCHAR', asset_key: 'UBIGINT', match: 'VARCHAR', first: 'BIGINT', last: 'BIGINT',
  }),
  observation: table(['host_key', 'evidence', 'day'], {
    host_key: 'UBIGINT', evidence: 'enum:evidence', day: 'INTEGER', first: 'BIGINT', last: 'BIGINT', count: 'BIGINT', source_key: 'INTEGER',
  }),
  /** Spans of one state of one asset, local days of its client, inclusive. */
  asset_span: table(['asset_key', 'first_day'], {
    asset_key: 'UBIGINT', first_day: 'INTEGER', last_day: 'INTEGER', client_key: 'INTEGER', kind: 'enum:asset_kind', criticality: 'VARCHAR', requirement: 'VARCHAR',
    state: 'enum:coverage_state', weak: 'BOOLEAN', degraded: 'BOOLEAN', reason: 'VARCHAR',
    /** What the state would be without the exclusion; equals `state` where there is none. */
    otherwise: 'enum:coverage_state',
  }),
  /** Roll-up of the spans: n assets per day and cell. A test holds roll-up = sum over spans. */
  coverage_day: table(['cell_key'], {
    cell_key: 'UBIGINT', day: 'INTEGER', client_key: 'INTEGER', kind: 'enum:asset_kind', criticality: 'VARCHAR', requirement: 'VARCHAR', state: 'enum:coverage_state',
    n: 'INTEGER', weak: 'INTEGER', degraded: 'INTEGER',
    /** Of `n` in state excluded: how many evidence covers all the same. */
    excluded_covered: 'INTEGER',
  }),
  /** How far the sources that could cover a kind of a client were read, and which local days have facts. One row per client and kind. */
  coverage_reading: table(['reading_key'], {
    reading_key: 'UBIGINT', client_key: 'INTEGER', kind: 'enum:asset_kind',
    /** Instant up to which every source that could cover was read (least of them); null = none was. */
    read_to: 'BIGINT',
    /** First and last local day with facts; null = none yet. */
    first_day: 'INTEGER', last_day: 'INTEGER',
    /** Why nothing can be measured: no_source, registry_only; null otherwise. */
    reason: 'VARCHAR',
  }),
  /** Which UTC day of which telemetry stream was read, how far, and how many hosts it carried. */
  source_day: table(['source_key', 'stream', 'day'], { source_key: 'INTEGER', stream: 'VARCHAR', day: 'INTEGER', read_to: 'BIGINT', hosts: 'INTEGER' }),

  /** `kind`: alert, ticket, asset, observation or rule; `ended`: the settings read it no longer. */
  stream_state: table(['source', 'stream'], {
    source: 'VARCHAR', stream: 'VARCHAR', kind: 'VARCHAR', watermark: 'BIGINT', backfilled_to: 'BIGINT', cursor: 'VARCHAR', rows: 'BIGINT', expected: 'BIGINT', rejected: 'BIGINT',
    last_success: 'BIGINT', last_attempt: 'BIGINT', error: 'VARCHAR', error_code: 'VARCHAR', remedy: 'VARCHAR', progress: 'DOUBLE', eta_ms: 'BIGINT', current: 'BOOLEAN', last_reconciled: 'BIGINT',
    /** Remarks that are no error: mapped fields the source has never known; why rows that vanished were not looked for. */
    waiting: 'VARCHAR', unlisted: 'VARCHAR',
  }),
  quarantine: table(['source', 'stream', 'reason', 'field'], {
    source: 'VARCHAR', stream: 'VARCHAR', reason: 'VARCHAR', field: 'VARCHAR', native_id: 'VARCHAR', count: 'BIGINT', sample: 'VARCHAR', first: 'BIGINT', last: 'BIGINT',
  }),
  notice: table(['source', 'stream', 'code', 'field', 'value'], {
    source: 'VARCHAR', stream: 'VARCHAR', code: 'VARCHAR', field: 'VARCHAR', value: 'VARCHAR', count: 'BIGINT', first: 'BIGINT', last: 'BIGINT',
  }),
  /**
   * Grants this workspace knows (scope/grants): minted here, or met when a data source first brought one. A revoked one stays, and so does
   * the revocation of one never met (org_id null). `clients` is a JSON list; the signature itself is kept nowhere.
   */
  client_grant: table(['grant_id'], {
    grant_id: 'VARCHAR', org_id: 'INTEGER', uid: 'VARCHAR', clients: 'VARCHAR', not_before: 'BIGINT', expires: 'BIGINT', key_id: 'VARCHAR', minted: 'BIGINT',
    last_used: 'BIGINT', revoked: 'BIGINT', revoked_reason: 'VARCHAR', replaced_by: 'VARCHAR',
  }),
  /** Requests by UTC day, organisation, role and result (`allowed`, or the code of the denial); never by user. */
  access_day: table(['access_key'], { access_key: 'UBIGINT', day: 'INTEGER', org_id: 'INTEGER', role: 'VARCHAR', result: 'VARCHAR', count: 'BIGINT', first: 'BIGINT', last: 'BIGINT' }),
  settings_version: table(['version'], { version: 'INTEGER', hash: 'VARCHAR', carrier: 'VARCHAR', updated: 'BIGINT', applied: 'BIGINT', settings: 'VARCHAR' }),
  /** Small facts of the store itself: owning organisation, lease, rebuild progress, work lists to resume. JSON by name. */
  meta: table(['name'], { name: 'VARCHAR', value: 'VARCHAR' }),
} as const;

export type TableName = keyof typeof TABLES;
type Scalar<T extends string> = T extends 'UBIGINT' ? bigint : T extends 'BIGINT' | 'INTEGER' | 'DOUBLE' ? number : T extends 'BOOLEAN' ? boolean : string;
/** A row as written: every column named, null for unknown. Hash keys are bigint, other integers number (safe range). */
export type StoreRow<T extends TableName> = { -readonly [C in keyof (typeof TABLES)[T]['columns']]: Scalar<(typeof TABLES)[T]['columns'][C] & string> | null };
