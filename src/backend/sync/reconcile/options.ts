import type { Connector, Stream } from '../../connectors/stream';
import type { Committer } from '../commit';
import type { StreamRun } from '../stream-run';

export interface ReconcileOptions {
  readonly connector: Connector;
  readonly runs: readonly StreamRun[];
  readonly committer: Committer;
  readonly now: () => number;
  readonly log: (level: 'info' | 'warn' | 'error', message: string, fields?: Record<string, unknown>) => void;
  /** How often listings are compared, ms. Change logs of deletions are read every run. */
  readonly reconcileEveryMs?: number;
}
export interface ListedStream { readonly stream: Stream; readonly run: StreamRun }
export type Kind = 'alert' | 'ticket' | 'asset';
export const TABLE = { alert: 'alert', ticket: 'ticket', asset: 'asset_record' } as const;
export const KEY = { alert: 'alert_key', ticket: 'ticket_key', asset: 'record_key' } as const;
