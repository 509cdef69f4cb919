import type { MetricQuery } from '../metric';
import { reportedCoverageQuery } from './coverage';
import { reportedHistoryQuery } from './history';
import { reportedRulesQuery } from './rules';

export const reportedQueries = [reportedHistoryQuery, reportedCoverageQuery, reportedRulesQuery] as unknown as readonly MetricQuery[];
