import { openDuckDb } from '../../store/duckdb';
import type { Store } from '../../store/port';

/** Exports: fresh, T0. */
export const T0 = Date.UTC(2026, 2, 10, 12);
/** `renew` gives another empty store amid a test. */
export interface Fresh { readonly store: Store; clock: number; readonly now: () => number; renew(): Promise<void> }

/** A store in memory and a clock at T0, both new for every test of the file that calls this. */
export function fresh(): Fresh {
  let store: Store;
  const open = async (): Promise<void> => { store = await openDuckDb({ path: ':memory:' }); };
  const one: Fresh = { get store() { return store; }, clock: T0, now: () => one.clock, async renew() { await store.close(); await open(); } };
  beforeEach(async () => { one.clock = T0; await open(); });
  afterEach(() => store.close());
  return one;
}
