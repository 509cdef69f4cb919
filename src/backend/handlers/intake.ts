/**
 * Begins queries one per turn of the event loop, organisations in rotation. A hundred that arrive at once each cost a millisecond or two of
 * the one thread before they wait for the store (checked, their grant verified, looked for among kept answers): a neighbour's that arrives
 * behind them begins next, not last (security.md, row 10).
 */
export class Intake {
  private readonly queues = new Map<number, (() => void)[]>();
  private ticking = false;

  /** Resolves when it is this query's turn to begin. */
  begin(orgId: number): Promise<void> {
    return new Promise(resolve => {
      const queue = this.queues.get(orgId);
      if (queue) queue.push(resolve); else this.queues.set(orgId, [resolve]);
      if (!this.ticking) { this.ticking = true; setImmediate(() => this.tick()); }
    });
  }

  private tick(): void {
    const [orgId, queue] = this.queues.entries().next().value!;
    const first = queue.shift()!;
    // To the end of the rotation.
    this.queues.delete(orgId);
    if (queue.length > 0) this.queues.set(orgId, queue);
    this.ticking = this.queues.size > 0;
    if (this.ticking) setImmediate(() => this.tick());
    first();
  }
}
