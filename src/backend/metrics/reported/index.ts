import type { MetricQuery } from '../metric';
import { reportedHistoryQuery } from './history';

export const reportedQueries = [reportedHistoryQuery] as unknown as readonly MetricQuery[];
