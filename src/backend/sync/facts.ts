import type { WorkspaceSettings } from '../../settings/schema';
import type { Transaction } from '../store/port';
import type { LinkedRows } from './recompute/linked-rows';

/** What a page of rows touched: keys whose facts must be recomputed in the same transaction. */
export interface Touched {
  readonly alerts: Set<bigint>;
  /** alert.join_key of alerts and quotes touched: whoever is linked through them is touched too. */
  readonly joins: Set<bigint>;
  readonly tickets: Set<bigint>;
  readonly assetRecords: Set<bigint>;
  readonly hosts: Set<bigint>;
  /** Of `hosts`: seen earlier than `seen_host.first` says. A back-fill moves nearly every host's first sighting with every day, so the flush writes them together. */
  readonly firsts: Set<bigint>;
  /** Of `hosts`: UTC days [first, last] newly seen, by client key, where the page tells them. Saves asking the store. */
  readonly seen: Map<number, [number, number]>;
  /** `source_key|stream|day` telemetry days newly read (further). */
  readonly telemetryDays: Set<string>;
}
export const noneTouched = (): Touched => ({ alerts: new Set(), joins: new Set(), tickets: new Set(), assetRecords: new Set(), hosts: new Set(), firsts: new Set(), seen: new Map(), telemetryDays: new Set() });

/** Ids ↔ integer keys of open vocabularies, loaded once per open store; new ids are added inside the transaction. */
export interface Dimensions {
  sourceKey(id: string): number;
  clientKey(id: string): number;
  ruleKey(id: string | null): number;
  sourceId(key: number): string;
  clientId(key: number): string;
  ruleId(key: number): string | null;
}

export interface FactContext {
  readonly settings: WorkspaceSettings;
  readonly version: number;
  readonly dimensions: Dimensions;
  readonly now: number;
  /** What this transaction's recomputes have read already; made anew for each. */
  readonly rows?: LinkedRows;
}

/** Recomputes and upserts the facts of touched keys: sync/recompute/{alerts,items,coverage}.ts. Order: alerts, items, coverage. */
export type Recompute = (tx: Transaction, touched: Touched, context: FactContext) => Promise<void>;

/**
 * Facts that are cheaper for many pages at once: a Recompute only marks them, and this computes what was marked, in a transaction of its
 * own, at the end of a stream's slice or run. With `midnight` also what the clock alone brings (a local day ended). Without work it returns at once.
 * False when what was marked was put off; 'more' when a transaction is full and it wants another; anything else: nothing of it is left.
 */
export type Flush = (tx: Transaction, context: FactContext, midnight: boolean) => Promise<boolean | 'more' | void>;
