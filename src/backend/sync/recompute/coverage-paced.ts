import { DAY, SECOND } from '../../../model';
import type { Store } from '../../store/port';
import type { FactContext, Recompute } from '../facts';
import { coverageFlush, coverageMark } from './coverage';

/** Longest a page's coverage work waits while pages keep coming, and the share of time flushes may take: a first load is not slowed. */
const EVERY = 15 * SECOND;
const SHARE = 8;

export interface PacedCoverage {
  /** For the engine's list of recomputes, last: marks every page, flushes now and then. */
  readonly recompute: Recompute;
  /** After a run, and each minute: what is still marked, and midnights that passed. In a transaction of its own. */
  flush(store: Pick<Store, 'transaction'>, context: FactContext): Promise<void>;
}

/** Coverage for the engine: marks with each page, facts at most every 15 s (real time), longer after a flush that took long. */
export function pacedCoverage(clock: () => number = () => performance.now()): PacedCoverage {
  let due = -Infinity;
  const timed = async (work: () => Promise<void>): Promise<void> => {
    const began = clock();
    await work();
    due = clock() + Math.min(DAY, Math.max(EVERY, (clock() - began) * SHARE));
  };
  return {
    async recompute(tx, touched, context) {
      await coverageMark(tx, touched, context);
      if (clock() >= due) await timed(() => coverageFlush(tx, context, true));
    },
    flush: (store, context) => timed(() => store.transaction(tx => coverageFlush(tx, context, true))),
  };
}
