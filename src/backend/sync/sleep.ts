/** Longest a timer of the runtime holds, ms; asked for more it fires at once. */
const LONGEST = 2 ** 31 - 1;

/** Exports: sleep. Resolves after ms (at most 24 days) or as soon as the signal aborts. */
export const sleep = (ms: number, signal: AbortSignal): Promise<void> => new Promise(resolve => {
  if (signal.aborted) return resolve();
  const end = (): void => { clearTimeout(timer); signal.removeEventListener('abort', end); resolve(); };
  const timer = setTimeout(end, Math.min(ms, LONGEST));
  signal.addEventListener('abort', end, { once: true });
});
