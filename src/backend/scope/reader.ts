import type { ClientSettings, Policy } from '../../settings/schema';
import type { SqlRow } from '../store/port';
import { sql, type Sql } from '../store/sql';

/**
 * The only way to read. A relation is a sub-select over a base table that already carries the client set; metrics splice it
 * into `from` and cannot name a base table. `Relation` can be made by the gate alone.
 */
declare const made: unique symbol;
export type Relation = Sql & { readonly [made]: true };

/**
 * Named like the tables; columns are those of store/schema.ts. One more, for every scope: `alert_history`, one row (streams, begins,
 * read_to): between which instants every alert stream was read; begins is null until all have begun.
 * Relations that no client may read are absent for client scopes (Denied).
 */
export const RELATIONS = ['alert', 'ticket', 'link', 'item', 'asset', 'asset_record', 'asset_span', 'coverage_day', 'coverage_reading', 'seen_host', 'observation', 'rule', 'client', 'source', 'source_day', 'stream_state', 'quarantine', 'notice', 'alert_history'] as const;
export type RelationName = (typeof RELATIONS)[number];

export interface ScopedReader {
  /** True for an operator organisation that did not narrow itself: sees `unassigned` and the operator-only relations. */
  readonly operator: boolean;
  /** Clients in scope with their zones, ordered by id. */
  readonly clients: readonly ClientSettings[];
  readonly socZone: string;
  readonly policy: Policy;
  readonly settingsVersion: number;
  /** Integer keys of dimension ids in scope; unknown or foreign ids give null (as if they did not exist). */
  clientKey(id: string): number | null;
  clientOf(key: number): ClientSettings | null;
  relation(name: RelationName): Relation;
  query<R = SqlRow>(statement: Sql, signal?: AbortSignal): Promise<R[]>;
}

/** Used by the gate. */
export const asRelation = (fragment: Sql): Relation => sql`(${fragment})` as Relation;

export class Denied extends Error {
  constructor(message: string) { super(message); this.name = 'Denied'; }
}
