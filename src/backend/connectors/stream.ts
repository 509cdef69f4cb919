import type { CanonicalRows, RowKind } from '../../model';
import type { HttpClient } from './http/port';

/**
 * What a connector is: a list of streams. A stream reads pages newest work first where the source allows it; the engine
 * owns transactions, watermarks, retries, dedup, quarantine and progress, so a stream holds no state between calls.
 */

/** A row that could not be normalised: kept with its reason, counted, never dropped silently. */
export interface Reject {
  readonly nativeId: string | null;
  /** Field or path at fault, in the source's own words. */
  readonly field: string | null;
  readonly reason: string;
  /** The offending value or record, cut to 500 characters, without secrets or people. */
  readonly sample: string | null;
}

/** A counted remark that is no error: an unknown value of a mapped vocabulary, a clock ahead, a fallback taken. */
export interface Notice { readonly code: string; readonly field: string | null; readonly value: string | null; readonly count: number }

/** Settings whose field the source knows; `waiting` says which fields it has never known, and that it is read without them. Null: none. */
export interface MappingSeen { readonly present: readonly string[]; readonly waiting: string | null }

/** A slice [from, to) of source time. The first load asks for slices newest first; a later run for [watermark − overlap, now). */
export interface Window { readonly from: number; readonly to: number }

export interface Page<K extends RowKind = RowKind> {
  readonly kind: K;
  readonly rows: readonly CanonicalRows[K][];
  readonly rejects: readonly Reject[];
  readonly notices: readonly Notice[];
  /** Opaque, JSON-serialisable; given back to `read` to go on after a stop. Null on the last page of the window. */
  readonly cursor: unknown | null;
  /** Records the source says the window holds, where it says so (for progress); null = unknown. */
  readonly expected: number | null;
  /** False when the source itself called the page partial (failed shards, timed out): rows are kept, the watermark does not move. */
  readonly complete: boolean;
}

export interface ReadContext {
  readonly http: HttpClient;
  readonly now: () => number;
  readonly signal: AbortSignal;
  /** Seconds of state a stream may keep within ONE run (look-up tables: tenants, statuses …). */
  readonly cache: Map<string, unknown>;
}

export interface Stream<K extends RowKind = RowKind> {
  /** Stable name within its source: alerts, rules, tickets, devices, telemetry.agent_events … */
  readonly name: string;
  readonly kind: K;
  /**
   * time: windows over the source's "changed" (or day) with a watermark.
   * full: the whole list every run (small lists such as rules, tenants, files).
   * day: one window per UTC day (telemetry); a day once read completely after its end (plus lag) is not read again.
   */
  readonly mode: 'time' | 'full' | 'day';
  /** Late and equal-timestamp records: how far before the watermark each run starts, ms. */
  readonly overlap: number;
  /** How far the window's end stays behind now (refresh lag), ms. */
  readonly lag: number;
  /** Size of a first-load slice, ms (default: a calendar month). */
  readonly slice?: number;
  /** How far back a first load goes, ms, where it is not the source's historyDays (telemetry: its own back-fill depth). */
  readonly history?: number;
  /** True where the stream itself asserts that rows belong to the window (a row may come because of its children and carry an older time). Else the engine does. */
  readonly checksWindow?: boolean;
  /**
   * Only where the source keeps no history (ticket, alert): a stored row was read again and differs. Gives the row to store, with what the
   * difference tells added: events with `at` = seen.to and `uncertainty` = seen.to − seen.from, or an alert's acknowledgedAt. Pure.
   * Observed events of earlier reads are already back in `after.timeline`.
   */
  observe?(before: CanonicalRows[K], after: CanonicalRows[K], seen: Window): CanonicalRows[K];
  /**
   * Rejects with a SourceError that names them when fields the settings map are not there (any more). Asked before reading: rows that
   * are read again without a field would lose what is stored of it. Absent where `read` itself finds out.
   * `seen`: the settings whose field was there once, by earlier answers (`present`), of earlier processes too.
   */
  mapped?(context: ReadContext, seen: readonly string[]): Promise<MappingSeen | void>;
  read(context: ReadContext, window: Window, cursor: unknown | null): Promise<Page<K>>;
  /**
   * All native ids now at the source within the window, for reconciliation of vanished rows; pages until cursor null.
   * Absent where the source cannot list cheaply. `complete: false` anywhere → nothing is marked gone.
   */
  listIds?(context: ReadContext, window: Window, cursor: unknown | null): Promise<{ ids: readonly string[]; cursor: unknown | null; complete: boolean }>;
  /** Ids the source reports as deleted since an instant (change log), where it has such a log. */
  deletions?(context: ReadContext, since: number, cursor: unknown | null): Promise<{ ids: readonly { nativeId: string; at: number }[]; cursor: unknown | null; complete: boolean }>;
}

export interface HealthCheck {
  readonly ok: boolean;
  /** What is wrong and what to do, naming URL, TLS, key, permission or field; or what was found. */
  readonly message: string;
  readonly checks: readonly { readonly name: string; readonly ok: boolean; readonly message: string }[];
}

export interface Connector {
  readonly sourceId: string;
  readonly system: string;
  readonly streams: readonly Stream[];
  health(context: ReadContext): Promise<HealthCheck>;
}
