import type { MetricQuery } from '../metric';
import { integrityCountersQuery } from './counters';
import { integrityOrphansQuery } from './orphans';

export const integrityQueries = [integrityCountersQuery, integrityOrphansQuery] as unknown as readonly MetricQuery[];
