import type { MetricQuery } from '../metric';
import { slaAdherenceQuery } from './adherence';
import { slaAtRiskQuery } from './at-risk';
import { slaTrendQuery } from './trend';

export const slaQueries = [slaAdherenceQuery, slaTrendQuery, slaAtRiskQuery] as unknown as readonly MetricQuery[];
