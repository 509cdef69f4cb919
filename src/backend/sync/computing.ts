import type { Committer } from './commit';
import { horizon } from './pending';
import type { StreamRun } from './stream-run';

/**
 * Exports: Computing. Facts that pages only left or marked, computed for all streams together, and who is current because of it: a stream
 * is once it was read to its present *and* the facts its rows bring stand on the panels. Facts of alerts and tickets wait for each other
 * over sources, so what one source's run computes can make another source's stream current.
 */
export class Computing {
  constructor(private readonly committer: Committer, private readonly streams: () => readonly StreamRun[]) {}

  /** Streams at their present whose facts are not known to be computed; taken before computing, because others arrive meanwhile. */
  private arrived(...kinds: StreamRun['stream']['kind'][]): StreamRun[] {
    return this.streams().filter(run => kinds.includes(run.stream.kind) && run.arrived && run.state.current !== true);
  }

  /** Facts of alerts and tickets that a first load left. */
  async settle(signal?: AbortSignal): Promise<void> {
    const arrived = this.arrived('alert', 'ticket');
    await this.committer.settle(signal, horizon(this.streams()));
    if (this.committer.waiting || signal?.aborted) return;
    for (const run of arrived) await run.computed();
  }

  /** Assets, spans and day roll-ups that pages marked. With `midnight` also what the clock alone brings. */
  async flush(midnight = false): Promise<void> {
    const arrived = this.arrived('asset', 'observation');
    if (!await this.committer.flush(midnight)) return;
    for (const run of arrived) await run.computed();
  }
}
