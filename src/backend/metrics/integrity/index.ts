import type { MetricQuery } from '../metric';
import { integrityOrphansQuery } from './orphans';

export const integrityQueries = [integrityOrphansQuery] as unknown as readonly MetricQuery[];
