import type { MetricQuery } from '../metric';
import { slaAdherenceQuery } from './adherence';
import { slaAtRiskQuery } from './at-risk';
import { slaIncidentsQuery } from './incidents';
import { slaMissesQuery } from './misses';
import { slaTrendQuery } from './trend';

export const slaQueries = [slaAdherenceQuery, slaTrendQuery, slaAtRiskQuery, slaIncidentsQuery, slaMissesQuery] as unknown as readonly MetricQuery[];
