import { availableParallelism } from 'node:os';
import { productThreads } from '../workspace/threads';

/** Too many requests of one organisation wait already: HTTP 429. */
export class Crowded extends Error {
  override name = 'Crowded';
}

interface Waiting { readonly run: () => void }
export interface FairLimits {
  /** Statements the store answers well at a time. */
  readonly slots: number;
  /** Of them, for one organisation at most while another one asks too. */
  readonly perOrganisation: number;
  /** How many may wait for one organisation before it is told to come back later. */
  readonly waiting: number;
  /** Queries that take the whole machine together; below that nobody is in another's way. */
  readonly fill: number;
}
const RECENT = 1_000;
/** Who asks at least so many times what a neighbour asks lets it be answered first, */
const DEMANDING = 2;
/** but begins a query after so many ms all the same: a neighbour's slow question stops nobody. */
export const PATIENCE = 100;
/** Who was answered so many ms ago is about to ask again: the next panel, or what the answer's standing rests on. */
export const PAUSE = 10;
/** Time as the turns see it; a test brings its own. */
export interface Clock { readonly now: () => number; readonly later: (ms: number, run: () => void) => void }
const REAL: Clock = { now: () => performance.now(), later: (ms, run) => { setTimeout(run, ms).unref(); } };
export const FAIR_LIMITS: FairLimits = { slots: 3, perOrganisation: 1, waiting: 500, fill: Math.floor(availableParallelism() / productThreads()) };

/**
 * Turns for queries: organisations take them in rotation, each has at most its share, so that a noisy one waits for itself and leaves
 * its neighbour a slot (security.md, row 10). A slot alone leaves it half of the machine: while a neighbour that asks little is answered, a
 * noisy one begins nothing (docs/adr/066).
 */
export class FairTurns {
  private readonly queues = new Map<number, Waiting[]>();
  private readonly running = new Map<number, number>();
  /** When each organisation last took a turn, counted in turns: who asked among the last RECENT is a neighbour. */
  private readonly lastTurn = new Map<number, number>();
  /** When each last began a query, ms. */
  private readonly began = new Map<number, number>();
  /** When each was last answered, ms. */
  private readonly answered = new Map<number, number>();
  private turns = 0;
  private busy = 0;
  /** When it looks again by itself, ms. */
  private looksAt = Infinity;

  constructor(private readonly limits: FairLimits = FAIR_LIMITS, private readonly clock: Clock = REAL) {}

  async run<T>(orgId: number, work: () => Promise<T>, signal?: AbortSignal): Promise<T> {
    await this.turn(orgId, signal);
    try { return await work(); } finally {
      this.busy--;
      this.running.set(orgId, (this.running.get(orgId) ?? 1) - 1);
      if (this.running.get(orgId) === 0) { this.running.delete(orgId); this.answered.set(orgId, this.clock.now()); }
      this.next();
    }
  }

  private turn(orgId: number, signal: AbortSignal | undefined): Promise<void> {
    const queue = this.queues.get(orgId) ?? [];
    if (queue.length >= this.limits.waiting) return Promise.reject(new Crowded(`${queue.length} queries of this organisation are waiting already. Try again in a moment, or open fewer panels at once.`));
    return new Promise((done, fail) => {
      const waiting: Waiting = { run: () => { signal?.removeEventListener('abort', gone); this.busy++; this.running.set(orgId, (this.running.get(orgId) ?? 0) + 1); done(); } };
      const gone = () => {
        const left = this.queues.get(orgId);
        const at = left?.indexOf(waiting) ?? -1;
        if (at >= 0) left!.splice(at, 1);
        fail(new Error('The request was cancelled.'));
      };
      if (signal?.aborted) { fail(new Error('The request was cancelled.')); return; }
      signal?.addEventListener('abort', gone, { once: true });
      queue.push(waiting);
      this.queues.set(orgId, queue);
      this.next();
    });
  }

  /** All slots for one that is alone, else its share. */
  private shareOf(orgId: number): number {
    for (const [other, turn] of this.lastTurn) {
      if (this.turns - turn > RECENT) this.lastTurn.delete(other);
      else if (other !== orgId) return this.limits.perOrganisation;
    }
    return [...this.queues.keys()].some(other => other !== orgId) ? this.limits.perOrganisation : this.limits.slots;
  }

  private asked(orgId: number): number { return (this.running.get(orgId) ?? 0) + (this.queues.get(orgId)?.length ?? 0); }
  /** How long it still lets a neighbour be answered that asks far less, ms. */
  private yields(orgId: number): number {
    const now = this.clock.now();
    const little = (other: number): boolean => other !== orgId && this.asked(other) * DEMANDING <= this.asked(orgId);
    const patience = (this.began.get(orgId) ?? -Infinity) + PATIENCE - now;
    if (this.busy >= this.limits.fill && [...this.running.keys()].some(little)) return Math.max(0, patience);
    const last = Math.max(-Infinity, ...[...this.answered].filter(([other]) => little(other)).map(([, at]) => at));
    // Its own and the one that is about to come.
    return this.busy + 2 > this.limits.fill ? Math.max(0, Math.min(patience, last + PAUSE - now)) : 0;
  }
  private lookAgain(ms: number): void {
    const at = this.clock.now() + ms;
    if (at >= this.looksAt) return;
    this.looksAt = at;
    this.clock.later(ms, () => { if (this.looksAt === at) { this.looksAt = Infinity; this.next(); } });
  }

  /** Gives free slots to the organisations that wait, one each in rotation. */
  private next(): void {
    for (;;) {
      if (this.busy >= this.limits.slots) return;
      const free = [...this.queues].filter(([orgId, queue]) => queue.length > 0 && (this.running.get(orgId) ?? 0) < this.shareOf(orgId)).map(turn => ({ turn, wait: this.yields(turn[0]) }));
      const turn = free.find(f => f.wait === 0)?.turn;
      if (!turn) { this.lookAgain(Math.min(...free.map(f => f.wait), Infinity)); return; }
      const [orgId, queue] = turn;
      const first = queue.shift()!;
      // To the end of the rotation.
      this.queues.delete(orgId);
      this.lastTurn.set(orgId, ++this.turns);
      this.began.set(orgId, this.clock.now());
      if (queue.length > 0) this.queues.set(orgId, queue);
      first.run();
    }
  }
}
