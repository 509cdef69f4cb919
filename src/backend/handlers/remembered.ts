/**
 * Answers kept for a short while by a key that holds workspace, scope and settings version: the panels of a dashboard ask the same integrity
 * counters within a second. A failed one is forgotten at once.
 */
export class Remembered<T> {
  private readonly kept = new Map<string, { readonly at: number; readonly value: Promise<T> }>();
  constructor(private readonly forMs: number) {}

  get(key: string, now: number, make: () => Promise<T>): Promise<T> {
    for (const [k, v] of this.kept) if (now - v.at >= this.forMs || now < v.at) this.kept.delete(k);
    const known = this.kept.get(key);
    if (known) return known.value;
    const value = make();
    this.kept.set(key, { at: now, value });
    value.catch(() => { if (this.kept.get(key)?.value === value) this.kept.delete(key); });
    return value;
  }
}
