import { recomputeAlerts } from './recompute/alerts';
import { coverageFlush, coverageMark } from './recompute/coverage';
import { recomputeItems } from './recompute/items';
import { compareReported } from './reported/compared';
import { freezeReported } from './reported/freeze';
import type { Flush, Recompute } from './facts';

/** Exports: FACT_PIPELINE. All facts in their order: alerts, items, coverage. Spread it into the options of `createSyncRunner`. */
export const FACT_PIPELINE: { readonly recompute: readonly Recompute[]; readonly flush: readonly Flush[] } = {
  recompute: [recomputeAlerts, recomputeItems, coverageMark],
  flush: [coverageFlush, freezeReported, compareReported],
};
