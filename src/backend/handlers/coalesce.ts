import { setMaxListeners } from 'node:events';

/**
 * Identical work asked for while it is under way is done once. Nothing is kept afterwards, so no answer can be stale; and the key holds
 * workspace, scope and settings version, so no answer can reach another scope (security.md, row 15).
 */
export class Coalesced<T> {
  private readonly running = new Map<string, { readonly result: Promise<T>; readonly stop: AbortController; listeners: number }>();

  /** The work is interrupted only when everybody who asked for it has gone. */
  async run(key: string, work: (signal: AbortSignal) => Promise<T>, signal: AbortSignal): Promise<T> {
    let shared = this.running.get(key);
    if (!shared) {
      const stop = new AbortController();
      // Every statement of a metric that waits for its turn listens; they leave again, so their number is no leak.
      setMaxListeners(0, stop.signal);
      const result = work(stop.signal).finally(() => { if (this.running.get(key)?.stop === stop) this.running.delete(key); });
      result.catch(() => undefined);
      this.running.set(key, shared = { result, stop, listeners: 0 });
    }
    const mine = shared;
    mine.listeners++;
    const leave = () => { if (--mine.listeners === 0) { mine.stop.abort(); if (this.running.get(key) === mine) this.running.delete(key); } };
    signal.addEventListener('abort', leave, { once: true });
    if (signal.aborted) leave();
    try { return await mine.result; } finally { signal.removeEventListener('abort', leave); }
  }
}
