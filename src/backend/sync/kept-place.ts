import { SourceError, type SourceErrorCode } from '../connectors/http/port';

/** Runs that may fail at one place before its window is begun anew: some products answer an expired place with "internal error". */
const MOST_FAILED = 5;
const PASSING: ReadonlySet<string> = new Set<SourceErrorCode>(['url', 'dns', 'refused', 'timeout', 'tls', 'forbidden_host', 'unauthorized', 'forbidden', 'rate_limited', 'not_json', 'cancelled']);
/** Failures of the way to the source or of its present state, not of what was asked. */
const passes = (error: unknown): boolean => error instanceof SourceError && (PASSING.has(error.code) || (error.code === 'http' && (error.detail.status ?? 0) >= 500));

/** Exports: KeptPlace. Whether the place a window goes on from, kept from an earlier run (a point in time, a page token), still stands at the source. */
export class KeptPlace {
  private kept = false;
  private failed = 0;

  /** A run begins; `kept`: amid a window. */
  begin(kept: boolean): void { this.kept = kept; }
  /** A page came. */
  stands(): void { this.kept = false; this.failed = 0; }
  /** A page failed. True when its window is to be begun anew: the first of a run was refused for what it asked, or failed too often. */
  forgotten(error: unknown): boolean {
    const over = this.kept && (!passes(error) || ++this.failed >= MOST_FAILED);
    if (over) this.failed = 0;
    this.kept = false;
    return over;
  }
}
