import type { MetricId } from '../../../catalog/types';
import { changeDrill, historyDrill, nowDrill, unregisteredDrill } from './coverage';
import { countersDrill, latencyDrill, orphansDrill, reportedDrill } from './others';
import type { Drill, NoDrill } from './part';
import { reportedCoverageDrill, reportedRulesDrill } from './reported';
import { backlogDrill, elsewhereDrill, loadDrill, outcomesDrill, reliableDrill, silentDrill, trendDrill as rulesTrend, tuningDrill, unreviewedDrill } from './rules';
import { adherenceDrill, budgetDrill, contributorsDrill, flowDrill, timeToDecideDrill, trendDrill } from './sla';

const ROWS: NoDrill = { because: 'Each line is a row itself, with the link to its page.' };
const MADE: NoDrill = { because: 'Lines about the service itself; there are no rows behind them.' };
/** Every metric says what lies behind its values, or why nothing does (metrics.md, Rule 8). */
export const DRILLS: Readonly<Record<MetricId, Drill | NoDrill>> = {
  'coverage.now': nowDrill, 'coverage.history': historyDrill, 'coverage.change': changeDrill, 'coverage.gaps': ROWS, 'coverage.exclusions': ROWS, 'coverage.unregistered': unregisteredDrill,
  'rules.outcomes': outcomesDrill, 'rules.trend': rulesTrend, 'rules.backlog': backlogDrill, 'rules.unreviewed': unreviewedDrill, 'rules.reliable': reliableDrill, 'rules.silent': silentDrill, 'rules.load': loadDrill, 'rules.tuning': tuningDrill, 'rules.found_elsewhere': elsewhereDrill,
  'sla.adherence': adherenceDrill, 'sla.trend': trendDrill, 'sla.contributors': contributorsDrill, 'sla.budget': budgetDrill, 'sla.at_risk': ROWS, 'sla.time_to_decide': timeToDecideDrill, 'sla.flow': flowDrill, 'sla.incidents': ROWS, 'sla.misses': ROWS,
  'pipeline.latency': latencyDrill, 'integrity.counters': countersDrill, 'integrity.orphans': orphansDrill, 'reported.history': reportedDrill, 'reported.coverage': reportedCoverageDrill, 'reported.rules': reportedRulesDrill,
  'sources.status': MADE, 'clients.grants': MADE, 'clients.requests': MADE, alerts: ROWS, tickets: ROWS, assets: ROWS, rules: ROWS, rows: ROWS, explain: ROWS,
};
