/** Exports: breather, breathe. One thread also answers panels: long loops give the event loop back every few milliseconds. */
export const breathe = (): Promise<void> => new Promise(resolve => setImmediate(resolve));

/** Call in a loop; gives a promise to await when the loop has held the thread for `ms`. */
export function breather(ms = 6): () => Promise<void> | undefined {
  let since = performance.now();
  return () => {
    if (performance.now() - since < ms) return undefined;
    return breathe().then(() => { since = performance.now(); });
  };
}
