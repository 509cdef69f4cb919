/** What the workspace shows of its sync: one entry per stream, and whether a fact rebuild is under way. */
export interface StreamProgress {
  readonly source: string; readonly stream: string;
  readonly rows: number; readonly expected: number | null;
  /** 0..1 of the first load; 1 when complete. */
  readonly progress: number; readonly etaMs: number | null;
  readonly current: boolean; readonly error: string | null; readonly lastSuccess: number | null;
}
export interface SyncStatus {
  readonly streams: readonly StreamProgress[];
  /** Percentage 0..100 while facts are rebuilt after a policy edit; null otherwise. */
  readonly rebuilding: number | null;
  /** True until months that closed were looked at with every stream current or failing: some may still be frozen of what was read. */
  readonly closing: boolean;
}

export interface SyncRunner {
  start(): void;
  /** Runs every stream until it is current once; for `--once` and tests. */
  once(signal?: AbortSignal): Promise<void>;
  stop(): Promise<void>;
  status(): SyncStatus;
  /** Resolves with the next status change; for streams to the editor and the preview. */
  changed(signal: AbortSignal): Promise<void>;
  health(signal?: AbortSignal): Promise<readonly { readonly source: string; readonly ok: boolean; readonly message: string }[]>;
}
