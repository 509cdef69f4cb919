import { availableParallelism } from 'node:os';

/** Grafana and its other plugins live on the machine too. */
const MOST = 4;
/** Exports: productThreads. Threads of the store in the product (docs/adr/065): one statement may use the machine's cores, four at most. */
export const productThreads = (cores = availableParallelism()): number => Math.max(1, Math.min(MOST, cores));
