/** Least time between two lines about one stream's first load, ms. */
const EVERY = 10_000;
export interface LoadSoFar { readonly rows: number; readonly progress: number; readonly etaMs: number | null }

/** Lines for the log about one stream's first load: how far it is now and then, and that it is complete, once. Silent about everything later. */
export class ProgressLog {
  private began: number | null = null;
  private said = -Infinity;
  constructor(private readonly name: string) {}

  /** The line that is due, or null. `loaded`: the history is complete. */
  line({ rows, progress, etaMs }: LoadSoFar, loaded: boolean, now: number): string | null {
    if (loaded) {
      const began = this.began;
      this.began = null;
      return began === null ? null : `${this.name}: first load complete, ${rows.toLocaleString('en')} rows, ${Math.round((now - began) / 1000)} s`;
    }
    this.began ??= now;
    if (now - this.said < EVERY) return null;
    this.said = now;
    // Never 100 while something is left.
    const percent = Math.min(99, Math.floor(progress * 100));
    return `${this.name}: first load ${percent} %, ${rows.toLocaleString('en')} rows, ${etaMs === null ? 'time left not known yet' : `about ${Math.ceil(etaMs / 1000)} s left`}`;
  }
}
