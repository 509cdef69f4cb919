import type { MetricQuery } from '../metric';
import { slaAdherenceQuery } from './adherence';
import { slaAtRiskQuery } from './at-risk';
import { slaBudgetQuery } from './budget';
import { slaContributorsQuery } from './contributors';
import { slaFlowQuery } from './flow';
import { slaIncidentsQuery } from './incidents';
import { slaMissesQuery } from './misses';
import { slaTimeToDecideQuery } from './time-to-decide';
import { slaTrendQuery } from './trend';

export const slaQueries = [slaAdherenceQuery, slaTrendQuery, slaAtRiskQuery, slaContributorsQuery, slaBudgetQuery, slaTimeToDecideQuery, slaFlowQuery, slaIncidentsQuery, slaMissesQuery] as unknown as readonly MetricQuery[];
