import type { Notice } from '../stream';

/** Counts remarks of one page by code, field and value. */
export class Counts {
  private readonly counts = new Map<string, { code: string; field: string | null; value: string | null; count: number }>();
  add(code: string, field: string | null, value: string | null, count = 1): void {
    const short = value === null ? null : value.slice(0, 200);
    const key = `${code}|${field}|${short}`;
    const known = this.counts.get(key);
    if (known) known.count += count; else this.counts.set(key, { code, field, value: short, count });
  }
  list(): Notice[] { return [...this.counts.values()]; }
}
