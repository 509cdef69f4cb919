export { createSyncRunner, type SyncRunner, type SyncRunnerOptions, type SyncSource, type SyncStatus } from './runner';
export type { StreamProgress } from './stream-run';
export { loadDimensions, StoreDimensions } from './dimensions';
export * from './rows';
export { pruneOld } from './retention';
export { FACT_PIPELINE } from './pipeline';
