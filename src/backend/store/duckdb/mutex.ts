import { StoreError } from '../errors';

/** Exports: Semaphore. First come, first served; a waiter that is aborted leaves the queue. */
export class Semaphore {
  private readonly waiting: (() => void)[] = [];
  constructor(private free: number) {}

  async acquire(signal?: AbortSignal): Promise<() => void> {
    if (signal?.aborted) throw new StoreError('cancelled', 'the query was cancelled before it began');
    if (this.free > 0) this.free--;
    else {
      await new Promise<void>((resolve, reject) => {
        const go = () => { signal?.removeEventListener('abort', leave); resolve(); };
        const leave = () => { this.waiting.splice(this.waiting.indexOf(go), 1); reject(new StoreError('cancelled', 'the query was cancelled while it waited for its turn')); };
        signal?.addEventListener('abort', leave, { once: true });
        this.waiting.push(go);
      });
    }
    let released = false;
    return () => {
      if (released) return;
      released = true;
      const next = this.waiting.shift();
      if (next) next();
      else this.free++;
    };
  }
}
