/** Resolves after the milliseconds, or at once when the signal ends the waiting. */
export const wait = (ms: number, signal: AbortSignal): Promise<void> => new Promise<void>(done => {
  if (signal.aborted) { done(); return; }
  const end = () => { clearTimeout(timer); signal.removeEventListener('abort', end); done(); };
  const timer = setTimeout(end, ms);
  signal.addEventListener('abort', end, { once: true });
});
