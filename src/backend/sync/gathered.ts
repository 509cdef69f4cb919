import type { Page } from '../connectors/stream';

/**
 * Exports: Gathered, ENOUGH. Small pages of a first load, written together: a transaction costs some ten milliseconds whatever it carries.
 * The place in the source moves with the write, so a kill reads the gathered pages again.
 */
export const ENOUGH = 4_000;
/** A slow source shows its progress, and keeps what it gave, at least this often, ms. */
const LONGEST = 2_000;

export class Gathered {
  page: Page | null = null;
  private since = 0;
  constructor(private readonly now: () => number, private readonly enough = ENOUGH) {}

  add(page: Page): void {
    if (!this.page) { this.page = page; this.since = this.now(); return; }
    const before = this.page;
    this.page = {
      ...page, rows: [...before.rows, ...page.rows] as Page['rows'], rejects: [...before.rejects, ...page.rejects], notices: [...before.notices, ...page.notices],
      complete: before.complete && page.complete, expected: page.expected ?? before.expected,
    } as Page;
  }
  wantsMore(): boolean { return this.page !== null && this.page.rows.length < this.enough && this.now() - this.since < LONGEST; }
  take(): Page {
    const page = this.page!;
    this.page = null;
    return page;
  }
}
