import { pipelineLatency } from './pipeline-latency';
import { rulesOutcomes } from './rules-outcomes';
import { slaAdherence } from './sla-adherence';
import { slaAtRisk } from './sla-at-risk';
import { slaTrend } from './sla-trend';
import { sourcesStatus } from './sources-status';
import type { CatalogEntry } from './types';

/** Every metric that is built, by id. A test holds catalog, query, oracle and page together. */
export const ENTRIES: readonly CatalogEntry[] = [rulesOutcomes, slaAdherence, slaTrend, slaAtRisk, pipelineLatency, sourcesStatus] as unknown as readonly CatalogEntry[];
export const CATALOG: ReadonlyMap<string, CatalogEntry> = new Map(ENTRIES.map(e => [e.id, e]));
