import { rulesOutcomes } from './rules-outcomes';
import { sourcesStatus } from './sources-status';
import type { CatalogEntry } from './types';

/** Every metric that is built, by id. A test holds catalog, query, oracle and page together. */
export const ENTRIES: readonly CatalogEntry[] = [rulesOutcomes, sourcesStatus] as unknown as readonly CatalogEntry[];
export const CATALOG: ReadonlyMap<string, CatalogEntry> = new Map(ENTRIES.map(e => [e.id, e]));
