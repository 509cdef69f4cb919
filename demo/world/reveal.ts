/**
 * Shows of items with a known future what exists at `now`: those that have begun, each without what is still to come.
 * A later `now` appends; items without a future are never touched again, so calling again is cheap.
 */
export class Reveal<T> {
  private readonly all: T[] = [];
  private shown: T[] = [];
  /** Positions in `shown` of items that still have a future. */
  private live: number[] = [];
  private now = -Infinity;
  private result: readonly T[] = [];

  constructor(private readonly begins: (item: T) => number, private readonly idOf: (item: T) => string | number, private readonly cut: (item: T, now: number) => T) {}

  /** Items may come in any order, but none may begin before the latest `now` that was asked for. */
  add(items: readonly T[]): void {
    if (items.length === 0) return;
    const tail = this.all.splice(this.shown.length);
    for (const item of items) tail.push(item);
    const { begins, idOf } = this;
    tail.sort((a, b) => begins(a) - begins(b) || (idOf(a) < idOf(b) ? -1 : 1));
    for (const item of tail) this.all.push(item);
  }

  at(now: number): readonly T[] {
    if (now < this.now) { this.shown = []; this.live = []; this.result = []; }
    let changed = this.shown.length === 0;
    const still: number[] = [];
    for (const index of this.live) {
      const full = this.all[index]!;
      const cut = this.cut(full, now);
      if (cut !== full) still.push(index);
      if (cut === full || !same(cut, this.shown[index]!)) { this.shown[index] = cut; changed = true; }
    }
    for (let next = this.shown.length; next < this.all.length && this.begins(this.all[next]!) < now; next++) {
      const cut = this.cut(this.all[next]!, now);
      if (cut !== this.all[next]) still.push(next);
      this.shown.push(cut);
      changed = true;
    }
    this.live = still;
    this.now = now;
    // A fresh array per change: a caller may keep what it got.
    if (changed) this.result = this.shown.slice();
    return this.result;
  }
}
/** Cut items differ by the length of their history alone (and the marks that follow from it). */
function same(a: unknown, b: unknown): boolean {
  const [x, y] = [a, b] as { changes?: readonly unknown[]; workflow?: readonly unknown[]; deletedAt?: unknown }[];
  return x!.changes?.length === y!.changes?.length && x!.workflow?.length === y!.workflow?.length && x!.deletedAt === y!.deletedAt;
}
