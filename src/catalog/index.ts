import { clientsGrants } from './clients-grants';
import { clientsRequests } from './clients-requests';
import { coverageChange } from './coverage-change';
import { coverageExclusions } from './coverage-exclusions';
import { coverageGaps } from './coverage-gaps';
import { coverageHistory } from './coverage-history';
import { coverageNow } from './coverage-now';
import { coverageUnregistered } from './coverage-unregistered';
import { alerts, assets, rules, tickets } from './drill';
import { explain } from './explain';
import { integrityCounters } from './integrity-counters';
import { integrityOrphans } from './integrity-orphans';
import { pipelineLatency } from './pipeline-latency';
import { reportedCoverage } from './reported-coverage';
import { reportedHistory } from './reported-history';
import { reportedRules } from './reported-rules';
import { rows } from './rows';
import { rulesBacklog } from './rules-backlog';
import { rulesFoundElsewhere } from './rules-found-elsewhere';
import { rulesLoad } from './rules-load';
import { rulesOutcomes } from './rules-outcomes';
import { rulesReliable } from './rules-reliable';
import { rulesSilent } from './rules-silent';
import { rulesTrend } from './rules-trend';
import { rulesTuning } from './rules-tuning';
import { rulesUnreviewed } from './rules-unreviewed';
import { slaAdherence } from './sla-adherence';
import { slaAtRisk } from './sla-at-risk';
import { slaBudget } from './sla-budget';
import { slaContributors } from './sla-contributors';
import { slaFlow } from './sla-flow';
import { slaIncidents } from './sla-incidents';
import { slaMisses } from './sla-misses';
import { slaTimeToDecide } from './sla-time-to-decide';
import { slaTrend } from './sla-trend';
import { sourcesStatus } from './sources-status';
import type { CatalogEntry } from './types';

/** Every metric that is built, by id. A test holds catalog, query, oracle and page together. */
export const ENTRIES: readonly CatalogEntry[] = [
  coverageNow, coverageHistory, coverageChange, coverageGaps, coverageExclusions, coverageUnregistered,
  rulesOutcomes, rulesTrend, rulesBacklog, rulesUnreviewed, rulesReliable, rulesSilent, rulesLoad, rulesTuning, rulesFoundElsewhere,
  slaAdherence, slaTrend, slaContributors, slaBudget, slaAtRisk, slaTimeToDecide, slaFlow, slaIncidents, slaMisses,
  pipelineLatency, integrityCounters, integrityOrphans, reportedHistory, reportedCoverage, reportedRules, sourcesStatus, clientsGrants, clientsRequests, alerts, tickets, assets, rules, rows, explain,
] as unknown as readonly CatalogEntry[];
export const CATALOG: ReadonlyMap<string, CatalogEntry> = new Map(ENTRIES.map(e => [e.id, e]));
