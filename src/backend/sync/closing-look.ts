import type { StreamRun } from './stream-run';

/**
 * Exports: ClosingLook. Whether months that closed were looked at with everything read that is to be read. They are frozen by the clock's tick
 * (reported/freeze.ts), and a month waits for its sources; so as soon as the last stream is current a look is due that does not wait for the next tick.
 */
export class ClosingLook {
  /** Streams that were current when a look that ended began. */
  private looked: number | null = null;
  constructor(private readonly streams: () => readonly StreamRun[], private readonly rebuilding: () => boolean) {}

  /** How many streams are current; null while one is being read or facts are being rebuilt: a look would find nothing new. */
  private standing(): number | null {
    const all = this.streams().map(run => run.progress());
    return this.rebuilding() || all.some(s => !s.current && s.error === null) ? null : all.filter(s => s.current).length;
  }
  /** Everything is read or failing, and no look has begun since. */
  get due(): boolean { const standing = this.standing(); return standing !== null && standing !== this.looked; }
  /** What could be frozen is. */
  get done(): boolean { const standing = this.standing(); return standing !== null && standing === this.looked; }

  /** A look. One that fails was none; true when it was the first with these streams. */
  async take(look: () => Promise<void>): Promise<boolean> {
    const standing = this.standing();
    await look();
    const first = standing !== null && standing !== this.looked;
    if (standing !== null) this.looked = standing;
    return first;
  }
}
