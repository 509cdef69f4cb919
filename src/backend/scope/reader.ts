import type { ClientSettings, Policy } from '../../settings/schema';
import type { SqlRow } from '../store/port';
import type { Sql } from '../store/sql';

/**
 * The only way to read. A relation is a sub-select over a base table that already carries the client set; metrics splice it
 * into `from` and cannot name a base table. `Relation` can be made by the gate alone: its mark has no value anywhere, only a type,
 * and `query` refuses a statement that names a base table outside a relation (scope/guard.ts).
 */
declare const made: unique symbol;
export type Relation = Sql & { readonly [made]: true };

/**
 * Named like the tables; columns are those of store/schema.ts. One more, for every scope: `alert_history`, one row (streams, begins,
 * read_to): between which instants every alert stream was read; begins is null until all have begun. And `ticket_verdict`: verdict and its
 * instant of every ticket that an item in scope comes from, the only thing beside the clock that crosses of a shared ticket.
 * `ticket_link` is `link` with client_key, created, human_events and own_* of its ticket.
 * `grant` and `access` are what the workspace knows of grants and counts of requests (never a signed text, never a person).
 * `verdict_input`: fingerprint of the words the verdict of an alert in scope follows from (store/month-verdicts), of all its tickets: a hash and a count cross, no word.
 * Relations that no client may read are absent for client scopes (Denied).
 */
export const RELATIONS = ['alert', 'ticket', 'ticket_verdict', 'link', 'ticket_link', 'item', 'reported_month', 'reported_item', 'reported_untracked', 'reported_untracked_day', 'reported_part', 'reported_coverage', 'reported_asset', 'reported_rule', 'reported_decision', 'verdict_input', 'asset', 'asset_record', 'asset_span', 'coverage_day', 'coverage_reading', 'seen_host', 'observation', 'rule', 'client', 'source', 'source_day', 'stream_state', 'quarantine', 'notice', 'alert_history', 'grant', 'access'] as const;
export type RelationName = (typeof RELATIONS)[number];

export interface ScopedReader {
  /** True for an operator organisation that did not narrow itself: sees `unassigned` and the operator-only relations. */
  readonly operator: boolean;
  /** Names the scope in keys of caches; equal only for readers that see the same. */
  readonly scope: string;
  /** Clients in scope with their zones, ordered by id. */
  readonly clients: readonly ClientSettings[];
  readonly socZone: string;
  readonly policy: Policy;
  readonly settingsVersion: number;
  /** Days rows are kept; what is older may have been removed. */
  readonly retentionDays: number;
  /** Most buckets of time an answer may be cut into. */
  readonly maxBuckets: number;
  /** Most megabytes (10⁶ bytes) of one answer. */
  readonly maxAnswerMb: number;
  /** Integer keys of dimension ids in scope; unknown or foreign ids give null (as if they did not exist). */
  clientKey(id: string): number | null;
  clientOf(key: number): ClientSettings | null;
  relation(name: RelationName): Relation;
  /** The relation's rows of these keys alone (of verdict_input: of these alerts), found by the key's index: for a page of rows, at most some hundred keys. */
  relationOf(name: 'alert' | 'ticket' | 'verdict_input', keys: readonly bigint[]): Relation;
  /** Begun before a question is asked, and ended after: whether what it read still stands, that is no commit since the beginning wrote a table behind any relation used. */
  watch(): () => () => boolean;
  query<R = SqlRow>(statement: Sql, signal?: AbortSignal): Promise<R[]>;
}

/** Why a request was refused, for counting; the message is for the person. */
export type DenialCode =
  | 'no_organisation' | 'no_grant' | 'malformed' | 'unknown_key' | 'signature' | 'workspace' | 'organisation' | 'data_source' | 'not_yet' | 'expired' | 'revoked'
  | 'no_client' | 'foreign_settings' | 'owner' | 'view_as' | 'operators_only' | 'role';

export class Denied extends Error {
  constructor(message: string, readonly code: DenialCode = 'operators_only') { super(message); this.name = 'Denied'; }
}
